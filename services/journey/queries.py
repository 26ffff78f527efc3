"""All SQL of the journey service. Every statement of the step takes a whole batch.

Tables are joined with what is asked for, never compared with it (`= ANY($1)`): a generic plan looks through all of a
long array for each row of the table.
"""
# ruff: noqa: S608 -- what is put together here are constants of this file

from services.journey.domain.measures.catalogue import Measure

REVISION = """
SELECT greatest(
    (SELECT max(revision) FROM definition), (SELECT max(revision) FROM segment), (SELECT max(revision) FROM rebuild),
    (SELECT max(revision) FROM trait_policy), 0
)
"""
DEFINITIONS = "SELECT DISTINCT ON (key) key, body FROM definition ORDER BY key, version DESC"
LOCK_DEFINITIONS = "LOCK TABLE definition IN SHARE ROW EXCLUSIVE MODE"
IN_FORCE = "SELECT body FROM definition WHERE key = $1 ORDER BY version DESC LIMIT 1"
ACCEPT = "INSERT INTO definition (key, version, body) VALUES ($1, $2, $3)"
SEGMENTS = "SELECT DISTINCT ON (key) body FROM segment ORDER BY key, version DESC"
SEGMENT_IN_FORCE = "SELECT body FROM segment WHERE key = $1 ORDER BY version DESC LIMIT 1"
ACCEPT_SEGMENT = "INSERT INTO segment (key, version, body) VALUES ($1, $2, $3)"
POLICY = "SELECT version, body FROM trait_policy"
STATE_POLICY = "INSERT INTO trait_policy (version, body) VALUES ($1, $2)"
POLICY_AGAIN = "UPDATE trait_policy SET version = $1"
FORGET_POLICY = "DELETE FROM trait_policy"
MEMBERS = "SELECT segment, count(*) FROM profile CROSS JOIN unnest(segments) AS segment GROUP BY segment"
FORGET_FAILURES = "DELETE FROM rule_failure WHERE definition = $1"
FORGET_FAILURE = "DELETE FROM rule_failure WHERE definition = $1 AND rule = $2"

