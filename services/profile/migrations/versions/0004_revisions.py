"""Revisions: the vendor's version time of a record."""

from alembic import op

revision = "profile_0004"
down_revision = "profile_0003"
branch_labels = None
depends_on = None

STATEMENTS = ("ALTER TABLE interaction ADD COLUMN revision timestamptz",)


def upgrade() -> None:
    """Adds the column."""
    for statement in STATEMENTS:
        op.execute(statement)
