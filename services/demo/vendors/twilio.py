"""Twilio Voice: form posts, signed with the URL and the sorted fields."""

import base64
import hmac
from email.utils import format_datetime
from urllib.parse import urlencode

from services.demo.messages import PhoneCall
from services.demo.outgoing import Credentials, Outgoing, Scene

PATH = "/v1/channels/call_twilio"
OUR_NUMBER = "+97235550100"
WITHHELD = "+266696687"


def request(message: PhoneCall, scene: Scene, credentials: Credentials) -> Outgoing:
    """A status callback."""
    fields = {
        "AccountSid": "AC00000000000000000000000000000000",
        "CallSid": scene.own(f"CA-{message.call}"),
        "CallStatus": message.status,
        "Direction": "inbound",
        "From": WITHHELD if message.withheld else message.person.phone,
        "To": OUR_NUMBER,
        "SequenceNumber": str(scene.step),
        "Timestamp": format_datetime(scene.at),
    }
    if message.agent:
        fields |= {
            "CallSid": scene.own(f"CA-{message.call}-{message.agent}"),
            "ParentCallSid": scene.own(f"CA-{message.call}"),
            "Direction": "outbound-dial",
            "To": f"client:{message.agent}",
        }
    if message.seconds is not None:
        fields["CallDuration"] = str(message.seconds)
    signed = credentials.url + PATH + "".join(f"{name}{fields[name]}" for name in sorted(fields))
    secret = credentials.channel_secrets["call_twilio"].encode()
    signature = base64.b64encode(hmac.digest(secret, signed.encode(), "sha1")).decode()
    headers = {"content-type": "application/x-www-form-urlencoded", "x-twilio-signature": signature}
    return Outgoing(PATH, headers, urlencode(fields).encode())
