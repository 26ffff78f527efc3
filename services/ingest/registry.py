"""Every adapter, by hand: how a vendor's requests are read and what they expect for an answer."""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

from services.ingest import handshakes
from services.ingest.channel import Channel
from services.ingest.channels import call_twilio, chat_whatsapp, email_postmark, store_shopify, web_segment

Handshake = Callable[[Mapping[str, str], Sequence[bytes]], str]
"""The text that answers a vendor's GET, from its query and the source's verify tokens. Raises Rejected."""

_MEBIBYTE = 1024 * 1024


class Adapter(NamedTuple):
    """One channel with what its vendor needs: the status of success, the largest delivery, the handshake."""

    channel: Channel
    success_status: int = 200
    max_body_bytes: int = 5 * _MEBIBYTE
    handshake: Handshake | None = None


ADAPTERS: Mapping[str, Adapter] = MappingProxyType(
    {
        "call_twilio": Adapter(call_twilio, success_status=202),
        "chat_whatsapp": Adapter(chat_whatsapp, handshake=handshakes.meta),
        "email_postmark": Adapter(email_postmark, max_body_bytes=48 * _MEBIBYTE),  # attachments, 35 MiB before base64
        "store_shopify": Adapter(store_shopify),
        "web_segment": Adapter(web_segment),
    }
)

CLOUDEVENTS = "cloudevents"
"""The adapter of sources that write our own format with an API key."""

ADAPTER_NAMES = frozenset({*ADAPTERS, CLOUDEVENTS})
