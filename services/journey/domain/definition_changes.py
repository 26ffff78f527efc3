"""What one version of a definition has otherwise than the one before it."""

from collections.abc import Iterator, Mapping
from typing import Any

from schemas.journey_definition import JourneyDefinition

UNTOLD = frozenset({"key", "version"})


def changed_fields(before: JourneyDefinition, after: JourneyDefinition) -> list[str]:
    """The fields that differ, such as `stages.approved.expected`, in the order of the definition.

    What stands in lists goes by its key. What only one of the two has is one field, and so is an order that differs.
    """
    return list(_differing(_fields(before), _fields(after)))


def _fields(definition: JourneyDefinition) -> dict[str, Any]:
    dumped = definition.model_dump(mode="json", exclude_none=True)
    return {name: value for name, value in dumped.items() if name not in UNTOLD}


def _differing(before: Mapping[str, Any], after: Mapping[str, Any], at: str = "") -> Iterator[str]:
    for name in [*after, *(name for name in before if name not in after)]:
        one, other = _keyed(before.get(name)), _keyed(after.get(name))
        if one == other and (not isinstance(one, dict) or list(one) == list(other)):
            continue
        if isinstance(one, dict) and isinstance(other, dict):
            if set(one) == set(other) and list(one) != list(other):
                yield at + name
            yield from _differing(one, other, f"{at}{name}.")
        else:
            yield at + name


def _keyed(value: Any) -> Any:
    """A list of what has keys, by key."""
    if isinstance(value, list) and value and all(isinstance(one, dict) and "key" in one for one in value):
        return {one["key"]: one for one in value}
    return value
