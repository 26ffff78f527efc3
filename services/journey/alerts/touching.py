"""In which quarters of an hour a step changes what levels are sums of."""

from collections.abc import Collection, Iterable, Mapping
from typing import Protocol

from services.journey.alerts.port import Touched
from services.journey.domain.alerts.contributions import differing, of_lapses, of_pains, of_steps
from services.journey.domain.alerts.levels import slot_of
from services.journey.domain.definition import Definition
from services.journey.domain.model import Pain, Transition
from services.journey.store import Changes, StoredTransition


class Registered(Protocol):
    """What a registry is here."""

    @property
    def definitions(self) -> Mapping[str, Definition]:
        """Those in force."""


def watched(registry: Registered) -> frozenset[str]:
    """The definitions that have alerts."""
    return frozenset(key for key, one in registry.definitions.items() if one.what.alerts)


def levels_touched(watched: Collection[str], changes: Changes) -> set[Touched]:
    """By what was added to the ends of timelines, and by time."""
    if not watched:
        return set()
    steps = [(one.step.journey, one.step.position.time) for one in changes.new_transitions]
    pains = [(pain.journey, pain.position.time) for _, pain in changes.pains]
    lapses = [(one.lapse.journey, one.lapse.at) for one in changes.new_lapses]
    return {(key, slot_of(moment)) for key, moment in (*steps, *pains, *lapses) if key in watched}


def levels_touched_anew(
    watched: Collection[str],
    before: Iterable[StoredTransition],
    pains: Iterable[Pain],
    after: Iterable[tuple[str, Transition]],
    changes: Changes,
) -> set[Touched]:
    """By folding profiles anew that had these steps and pain points and have those."""
    if not watched:
        return set()
    was = [
        *of_steps((one.profile, one.step) for one in before),
        *of_pains(pains),
        *of_lapses(one.lapse for one in changes.gone_lapses),
    ]
    is_ = [
        *of_steps(after),
        *of_pains(pain for _, pain in changes.pains),
        *of_lapses(one.lapse for one in changes.new_lapses),
    ]
    return {one for one in differing(was, is_) if one[0] in watched}
