"""All SQL of webhooks."""

POST = """
INSERT INTO delivery (id, target, body, definition, type, about, next_at)
SELECT id, target, body, definition, type, about, $7
FROM unnest($1::text::uuid[], $2::text::text[], $3::text::text[], $4::text::text[], $5::text::text[], $6::text::text[])
    AS new (id, target, body, definition, type, about)
ON CONFLICT DO NOTHING
"""
CLAIM = """
UPDATE delivery d SET next_at = $3, attempts = attempts + 1
FROM (
    SELECT id FROM delivery WHERE target = $1 AND state = 'waiting' AND next_at <= $2
    ORDER BY next_at LIMIT $4 FOR UPDATE SKIP LOCKED
) AS claimed
WHERE d.id = claimed.id
RETURNING d.id, d.target, d.body, d.definition, d.type, d.about, d.attempts
"""
ATTEMPTED = """
UPDATE delivery d SET state = new.state, next_at = new.at, error = new.error
FROM unnest($1::text::uuid[], $2::text::text[], $3::text::timestamptz[], $4::text::text[]) AS new (id, state, at, error)
WHERE d.id = new.id AND d.state = 'waiting'
"""
DEAD = """
SELECT id, target, definition, type, about, attempts, error, next_at
FROM delivery WHERE state = 'dead' ORDER BY next_at DESC, id LIMIT $1
"""
REPLAY = "UPDATE delivery SET state = 'waiting', attempts = 0, next_at = $2 WHERE id = $1 AND state = 'dead'"
