"""The golden record: which of the values that were stated of a trait is shown, and by what the others lost.

It is part of what the services say to one another: whoever is told what was stated, by whom and what stewards pinned
works out the same.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Literal, NamedTuple

from schemas.trait_rules import Criterion, TraitRules

LostBy = Literal[Criterion, "pin", "id"]
"""`pin`: a steward pinned another value, later if this one is pinned too. `id`: only the ids tell them apart."""

Places = tuple[tuple[Any, ...], ...]


class Trait(NamedTuple):
    """A value that a source stated, as JSON text. The greater of two from one source about one identifier is kept."""

    trust: int
    verified: bool
    time: datetime
    event_id: str
    source: str
    value: str


class Pin(NamedTuple):
    """A steward's choice of a value as it was stated; it wins over whatever is not pinned, or was pinned before it."""

    made_at: datetime
    id: str
    author: str
    reason: str
    trait: Trait


class Candidate(NamedTuple):
    """A value that may be shown, with the latest pin that chose it."""

    trait: Trait
    pin: Pin | None = None


class Ranked(NamedTuple):
    """A candidate under the rules: the trust that counts, and by what it lost; None for the one that is shown."""

    trait: Trait
    pin: Pin | None
    trust: int
    lost_by: LostBy | None


def candidates(stated: Iterable[Trait], pins: Iterable[Pin]) -> list[Candidate]:
    """The values of one trait of one identifier; one that is pinned stays even when its source states another since."""
    latest = {(pin.trait.source, pin.trait.value): pin for pin in sorted(pins)}
    found = [Candidate(trait, latest.get((trait.source, trait.value))) for trait in stated]
    current = {(trait.source, trait.value) for trait, _ in found}
    return found + [Candidate(pin.trait, pin) for place, pin in latest.items() if place not in current]


def golden(values: Iterable[Candidate], rules: TraitRules) -> list[Ranked]:
    """All values of a trait of a person, the shown one first. A total order, so that of the values does not matter."""
    ranked = sorted(((_places(value, rules), value) for value in values), key=lambda one: one[0], reverse=True)
    names: tuple[LostBy, ...] = ("pin", *rules.order, "id")
    return [
        Ranked(value.trait, value.pin, _trust(value.trait, rules), _lost_by(names, places, ranked[0][0]))
        for places, value in ranked
    ]


def _places(value: Candidate, rules: TraitRules) -> Places:
    """What decides, in the order in which it does; each part can be compared with the same part of another value."""
    trait, pin = value
    by_criterion: dict[Criterion, tuple[Any, ...]] = {
        "trust": (_trust(trait, rules),),
        "assurance": (trait.verified,),
        "recency": (trait.time,),
    }
    pinned = (pin.made_at, pin.id) if pin else ()
    last = (trait.event_id, trait.source, trait.value, trait.trust)
    return (pinned, *(by_criterion[criterion] for criterion in rules.order), last)


def _trust(trait: Trait, rules: TraitRules) -> int:
    return rules.trust.get(trait.source, trait.trust)


def _lost_by(names: Iterable[LostBy], places: Places, best: Places) -> LostBy | None:
    if places is best:
        return None
    differing = (name for name, own, other in zip(names, places, best, strict=True) if own != other)
    return next(differing, "id")
