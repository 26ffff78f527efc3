"""What is to be removed is found by its time; most rows come in that order, so a summary of ranges is enough."""

from alembic import op

revision = "profile_0008"
down_revision = "profile_0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Makes the index."""
    op.execute("CREATE INDEX interaction_time ON interaction USING brin (time) WITH (autosummarize = on)")
