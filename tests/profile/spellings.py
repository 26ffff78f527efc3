"""A small pool of identifiers as people and systems write them, each with its normal form; None for junk."""

from typing import NamedTuple

from tests.support.identity import Identifier


class Spelled(NamedTuple):
    """An identifier as a source wrote it."""

    namespace: str
    value: str
    normal: Identifier | None


def _forms(namespace: str, normal: str | None, *written: str) -> list[Spelled]:
    return [Spelled(namespace, value, None if normal is None else (namespace, normal)) for value in written]


POOL = (
    *_forms("customer_id", "c-1001", "C-1001", "c-1001", " \u200fC-1001 "),
    *_forms("customer_id", "c-1002", "C-1002"),
    *_forms("customer_id", "c-1003", "\uff23-1003"),
    *_forms("loyalty_id", "card 17", "card 17", "CARD 17"),
    *_forms("loyalty_id", "card 18", "card 18"),
    *_forms("loyalty_id", "card 19", "card 19"),
    *_forms("email", "dana.cohen@example.com", "Dana.Cohen@Example.com", "mailto:dana.cohen@example.com"),
    *_forms("email", "dana@example.com", "dana@example.com", "\u202adana@EXAMPLE.com\u202c"),
    *_forms("email", "avi@example.co.il", "AVI@example.co.il"),
    *_forms("phone", "+972541234567", "054-123-4567", "+972 54 123 4567", "tel:+972541234567", "٠٥٤١٢٣٤٥٦٧"),
    *_forms("phone", "+97231234567", "03-1234567", "whatsapp:+97231234567", "03-123-4567 ext 12"),
    *_forms("phone", "+14155550123", "+1 (415) 555-0123", "sip:+14155550123@pbx.example.com"),
    *_forms("handle:whatsapp", "972541234567", "972541234567"),
    *_forms("handle:whatsapp", "972500000001", "972500000001"),
    *_forms("handle:shopify", "gid-701", "gid-701", "GID-701"),
    *_forms("handle:shopify", "gid-702", "gid-702"),
    *_forms("device", "kiosk-A", "kiosk-A"),
    *_forms("device", "kiosk-a", "kiosk-a"),
    *_forms("device", "d3v-1ce", "d3v-1ce"),
    *_forms("customer_id", None, "guest", "NULL", "0000", " "),
    *_forms("email", None, "null@example.com", "not an address"),
    *_forms("phone", None, "anonymous", "+266696687", "123"),
    *_forms("shoe_size", None, "44 and a half"),
)
