"""Large raw components of several people are known too: of these there is nothing to be summed up."""

from alembic import op

revision = "profile_0009"
down_revision = "profile_0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Allows rows without counts."""
    op.execute("ALTER TABLE large_component ALTER namespaces DROP NOT NULL, ALTER claims DROP NOT NULL")
