"""Figures with whole microseconds for times, as text that PostgreSQL does not read through each time it is written."""

from alembic import op

revision = "journey_0020"
down_revision = "journey_0019"
branch_labels = None
depends_on = None

STATEMENTS = (
    """
    CREATE FUNCTION whole_time(written text) RETURNS jsonb LANGUAGE sql AS
    $$ SELECT to_jsonb((extract(epoch FROM written::timestamptz) * 1000000)::bigint) $$
    """,
    """
    CREATE FUNCTION with_whole_times(figures jsonb) RETURNS jsonb LANGUAGE sql AS
    $$
    SELECT coalesce(
        jsonb_object_agg(
            key,
            jsonb_set(jsonb_set(value, '{1}', whole_time(value ->> 1)), '{2}', whole_time(value ->> 2))
        ),
        '{}'
    )
    FROM jsonb_each(figures)
    $$
    """,
    """
    ALTER TABLE profile ALTER COLUMN figures TYPE text USING CASE WHEN figures IS NOT NULL THEN jsonb_build_array(
        with_whole_times(figures::jsonb -> 0), with_whole_times(figures::jsonb -> 1), figures::jsonb -> 2
    )::text END
    """,
    "DROP FUNCTION with_whole_times(jsonb)",
    "DROP FUNCTION whole_time(text)",
)


def upgrade() -> None:
    """Writes every profile anew. A profile of which nothing was known stays one."""
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    """What is known of profiles follows from interactions."""
    op.execute("ALTER TABLE profile ALTER COLUMN figures TYPE json USING NULL")
