"""Explains one interaction: its outcome, what it showed, and what that did."""

from datetime import datetime

from services.profile.domain.policy import IdentityPolicy
from services.profile.domain.tombstones import Engraver
from services.profile.domain.union import UnionFind
from services.profile.reading import present
from services.profile.reading.explain import AMBIGUOUS, JOINED, LOGGED_IN, explain, explain_blocked, explain_outcome
from services.profile.reading.port import LinkRow, Note, ProfileReads
from services.profile.reading.present_traits import assurance
from services.profile.reading.why import MOST_LINKS, bound_by
from services.profile.records.interaction_views import (
    BlockedView,
    BroughtTogether,
    InteractionAnswer,
    LoginView,
    ShownIdentifier,
    ShownLink,
    VariantView,
)
from services.profile.records.port import LoginRow, Recorded, Records
from services.profile.wire import decode
from services.runtime.access import Person
from services.runtime.clock import Clock
from services.runtime.errors import NotFound

TWO = 2


class Interactions:
    """Answers what became of interactions; the look at their customer is noted."""

    def __init__(
        self,
        reads: ProfileReads,
        records: Records,
        policy: IdentityPolicy,
        clock: Clock,
        engraver: Engraver | None = None,
    ) -> None:
        self._engraver = engraver
        self._reads = reads
        self._policy = policy
        self._records = records
        self._clock = clock

    async def explain(self, number: int, reader: Person) -> InteractionAnswer:
        """One interaction by its number. Raises NotFound."""
        found = await self._records.interaction(number)
        if found is None:
            raise NotFound("there is no such interaction", field="number")
        owner = found.owner
        ambiguous = self._ambiguous(found)
        await self._reads.note(
            Note(self._clock.now(), reader.subject, sorted(reader.roles), "interaction"), *([owner] if owner else ())
        )
        masked = not reader.may(*present.SEES_PERSONAL_DATA)
        row = found.row
        return InteractionAnswer(
            number=number,
            id=found.event_id,
            source=found.source,
            time=row.place.time,
            profile_id=owner,
            outcome=row.outcome,
            explanation=_in_words(found, ambiguous=ambiguous),
            joined=found.joined,
            login=_login(found.login, masked=masked) if found.login else None,
            ambiguous=ambiguous,
            identifiers=_identifiers(found, masked=masked),
            blocked=[
                BlockedView(**one.model_dump(), explanation=explain_blocked(one.reason))
                for one in present.blocked(row.blocked)
            ],
            links=[_link(link, number, masked=masked) for link in found.links],
            erased_until=await self._erased_until(found),
            created=await self._created(found),
            brought_together=await self._brought_together(found, masked=masked) if found.shown else [],
            variants=[
                VariantView(digest=one.digest, event=present.event(one.body, masked=masked)) for one in row.variants
            ],
            masked=masked,
        )

    def _ambiguous(self, found: Recorded) -> bool:
        rules = self._policy.namespace(found.shared) if found.shared else None
        return rules is not None and rules.login_lasts is not None

    async def _erased_until(self, found: Recorded) -> datetime | None:
        """Up to when its conversation is missing what names nobody."""
        where = decode(found.row.body).data.conversation
        if where is None or self._engraver is None:
            return None
        return await self._records.engraved(self._engraver.conversation(found.source, where))

    async def _created(self, found: Recorded) -> str | None:
        """The oldest profile that was founded on what it showed: ids sort by when they were made."""
        if found.row.outcome != "created":
            return None
        return min(await self._records.labels([one.number for one in found.shown]), default=None)

    async def _brought_together(self, found: Recorded, *, masked: bool) -> list[BroughtTogether]:
        """Who its customer would be without the links that it was first to show; nobody if that changes nothing."""
        owner = found.shown[0].profile
        person = await self._reads.person(owner)
        numbers = {holding.key: number for number, holding in person.holdings.items()}
        union = UnionFind(numbers.values())
        for bond in await bound_by(self._reads, owner, MOST_LINKS):
            if not (isinstance(bond, LinkRow) and bond.link.interaction == found.number):
                union.join(numbers[bond.a], numbers[bond.b])
        showed = {one.number for one in found.shown} & set(numbers.values())
        groups = [group for group in union.groups() if group & showed]
        if len(groups) < TWO:
            return []
        labels = await self._records.labels(list(person.holdings))
        return [
            BroughtTogether(
                profile_ids=sorted(label for label, founder in labels.items() if founder in group),
                identifiers=[present.view(person.holdings[number].key, masked=masked) for number in sorted(group)],
            )
            for group in sorted(groups, key=min)
        ]


def _in_words(found: Recorded, *, ambiguous: bool) -> str:
    if found.login:
        return LOGGED_IN
    if ambiguous:
        return AMBIGUOUS
    return JOINED if found.joined else explain_outcome(found.row.outcome)


def _login(login: LoginRow, *, masked: bool) -> LoginView:
    device, person = (present.view(key, masked=masked) for key in (login.device, login.person))
    return LoginView(device=device, person=person, time=login.time, source=login.source, id=login.event_id)


def _identifiers(found: Recorded, *, masked: bool) -> list[ShownIdentifier]:
    return [
        ShownIdentifier(
            **present.view(one.key, masked=masked).model_dump(),
            assurance=assurance(verified=one.verified),
            anchor=place == 0 and found.login is None,
            profile_id=one.profile,
        )
        for place, one in enumerate(found.shown)
    ]


def _link(row: LinkRow, number: int, *, masked: bool) -> ShownLink:
    reason = row.link.held
    return ShownLink(
        **present.link(row, masked=masked).model_dump(),
        first_witness=row.link.interaction == number,
        reason=reason,
        explanation=explain(reason) if reason else None,
    )
