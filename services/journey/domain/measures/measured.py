"""All facts of one profile, by interaction, with what figures are grouped by."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

import msgspec

from services.journey.domain.definition import Definition
from services.journey.domain.fold import Folded
from services.journey.domain.measures.campaigns import campaigns
from services.journey.domain.measures.catalogue import OF_STORIES, OF_WALKS, Measure
from services.journey.domain.measures.reading import text
from services.journey.domain.measures.story import Fact, Story
from services.journey.domain.measures.walk import Standing, walk
from services.journey.domain.model import Interaction, Position

Values = Mapping[Measure, float]


class Measured(msgspec.Struct, frozen=True, gc=False):
    """What one interaction of a journey measures; `stage` is the one that the customer was in after it.

    `reason` and `queue` are those of its contact where it states none itself; `campaign` is the one it is owed to.
    `segments` and `persona` are the customer's, as they are now.
    """

    journey: str
    number: int
    position: Position
    touchpoint: str
    stage: str
    channel: str | None
    reason: str | None
    campaign: str | None
    queue: str | None
    values: Values
    segments: Sequence[str] = ()
    persona: str | None = None

    @property
    def time(self) -> datetime:
        """When it happened."""
        return self.position.time


def measured(
    timeline: Sequence[Interaction], folds: Iterable[tuple[Definition, Folded]], segments: Sequence[str] = ()
) -> list[Measured]:
    """Every interaction with a value, in every definition whose journeys it is part of.

    Each fold is that of the whole timeline. The definitions are as they are for the customer, who is in `segments`.
    """
    story = Story(timeline)
    common = _by_place((name, of_story(story)) for name, of_story in OF_STORIES.items())
    owed = list(campaigns(timeline))
    found: list[Measured] = []
    for definition, folded in folds:
        way = walk(definition, timeline, folded)
        own = _by_place((name, of_walk(story, way)) for name, of_walk in OF_WALKS.items())
        for place, standing in enumerate(way.standing):
            values = {**common.get(place, {}), **own.get(place, {})}
            if standing is not None and values:
                one = _measured(story, place, definition.key, standing, owed[place], values)
                found.append(_of_customer(one, segments, definition) if segments or definition.persona else one)
    return found


def _of_customer(one: Measured, segments: Sequence[str], definition: Definition) -> Measured:
    persona = definition.persona.key if definition.persona else None
    return msgspec.structs.replace(one, segments=segments, persona=persona)


def _by_place(measures: Iterable[tuple[Measure, Iterable[Fact]]]) -> dict[int, dict[Measure, float]]:
    by_place: defaultdict[int, dict[Measure, float]] = defaultdict(dict)
    for name, facts in measures:
        for fact in facts:
            by_place[fact.place][name] = fact.value
    return by_place


def _measured(
    story: Story, place: int, journey: str, standing: Standing, campaign: str | None, values: Values
) -> Measured:
    interaction, contact = story.timeline[place], story.contact_at.get(place)
    return Measured(
        journey,
        standing.number,
        interaction.position,
        interaction.kind.type,
        standing.stage,
        interaction.kind.channel,
        interaction.kind.reason or (contact.reason if contact else None),
        campaign,
        text(interaction, "queue") or (contact.queue if contact else None),
        values,
    )
