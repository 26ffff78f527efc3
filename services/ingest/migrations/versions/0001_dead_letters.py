"""Dead letters of all consumers."""

from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """A letter is known by its own id, and listed newest first."""
    op.execute(
        """
        CREATE TABLE dead_letters (
            number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            id text NOT NULL UNIQUE,
            topic text NOT NULL,
            partition integer NOT NULL,
            record_offset bigint NOT NULL,
            consumer text NOT NULL,
            error text NOT NULL,
            failed_at timestamptz NOT NULL,
            key bytea,
            value bytea NOT NULL,
            replayed_at timestamptz,
            replayed_by text
        )
        """
    )


def downgrade() -> None:
    """Letters are lost."""
    op.execute("DROP TABLE dead_letters")
