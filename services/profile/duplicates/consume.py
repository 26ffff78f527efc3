"""The duplicates consumer: gathers which profiles changed in a batch, and runs the step on them."""

from collections.abc import Sequence

from services.profile.duplicates.step import DuplicatesStep, Found
from services.profile.duplicates.wire import Touched, decode
from services.runtime import telemetry
from services.runtime.errors import Invalid
from services.runtime.handling import Refusal
from services.runtime.log import Record

GROUP = "kesher.duplicates"
UNIT = 1_000
"""Most profiles of one unit."""
REMEMBERED = 400_000
FEW = 20
"""Of whoever has more identifiers of their own these are not remembered: most people have a handful."""
NOTHING: frozenset[int] = frozenset()


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
        done = await self._apply(sorted(frozenset[str]().union(*[touched.profiles for touched in fresh])))
        self._known.add(fresh, done)
        return refusals

    async def _apply(self, profiles: Sequence[str]) -> Found:
        contested: set[str] = set()
        own: dict[str, frozenset[int]] = {}
        for start in range(0, len(profiles), self._unit):
            done = await self._step.run(profiles[start : start + self._unit])
            telemetry.DUPLICATE_PEOPLE.inc(done.people)
            telemetry.DUPLICATE_PAIRS.inc(done.pairs)
            contested |= done.found.contested
            own |= done.found.own
        return Found(own, contested)


class Known:
    """What messages stated whose effects are committed: stated again, most of it can change nobody.

    Traits can, where a profile has two values of one: the time may make the other one win. So these are not known.
    An identifier of the profile's own says nothing new wherever it is stated, one that was held back only at the same
    place.
    """

    def __init__(self) -> None:
        self._own: dict[str, frozenset[int]] = {}
        self._places: set[int] = set()
        self._traits: dict[str, set[int]] = {}
        self._many = 0

    def __contains__(self, touched: Touched) -> bool:
        if not touched.identifiers:
            return False
        (profile,) = touched.profiles
        if touched.traits and not self._traits.get(profile, NOTHING).issuperset(touched.traits):
            return False
        return self._own.get(profile, NOTHING).issuperset(touched.identifiers) or self._places.issuperset(
            _placed(touched)
        )

    def add(self, those: Sequence[Touched], found: Found) -> None:
        """Remembers them, and what was found of their profiles, but for traits of which two values compete.

        After a correction nothing is known any more: what was stated may be so no longer.
        """
        if any(touched.corrects for touched in those):
            self._forget()
        own = {profile: those for profile, those in found.own.items() if len(those) <= FEW}
        self._make_room(
            sum(len(touched.identifiers) + len(touched.traits) for touched in those) + sum(map(len, own.values()))
        )
        for profile in found.contested:
            self._traits.pop(profile, None)
        for touched in those:
            self._places.update(_placed(touched))
            for profile in touched.profiles:
                self._own[profile] = own.get(profile, NOTHING)
                if touched.traits and profile not in found.contested:
                    self._traits.setdefault(profile, set()).update(touched.traits)

    def _make_room(self, more: int) -> None:
        self._many += more
        if self._many > REMEMBERED:
            self._forget()
            self._many = more

    def _forget(self) -> None:
        self._own.clear()
        self._places.clear()
        self._traits.clear()
        self._many = 0


def _placed(touched: Touched) -> list[int]:
    return [hash((touched.profiles, touched.place, one)) for one in touched.identifiers]
