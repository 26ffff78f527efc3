"""WhatsApp Cloud API: JSON in entries and changes, signed over the raw body."""

import hmac
import json
from typing import Any

from services.demo.messages import WhatsApp, WhatsAppReply
from services.demo.outgoing import Credentials, Outgoing, Scene

PATH = "/v1/channels/chat_whatsapp"
OUR_PHONE_ID = "106540352242922"


def request(message: WhatsApp | WhatsAppReply, scene: Scene, credentials: Credentials) -> Outgoing:
    """One change with one message or one status."""
    value = {
        "messaging_product": "whatsapp",
        "metadata": {"display_phone_number": "97235550100", "phone_number_id": OUR_PHONE_ID},
        **(_status(message, scene) if isinstance(message, WhatsAppReply) else _message(message, scene)),
    }
    content = {
        "object": "whatsapp_business_account",
        "entry": [{"id": "102290129340398", "changes": [{"field": "messages", "value": value}]}],
    }
    body = json.dumps(content, ensure_ascii=False).encode()
    secret = credentials.channel_secrets["chat_whatsapp"].encode()
    signature = f"sha256={hmac.digest(secret, body, 'sha256').hex()}"
    return Outgoing(PATH, {"content-type": "application/json", "x-hub-signature-256": signature}, body)


def _message(message: WhatsApp, scene: Scene) -> dict[str, Any]:
    digits = message.person.phone.removeprefix("+")
    common = {"from": digits, "id": f"wamid.{scene.once}", "timestamp": _seconds(scene)}
    if message.new_phone:
        system = {"type": "user_changed_number", "wa_id": message.new_phone.removeprefix("+")}
        return {"messages": [{**common, "type": "system", "system": {**system, "body": "User changed number"}}]}
    return {
        "contacts": [{"wa_id": digits, "profile": {"name": message.person.name}}],
        "messages": [{**common, "type": "text", "text": {"body": message.text}}],
    }


def _status(message: WhatsAppReply, scene: Scene) -> dict[str, Any]:
    status = {
        "id": f"wamid.{scene.own(message.message)}",
        "status": message.status,
        "timestamp": _seconds(scene),
        "recipient_id": message.person.phone.removeprefix("+"),
    }
    return {"statuses": [status]}


def _seconds(scene: Scene) -> str:
    return str(int(scene.at.timestamp()))
