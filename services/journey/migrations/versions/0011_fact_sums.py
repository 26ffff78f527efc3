"""Sums of facts, and numbers of journeys, by hour and day.

Whatever adds or removes facts leaves what it changed in `fact_change`, which nobody waits for; a worker adds that to
`fact_sum` later. The sums are those of both. Totals are sums of the decimals that stand for the facts' values, so what
was added and taken out again leaves nothing behind. Journeys are counted likewise, by where they got.
"""

from alembic import op

revision = "journey_0011"
down_revision = "journey_0010"
branch_labels = None
depends_on = None

SUMS = """
    facts bigint NOT NULL,
    wait_facts bigint NOT NULL,
    wait_total numeric NOT NULL,
    handle_facts bigint NOT NULL,
    handle_total numeric NOT NULL,
    emotion_facts bigint NOT NULL,
    emotion_total numeric NOT NULL,
    time_in_stage_facts bigint NOT NULL,
    time_in_stage_total numeric NOT NULL,
    effort_facts bigint NOT NULL,
    effort_total numeric NOT NULL,
    progress_facts bigint NOT NULL,
    progress_total numeric NOT NULL,
    satisfaction_change_facts bigint NOT NULL,
    satisfaction_change_total numeric NOT NULL
"""
CHANGED = """
INSERT INTO fact_change
SELECT definition, date_trunc('hour', time, 'UTC'), stage, touchpoint, channel, source, queue, sign * count(*),
    sign * count(wait), sign * coalesce(sum(wait::text::numeric), 0),
    sign * count(handle), sign * coalesce(sum(handle::text::numeric), 0),
    sign * count(emotion), sign * coalesce(sum(emotion::text::numeric), 0),
    sign * count(time_in_stage), sign * coalesce(sum(time_in_stage::text::numeric), 0),
    sign * count(effort), sign * coalesce(sum(effort::text::numeric), 0),
    sign * count(progress), sign * coalesce(sum(progress::text::numeric), 0),
    sign * count(satisfaction_change), sign * coalesce(sum(satisfaction_change::text::numeric), 0)
FROM {changed} CROSS JOIN (SELECT {sign} AS sign) AS signs
GROUP BY definition, date_trunc('hour', time, 'UTC'), stage, touchpoint, channel, source, queue, sign
"""
STATEMENTS = (
    f"""
    CREATE TABLE fact_change (
        definition text COLLATE "C" NOT NULL,
        hour timestamptz NOT NULL,
        stage text NOT NULL,
        touchpoint text NOT NULL,
        channel text,
        source text COLLATE "C" NOT NULL,
        queue text,
        {SUMS}
    )
    """,
    # `span` is hour or day, of UTC; `at` is when it begins.
    f"""
    CREATE TABLE fact_sum (
        definition text COLLATE "C" NOT NULL,
        span text COLLATE "C" NOT NULL,
        at timestamptz NOT NULL,
        stage text NOT NULL,
        touchpoint text NOT NULL,
        channel text,
        source text COLLATE "C" NOT NULL,
        queue text,
        {SUMS},
        UNIQUE NULLS NOT DISTINCT (definition, span, at, stage, touchpoint, channel, source, queue)
    ) WITH (fillfactor = 70)
    """,
    f"""
    CREATE FUNCTION fact_changed() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
    BEGIN
        {CHANGED.format(changed="changed", sign="TG_ARGV[0]::integer")};
        RETURN NULL;
    END
    $$
    """,
    """
    CREATE TRIGGER fact_added AFTER INSERT ON fact REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION fact_changed('1')
    """,
    """
    CREATE TRIGGER fact_removed AFTER DELETE ON fact REFERENCING OLD TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION fact_changed('-1')
    """,
    """
    CREATE TRIGGER fact_was AFTER UPDATE ON fact REFERENCING OLD TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION fact_changed('-1')
    """,
    """
    CREATE TRIGGER fact_became AFTER UPDATE ON fact REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION fact_changed('1')
    """,
    CHANGED.format(changed="fact", sign="1"),
    # `hour` is when journeys were opened, `visited` the keys of their stages in order.
    """
    CREATE TABLE journey_change (
        definition text COLLATE "C" NOT NULL,
        hour timestamptz NOT NULL,
        visited text COLLATE "C" NOT NULL,
        stage text COLLATE "C" NOT NULL,
        status text COLLATE "C" NOT NULL,
        journeys bigint NOT NULL
    )
    """,
    """
    CREATE TABLE journey_sum (
        definition text COLLATE "C" NOT NULL,
        span text COLLATE "C" NOT NULL,
        at timestamptz NOT NULL,
        visited text COLLATE "C" NOT NULL,
        stage text COLLATE "C" NOT NULL,
        status text COLLATE "C" NOT NULL,
        journeys bigint NOT NULL,
        UNIQUE (definition, span, at, visited, stage, status)
    ) WITH (fillfactor = 70)
    """,
    """
    INSERT INTO journey_change
    SELECT definition, date_trunc('hour', opened_at, 'UTC'),
        (SELECT string_agg(key, ' ' ORDER BY key COLLATE "C") FROM json_object_keys(visits) AS key), stage, status,
        count(*)
    FROM journey GROUP BY 1, 2, 3, 4, 5
    """,
)


def upgrade() -> None:
    """Makes the tables and fills them."""
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    """Sums follow from facts and journeys."""
    for trigger in ("fact_added", "fact_removed", "fact_was", "fact_became"):
        op.execute(f"DROP TRIGGER {trigger} ON fact")
    op.execute("DROP FUNCTION fact_changed")
    for table in ("fact_sum", "fact_change", "journey_sum", "journey_change"):
        op.execute(f"DROP TABLE {table}")
