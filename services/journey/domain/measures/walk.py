"""Where a customer stood in one kind of journey at each of their interactions."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from services.journey.domain.definition import Definition
from services.journey.domain.fold import Folded
from services.journey.domain.model import ABANDONED, ACTIVE, Interaction, Journey, Pain, Transition


class Standing(NamedTuple):
    """The journey an interaction is part of, the stage before it (None: it opened the journey) and after it."""

    number: int
    before: str | None
    stage: str
    step: Transition | None


class Walk(NamedTuple):
    """A timeline's interactions in one definition; None for what happened outside of every journey."""

    stages: Sequence[str]
    standing: Sequence[Standing | None]
    steps: Sequence[Transition]
    pains: Sequence[Pain]


def walk(definition: Definition, timeline: Sequence[Interaction], folded: Folded) -> Walk:
    """The walk that `folded`, the fold of the whole timeline, stands for."""
    stages = [stage.key for stage in definition.stages]
    return Walk(stages, list(_standing(definition, timeline, folded)), folded.transitions, folded.pains)


def _standing(definition: Definition, timeline: Sequence[Interaction], folded: Folded) -> Iterator[Standing | None]:
    steps = {step.position: step for step in folded.transitions}
    number, stage = 0, ""
    for interaction in timeline:
        step = steps.get(interaction.position)
        if number and _over(definition, folded.journeys[number], interaction):
            number = 0
        if step is None:
            yield Standing(number, stage, stage, None) if number else None
            continue
        before = stage if number == step.number else None
        number, stage = step.number, step.to
        yield Standing(number, before, stage, step)
        if _ended(folded.journeys[number], stage):
            number = 0


def _over(definition: Definition, journey: Journey, interaction: Interaction) -> bool:
    """Whether the journey was abandoned by then, whatever ended it later."""
    after = definition.what.abandoned_after
    return after is not None and interaction.position.time - journey.touched_at > after


def _ended(journey: Journey, stage: str) -> bool:
    return journey.status not in {ACTIVE, ABANDONED} and journey.stage == stage
