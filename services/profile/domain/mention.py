"""What somebody else's interaction says once it no longer mentions who was erased."""

from collections.abc import Callable, Mapping
from typing import Any

VENDORS_OWN = "raw"
"""The vendor's payload, which says it once more in words that nobody here reads."""


def without(event: Mapping[str, Any], gone: Callable[[Mapping[str, Any]], bool]) -> dict[str, Any]:
    """The event without the stated identifiers that are `gone`, traits that repeat one, and the vendor's payload."""
    data = event["data"]
    struck = [one for one in data["identifiers"] if gone(one)]
    values = {_plain(one["value"]) for one in struck}
    left = {name: value for name, value in data.items() if name != VENDORS_OWN}
    left["identifiers"] = [one for one in data["identifiers"] if one not in struck]
    if "traits" in left:
        left["traits"] = {name: value for name, value in left["traits"].items() if _plain(value) not in values}
    return {**event, "data": left}


def _plain(value: Any) -> str:
    return str(value).strip().casefold()
