"""Rebuilds, with how far they are; and which revision each profile was measured with."""

from alembic import op

revision = "journey_0013"
down_revision = "journey_0012"
branch_labels = None
depends_on = None

STATEMENTS = (
    # Who was folded with an older revision than the last rebuild's is folded anew. It has none while it reads the log.
    """
    CREATE TABLE rebuild (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        begun_at timestamptz NOT NULL DEFAULT now(),
        finished_at timestamptz,
        positions jsonb,
        until jsonb,
        missed bigint NOT NULL,
        messages bigint NOT NULL,
        revision bigint
    )
    """,
    "ALTER TABLE profile ADD COLUMN measured_with bigint NOT NULL DEFAULT 0",
)


def upgrade() -> None:
    """Changes the tables."""
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    """What was rebuilt stays so."""
    op.execute("DROP TABLE rebuild")
    op.execute("ALTER TABLE profile DROP COLUMN measured_with")
