"""What measures read of an interaction; a value of an unexpected type counts as absent."""

from datetime import timedelta
from typing import Any

from services.journey.domain.model import Interaction

OUTBOUND = "outbound"


def text(interaction: Interaction, name: str) -> str | None:
    """A field of the data that is a word."""
    value = interaction.fields.get(name)
    return value if isinstance(value, str) and value else None


def number(interaction: Interaction, part: str, name: str) -> float | None:
    """A number in a part of the data, such as `measures`."""
    values = interaction.fields.get(part)
    return _number(values.get(name)) if isinstance(values, dict) else None


def sentiment(interaction: Interaction) -> float | None:
    """From -1 to 1."""
    return _number(interaction.fields.get("sentiment"))


def identifiers(interaction: Interaction) -> list[dict[str, Any]]:
    """As the source sent them."""
    values = interaction.fields.get("identifiers")
    return [one for one in values if isinstance(one, dict)] if isinstance(values, list | tuple) else []


def apart(earlier: Interaction, later: Interaction) -> timedelta:
    """The time from one to the other."""
    return later.position.time - earlier.position.time


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None
