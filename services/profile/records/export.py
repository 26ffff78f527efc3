"""Everything about a person as one JSON document, written while it is read: a long timeline is never in memory."""

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import TypeVar
from uuid import UUID

import msgspec
from pydantic import BaseModel

from schemas.exported_journeys import JourneyRecords, Pages
from services.profile.domain.policy import IdentityPolicy
from services.profile.domain.sighting import Key
from services.profile.pins.pinning import pin_view
from services.profile.pins.port import Pins
from services.profile.reading import present
from services.profile.reading.consents import LedgerReads, Line, consent_line
from services.profile.reading.mask import hide
from services.profile.reading.port import DecisionRow, LinkRow, Note, ProfileReads
from services.profile.reading.port import Person as Resolved
from services.profile.reading.unknown import unknown
from services.profile.reading.views import DecisionView, HeldLink, IdentifierView, LinkView
from services.profile.records.export_views import ClaimView, ExportedFacts, ReadView
from services.profile.records.likely import likely
from services.profile.records.port import PlacedLink, RecordedRow, Records
from services.runtime.access import Person
from services.runtime.clock import Clock

AT_A_TIME = 200
LINKS_AT_A_TIME = 2_000
"""More: each page looks again at all links of an identifier."""

V = TypeVar("V", LinkView, HeldLink, DecisionView)
_encode = msgspec.json.Encoder().encode


class Exports:
    """Writes exports; each is noted as a read before anything of it is given out."""

    def __init__(
        self,
        reads: ProfileReads,
        records: Records,
        pins: Pins,
        ledger: LedgerReads,
        policy: IdentityPolicy,
        clock: Clock,
        journeys: JourneyRecords,
    ) -> None:
        self._reads = reads
        self._records = records
        self._pins = pins
        self._ledger = ledger
        self._policy = policy
        self._clock = clock
        self._journeys = journeys

    async def export(self, profile_id: UUID, reader: Person) -> tuple[str, AsyncIterator[bytes]]:
        """The live id and the document, piece by piece, of the identifiers that the person has now. Raises NotFound."""
        live = await self._reads.live(str(profile_id))
        if live is None:
            raise await unknown(self._reads, str(profile_id))
        ledger = await self._ledger.ledger(
            live, Note(self._clock.now(), reader.subject, sorted(reader.roles), "export")
        )
        person = await self._reads.person(live)
        labels = await self._records.labels(list(person.holdings))
        facts = await self._facts(person, sorted(labels), ledger.lines if ledger else ())
        return live, _written(facts, self._parts(person, facts))

    async def _facts(self, person: Resolved, labels: list[str], ledger: Sequence[Line]) -> ExportedFacts:
        live, own = person.profile, _own(person)
        profile = present.profile(person, (), self._policy, masked=False)
        claims = await self._records.claims(list(person.holdings))
        return ExportedFacts(
            profile_id=live,
            profile_ids=labels,
            exported_at=self._clock.now(),
            identifiers=profile.identifiers,
            decisions=[
                _without_others(present.decision(row, masked=False), row, own)
                for row in await self._reads.decisions(live)
            ],
            pins=[pin_view(kept, masked=False) for kept in await self._pins.of(live)],
            claims=[
                ClaimView(identifier=present.view(person.holdings[node].key, masked=False), **claim._asdict())
                for node, claim in claims
            ],
            consents=[consent_line(line, masked=False) for line in ledger],
            traits=profile.traits,
            figures=profile.figures,
        )

    def _parts(self, person: Resolved, facts: ExportedFacts) -> Mapping[str, AsyncIterator[list[bytes]]]:
        """What grows for ever, by name, in pages."""
        journeys = self._journeys.of(person.profile, facts.exported_at)
        return {
            "links": self._links(person),
            "held": self._held(person),
            "likely_duplicates": self._likely(person.profile),
            **{name: _as_json(pages) for name, pages in journeys.items()},
            "interactions": self._interactions(list(person.holdings)),
            "reads": self._reads_of(facts.profile_ids),
        }

    async def _links(self, person: Resolved) -> AsyncIterator[list[bytes]]:
        own = _own(person)
        async for page in self._linked(person, held=False):
            yield [_json(_without_others(present.link(one.row, masked=False), one.row, own)) for one in page]

    async def _held(self, person: Resolved) -> AsyncIterator[list[bytes]]:
        live, own = person.profile, _own(person)
        async for page in self._linked(person, held=True):
            shown = [(present.held_link(one.row, live, masked=False), one.row) for one in page]
            yield [_json(_without_others(view, row, own)) for view, row in shown]

    async def _linked(self, person: Resolved, *, held: bool) -> AsyncIterator[Sequence[PlacedLink]]:
        after = None
        while page := await self._records.links(list(person.holdings), after, LINKS_AT_A_TIME, held=held):
            yield page
            after = page[-1].place

    async def _likely(self, live: str) -> AsyncIterator[list[bytes]]:
        after = None
        while rows := await self._records.likely(live, after, AT_A_TIME):
            yield [_json(likely(row, live)) for row in rows]
            after = rows[-1].other(live)

    async def _interactions(self, identifiers: list[int]) -> AsyncIterator[list[bytes]]:
        after = None
        while rows := await self._records.interactions(identifiers, after, AT_A_TIME):
            yield [_interaction(row) for row in rows]
            after = rows[-1].place

    async def _reads_of(self, labels: list[str]) -> AsyncIterator[list[bytes]]:
        """First those in the profile service."""
        after = None
        while rows := await self._records.reads(labels, after, AT_A_TIME):
            yield [_encode({**row._asdict(), "service": "profile"}) for row in rows]
            after = rows[-1].at
        async for page in self._journeys.reads(labels):
            yield [_json(ReadView(**dict(read), action=None, service="journey")) for read in page]


async def _written(facts: ExportedFacts, parts: Mapping[str, AsyncIterator[list[bytes]]]) -> AsyncIterator[bytes]:
    yield facts.model_dump_json().encode().removesuffix(b"}")
    for name, pages in parts.items():
        yield f',"{name}":['.encode()
        async for piece in _joined(pages):
            yield piece
        yield b"]"
    yield b"}"


def _own(person: Resolved) -> set[Key]:
    return {one.key for one in person.holdings.values()}


def _without_others(shown: V, row: LinkRow | DecisionRow, own: set[Key]) -> V:
    """What says how somebody else is reached is not this person's to take away."""
    ends = {name: _end(key, own) for name, key in (("a", row.a), ("b", row.b))}
    return shown.model_copy(update=ends)


def _end(key: Key, own: set[Key]) -> IdentifierView:
    return IdentifierView(namespace=key.namespace, value=key.value if key in own else hide(key.value))


def _interaction(row: RecordedRow) -> bytes:
    return _encode(
        {
            "event": msgspec.Raw(row.body),
            "outcome": row.outcome,
            "blocked": [one.model_dump() for one in present.blocked(row.blocked)],
            "variants": [msgspec.Raw(variant.body) for variant in row.variants],
        }
    )


def _json(view: BaseModel) -> bytes:
    return view.model_dump_json(by_alias=True).encode()


async def _as_json(pages: Pages) -> AsyncIterator[list[bytes]]:
    async for page in pages:
        yield [_json(one) for one in page]


async def _joined(pages: AsyncIterator[list[bytes]]) -> AsyncIterator[bytes]:
    comma = b""
    async for page in pages:
        yield comma + b",".join(page)
        comma = b","
