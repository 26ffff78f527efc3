"""Segments, and what is known of profiles that rules read. Nothing is, until a rule that reads it is put in force."""

from alembic import op

revision = "journey_0010"
down_revision = "journey_0009"
branch_labels = None
depends_on = None

STATEMENTS = (
    # Every version ever accepted; the highest one of a key is in force. Revisions are counted with definitions'.
    """
    CREATE TABLE segment (
        key text COLLATE "C" NOT NULL,
        version integer NOT NULL,
        body text NOT NULL,
        revision bigint NOT NULL DEFAULT nextval('definition_revision'),
        accepted_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (key, version)
    )
    """,
    "ALTER TABLE profile ADD COLUMN figures json",
    "ALTER TABLE profile ADD COLUMN segments text[] NOT NULL DEFAULT '{}'",
    "ALTER TABLE profile ADD COLUMN told text",
)


def upgrade() -> None:
    """Makes and changes the tables."""
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    """What is known of profiles follows from interactions."""
    op.execute("DROP TABLE segment")
    for column in ("figures", "segments", "told"):
        op.execute(f"ALTER TABLE profile DROP COLUMN {column}")
