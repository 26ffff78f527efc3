"""Corrections: interactions that were placed anew, or on nobody."""

from alembic import op

revision = "journey_0002"
down_revision = "journey_0001"
branch_labels = None
depends_on = None

STATEMENTS = (
    "ALTER TABLE interaction DROP COLUMN revision",
    "ALTER TABLE interaction ADD COLUMN placed bigint NOT NULL DEFAULT 0",
    "ALTER TABLE interaction ALTER COLUMN anchor DROP NOT NULL",
)


def upgrade() -> None:
    """Changes the table."""
    for statement in STATEMENTS:
        op.execute(statement)
