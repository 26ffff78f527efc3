"""When journeys are due, and what was told of time. Everybody is folded anew, which finds both."""

from alembic import op

revision = "journey_0005"
down_revision = "journey_0004"
branch_labels = None
depends_on = None

STATEMENTS = (
    "ALTER TABLE journey ADD COLUMN due timestamptz",
    "CREATE INDEX journey_due ON journey (due) WHERE due IS NOT NULL",
    "ALTER TABLE profile ADD COLUMN lapsed timestamptz",
    """
    CREATE TABLE lapse (
        profile uuid NOT NULL,
        generation integer NOT NULL,
        definition text COLLATE "C" NOT NULL,
        version integer NOT NULL,
        number integer NOT NULL,
        kind text COLLATE "C" NOT NULL,
        stage text NOT NULL,
        since timestamptz NOT NULL,
        at timestamptz NOT NULL,
        PRIMARY KEY (profile, definition, kind, since)
    )
    """,
    "UPDATE profile SET registry = 0",
)


def upgrade() -> None:
    """Changes the tables."""
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    """What was told would be told again."""
    raise NotImplementedError
