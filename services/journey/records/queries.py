"""All SQL of what is kept of one person. The last columns of a row are its place; a page begins after one."""
# ruff: noqa: S608 -- what is put together here are constants

from services.journey.queries import (
    FACT_FIELDS,
    JOURNEY_COLUMNS,
    LAPSE_FIELDS,
    LIVE_PROFILE,
    PAIN_COLUMNS,
    TRANSITION_COLUMNS,
)

_LIVE = f"WITH live (id) AS ({LIVE_PROFILE})"

SEGMENTS = f"""
{_LIVE} SELECT segment FROM live JOIN profile p USING (id) CROSS JOIN unnest(p.segments) AS segment
WHERE segment > $2 ORDER BY segment LIMIT $3
"""
JOURNEYS = f"""
{_LIVE} SELECT {JOURNEY_COLUMNS}, opened_at, definition, number FROM live JOIN journey ON profile = live.id
WHERE (opened_at, definition, number) > ($2, $3, $4) ORDER BY opened_at, definition, number LIMIT $5
"""
STEPS = f"""
{_LIVE}, step AS (SELECT t.* FROM live JOIN transition t ON t.profile = live.id)
SELECT {TRANSITION_COLUMNS}, time, id FROM step WHERE (time, id) > ($2, $3) ORDER BY time, id LIMIT $4
"""
PAINS = f"""
{_LIVE}
SELECT {", ".join(PAIN_COLUMNS)}, time, source, interaction, definition, number, key
FROM live JOIN pain ON profile = live.id
WHERE (time, source, interaction, definition, number, key) > ($2, $3, $4, $5, $6, $7)
ORDER BY time, source, interaction, definition, number, key LIMIT $8
"""
LAPSES = f"""
{_LIVE} SELECT {", ".join(LAPSE_FIELDS)}, since, definition, kind FROM live JOIN lapse ON profile = live.id
WHERE (since, definition, kind) > ($2, $3, $4) ORDER BY since, definition, kind LIMIT $5
"""
MEASURES = f"""
{_LIVE} SELECT {", ".join(FACT_FIELDS)}, time, source, interaction, definition FROM live JOIN fact ON profile = live.id
WHERE (time, source, interaction, definition) > ($2, $3, $4, $5)
ORDER BY time, source, interaction, definition LIMIT $6
"""
ACTIONS = f"""
{_LIVE}
SELECT a.profile, a.definition, a.action, a.cause, a.stage, a.at, a.decide_at, a.source, a.interaction, a.pain_point,
    a.stays, a.state, a.decided_at, a.lot, d.target, d.state, d.attempts, d.next_at, d.error, d.body, a.at, a.id
FROM live JOIN action a ON a.profile = live.id LEFT JOIN delivery d ON d.id = a.id
WHERE (a.at, a.id) > ($2, $3) ORDER BY a.at, a.id LIMIT $4
"""
READS = """
SELECT at, person, roles, at FROM unnest($1::uuid[]) AS asked (profile) JOIN profile_read USING (profile)
WHERE at > $2 ORDER BY at FETCH FIRST $3 ROWS WITH TIES
"""
