"""A person's consents: how they stand to each purpose now, and the ledger that it follows from."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Annotated, NamedTuple, Protocol
from uuid import UUID

from fastapi import APIRouter, Depends
from pydantic import AwareDatetime, BaseModel

from services.profile.domain.consent import Consent, Said, consents
from services.profile.domain.sighting import Key
from services.profile.reading import present
from services.profile.reading.port import Note, ProfileReads
from services.profile.reading.unknown import unknown
from services.profile.reading.views import IdentifierView
from services.runtime.access import Access, Person, Role
from services.runtime.clock import Clock
from services.runtime.database import Database
from services.runtime.web import ERASED, ERRORS

MOST_LINES = 1_000
"""More lines than these are not listed; all of them count."""

LEDGER = """
WITH asked AS (
    SELECT m.profile FROM profile p JOIN membership m ON m.identifier = p.founder WHERE p.id = $1
), noted AS (
    INSERT INTO profile_read (at, person, roles, action, profile) SELECT $2, $3, $4, $5, asked.profile FROM asked
)
SELECT asked.profile::text, c.purpose, c.identifier, i.namespace, i.value, c.at, c.refused, c.event_id, c.source,
    c.verified, c.method, c.wording
FROM asked
LEFT JOIN LATERAL (
    SELECT c.* FROM membership m JOIN consent c USING (identifier) WHERE m.profile = asked.profile
) c ON true
LEFT JOIN identifier i ON i.id = c.identifier
ORDER BY c.at DESC, c.refused DESC, c.event_id DESC, c.source DESC
"""


class Line(NamedTuple):
    """One line of the ledger with the name of its identifier."""

    purpose: str
    identifier: int
    key: Key
    said: Said


class Ledger(NamedTuple):
    """A live profile's lines, the latest first."""

    profile: str
    lines: Sequence[Line]


class LedgerReads(Protocol):
    """Questions about consent."""

    async def ledger(self, label: str, note: Note) -> Ledger | None:
        """The lines of a label's live profile, with the read noted; None if it never was one."""


class PostgresLedger:
    """The ledger in the profile schema."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def ledger(self, label: str, note: Note) -> Ledger | None:
        """Every line, the latest first."""
        async with self._database.connection() as connection:
            rows = await connection.fetch(LEDGER, UUID(label), *note)
        if not rows:
            return None
        lines = [Line(row[1], row[2], Key(row[3], row[4]), Said(*row[5:])) for row in rows if row[1] is not None]
        return Ledger(rows[0][0], lines)


class ConsentLine(BaseModel):
    """What was said about a purpose. One that does not `count` was an allowance by whoever typed the address."""

    purpose: str
    granted: bool
    counts: bool
    at: AwareDatetime
    identifier: IdentifierView
    source: str
    interaction: str
    method: str | None
    wording: str | None


class ConsentsAnswer(BaseModel):
    """The line that decides each purpose, and the ledger, the latest first."""

    profile_id: str
    consents: dict[str, ConsentLine]
    ledger: list[ConsentLine]
    ledger_total: int


class Consents:
    """Answers about consent; every look is noted."""

    def __init__(self, reads: LedgerReads, profiles: ProfileReads, clock: Clock) -> None:
        self._reads = reads
        self._profiles = profiles
        self._clock = clock

    async def of(self, profile_id: str, reader: Person) -> ConsentsAnswer:
        """How a person stands to each purpose. Raises NotFound or Gone."""
        note = Note(self._clock.now(), reader.subject, sorted(reader.roles), "consents")
        found = await self._reads.ledger(profile_id, note)
        if found is None:
            raise await unknown(self._profiles, profile_id)
        masked = not reader.may(*present.SEES_PERSONAL_DATA)
        keys = {line.identifier: line.key for line in found.lines}
        return ConsentsAnswer(
            profile_id=found.profile,
            consents={
                purpose: _decisive(purpose, one, keys, masked=masked)
                for purpose, one in consents(_by_identifier(found.lines)).items()
            },
            ledger=[consent_line(line, masked=masked) for line in found.lines[:MOST_LINES]],
            ledger_total=len(found.lines),
        )


def consent_router(answers: Consents, access: Access) -> APIRouter:
    """The route, for people who may read profiles."""
    router = APIRouter(tags=["profile"], responses=ERRORS)
    Reader = Annotated[Person, Depends(access.requires(Role.AGENT, Role.STEWARD, Role.OPS))]  # noqa: N806 -- a type

    @router.get("/v1/profiles/{profile_id}/consents", summary="What a person allowed and refused", responses=ERASED)
    async def of(reader: Reader, profile_id: UUID) -> ConsentsAnswer:
        return await answers.of(str(profile_id), reader)

    return router


def _by_identifier(lines: Sequence[Line]) -> Mapping[int, Mapping[str, Sequence[Said]]]:
    ledger: dict[int, dict[str, list[Said]]] = defaultdict(lambda: defaultdict(list))
    for line in lines:
        ledger[line.identifier][line.purpose].append(line.said)
    return ledger


def _decisive(purpose: str, one: Consent, keys: Mapping[int, Key], *, masked: bool) -> ConsentLine:
    return consent_line(Line(purpose, one.identifier, keys[one.identifier], one.said), masked=masked)


def consent_line(line: Line, *, masked: bool) -> ConsentLine:
    """A line as it is shown."""
    said = line.said
    return ConsentLine(
        purpose=line.purpose,
        granted=not said.refused,
        counts=said.counts,
        at=said.at,
        identifier=present.view(line.key, masked=masked),
        source=said.source,
        interaction=said.event_id,
        method=said.method,
        wording=said.wording,
    )
