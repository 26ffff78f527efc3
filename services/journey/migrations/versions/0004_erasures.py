"""Erasures: what hangs on an identifier since before a version was erased, also when it comes afterwards."""

from alembic import op

revision = "journey_0004"
down_revision = "journey_0003"
branch_labels = None
depends_on = None

STATEMENTS = (
    "ALTER TABLE belonging ADD COLUMN void bigint NOT NULL DEFAULT 0",
    "ALTER TABLE belonging ALTER COLUMN void DROP DEFAULT",
    "ALTER TABLE interaction ADD COLUMN version bigint NOT NULL DEFAULT 0",
    "ALTER TABLE interaction ALTER COLUMN version DROP DEFAULT",
)


def upgrade() -> None:
    """Changes the tables."""
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    """Nobody would know who was erased."""
    raise NotImplementedError
