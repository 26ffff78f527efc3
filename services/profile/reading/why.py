"""Explains two identifiers: by which evidence they are one person, or what keeps them apart."""

from services.profile.apart import Apart, Way
from services.profile.domain.normalise import Normaliser
from services.profile.domain.policy import IdentityPolicy
from services.profile.domain.sighting import Key
from services.profile.domain.tree import Bond, path, tree
from services.profile.reading import present
from services.profile.reading.normal import normal_key
from services.profile.reading.port import DecisionRow, LinkRow, Note, ProfileReads
from services.profile.reading.users import Users, users
from services.profile.reading.views import LookupRequest, ThroughView, WhyAnswer, WhyRequest
from services.runtime.access import Person
from services.runtime.clock import Clock
from services.runtime.errors import NotFound

MOST_LINKS = 5_000
"""A person who is held together by more links is explained by so many of them."""
MOST_HELD = 100
MOST_WAYS = 20


class Explanations:
    """Answers why; every look at a person is noted."""

    def __init__(self, reads: ProfileReads, apart: Apart, policy: IdentityPolicy, clock: Clock) -> None:
        self._reads = reads
        self._between = apart
        self._policy = policy
        self._normaliser = Normaliser(policy)
        self._clock = clock

    async def why(self, asked: WhyRequest, reader: Person) -> WhyAnswer:
        """Why two identifiers are, or are not, one person. Raises Rejected or NotFound with the field."""
        a, one = await self._owner(asked.a, "a", reader)
        b, other = await self._owner(asked.b, "b", reader)
        masked = not reader.may(*present.SEES_PERSONAL_DATA)
        if one == other:
            return await self._together(one, a, b, masked=masked)
        return await self._apart(one, other, masked=masked)

    async def _owner(self, asked: LookupRequest, name: str, reader: Person) -> tuple[Key, str]:
        key = normal_key(self._normaliser, asked, f"{name}.")
        note = Note(self._clock.now(), reader.subject, sorted(reader.roles), "why")
        found = await self._reads.lookup(key, 0, note)
        if found is None:
            await self._reads.note(note)
            raise NotFound("nobody is known by this identifier", field=name)
        return key, found.person.profile

    async def _together(self, profile: str, a: Key, b: Key, *, masked: bool) -> WhyAnswer:
        bound = await bound_by(self._reads, profile, MOST_LINKS)
        bonds = [bond_of(row) for row in bound]
        steps = [bound[place] for place in path(bonds, tree(bonds, self._policy), a, b)]
        return WhyAnswer(
            one_person=True,
            profile_a=profile,
            profile_b=profile,
            path=[present.link(row, masked=masked) for row in steps if isinstance(row, LinkRow)],
            decisions=[present.decision(row, masked=masked) for row in steps if isinstance(row, DecisionRow)],
            held=[],
            through=[],
        )

    async def _apart(self, one: str, other: str, *, masked: bool) -> WhyAnswer:
        held = await self._between.between(one, other, MOST_HELD)
        ways = await self._between.through(one, other, MOST_WAYS)
        used = await users(self._reads, [*held, *[half for way in ways for half in way]], self._policy)
        theirs = {row.decision.id: row for row in await self._reads.decisions(other)}
        between = [row for row in await self._reads.decisions(one) if row.decision.id in theirs]
        return WhyAnswer(
            one_person=False,
            profile_a=one,
            profile_b=other,
            path=[],
            decisions=[present.decision(row, masked=masked) for row in between if row.decision.withdrawn is None],
            held=[present.held_link(row, one, used, masked=masked) for row in held],
            through=[_through(way, one, other, used, masked=masked) for way in ways],
        )


def _through(way: Way, one: str, other: str, used: Users, *, masked: bool) -> ThroughView:
    (third,) = {way.one.a, way.one.b} & {way.other.a, way.other.b}
    return ThroughView(
        identifier=present.view(third, masked=masked),
        a=present.held_link(way.one, one, used, masked=masked),
        b=present.held_link(way.other, other, used, masked=masked),
    )


async def bound_by(reads: ProfileReads, profile: str, limit: int) -> list[LinkRow | DecisionRow]:
    """Everything that holds a profile together: its links, and the confirmations that stand."""
    links = await reads.links(profile, limit)
    decisions = await reads.decisions(profile)
    confirmed = (row for row in decisions if row.decision.kind == "confirm" and row.decision.withdrawn is None)
    return [*links, *confirmed]


def bond_of(row: LinkRow | DecisionRow) -> Bond:
    """The bond that a link or a confirmation is."""
    return Bond(row.a, row.b, row.link.first_seen if isinstance(row, LinkRow) else None)