KNOWN = """
SELECT i.source, i.id, i.anchor, i.placed, i.number
FROM unnest($1::text::text[], $2::text::text[]) AS asked (source, id)
JOIN interaction i USING (source, id)
ORDER BY i.source, i.id FOR UPDATE OF i
"""
GONE = "SELECT number, placed FROM unnest($1::text::bigint[]) AS asked (number) JOIN gone USING (number)"
ANY_GONE = """
SELECT EXISTS (
    SELECT 1 FROM unnest($1::text::bigint[], $2::text::bigint[]) AS asked (number, placed)
    JOIN gone USING (number) WHERE gone.placed > asked.placed
)
"""
OWNERS = """
SELECT b.identifier, b.profile, b.version, b.void
FROM unnest($1::text::bigint[]) AS asked (identifier) JOIN belonging b USING (identifier)
ORDER BY b.identifier FOR UPDATE OF b
"""
NEW_OWNERS = """
INSERT INTO belonging (identifier, profile, version, void)
SELECT * FROM unnest($1::text::bigint[], $2::text::uuid[], $3::text::bigint[], $4::text::bigint[])
ON CONFLICT DO NOTHING
"""
MOVE_OWNERS = """
UPDATE belonging b SET profile = new.profile, version = new.version, void = new.void
FROM unnest($1::text::bigint[], $2::text::uuid[], $3::text::bigint[], $4::text::bigint[])
    AS new (identifier, profile, version, void)
WHERE b.identifier = new.identifier
"""
INTERACTION_COLUMNS = (
    *("source", "id", "anchor", "time", "type", "channel", "placed", "body", "version", "number"),
    *("trust", "verified"),
)
REVISE_INTERACTIONS = """
UPDATE interaction i SET anchor = new.anchor, time = new.time, type = new.type, channel = new.channel,
    placed = new.placed, body = new.body, version = new.version, number = new.number,
    trust = new.trust, verified = new.verified
FROM unnest($1::text[], $2::text[], $3::bigint[], $4::timestamptz[], $5::text[], $6::text[], $7::bigint[],
    $8::bytea[], $9::bigint[], $10::bigint[], $11::integer[], $12::boolean[])
    AS new (source, id, anchor, time, type, channel, placed, body, version, number, trust, verified)
WHERE i.source = new.source AND i.id = new.id
"""
FORGET = """
WITH erased AS (
    DELETE FROM interaction i USING unnest($1::text::bigint[], $2::text::bigint[]) AS void (anchor, version)
    WHERE i.anchor = void.anchor AND i.version < void.version
    RETURNING i.number, i.placed
), withdrawn AS (
    SELECT * FROM unnest($3::text::text[], $4::text::text[], $5::text::bigint[], $6::text::bigint[])
        AS withdrawn (source, id, number, placed)
), nobodys AS (
    DELETE FROM interaction i USING withdrawn w WHERE i.source = w.source AND i.id = w.id AND i.anchor IS NULL
), marks AS (
    SELECT number, placed FROM erased UNION ALL SELECT number, placed FROM withdrawn
)
INSERT INTO gone AS stored (number, placed)
SELECT number, max(placed) FROM marks WHERE number > 0 AND placed > 0 GROUP BY number ORDER BY number
ON CONFLICT (number) DO UPDATE SET placed = greatest(stored.placed, excluded.placed)
"""
FORGET_PINS = """
DELETE FROM pin p USING unnest($1::text::bigint[], $2::text::bigint[]) AS void (identifier, version)
WHERE p.identifier = void.identifier AND p.version < void.version
"""
PIN = """
INSERT INTO pin AS stored (id, identifier, version, body)
SELECT * FROM unnest($1::text::uuid[], $2::text::bigint[], $3::text::bigint[], $4::text::json[])
ON CONFLICT (id) DO UPDATE SET body = NULL WHERE excluded.body IS NULL AND stored.body IS NOT NULL
RETURNING identifier
"""
PINS = """
SELECT b.profile, p.body
FROM unnest($1::text::uuid[]) AS asked (profile) JOIN belonging b USING (profile) JOIN pin p USING (identifier)
WHERE p.body IS NOT NULL
"""
PINS_ON = """
SELECT p.identifier, p.body FROM unnest($1::text::bigint[]) AS asked (identifier) JOIN pin p USING (identifier)
WHERE p.body IS NOT NULL
"""
WITH_INTERACTIONS = """
SELECT asked.anchor FROM unnest($1::bigint[]) AS asked (anchor)
WHERE EXISTS (SELECT 1 FROM interaction i WHERE i.anchor = asked.anchor)
    OR EXISTS (SELECT 1 FROM pin p WHERE p.identifier = asked.anchor AND p.body IS NOT NULL OFFSET 0)
"""
NEW_PROFILES = """
INSERT INTO profile (id, registry, measured_with) SELECT id, $2, $2 FROM unnest($1::text::uuid[]) AS new (id)
ON CONFLICT DO NOTHING
"""
STATE_FIELDS = (
    *("id", "time", "source", "interaction", "registry", "generation", "lapsed"),
    *("figures", "segments", "told", "traits"),
)
STATE_COLUMNS = ", ".join(f"p.{name}" for name in STATE_FIELDS)
PROFILES = f"""
SELECT {STATE_COLUMNS}, p.version
FROM unnest($1::text::uuid[]) AS asked (id) JOIN profile p USING (id)
ORDER BY p.id FOR UPDATE OF p
"""
OUTDATED = f"""
SELECT {STATE_COLUMNS} FROM profile p WHERE registry < $1
ORDER BY registry LIMIT $2 FOR UPDATE SKIP LOCKED
"""
UNMEASURED = """
SELECT id FROM profile WHERE NOT measured AND registry = $1 LIMIT $2 FOR UPDATE SKIP LOCKED
"""
MEASURED = """
UPDATE profile p SET measured = true, measured_with = p.registry FROM unnest($1::uuid[]) AS done (id)
WHERE p.id = done.id
"""
FACT_FIELDS = (
    *("profile", "definition", "number", "time", "source", "interaction"),
    *("touchpoint", "stage", "channel", "reason", "campaign", "queue", "segments", "persona"),
    *Measure,
)
FACTS_OF = f"SELECT {', '.join(FACT_FIELDS)} FROM unnest($1::uuid[]) AS asked (profile) JOIN fact USING (profile)"
GONE_FACTS = """
DELETE FROM fact f
USING unnest($1::text::uuid[], $2::text::text[], $3::text::text[], $4::text::text[])
    AS gone (profile, definition, source, interaction)
WHERE f.profile = gone.profile AND f.definition = gone.definition
    AND f.source = gone.source AND f.interaction = gone.interaction
"""
SUMMED_MEASURES = (
    *(Measure.WAIT, Measure.HANDLE, Measure.EMOTION, Measure.TIME_IN_STAGE),
    *(Measure.EFFORT, Measure.PROGRESS, Measure.SATISFACTION_CHANGE),
)
"""Of these there are sums by hour and day."""
_SUMS = ("facts", *(f"{one}_{what}" for one in SUMMED_MEASURES for what in ("facts", "total")))
_SUMMED_BY = "definition, span, at, stage, touchpoint, channel, source, queue"
SUM_UP = f"""
WITH taken AS (
    DELETE FROM fact_change c
    USING (SELECT ctid FROM fact_change LIMIT $1 FOR UPDATE SKIP LOCKED) AS first WHERE c.ctid = first.ctid
    RETURNING c.*
), summed AS (
    INSERT INTO fact_sum AS kept ({_SUMMED_BY}, {", ".join(_SUMS)})
    SELECT {_SUMMED_BY.replace(" at,", " date_trunc(span, hour, 'UTC') AS at,")},
        {", ".join(f"sum({one})" for one in _SUMS)}
    FROM taken CROSS JOIN (VALUES ('hour'), ('day')) AS spans (span)
    GROUP BY {_SUMMED_BY} ORDER BY {_SUMMED_BY}
    ON CONFLICT ({_SUMMED_BY}) DO UPDATE SET {", ".join(f"{one} = kept.{one} + excluded.{one}" for one in _SUMS)}
)
SELECT count(*) FROM taken
"""
COUNT_UP = """
WITH taken AS (
    DELETE FROM journey_change c
    USING (SELECT ctid FROM journey_change LIMIT $1 FOR UPDATE SKIP LOCKED) AS first WHERE c.ctid = first.ctid
    RETURNING c.*
), counted AS (
    INSERT INTO journey_sum AS kept (definition, span, at, visited, stage, status, journeys)
    SELECT definition, span, date_trunc(span, hour, 'UTC') AS at, visited, stage, status, sum(journeys)
    FROM taken CROSS JOIN (VALUES ('hour'), ('day')) AS spans (span)
    GROUP BY definition, span, at, visited, stage, status ORDER BY definition, span, at, visited, stage, status
    ON CONFLICT (definition, span, at, visited, stage, status)
        DO UPDATE SET journeys = kept.journeys + excluded.journeys
)
SELECT count(*) FROM taken
"""
JOURNEY_FIELDS = (
    *("profile", "definition", "version", "number", "opened_at", "stage", "entered_at", "touched_at", "status"),
    *("closed_at", "previous", "touchpoints", "visits", "pain_points", "effort"),
)
JOURNEY_COLUMNS = ", ".join(JOURNEY_FIELDS)
LOCK_DUE = f"""
SELECT {STATE_COLUMNS}
FROM journey j JOIN profile p ON p.id = j.profile
WHERE j.due < $1 ORDER BY j.due LIMIT $2 FOR UPDATE OF p SKIP LOCKED
"""
DUE = f"""
SELECT {JOURNEY_COLUMNS}, due FROM unnest($1::text::uuid[]) AS asked (profile) JOIN journey USING (profile)
WHERE due < $2
"""
WAIT = """
UPDATE journey j SET due = new.due
FROM unnest($1::text::uuid[], $2::text::text[], $3::text::integer[], $4::text::timestamptz[])
    AS new (profile, definition, number, due)
WHERE j.profile = new.profile AND j.definition = new.definition AND j.number = new.number
"""
LATEST = """
SELECT asked.place, latest.*
FROM unnest($1::text::uuid[], $2::text::text[]) WITH ORDINALITY AS asked (profile, definition, place)
CROSS JOIN LATERAL (
    SELECT number, opened_at, stage, entered_at, touched_at, status, closed_at, previous, touchpoints, visits,
        pain_points, effort
    FROM journey j WHERE j.profile = asked.profile AND j.definition = asked.definition
    ORDER BY j.number DESC LIMIT 1
) AS latest
"""
TIMELINES = """
SELECT b.profile, i.source, i.id, i.anchor, i.time, i.type, i.channel, i.placed, i.body, i.version, i.number,
    i.trust, i.verified
FROM unnest($1::uuid[]) AS asked (profile)
JOIN belonging b USING (profile) JOIN interaction i ON i.anchor = b.identifier
"""
HANGING = """
SELECT i.source, i.id, i.anchor, i.time, i.type, i.channel, i.placed, i.body, i.version, i.number, i.trust, i.verified
FROM unnest($1::bigint[]) AS asked (anchor) JOIN interaction i USING (anchor)
"""
TRANSITION_FIELDS = (
    *("id", "generation", "profile", "definition", "version", "number"),
    *("from_stage", "to_stage", "time", "source", "interaction", "channel"),
)
TRANSITION_COLUMNS = ", ".join(TRANSITION_FIELDS)
TRANSITIONS = f"SELECT {TRANSITION_COLUMNS} FROM unnest($1::uuid[]) AS asked (profile) JOIN transition USING (profile)"

