"""How vendors make sure that an address is meant to receive their deliveries."""

from collections.abc import Mapping, Sequence

from services.ingest.signatures import require_any
from services.runtime.errors import Rejected


def meta(query: Mapping[str, str], verify_tokens: Sequence[bytes]) -> str:
    """Meta's subscription: the challenge, if the verify token is ours. Raises Unauthenticated or Rejected."""
    if query.get("hub.mode") != "subscribe":
        raise Rejected("must be subscribe", field="hub.mode")
    require_any(query.get("hub.verify_token", "").encode(), verify_tokens)
    challenge = query.get("hub.challenge", "")
    if not challenge.isalnum():
        raise Rejected("must be letters and digits", field="hub.challenge")
    return challenge
