"""Everything about a person as one JSON document, written while it is read: a long timeline is never in memory."""

from collections.abc import AsyncIterator, Sequence
from typing import TypeVar
from uuid import UUID

import msgspec

from services.profile.domain.policy import IdentityPolicy
from services.profile.domain.sighting import Key
from services.profile.pins.pinning import pin_view
from services.profile.pins.port import Pins
from services.profile.reading import present
from services.profile.reading.consents import LedgerReads, Line, consent_line
from services.profile.reading.mask import hide
from services.profile.reading.port import DecisionRow, LinkRow, Note, ProfileReads
from services.profile.reading.port import Person as Resolved
from services.profile.reading.service import JourneysOf
from services.profile.reading.unknown import unknown
from services.profile.reading.views import DecisionView, HeldLink, IdentifierView
from services.profile.records.export_views import ClaimView, ExportedFacts
from services.profile.records.port import RecordedRow, Records
from services.runtime.access import Person
from services.runtime.clock import Clock

AT_A_TIME = 200
EVERY = 2**31 - 1

V = TypeVar("V", HeldLink, DecisionView)
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
        journeys_of: JourneysOf,
    ) -> None:
        self._reads = reads
        self._records = records
        self._pins = pins
        self._ledger = ledger
        self._policy = policy
        self._clock = clock
        self._journeys_of = journeys_of

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
        return live, self._written(facts, list(person.holdings))

    async def _facts(self, person: Resolved, labels: list[str], ledger: Sequence[Line]) -> ExportedFacts:
        live, own = person.profile, {one.key for one in person.holdings.values()}
        profile = present.profile(person, await self._journeys_of(live), self._policy, masked=False)
        held, _ = await self._reads.held(live, EVERY)
        claims = await self._records.claims(list(person.holdings))
        return ExportedFacts(
            profile_id=live,
            profile_ids=labels,
            exported_at=self._clock.now(),
            identifiers=profile.identifiers,
            links=[present.link(row, masked=False) for row in await self._reads.links(live, EVERY)],
            held=[_without_others(present.held_link(row, live, masked=False), row, own) for row in held],
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
            journeys=profile.journeys,
        )

    async def _written(self, facts: ExportedFacts, identifiers: list[int]) -> AsyncIterator[bytes]:
        yield facts.model_dump_json().encode().removesuffix(b"}") + b',"interactions":['
        async for piece in _joined(self._interactions(identifiers)):
            yield piece
        yield b'],"reads":['
        async for piece in _joined(self._reads_of(facts.profile_ids)):
            yield piece
        yield b"]}"

    async def _interactions(self, identifiers: list[int]) -> AsyncIterator[list[bytes]]:
        after = None
        while rows := await self._records.interactions(identifiers, after, AT_A_TIME):
            yield [_interaction(row) for row in rows]
            after = rows[-1].place

    async def _reads_of(self, labels: list[str]) -> AsyncIterator[list[bytes]]:
        after = None
        while rows := await self._records.reads(labels, after, AT_A_TIME):
            yield [_encode(row._asdict()) for row in rows]
            after = rows[-1].at


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


async def _joined(pages: AsyncIterator[list[bytes]]) -> AsyncIterator[bytes]:
    comma = b""
    async for page in pages:
        yield comma + b",".join(page)
        comma = b","