CUSTOMERS = "SELECT count(*) FROM profile"
PAGE = "SELECT id FROM profile WHERE $1::uuid IS NULL OR id > $1 ORDER BY id LIMIT $2"
FOLDED = """
UPDATE profile p SET time = new.time, source = new.source, interaction = new.interaction,
    registry = new.registry, generation = new.generation, lapsed = new.lapsed, measured = false,
    version = p.version + 1, figures = new.figures, segments = new.segments::text[], told = new.told,
    traits = new.traits
FROM unnest($1::text::uuid[], $2::text::timestamptz[], $3::text::text[], $4::text::text[], $5::text::bigint[],
    $6::text::integer[], $7::text::timestamptz[], $8::text::text[], $9::text::text[], $10::text::text[],
    $11::text::json[])
    AS new (id, time, source, interaction, registry, generation, lapsed, figures, segments, told, traits)
WHERE p.id = new.id
"""
KNOWN_OF = "SELECT figures, segments, told, traits FROM profile WHERE id = $1"
LEFT = """
UPDATE profile p SET left_by = gone.identifier
FROM unnest($1::text::uuid[], $2::text::bigint[]) AS gone (id, identifier)
WHERE p.id = gone.id AND p.left_by IS DISTINCT FROM 0
"""
VISITED = """(SELECT string_agg(key, ' ' ORDER BY key COLLATE "C") FROM json_object_keys(visits) AS key)"""
CLEAR_JOURNEYS = f"""
WITH cleared AS (
    DELETE FROM journey j USING unnest($1::uuid[]) AS gone (profile)
    WHERE j.profile = gone.profile AND (j.definition <> ALL ($2::text[]) OR j.profile = ANY ($3::uuid[]))
    RETURNING definition, opened_at, visits, stage, status
)
INSERT INTO journey_change (definition, hour, visited, stage, status, journeys)
SELECT definition, date_trunc('hour', opened_at, 'UTC'), {VISITED}, stage, status, -count(*)
FROM cleared GROUP BY 1, 2, 3, 4, 5
"""
JOURNEY_CHANGE_FIELDS = ("definition", "hour", "visited", "stage", "status", "journeys")
CLEAR_FACTS = "DELETE FROM fact f USING unnest($1::uuid[]) AS gone (profile) WHERE f.profile = gone.profile"
CLEAR_PAINS = """
DELETE FROM pain p USING unnest($1::uuid[]) AS gone (profile)
WHERE p.profile = gone.profile AND (p.definition <> ALL ($2::text[]) OR p.profile = ANY ($3::uuid[]))
"""
PUT_JOURNEYS = """
UPDATE journey j SET version = new.version, stage = new.stage, entered_at = new.entered_at,
    touched_at = new.touched_at, status = new.status, closed_at = new.closed_at, previous = new.previous,
    touchpoints = new.touchpoints, visits = new.visits, pain_points = new.pain_points, effort = new.effort,
    due = CASE WHEN new.due IS NULL THEN NULL ELSE least(j.due, new.due) END
FROM unnest($1::text::uuid[], $2::text::text[], $3::text::integer[], $4::text::integer[], $5::text::text[],
    $6::text::timestamptz[], $7::text::timestamptz[], $8::text::text[], $9::text::timestamptz[], $10::text::text[],
    $11::text::integer[], $12::text::json[], $13::text::json[], $14::text::double precision[],
    $15::text::timestamptz[])
    AS new (profile, definition, number, version, stage, entered_at, touched_at, status, closed_at, previous,
        touchpoints, visits, pain_points, effort, due)
WHERE j.profile = new.profile AND j.definition = new.definition AND j.number = new.number
"""
GONE_TRANSITIONS = """
DELETE FROM transition t USING unnest($1::text::uuid[], $2::text::uuid[]) AS gone (profile, id)
WHERE t.profile = gone.profile AND t.id = gone.id
"""
LAPSE_FIELDS = ("profile", "generation", "definition", "version", "number", "kind", "stage", "since", "at")
LAPSES = f"SELECT {', '.join(LAPSE_FIELDS)} FROM unnest($1::text::uuid[]) AS asked (profile) JOIN lapse USING (profile)"
GONE_LAPSES = """
DELETE FROM lapse l
USING unnest($1::text::uuid[], $2::text::text[], $3::text::text[], $4::text::timestamptz[])
    AS gone (profile, definition, kind, since)
WHERE l.profile = gone.profile AND l.definition = gone.definition AND l.kind = gone.kind AND l.since = gone.since
"""
PAIN_COLUMNS = ("profile", "definition", "number", "key", "weight", "stage", "time", "source", "interaction")
PUT_FAILURES = """
INSERT INTO rule_failure AS stored (definition, rule, times, reason, last_at)
SELECT * FROM unnest($1::text[], $2::text[], $3::bigint[], $4::text[], $5::timestamptz[])
ON CONFLICT (definition, rule) DO UPDATE SET
    times = stored.times + excluded.times,
    reason = CASE WHEN excluded.last_at >= stored.last_at THEN excluded.reason ELSE stored.reason END,
    last_at = greatest(stored.last_at, excluded.last_at)
"""

