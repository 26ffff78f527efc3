"""What customers' journeys put into levels; the sums of it are levels, so what changes in it changes them."""

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import NamedTuple

from services.journey.domain.alerts.levels import Level, dwelt, slot_of, weighed
from services.journey.domain.model import ABANDONED, Lapse, Pain, Transition


class Contribution(NamedTuple):
    """A part of the level of one definition."""

    definition: str
    level: Level


def of_steps(steps: Iterable[tuple[str, Transition]]) -> Iterator[Contribution]:
    """Who entered which stage, and who stayed how long. Steps come with their profiles, all of them or the last ones.

    A stay counts where its beginning is among them.
    """
    ordered = sorted(steps, key=lambda one: (one[0], one[1].journey, one[1].number, one[1].position))
    for _, step in ordered:
        yield Contribution(step.journey, Level(step.to, slot_of(step.position.time), entered=1))
    for (whose, entered), (also, left) in pairwise(ordered):
        if (whose, entered.journey, entered.number) == (also, left.journey, left.number):
            length = dwelt((left.position.time - entered.position.time).total_seconds())
            stayed = Level(entered.to, slot_of(left.position.time), stays=1, dwell=length, dwell_squares=length**2)
            yield Contribution(left.journey, stayed)


def of_pains(pains: Iterable[Pain]) -> Iterator[Contribution]:
    """Which pain points were met."""
    for pain in pains:
        weight = weighed(pain.weight)
        met = Level(
            pain.stage, slot_of(pain.position.time), effort=weight, effort_squares=weight**2, pains={pain.key: 1}
        )
        yield Contribution(pain.journey, met)


def of_lapses(lapses: Iterable[Lapse]) -> Iterator[Contribution]:
    """Who was abandoned."""
    for lapse in lapses:
        if lapse.kind == ABANDONED:
            yield Contribution(lapse.journey, Level(lapse.stage, slot_of(lapse.at), abandoned=1))


def differing(before: Iterable[Contribution], after: Iterable[Contribution]) -> set[tuple[str, int]]:
    """The definitions and quarters whose levels are not the same."""
    was, is_ = Counter(map(_counted, before)), Counter(map(_counted, after))
    return {(definition, slot) for definition, _, slot, *_ in (was - is_) | (is_ - was)}


def _counted(one: Contribution) -> tuple[str, str, int, tuple[int, ...], tuple[str, ...]]:
    level = one.level
    return one.definition, level.stage, level.slot, level[2:9], tuple(level.pains)
