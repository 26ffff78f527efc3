"""Large raw components, as rows, for whoever has the component locked; those without counts are crowds."""

from collections.abc import Iterable, Mapping

import asyncpg
import msgspec

from services.profile.domain.claims import Claim
from services.profile.domain.large import Large
from services.runtime.arrays import literal

KNOWN = """
SELECT component, namespaces, claims
FROM unnest($1::text::bigint[]) AS asked (component) JOIN large_component USING (component)
"""
FORGET = """
DELETE FROM large_component USING unnest($1::text::bigint[]) AS asked (component)
WHERE large_component.component = asked.component
"""
PUT = """
INSERT INTO large_component (component, namespaces, claims)
SELECT * FROM unnest($1::text::bigint[], $2::text[], $3::text[])
ON CONFLICT (component) DO UPDATE SET namespaces = excluded.namespaces, claims = excluded.claims
"""

_read_counts = msgspec.json.Decoder(dict[str, int]).decode
_read_claims = msgspec.json.Decoder(list[list[tuple[str, str]]]).decode


async def read_large(connection: asyncpg.Connection, components: Iterable[int]) -> dict[int, Large | None]:
    """Those of the components that are known to be large; None of a crowd."""
    rows = await connection.fetch(KNOWN, literal(components))
    return {row[0]: large_of(row[1], row[2]) for row in rows}


def large_of(namespaces: str | None, claims: str | None) -> Large | None:
    """What the columns say."""
    if namespaces is None or claims is None:
        return None
    sets = [frozenset(Claim(*claim) for claim in those) for those in _read_claims(claims)]
    return Large(_read_counts(namespaces), frozenset(sets))


async def forget_large(connection: asyncpg.Connection, components: Iterable[int]) -> None:
    """Has these read whole the next time."""
    await connection.execute(FORGET, literal(components))


async def put_large(connection: asyncpg.Connection, large: Mapping[int, Large | None]) -> None:
    """Keeps these, in place of what was known of them."""
    ordered = sorted(large.items())
    await connection.execute(
        PUT,
        literal(component for component, _ in ordered),
        [one and _written(one.namespaces) for _, one in ordered],
        [one and _written(sorted(map(sorted, one.claims))) for _, one in ordered],
    )


def _written(value: object) -> str:
    return msgspec.json.encode(value).decode()
