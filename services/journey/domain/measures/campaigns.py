"""Which campaign something is owed to."""

from collections.abc import Iterator, Sequence
from datetime import timedelta

from services.journey.domain.measures.reading import apart, text
from services.journey.domain.model import Interaction

OWED = timedelta(days=30)


def campaigns(timeline: Sequence[Interaction]) -> Iterator[str | None]:
    """For each interaction, its own campaign, or else the last one within 30 days before (last touch)."""
    latest: tuple[str, Interaction] | None = None
    for interaction in timeline:
        own = text(interaction, "campaign")
        if own is not None:
            latest = own, interaction
        yield latest[0] if latest and apart(latest[1], interaction) <= OWED else None
