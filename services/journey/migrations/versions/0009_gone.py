"""Marks of what was taken away: by a number that says nothing, so that nothing older brings an interaction back."""

from alembic import op

revision = "journey_0009"
down_revision = "journey_0008"
branch_labels = None
depends_on = None

STATEMENTS = (
    "ALTER TABLE interaction ADD COLUMN number bigint NOT NULL DEFAULT 0",
    "ALTER TABLE interaction ALTER COLUMN number DROP DEFAULT",
    "CREATE TABLE gone (number bigint PRIMARY KEY, placed bigint NOT NULL)",
)


def upgrade() -> None:
    """Changes the tables. What came before has no number, and leaves no mark."""
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    """Nobody would know what was taken away."""
    raise NotImplementedError
