"""Answers stewards about likely duplicates: who may be one, and what speaks for it and against."""

from uuid import UUID

import msgspec

from services.profile.domain.matching.score import FieldWeight, told
from services.profile.domain.policy import IdentityPolicy
from services.profile.duplicates.queries import Compared, DuplicatesReads, Place, Short
from services.profile.duplicates.rows import ends
from services.profile.duplicates.settle import strongest
from services.profile.duplicates.views import (
    DuplicatesAnswer,
    LikelyPair,
    LikelyPairAnswer,
    LikelyPerson,
    WeightLine,
)
from services.profile.reading import present
from services.profile.reading.cursor import pack, unpack
from services.profile.reading.mask import MASK
from services.profile.reading.port import Note, ProfileReads
from services.profile.reading.service import JourneysOf
from services.profile.reading.unknown import unknown
from services.profile.reading.views import IdentifierView, Profile
from services.runtime.access import Person
from services.runtime.clock import Clock
from services.runtime.errors import Gone, NotFound

RIVALS = "rivals"
_SHOWN = 0.005


class Duplicates:
    """Questions about likely duplicates. Every answer is noted for both people before it is given."""

    def __init__(
        self,
        reads: DuplicatesReads,
        profiles: ProfileReads,
        policy: IdentityPolicy,
        clock: Clock,
        journeys_of: JourneysOf,
    ) -> None:
        self._reads = reads
        self._profiles = profiles
        self._policy = policy
        self._clock = clock
        self._journeys_of = journeys_of

    async def queue(self, least: float, cursor: str | None, limit: int, reader: Person) -> DuplicatesAnswer:
        """A page of the queue, the likeliest first. Raises Rejected for a cursor that is not ours."""
        after = None if cursor is None else _place(cursor)
        found = await self._reads.queue(least, after, limit + 1)
        page = found[:limit]
        profiles = {profile for one in page for profile in one.ends}
        people = await self._reads.short(profiles)
        await self._reads.note(self._note(reader), profiles)
        masked = not reader.may(*present.SEES_PERSONAL_DATA)
        items = [
            LikelyPair(
                weight=one.score.weight,
                probability=one.score.probability,
                a=self._person(one.ends[0], people[one.ends[0]], masked=masked),
                b=self._person(one.ends[1], people[one.ends[1]], masked=masked),
            )
            for one in page
        ]
        last = page[-1] if len(found) > limit else None
        return DuplicatesAnswer(items=items, next=pack([last.score.weight, *last.ends]) if last else None)

    async def pair(self, profile_id: str, other_id: str, reader: Person) -> LikelyPairAnswer:
        """Two people whole, and what each field says. Raises NotFound when they are not in the queue, or Gone."""
        pair = ends(profile_id, other_id)
        found = await self._reads.pair(pair)
        if found is None:
            raise await self._no_pair(profile_id, other_id)
        masked = not reader.may(*present.SEES_PERSONAL_DATA)
        a, b = [await self._whole(profile, reader, masked=masked) for profile in pair]
        short = await self._reads.short(pair)
        return LikelyPairAnswer(
            weight=found.shown.weight,
            probability=found.shown.probability,
            a=a,
            b=b,
            decide_a=self._decide_by(short[pair[0]], masked=masked),
            decide_b=self._decide_by(short[pair[1]], masked=masked),
            lines=[_line(line, masked=masked) for line in lines(found)],
        )

    async def _whole(self, profile: str, reader: Person, *, masked: bool) -> Profile:
        person = await self._profiles.read(profile, self._note(reader))
        if person is None:
            raise await unknown(self._profiles, profile)
        return present.profile(person, await self._journeys_of(person.profile), self._policy, masked=masked)

    async def _no_pair(self, profile_id: str, other_id: str) -> NotFound | Gone:
        for field, profile in (("profile_id", profile_id), ("other_id", other_id)):
            why = await unknown(self._profiles, profile, field)
            if isinstance(why, Gone):
                return why
        return NotFound("these two are not, or no longer, likely duplicates", field="other_id")

    def _person(self, profile: str, short: Short, *, masked: bool) -> LikelyPerson:
        return LikelyPerson(
            id=profile,
            name=_name(short, masked=masked),
            identifiers=[present.view(key, masked=masked) for key in short.keys],
            last_seen=short.last_seen,
            decide_by=self._decide_by(short, masked=masked),
        )

    def _decide_by(self, short: Short, *, masked: bool) -> IdentifierView | None:
        return present.view(strongest(short.single, self._policy), masked=masked) if short.single else None

    def _note(self, reader: Person) -> Note:
        return Note(self._clock.now(), reader.subject, sorted(reader.roles), "duplicates")


def _place(cursor: str) -> Place:
    weight, a, b = unpack(cursor, tuple[float, UUID, UUID])
    return Place(weight, str(a), str(b))


def lines(found: Compared) -> list[FieldWeight]:
    """What each field says, the most telling first; they add up to the weight that is shown."""
    said = told(*found.people, found.vector, found.bits, found.weight)
    said.sort(key=lambda line: -abs(line.weight))
    rest = found.shown.weight - sum(line.weight for line in said)
    return [*said, FieldWeight(RIVALS, "somebody else", "", "", rest)] if abs(rest) >= _SHOWN else said


def _line(line: FieldWeight, *, masked: bool) -> WeightLine:
    a, b = (MASK if masked and value else value for value in (line.a, line.b))
    return WeightLine(field=line.field, level=line.level, a=a, b=b, bits=line.weight)


def _name(short: Short, *, masked: bool) -> str | None:
    def stated(*names: str) -> str:
        values = (msgspec.json.decode(short.names[name]) for name in names if name in short.names)
        return next((value for value in values if isinstance(value, str) and value), "")

    given, family = stated("first_name", "given_name"), stated("last_name", "family_name")
    name = stated("name", "full_name", "display_name") or " ".join(part for part in (given, family) if part)
    if not name:
        return None
    return MASK if masked else name
