"""Pins: values that stewards chose for the golden record."""

from alembic import op

revision = "profile_0003"
down_revision = "profile_0002"
branch_labels = None
depends_on = None

STATEMENTS = (
    # The value as it was stated, with its provenance: its source may state another since. A withdrawn pin stays on
    # record.
    """
    CREATE TABLE pin (
        id uuid PRIMARY KEY,
        identifier bigint NOT NULL,
        name text NOT NULL,
        source text COLLATE "C" NOT NULL,
        value text NOT NULL,
        trust integer NOT NULL,
        verified boolean NOT NULL,
        time timestamptz NOT NULL,
        event_id text COLLATE "C" NOT NULL,
        reason text NOT NULL,
        author text NOT NULL,
        made_at timestamptz NOT NULL,
        withdrawn_by text,
        withdrawn_reason text,
        withdrawn_at timestamptz
    )
    """,
    "CREATE INDEX pin_identifier ON pin (identifier)",
)


def upgrade() -> None:
    """Makes the table."""
    for statement in STATEMENTS:
        op.execute(statement)
