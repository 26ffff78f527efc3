"""Revisions: the vendor's version time of a record; and conversations, found whoever takes part."""

from alembic import op

revision = "profile_0004"
down_revision = "profile_0003"
branch_labels = None
depends_on = None

STATEMENTS = (
    "ALTER TABLE interaction ADD COLUMN revision timestamptz",
    "DROP INDEX interaction_conversation",
    """
    CREATE INDEX interaction_conversation ON interaction (conversation, source) WHERE conversation IS NOT NULL
    """,
)


def upgrade() -> None:
    """Changes the table."""
    for statement in STATEMENTS:
        op.execute(statement)
