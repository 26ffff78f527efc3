"""Alerts: levels of stages by the quarter of an hour, how far they were looked at, and what was told of them.

Deliveries say themselves what they are about, since they are not of actions only.
"""

from alembic import op

revision = "journey_0015"
down_revision = "journey_0014"
branch_labels = None
depends_on = None

STATEMENTS = (
    # `slot` counts quarters of an hour since 1970. Lengths and weights are in thousandths: domain/alerts/levels.py.
    """
    CREATE TABLE level (
        definition text COLLATE "C" NOT NULL,
        slot integer NOT NULL,
        stage text COLLATE "C" NOT NULL,
        entered bigint NOT NULL,
        stays bigint NOT NULL,
        dwell bigint NOT NULL,
        dwell_squares bigint NOT NULL,
        abandoned bigint NOT NULL,
        effort bigint NOT NULL,
        effort_squares bigint NOT NULL,
        pains jsonb NOT NULL,
        PRIMARY KEY (definition, slot, stage)
    )
    """,
    # Without a key: whoever writes waits for nobody.
    'CREATE TABLE level_touched (definition text COLLATE "C" NOT NULL, slot integer NOT NULL)',
    "CREATE INDEX level_touched_slot ON level_touched (definition, slot)",
    """
    CREATE TABLE alert_progress (
        definition text COLLATE "C" PRIMARY KEY,
        slot integer,
        states jsonb NOT NULL DEFAULT '{}',
        redo integer,
        rested timestamptz,
        written text NOT NULL DEFAULT '',
        due timestamptz NOT NULL DEFAULT '-infinity'
    )
    """,
    """
    CREATE TABLE alert_state (
        definition text COLLATE "C" NOT NULL,
        slot integer NOT NULL,
        states jsonb NOT NULL,
        PRIMARY KEY (definition, slot)
    )
    """,
    """
    CREATE TABLE alert (
        id uuid PRIMARY KEY,
        definition text COLLATE "C" NOT NULL,
        version integer NOT NULL,
        stage text NOT NULL,
        measure text NOT NULL,
        pain_point text,
        key text NOT NULL,
        side text NOT NULL,
        first_raised integer NOT NULL,
        nth integer NOT NULL,
        since integer NOT NULL,
        raised integer NOT NULL,
        cleared integer,
        reading jsonb NOT NULL,
        said integer NOT NULL,
        raised_as integer,
        cleared_as integer
    )
    """,
    "CREATE INDEX alert_definition ON alert (definition, raised)",
    "CREATE INDEX lapse_abandoned ON lapse (definition, at) WHERE kind = 'abandoned'",
    "ALTER TABLE delivery ADD COLUMN definition text",
    "ALTER TABLE delivery ADD COLUMN type text NOT NULL DEFAULT 'journey.action.requested'",
    "ALTER TABLE delivery ALTER COLUMN type DROP DEFAULT",
    "ALTER TABLE delivery ADD COLUMN about text",
    "UPDATE delivery d SET definition = a.definition, about = a.action FROM action a WHERE a.id = d.id",
    "DELETE FROM delivery WHERE about IS NULL",
    "ALTER TABLE delivery ALTER COLUMN definition SET NOT NULL",
    "ALTER TABLE delivery ALTER COLUMN about SET NOT NULL",
)


def upgrade() -> None:
    """Makes the tables. Levels are summed up when an alert is first asked for."""
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    """What was told would be told again."""
    raise NotImplementedError
