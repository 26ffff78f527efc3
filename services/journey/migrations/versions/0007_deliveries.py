"""Webhooks: what is to be delivered about actions."""

from alembic import op

revision = "journey_0007"
down_revision = "journey_0006"
branch_labels = None
depends_on = None

STATEMENTS = (
    # Waiting, delivered or dead. `next_at` is when it is tried, or until when somebody does; in the end, when that was.
    """
    CREATE TABLE delivery (
        id uuid PRIMARY KEY,
        target text COLLATE "C" NOT NULL,
        body text NOT NULL,
        state text COLLATE "C" NOT NULL DEFAULT 'waiting',
        attempts integer NOT NULL DEFAULT 0,
        next_at timestamptz NOT NULL,
        error text
    )
    """,
    "CREATE INDEX delivery_waiting ON delivery (target, next_at) WHERE state = 'waiting'",
    "CREATE INDEX delivery_dead ON delivery (next_at) WHERE state = 'dead'",
)


def upgrade() -> None:
    """Makes the table."""
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    """What waits would be lost."""
    raise NotImplementedError
