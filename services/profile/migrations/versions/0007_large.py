"""What is to be known of large raw components that are one person, so that they need not be read whole."""

from alembic import op

revision = "profile_0007"
down_revision = "profile_0006"
branch_labels = None
depends_on = None

TABLE = """
CREATE TABLE large_component (
    component bigint PRIMARY KEY,
    namespaces text NOT NULL,
    claims text NOT NULL
)
"""


def upgrade() -> None:
    """Makes the table."""
    op.execute(TABLE)
