"""Actions: what was called for, and what became of it."""

from alembic import op

revision = "journey_0006"
down_revision = "journey_0005"
branch_labels = None
depends_on = None

STATEMENTS = (
    # `cause` is a kind of lapse, pain_point or step; `state` is waiting, requested, or why it was not.
    """
    CREATE TABLE action (
        id uuid PRIMARY KEY,
        profile uuid NOT NULL,
        definition text COLLATE "C" NOT NULL,
        action text COLLATE "C" NOT NULL,
        cause text COLLATE "C" NOT NULL,
        stage text NOT NULL,
        at timestamptz NOT NULL,
        state text COLLATE "C" NOT NULL DEFAULT 'waiting',
        decide_at timestamptz NOT NULL,
        decided_at timestamptz
    )
    """,
    "CREATE INDEX action_waiting ON action (decide_at) WHERE state = 'waiting'",
    "CREATE INDEX action_profile ON action (profile)",
    "CREATE INDEX action_definition ON action (definition, at)",
)


def upgrade() -> None:
    """Makes the table."""
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    """What was asked for would be asked for again."""
    raise NotImplementedError
