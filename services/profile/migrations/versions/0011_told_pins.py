"""Pins are told on the log: those made before this are told once, when a worker starts."""

from alembic import op

revision = "profile_0011"
down_revision = "profile_0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nobody was told so far."""
    op.execute("ALTER TABLE pin ADD COLUMN told boolean NOT NULL DEFAULT false")