LIVE_PROFILE = """
SELECT $1::uuid WHERE EXISTS (SELECT 1 FROM belonging WHERE profile = $1)
UNION ALL
SELECT b.profile FROM profile p JOIN belonging b ON b.identifier = p.left_by WHERE p.id = $1
LIMIT 1
"""
ERASED = "SELECT left_by = 0 FROM profile WHERE id = $1"
STANDING = f"""
WITH live (id) AS ({LIVE_PROFILE})
SELECT DISTINCT ON (j.definition) j.definition, j.stage, j.entered_at FROM live JOIN journey j ON j.profile = live.id
ORDER BY j.definition, j.number DESC
"""
JOURNEYS_OF = f"""
SELECT {JOURNEY_COLUMNS} FROM journey WHERE profile = $1
ORDER BY opened_at DESC, definition DESC, number DESC LIMIT $2
"""
STEPS_OF = f"SELECT {TRANSITION_COLUMNS} FROM transition WHERE profile = $1 ORDER BY time, source, interaction"
PAINS_OF = """
SELECT definition, number, key, weight, stage, time, source, interaction FROM pain WHERE profile = $1
ORDER BY time, source, interaction, key
"""
PAINS_MET = """
SELECT definition, number, key, weight, stage, time, source, interaction
FROM unnest($1::text::uuid[]) AS asked (profile) JOIN pain USING (profile)
"""
IN_SEGMENT = """(
    $6::text IS NULL OR EXISTS (SELECT 1 FROM profile p WHERE p.id = {0}.profile AND $6 = ANY (p.segments))
)"""
SETTLED = f"""
WITH settled AS (
    SELECT profile, number, opened_at, stage, visits,
        CASE WHEN overdue THEN 'abandoned' ELSE status END AS status,
        CASE WHEN overdue THEN touched_at + $3::interval ELSE closed_at END AS closed_at
    FROM journey
    CROSS JOIN LATERAL (SELECT status = 'active' AND $2::timestamptz - touched_at > $3::interval AS overdue) AS due
    WHERE definition = $1 AND {IN_SEGMENT.format("journey")}
)
"""
PIECES = """
WITH piece AS (
    SELECT * FROM unnest($2::text::text[], $3::text::timestamptz[], $4::text::timestamptz[])
        AS piece (span, since, until)
)
"""
"""A window in pieces: of days and hours there are sums, of the rest there is what sums are made of."""
_OVERDUE = "j.status = 'active' AND $5::timestamptz - j.touched_at > $6::interval"
FUNNEL = f"""
{PIECES}, part (visited, stage, status, journeys) AS (
    SELECT visited, stage, status, journeys FROM piece JOIN journey_sum s USING (span)
    WHERE s.definition = $1 AND s.at >= piece.since AND s.at < piece.until
    UNION ALL
    SELECT visited, stage, status, journeys
    FROM piece JOIN journey_change c ON c.hour >= piece.since AND c.hour < piece.until
    WHERE piece.span <> 'fact' AND c.definition = $1
    UNION ALL
    SELECT {VISITED}, stage, status, 1
    FROM piece JOIN journey j ON j.opened_at >= piece.since AND j.opened_at < piece.until
    WHERE piece.span = 'fact' AND j.definition = $1
    UNION ALL
    SELECT {VISITED}, stage, turned.status, turned.journeys
    FROM journey j JOIN piece ON j.opened_at >= piece.since AND j.opened_at < piece.until
    CROSS JOIN (VALUES ('active', -1), ('abandoned', 1)) AS turned (status, journeys)
    WHERE j.definition = $1 AND j.due < $5::timestamptz AND {_OVERDUE}
)
SELECT string_to_array(visited, ' '), stage, status, sum(journeys)::bigint
FROM part GROUP BY visited, stage, status HAVING sum(journeys) > 0
"""
"""Of those due, some may be abandoned as of now whom nobody has told so yet."""
FUNNEL_OF_SEGMENT = f"""
{SETTLED}
SELECT string_to_array({VISITED}, ' '), stage, status, count(*) FROM settled
WHERE ($4::timestamptz IS NULL OR opened_at >= $4) AND ($5::timestamptz IS NULL OR opened_at < $5)
GROUP BY 1, 2, 3
"""
"""There are no sums by segment: who is in one changes, and all that they did with them."""
FLOW = f"""
{SETTLED}
SELECT from_stage, to_stage, count(*) FROM transition
WHERE definition = $1 AND {IN_SEGMENT.format("transition")}
    AND ($4::timestamptz IS NULL OR time >= $4) AND ($5::timestamptz IS NULL OR time < $5)
GROUP BY from_stage, to_stage
UNION ALL
SELECT stage, NULL, count(*) FROM settled
WHERE closed_at IS NOT NULL
    AND ($4::timestamptz IS NULL OR closed_at >= $4) AND ($5::timestamptz IS NULL OR closed_at < $5)
GROUP BY stage
"""
NOTE_READ = "INSERT INTO profile_read (person, roles, profile) SELECT $1, $2::text[], unnest($3::uuid[])"
RULE_FAILURES = "SELECT rule, times, reason, last_at FROM rule_failure WHERE definition = $1 ORDER BY rule"
