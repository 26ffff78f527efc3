"""The duplicates consumer: gathers which profiles changed in a batch, and runs the step on them."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from typing import Any

from services.profile.duplicates.step import DuplicatesStep
from services.profile.duplicates.wire import Touched, decode
from services.runtime import telemetry
from services.runtime.errors import Invalid
from services.runtime.handling import Refusal
from services.runtime.log import Record

GROUP = "kesher.duplicates"
UNIT = 1_000
"""Most profiles of one unit."""
REMEMBERED = 400_000
NOTHING: frozenset[Any] = frozenset()


class DuplicatesHandler:
    """Handles batches of `kesher.profiles.v1`."""

    def __init__(self, step: DuplicatesStep, unit: int = UNIT) -> None:
        self._step = step
        self._unit = unit
        self._known = Known()

    async def handle(self, records: Sequence[Record]) -> Sequence[Refusal]:
        """Brings everybody whom a batch speaks of up to date; what the profile service cannot have said is refused."""
        refusals: list[Refusal] = []
        fresh: list[Touched] = []
        for record in records:
            try:
                touched = decode(record.value)
            except Invalid as error:
                refusals.append(Refusal(record, error))
            else:
                fresh += [] if touched in self._known else [touched]
        contested = await self._apply(sorted(frozenset[str]().union(*[touched.profiles for touched in fresh])))
        self._known.add(fresh, contested)
        return refusals

    async def _apply(self, profiles: Sequence[str]) -> set[str]:
        contested: set[str] = set()
        for start in range(0, len(profiles), self._unit):
            done = await self._step.run(profiles[start : start + self._unit])
            telemetry.DUPLICATE_PEOPLE.inc(done.people)
            telemetry.DUPLICATE_PAIRS.inc(done.pairs)
            contested |= done.contested
        return contested


class Known:
    """What messages stated whose effects are committed: stated again, most of it can change nobody.

    Traits can, where a profile has two values of one: the time may make the other one win. So these are not known.
    """

    def __init__(self) -> None:
        self._identifiers: set[int] = set()
        self._traits: dict[str, set[int]] = {}
        self._many = 0

    def __contains__(self, touched: Touched) -> bool:
        if not touched.identifiers or not touched.identifiers <= self._identifiers:
            return False
        return not touched.traits or all(touched.traits <= self._traits.get(one, NOTHING) for one in touched.profiles)

    def add(self, those: Sequence[Touched], contested: AbstractSet[str]) -> None:
        """Remembers them, except for the traits of these profiles, of which all is forgotten.

        After a correction nothing is known any more: what was stated may be so no longer.
        """
        if any(touched.corrects for touched in those):
            self._forget()
        self._make_room(sum(len(touched.identifiers) + len(touched.traits) for touched in those))
        for profile in contested:
            self._traits.pop(profile, None)
        for touched in those:
            self._identifiers |= touched.identifiers
            for profile in touched.profiles - contested if touched.traits else NOTHING:
                self._traits.setdefault(profile, set()).update(touched.traits)

    def _make_room(self, more: int) -> None:
        self._many += more
        if self._many > REMEMBERED:
            self._forget()
            self._many = more

    def _forget(self) -> None:
        self._identifiers.clear()
        self._traits.clear()
        self._many = 0
