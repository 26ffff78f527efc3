"""Dead letters are found by their age, to be removed."""

from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """A sweep would read every letter."""
    op.execute("CREATE INDEX dead_letters_failed_at ON dead_letters (failed_at)")


def downgrade() -> None:
    """Nothing is lost."""
    op.execute("DROP INDEX dead_letters_failed_at")
