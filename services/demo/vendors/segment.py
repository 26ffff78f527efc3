"""Segment: batches of calls with the write key as Basic user."""

import base64
import json

from services.demo.messages import Web
from services.demo.outgoing import Credentials, Outgoing, Scene


def request(message: Web, scene: Scene, credentials: Credentials) -> Outgoing:
    """One call as a batch of one, which is how a browser sends."""
    person = message.person
    call = {
        "type": message.kind,
        "messageId": scene.once,
        "anonymousId": message.device,
        "userId": person.customer_id if person else None,
        "timestamp": scene.at.isoformat(),
        "context": {"library": {"name": "analytics.js"}, "campaign": {"name": message.campaign}},
        "properties": message.properties,
    }
    if message.kind == "identify" and person:
        call["traits"] = {
            "email": person.email,
            "name": person.name,
            "firstName": person.given,
            "lastName": person.family,
            "locale": person.language,
        }
    else:
        call["event" if message.kind == "track" else "name"] = message.name
    body = json.dumps({"batch": [call], "sentAt": None}, ensure_ascii=False).encode()
    basic = base64.b64encode(f"{credentials.source_key}:".encode()).decode()
    return Outgoing("/v1/batch", {"content-type": "application/json", "authorization": f"Basic {basic}"}, body)
