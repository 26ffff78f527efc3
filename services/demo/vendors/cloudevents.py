"""In-house systems: CloudEvents with a source key as bearer token."""

import json

from services.demo.messages import Event
from services.demo.outgoing import Credentials, Outgoing, Scene


def request(message: Event, scene: Scene, credentials: Credentials) -> Outgoing:
    """One event in structured mode."""
    person = message.person
    known = [{"namespace": name, "value": getattr(person, name)} for name in message.known_by] if person else []
    said = [{"namespace": name, "value": value, "assurance": "claimed"} for name, value in message.claimed.items()]
    data = {"channel": message.channel, "direction": "inbound", "identifiers": known + said, **message.data}
    if person and "customer_id" in message.known_by:
        data["traits"] = {"name": person.name, "given_name": person.given, "language": person.language}
    if message.conversation:
        data["conversation"] = scene.own(message.conversation)
    event = {
        "specversion": "1.0",
        "id": scene.once,
        "source": message.source,
        "type": message.type,
        "time": scene.at.isoformat(),
        "datacontenttype": "application/json",
        "data": data,
    }
    headers = {
        "content-type": "application/cloudevents+json",
        "authorization": f"Bearer {credentials.source_key}",
    }
    return Outgoing("/v1/events", headers, json.dumps(event, ensure_ascii=False).encode())
