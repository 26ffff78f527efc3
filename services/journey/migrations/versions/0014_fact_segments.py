"""Facts know the segments and the persona of their customer; everybody is measured again in the background."""

from alembic import op

revision = "journey_0014"
down_revision = "journey_0013"
branch_labels = None
depends_on = None

STATEMENTS = (
    "ALTER TABLE fact ADD COLUMN segments text[] NOT NULL DEFAULT '{}'",
    "ALTER TABLE fact ADD COLUMN persona text",
    "UPDATE profile SET measured = false WHERE segments <> '{}'",
)


def upgrade() -> None:
    """Changes the table."""
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    """Takes the columns away."""
    op.execute("ALTER TABLE fact DROP COLUMN segments")
    op.execute("ALTER TABLE fact DROP COLUMN persona")
