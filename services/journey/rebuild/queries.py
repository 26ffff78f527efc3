"""The SQL of rebuilding."""

from services.journey.queries import VISITED

FIELDS = "id, begun_at, finished_at, revision, positions, until, missed, messages"
LOCK = "LOCK TABLE rebuild IN SHARE ROW EXCLUSIVE MODE"
LATEST = f"SELECT {FIELDS} FROM rebuild ORDER BY id DESC LIMIT 1"  # noqa: S608 -- a constant
ONE = f"SELECT {FIELDS} FROM rebuild WHERE id = $1"  # noqa: S608 -- a constant
BEGIN = f"""
INSERT INTO rebuild (positions, until, missed, messages, revision)
VALUES ($1::text::jsonb, $2::text::jsonb, $3, $4, CASE WHEN $1 IS NULL THEN nextval('definition_revision') END)
RETURNING {FIELDS}
"""  # noqa: S608 -- a constant
CLAIM = """
SELECT positions, until, missed FROM rebuild WHERE id = $1 AND revision IS NULL FOR UPDATE SKIP LOCKED
"""
ADVANCE = "UPDATE rebuild SET positions = $2::text::jsonb, missed = $3 WHERE id = $1"
READ = "UPDATE rebuild SET revision = nextval('definition_revision') WHERE id = $1"
COUNTS = """
SELECT count(*), count(*) FILTER (WHERE registry >= $1), count(*) FILTER (WHERE measured_with >= $1) FROM profile
"""
FINISH = "UPDATE rebuild SET finished_at = now() WHERE id = $1 AND finished_at IS NULL RETURNING finished_at"
LOCK_COUNTS = "LOCK TABLE journey_change, journey_sum IN SHARE ROW EXCLUSIVE MODE"
CLEAR_SUMS = "DELETE FROM journey_sum"
CLEAR_CHANGES = "DELETE FROM journey_change"
COUNT_ANEW = f"""
INSERT INTO journey_change (definition, hour, visited, stage, status, journeys)
SELECT definition, date_trunc('hour', opened_at, 'UTC'), {VISITED}, stage, status, count(*)
FROM journey GROUP BY 1, 2, 3, 4, 5
"""  # noqa: S608 -- a constant
"""Sums of journeys follow the steps that change them, and not what a table lost: they are counted anew at the end."""
