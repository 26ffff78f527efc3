"""Where several people use one device: what is the device's own, and hangs on who had logged in there."""

from alembic import op

revision = "profile_0006"
down_revision = "profile_0005"
branch_labels = None
depends_on = None

STATEMENTS = (
    "ALTER TABLE interaction ADD COLUMN device bigint",
    "CREATE INDEX interaction_device ON interaction (device, time) WHERE device IS NOT NULL",
)


def upgrade() -> None:
    """Changes the table."""
    for statement in STATEMENTS:
        op.execute(statement)
