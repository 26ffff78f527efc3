"""What somebody else's interaction says once it no longer mentions who was erased."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

VENDORS_OWN = "raw"
"""The vendor's payload, which says it once more in words that nobody here reads."""


def without(
    event: Mapping[str, Any], gone: Callable[[Mapping[str, Any]], bool], repeats: Callable[[str], bool]
) -> dict[str, Any]:
    """The event without the stated identifiers that are `gone`, the vendor's payload, and traits that repeat one.

    `repeats` says whether a text is one of those that are gone, however it is written.
    """
    data = event["data"]
    left = {name: value for name, value in data.items() if name != VENDORS_OWN}
    left["identifiers"] = [one for one in data["identifiers"] if not gone(one)]
    if "traits" in left:
        left["traits"] = {name: value for name, value in left["traits"].items() if not any(map(repeats, _texts(value)))}
    return {**event, "data": left}


def _texts(value: Any) -> Iterator[str]:
    """Every single value in a JSON value, as text."""
    if isinstance(value, Mapping):
        value = list(value.values())
    if isinstance(value, list):
        for inner in value:
            yield from _texts(inner)
    else:
        yield str(value)
