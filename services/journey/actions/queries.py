"""All SQL of actions."""

CUE = """
INSERT INTO action
    (id, profile, definition, action, cause, stage, at, decide_at, source, interaction, pain_point, stays)
SELECT * FROM unnest($1::text::uuid[], $2::text::uuid[], $3::text::text[], $4::text::text[], $5::text::text[],
    $6::text::text[], $7::text::timestamptz[], $8::text::timestamptz[], $9::text::text[], $10::text::text[],
    $11::text::text[], $12::text::boolean[])
ON CONFLICT DO NOTHING
"""
ERASE = """
DELETE FROM action a USING unnest($1::text::uuid[]) AS gone (profile) WHERE a.profile = gone.profile
"""
ERASE_DELIVERIES = """
DELETE FROM delivery d USING action a, unnest($1::text::uuid[]) AS gone (profile)
WHERE d.id = a.id AND a.profile = gone.profile
"""
HAND_ON = """
UPDATE action a SET profile = b.profile
FROM unnest($1::text::uuid[], $2::text::bigint[]) AS gone (profile, identifier)
JOIN belonging b USING (identifier)
WHERE a.profile = gone.profile AND NOT EXISTS (SELECT 1 FROM belonging own WHERE own.profile = gone.profile)
"""
LOCK_WAITING = """
SELECT a.id, a.profile, a.definition, a.action, a.cause, a.stage, a.at, a.decide_at,
    a.source, a.interaction, a.pain_point, a.stays, p.segments
FROM action a JOIN profile p ON p.id = a.profile
WHERE a.state = 'waiting' AND a.decide_at <= $1
ORDER BY a.decide_at, a.id LIMIT $2 FOR UPDATE OF a, p SKIP LOCKED
"""
HOLDING = """
SELECT a.id FROM unnest($1::text::uuid[]) AS asked (id) JOIN action a USING (id)
WHERE CASE a.cause
    WHEN 'step' THEN EXISTS (
        SELECT 1 FROM transition t WHERE t.profile = a.profile AND t.definition = a.definition AND t.time = a.at
            AND (a.interaction IS NULL OR (t.source, t.interaction, t.to_stage) = (a.source, a.interaction, a.stage))
    ) AND (NOT a.stays OR (a.stage, a.at) = (
        SELECT j.stage, j.entered_at FROM journey j
        WHERE j.profile = a.profile AND j.definition = a.definition
        ORDER BY j.number DESC LIMIT 1
    ))
    WHEN 'pain_point' THEN EXISTS (
        SELECT 1 FROM pain n WHERE n.profile = a.profile AND n.definition = a.definition AND n.time = a.at
            AND (a.interaction IS NULL OR (n.source, n.interaction, n.key) = (a.source, a.interaction, a.pain_point))
    )
    ELSE EXISTS (
        SELECT 1 FROM lapse l
        WHERE l.profile = a.profile AND l.definition = a.definition AND l.kind = a.cause AND l.at = a.at
    ) AND NOT EXISTS (
        SELECT 1 FROM journey j
        WHERE j.profile = a.profile AND j.definition = a.definition
            AND (j.entered_at > a.at OR (a.cause = 'stalled' AND j.touched_at > a.at))
    )
END
"""
PAST = """
SELECT a.profile, a.definition, a.action, a.decided_at, a.state = 'requested', a.lot
FROM unnest($1::text::uuid[]) AS asked (profile) JOIN action a USING (profile)
WHERE a.state IN ('requested', 'held_out')
"""
WORDS = """
SELECT b.profile, i.anchor, i.time, i.body
FROM unnest($1::text::uuid[]) AS asked (profile)
JOIN belonging b USING (profile) JOIN interaction i ON i.anchor = b.identifier
WHERE position('"consents"'::bytea IN i.body) > 0
"""
DECIDE = """
UPDATE action a SET state = new.state, decided_at = CASE WHEN new.state = 'waiting' THEN NULL ELSE new.at END,
    decide_at = CASE WHEN new.state = 'waiting' THEN new.at ELSE a.decide_at END, lot = new.lot
FROM unnest($1::text::uuid[], $2::text::text[], $3::text::timestamptz[], $4::text::double precision[])
    AS new (id, state, at, lot)
WHERE a.id = new.id
"""

COUNTS = """
SELECT a.action, a.state, count(*)
FROM action a JOIN unnest($2::text[]) AS defined (action) USING (action)
WHERE a.definition = $1 AND ($3::timestamptz IS NULL OR a.at >= $3) AND ($4::timestamptz IS NULL OR a.at < $4)
GROUP BY a.action, a.state
UNION ALL
SELECT a.action, 'failed', count(*)
FROM action a JOIN unnest($2::text[]) AS defined (action) USING (action) JOIN delivery d ON d.id = a.id
WHERE a.definition = $1 AND ($3::timestamptz IS NULL OR a.at >= $3) AND ($4::timestamptz IS NULL OR a.at < $4)
    AND a.state = 'requested' AND d.state = 'dead'
GROUP BY a.action ORDER BY 1, 2
"""
DECIDED = """
SELECT action, state, profile, at FROM (
    SELECT a.action, a.state, a.profile, watch.within, min(a.decided_at) AS at
    FROM action a JOIN unnest($2::text[], $3::interval[]) AS watch (action, within) USING (action)
        JOIN unnest($4::text[]) AS watched (state) USING (state)
    WHERE a.definition = $1 AND ($5::timestamptz IS NULL OR a.at >= $5) AND ($6::timestamptz IS NULL OR a.at < $6)
    GROUP BY a.action, a.state, a.profile, watch.within
) AS first
WHERE at + within <= $7 ORDER BY profile
"""
CONTACTS = """
SELECT b.profile, i.source, i.id, i.anchor, i.time, i.type, i.channel, i.placed, i.body, i.version, i.number
FROM unnest($1::text::uuid[], $2::text::timestamptz[], $3::text::timestamptz[]) AS asked (profile, since, until)
JOIN belonging b USING (profile) JOIN interaction i ON i.anchor = b.identifier
JOIN unnest($4::text::text[]) AS contact (type) ON contact.type = i.type
WHERE i.time BETWEEN asked.since AND asked.until
"""
CUSTOMERS = """
WITH called AS (
    SELECT a.id, a.profile, a.at, a.stage, a.decided_at FROM action a
    WHERE a.definition = $1 AND a.action = $2
        AND ($3::timestamptz IS NULL OR a.at >= $3) AND ($4::timestamptz IS NULL OR a.at < $4)
        AND CASE $5::text
            WHEN 'failed' THEN a.state = 'requested' AND EXISTS (
                SELECT 1 FROM delivery d WHERE d.id = a.id AND d.state = 'dead'
            )
            ELSE a.state = $5
        END
), asked AS (
    SELECT * FROM called WHERE NOT $6
    UNION ALL
    SELECT * FROM (
        SELECT DISTINCT ON (profile) * FROM called WHERE $6 AND decided_at IS NOT NULL ORDER BY profile, decided_at, id
    ) AS first
    WHERE decided_at + $7::interval <= $8
)
SELECT id::text, profile::text, at, stage, decided_at FROM asked
WHERE $9::timestamptz IS NULL OR (at, id::text COLLATE "C") > ($9, $10::text)
ORDER BY at, id::text COLLATE "C" LIMIT $11
"""
