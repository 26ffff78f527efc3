"""Postmark: JSON with a password in HTTP Basic."""

import base64
import json
from email.utils import format_datetime
from typing import Any

from services.demo.messages import Mail, MailOpened
from services.demo.outgoing import Credentials, Outgoing, Scene

PATH = "/v1/channels/email_postmark"


def request(message: Mail | MailOpened, scene: Scene, credentials: Credentials) -> Outgoing:
    """An e-mail that came in, or one of ours that was opened."""
    content = _inbound(message, scene) if isinstance(message, Mail) else _opened(message, scene)
    password = credentials.channel_secrets["email_postmark"]
    basic = base64.b64encode(f"postmark:{password}".encode()).decode()
    headers = {"content-type": "application/json", "authorization": f"Basic {basic}"}
    return Outgoing(PATH, headers, json.dumps(content, ensure_ascii=False).encode())


def _inbound(mail: Mail, scene: Scene) -> dict[str, Any]:
    person = mail.person
    return {
        "MessageID": scene.once,
        "FromFull": {"Email": person.email, "Name": person.name, "MailboxHash": ""},
        "From": person.email,
        "To": "help@shop.example",
        "OriginalRecipient": "help@shop.example",
        "Date": format_datetime(scene.at),
        "Subject": mail.subject,
        "TextBody": mail.text,
        "Headers": [
            {"Name": "X-Spam-Tests", "Value": "DKIM_SIGNED,DKIM_VALID,DKIM_VALID_AU,SPF_PASS"},
            {"Name": "Message-ID", "Value": f"<{scene.once}@{person.email.partition('@')[2]}>"},
        ],
        "Attachments": [],
    }


def _opened(opened: MailOpened, scene: Scene) -> dict[str, Any]:
    return {
        "RecordType": "Open",
        "MessageID": scene.own("mail"),
        "Recipient": opened.person.email,
        "ReceivedAt": scene.at.isoformat(),
        "Tag": opened.campaign,
        "FirstOpen": True,
    }
