"""Profiles count what was written of their journeys, so that a worker knows whether what it remembers still holds."""

from alembic import op

revision = "journey_0017"
down_revision = "journey_0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Changes the table."""
    op.execute("ALTER TABLE profile ADD COLUMN version bigint NOT NULL DEFAULT 0")


def downgrade() -> None:
    """Nothing else reads it."""
    op.execute("ALTER TABLE profile DROP COLUMN version")
