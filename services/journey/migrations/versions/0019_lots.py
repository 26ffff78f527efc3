"""The lot that was drawn for an action, which outlives a merge."""

from alembic import op

revision = "journey_0019"
down_revision = "journey_0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Changes the table. What was decided before has none, and is drawn for by profile."""
    op.execute("ALTER TABLE action ADD COLUMN lot double precision")


def downgrade() -> None:
    """After a merge it would be drawn anew."""
    op.execute("ALTER TABLE action DROP COLUMN lot")
