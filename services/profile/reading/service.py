"""Answers people's questions about profiles: finds, notes the read, masks for those who may not see personal data."""

from collections.abc import Awaitable, Callable, Sequence

from services.profile.domain.normalise import Normaliser
from services.profile.domain.policy import IdentityPolicy
from services.profile.domain.tree import tree
from services.profile.reading import present
from services.profile.reading.cursor import offset_cursor, place_cursor, read_offset, read_place
from services.profile.reading.normal import normal_key
from services.profile.reading.port import Found, LinkRow, Note, ProfileReads
from services.profile.reading.port import Person as Resolved
from services.profile.reading.present_traits import shown_name
from services.profile.reading.unknown import unknown
from services.profile.reading.users import users
from services.profile.reading.views import (
    IdentityAnswer,
    JourneyStage,
    LookupAnswer,
    LookupRequest,
    Profile,
    SearchAnswer,
    SearchItem,
    SearchRequest,
    TimelineAnswer,
)
from services.profile.reading.why import bond_of, bound_by
from services.runtime import telemetry
from services.runtime.access import Person
from services.runtime.clock import Clock
from services.runtime.errors import NotFound

ALTERNATIVES = 50
LINKS = 200

JourneysOf = Callable[[str], Awaitable[Sequence[JourneyStage]]]
"""Where a live profile stands in its journeys; the origin hands it over, because journeys are another service's."""


class Profiles:
    """Questions about profiles. Every answer is noted in the audit before it is given."""

    def __init__(self, reads: ProfileReads, policy: IdentityPolicy, clock: Clock, journeys_of: JourneysOf) -> None:
        self._reads = reads
        self._policy = policy
        self._normaliser = Normaliser(policy)
        self._clock = clock
        self._journeys_of = journeys_of

    async def lookup(self, asked: LookupRequest, reader: Person) -> LookupAnswer:
        """The owner of an identifier by the rules, and the alternatives. Raises NotFound or Rejected with a field."""
        key = normal_key(self._normaliser, asked)
        note = self._note(reader, "lookup")
        found = await self._reads.lookup(key, ALTERNATIVES, note)
        if found is None:
            await self._reads.note(note)  # whoever tries which addresses are customers' is kept too
            raise NotFound("nobody is known by this identifier", field="value")
        masked = _counted(reader)
        alternatives = present.alternatives(found.others, found.person.profile)
        return LookupAnswer(
            profile=await self._show(found.person, masked=masked), shared=found.shared, alternatives=alternatives
        )

    async def search(self, asked: SearchRequest, reader: Person) -> SearchAnswer:
        """People by part of a name or by any identifier. Raises Rejected for a cursor that is not ours."""
        offset = read_offset(asked.cursor)
        found = await self._reads.search(self._forms(asked.q), asked.q.casefold(), offset, asked.limit + 1)
        page = found[: asked.limit]
        await self._reads.note(self._note(reader, "search"), *(one.profile for one in page))
        masked = _counted(reader)
        items = [_search_item(one, self._policy, masked=masked) for one in page]
        return SearchAnswer(items=items, next=offset_cursor(offset + asked.limit) if len(found) > asked.limit else None)

    async def profile(self, profile_id: str, reader: Person) -> Profile:
        """One person. Raises NotFound or Gone."""
        person = await self._reads.read(profile_id, self._note(reader, "profile"))
        if person is None:
            raise await unknown(self._reads, profile_id)
        return await self._show(person, masked=_counted(reader))

    async def timeline(
        self, profile_id: str, cursor: str | None, limit: int, channel: str | None, reader: Person
    ) -> TimelineAnswer:
        """A page of interactions, newest first. Raises NotFound, Gone, or Rejected for a cursor that is not ours."""
        note = self._note(reader, "timeline")
        page = await self._reads.timeline(profile_id, read_place(cursor), channel, limit + 1, note)
        if page is None:
            raise await unknown(self._reads, profile_id)
        masked, rows = _counted(reader), page.rows
        items = [present.interaction(row, page.profile, masked=masked) for row in rows[:limit]]
        return TimelineAnswer(items=items, next=place_cursor(rows[limit - 1].place) if len(rows) > limit else None)

    async def identity(self, profile_id: str, reader: Person) -> IdentityAnswer:
        """Why this is one person. Raises NotFound or Gone."""
        live = await self._reads.live(profile_id)
        if live is None:
            raise await unknown(self._reads, profile_id)
        await self._reads.note(self._note(reader, "identity"), live)
        masked = _counted(reader)
        person = await self._reads.person(live)
        held, total = await self._reads.held(live, LINKS)
        used = await users(self._reads, held, self._policy)
        bound = await bound_by(self._reads, live, LINKS)
        joins = set(tree([bond_of(row) for row in bound], self._policy))
        return IdentityAnswer(
            identifiers=[present.identifier(one, masked=masked) for one in person.holdings.values()],
            links=[
                present.joined_link(row, joins=place in joins, masked=masked)
                for place, row in enumerate(bound)
                if isinstance(row, LinkRow)
            ],
            held=[present.held_link(row, live, used, masked=masked) for row in held],
            held_total=total,
            decisions=[present.decision(row, masked=masked) for row in await self._reads.decisions(live)],
        )

    def _note(self, reader: Person, action: str) -> Note:
        return Note(self._clock.now(), reader.subject, sorted(reader.roles), action)

    async def _show(self, person: Resolved, *, masked: bool) -> Profile:
        return present.profile(person, await self._journeys_of(person.profile), self._policy, masked=masked)

    def _forms(self, text: str) -> list[str]:
        """The normal forms that a text has in any namespace."""
        concrete = [name.replace("*", "any") for name in self._policy.namespaces]
        forms = {self._normaliser.normalise(namespace, text, None)[0] for namespace in concrete}
        return sorted(form for form in forms if form)


def _counted(reader: Person) -> bool:
    """Counts the read; whether to mask what is shown."""
    telemetry.PROFILE_READS.labels(min(reader.roles)).inc()
    return not reader.may(*present.SEES_PERSONAL_DATA)


def _search_item(found: Found, policy: IdentityPolicy, *, masked: bool) -> SearchItem:
    name = shown_name(found.names, policy, masked=masked)
    return SearchItem(
        id=found.profile,
        name=name.text,
        name_assurance=name.assurance,
        identifiers=[present.view(key, masked=masked) for key in found.keys],
        last_seen=found.last_seen,
    )
