"""What an action rests on: the interaction of its cause, the pain point, and whether one has to be there still."""

from alembic import op

revision = "journey_0018"
down_revision = "journey_0017"
branch_labels = None
depends_on = None

STATEMENTS = (
    # Of time alone no interaction is the cause, and of what was called for before this it is not known.
    "ALTER TABLE action ADD COLUMN source text",
    "ALTER TABLE action ADD COLUMN interaction text",
    "ALTER TABLE action ADD COLUMN pain_point text",
    "ALTER TABLE action ADD COLUMN stays boolean NOT NULL DEFAULT false",
)


def upgrade() -> None:
    """Changes the table."""
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    """Nothing else reads them."""
    for column in ("source", "interaction", "pain_point", "stays"):
        op.execute(f"ALTER TABLE action DROP COLUMN {column}")
