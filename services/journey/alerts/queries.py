"""All SQL of alerts."""
# ruff: noqa: S608 -- what is put together here are constants of this file

TOUCH = """
INSERT INTO level_touched (definition, slot) SELECT * FROM unnest($1::text::text[], $2::text::integer[])
"""
TOUCH_ALL = """
INSERT INTO level_touched (definition, slot)
SELECT DISTINCT $1, floor(extract(epoch FROM time) / 900)::integer FROM (
    SELECT time FROM transition WHERE definition = $1
    UNION ALL SELECT time FROM pain WHERE definition = $1
    UNION ALL SELECT at FROM lapse WHERE definition = $1 AND kind = 'abandoned'
) AS moments
UNION SELECT DISTINCT definition, slot FROM level WHERE definition = $1
"""
ENROL = """
INSERT INTO alert_progress (definition)
SELECT asked.definition FROM unnest($1::text::text[]) AS asked (definition)
WHERE NOT EXISTS (SELECT 1 FROM alert_progress p WHERE p.definition = asked.definition)
ORDER BY 1 ON CONFLICT DO NOTHING
"""
CLAIM = """
SELECT p.definition, p.slot, p.states, p.redo, p.rested, p.written
FROM alert_progress p JOIN unnest($1::text::text[]) AS asked (definition) USING (definition)
WHERE p.due <= $2 AND NOT EXISTS (
    SELECT 1 FROM profile WHERE registry < (SELECT max(d.revision) FROM definition d WHERE d.key = p.definition)
)
ORDER BY p.due, p.definition LIMIT 1 FOR UPDATE OF p SKIP LOCKED
"""
TAKE_TOUCHED = """
WITH taken AS (
    SELECT DISTINCT slot FROM level_touched WHERE definition = $1 AND slot < $2 ORDER BY slot LIMIT $3
), gone AS (
    DELETE FROM level_touched t USING taken WHERE t.definition = $1 AND t.slot = taken.slot
)
SELECT slot FROM taken ORDER BY slot
"""
_ASKED = """
WITH asked AS (
    SELECT slot, to_timestamp(slot * 900::bigint) AS begins, to_timestamp((slot + 1) * 900::bigint) AS ends
    FROM unnest($2::text::integer[]) AS asked (slot)
)
"""
PARTS = f"""
{_ASKED}
SELECT t.to_stage, a.slot, count(*), 0::bigint, 0::bigint, 0::bigint, 0::bigint, 0::bigint, 0::bigint, NULL::text
FROM asked a JOIN transition t ON t.definition = $1 AND t.time >= a.begins AND t.time < a.ends GROUP BY 1, 2
UNION ALL
SELECT stage, slot, 0, count(dwelt), coalesce(sum(dwelt), 0)::bigint, coalesce(sum(dwelt * dwelt), 0)::bigint,
    0, 0, 0, NULL
FROM (
    SELECT t.from_stage AS stage, a.slot, round(
        (1000 * ln(greatest(extract(epoch FROM t.time - entered.time)::double precision, 1)))::numeric
    )::bigint AS dwelt
    FROM asked a JOIN transition t ON t.definition = $1 AND t.time >= a.begins AND t.time < a.ends
    CROSS JOIN LATERAL (
        SELECT max(p.time) AS time FROM transition p
        WHERE p.profile = t.profile AND p.definition = t.definition AND p.number = t.number
            AND (p.time, p.source COLLATE "C", p.interaction COLLATE "C") < (t.time, t.source, t.interaction)
    ) AS entered
    WHERE t.from_stage IS NOT NULL
) AS stayed GROUP BY 1, 2
UNION ALL
SELECT l.stage, a.slot, 0, 0, 0, 0, count(*), 0, 0, NULL
FROM asked a JOIN lapse l ON l.definition = $1 AND l.kind = 'abandoned' AND l.at >= a.begins AND l.at < a.ends
GROUP BY 1, 2
UNION ALL
SELECT stage, slot, 0, 0, 0, 0, count(*), sum(weighed)::bigint, sum(weighed * weighed)::bigint, key
FROM (
    SELECT n.stage, a.slot, n.key, round((1000 * n.weight)::numeric)::bigint AS weighed
    FROM asked a JOIN pain n ON n.definition = $1 AND n.time >= a.begins AND n.time < a.ends
) AS met GROUP BY stage, slot, key
"""
_LEVEL = "stage, slot, entered, stays, dwell, dwell_squares, abandoned, effort, effort_squares, pains"
LEVELS_OF = f"SELECT {_LEVEL} FROM level WHERE definition = $1 AND slot = ANY($2::integer[])"
CLEAR_LEVELS = "DELETE FROM level WHERE definition = $1 AND slot = ANY($2::integer[])"
LEVEL_FIELDS = ("definition", *_LEVEL.split(", "))
LEVELS = f"SELECT {_LEVEL} FROM level WHERE definition = $1 AND slot >= $2 AND slot < $3"
LEVELS_OF_STAGES = f"{LEVELS} AND stage = ANY($4::text[])"
HISTORY = "SELECT min(slot) FROM level WHERE definition = $1"
AFTER = "SELECT min(slot) FROM level WHERE definition = $1 AND slot >= $2"
FORGET_STATES = "DELETE FROM alert_state WHERE definition = $1 AND slot > $2"
REMEMBERED = "SELECT slot, states FROM alert_state WHERE definition = $1 ORDER BY slot DESC LIMIT 1"
REMEMBER = """
INSERT INTO alert_state AS kept (definition, slot, states)
SELECT $1, slot, states::jsonb FROM unnest($2::text::integer[], $3::text::text[]) AS new (slot, states)
ON CONFLICT (definition, slot) DO UPDATE SET states = excluded.states
"""
GO_ON = """
UPDATE alert_progress SET slot = $2, states = $3::text::jsonb, redo = $4, rested = $5, written = $6, due = $7
WHERE definition = $1
"""
_ALERT = (
    "id, definition, version, stage, measure, pain_point, key, side, since, raised, reading, cleared, "
    "first_raised, nth, said, raised_as, cleared_as"
)
TOLD = f"""
SELECT {_ALERT} FROM alert
WHERE definition = $1
    AND (raised > $2 OR first_raised > $2 OR cleared > $2 OR (cleared IS NULL AND raised_as IS NOT NULL))
"""
KEEP = f"""
INSERT INTO alert AS kept ({_ALERT})
SELECT id, definition, version, stage, measure, pain_point, key, side, since, raised, reading::jsonb, cleared,
    first_raised, nth, said, raised_as, cleared_as
FROM unnest($1::text::uuid[], $2::text::text[], $3::text::integer[], $4::text::text[], $5::text::text[],
    $6::text::text[], $7::text::text[], $8::text::text[], $9::text::integer[], $10::text::integer[], $11::text::text[],
    $12::text::integer[], $13::text::integer[], $14::text::integer[], $15::text::integer[], $16::text::integer[],
    $17::text::integer[])
    AS new ({_ALERT})
ON CONFLICT (id) DO UPDATE SET version = excluded.version, stage = excluded.stage, measure = excluded.measure,
    pain_point = excluded.pain_point, since = excluded.since, raised = excluded.raised, reading = excluded.reading,
    cleared = excluded.cleared, said = excluded.said, raised_as = excluded.raised_as, cleared_as = excluded.cleared_as
"""
ALERTS = f"""
SELECT {_ALERT} FROM alert
WHERE ($1::text IS NULL OR definition = $1) AND raised_as IS NOT NULL
    AND ($2::integer IS NULL OR cleared IS NULL OR cleared > $2) AND ($3::integer IS NULL OR raised < $3)
ORDER BY raised DESC, id LIMIT $4
"""
ALERT = f"SELECT {_ALERT} FROM alert WHERE definition = $1 AND id = $2::text::uuid AND raised_as IS NOT NULL"
_WITHIN = """
    ($5::timestamptz IS NULL OR (time, source COLLATE "C", interaction COLLATE "C") > ($5, $6::text, $7::text))
ORDER BY time, source COLLATE "C", interaction COLLATE "C" LIMIT $8
"""
ENTERED = f"""
SELECT profile, number, time, source, interaction, 1.0::double precision FROM transition
WHERE definition = $1 AND to_stage = $2 AND time >= $3 AND time < $4 AND {_WITHIN}
"""
STAYED = f"""
SELECT profile, number, time, source, interaction, extract(epoch FROM time - (
    SELECT max(p.time) FROM transition p
    WHERE p.profile = t.profile AND p.definition = t.definition AND p.number = t.number
        AND (p.time, p.source COLLATE "C", p.interaction COLLATE "C") < (t.time, t.source, t.interaction)
))::double precision FROM transition t
WHERE definition = $1 AND from_stage = $2 AND time >= $3 AND time < $4 AND {_WITHIN}
"""
ABANDONED = f"""
SELECT profile, number, time, source, interaction, 1.0::double precision FROM (
    SELECT profile, number, at AS time, ''::text AS source, profile::text AS interaction FROM lapse
    WHERE definition = $1 AND kind = 'abandoned' AND stage = $2 AND at >= $3 AND at < $4
) AS given_up WHERE {_WITHIN}
"""
MET = f"""
SELECT profile, number, time, source, interaction, weight FROM pain
WHERE definition = $1 AND stage = $2 AND time >= $3 AND time < $4 AND ($9::text IS NULL OR key = $9) AND {_WITHIN}
"""
