"""Which interactions are not kept any more; the rules go along with the question."""

from collections.abc import Sequence
from datetime import datetime

import asyncpg

from services.profile.domain.retention import KeepRule
from services.runtime.arrays import literal

EXPIRED = """
SELECT i.id FROM {those}
CROSS JOIN LATERAL (
    SELECT rule.before
    FROM unnest($1::text[], $2::text[], $3::text[], $4::timestamptz[]) WITH ORDINALITY
        AS rule (source, beginning, channel, before, place)
    WHERE (rule.source IS NULL OR rule.source = i.source OR starts_with(i.source, rule.beginning))
        AND (rule.channel IS NULL OR rule.channel = i.channel)
    ORDER BY rule.place LIMIT 1
) kept
WHERE i.time < $5 AND i.time < kept.before AND NOT EXISTS (SELECT 1 FROM consent c WHERE c.interaction = i.id)
LIMIT $6
"""
ANY = EXPIRED.format(those="interaction i")
AMONG = EXPIRED.format(those="unnest($7::text::bigint[]) AS asked (id) JOIN interaction i USING (id)")
PLAN_BY_VALUE = "SET LOCAL plan_cache_mode = force_custom_plan"
"""What time it is decides whether the index of times is any use."""


async def read_expired(
    connection: asyncpg.Connection, rules: Sequence[KeepRule], now: datetime, limit: int, among: Sequence[int] | None
) -> list[int]:
    """The numbers of up to `limit` interactions, of those `among` if told."""
    if not rules:
        return []
    before = [rule.before(now) for rule in rules]
    asked = (
        [rule.source for rule in rules],
        [rule.beginning for rule in rules],
        [rule.channel for rule in rules],
        before,
        max(before),
        limit,
    )
    if among is not None:
        return [row[0] for row in await connection.fetch(AMONG, *asked, literal(among))]
    await connection.execute(PLAN_BY_VALUE)
    return [row[0] for row in await connection.fetch(ANY, *asked)]
