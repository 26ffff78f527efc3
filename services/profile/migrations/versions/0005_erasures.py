"""Erasures: what stays of whoever was erased."""

from alembic import op

revision = "profile_0005"
down_revision = "profile_0004"
branch_labels = None
depends_on = None

STATEMENTS = (
    # Keyed hashes of interactions and identifiers: what comes of them up to that moment is kept out.
    "CREATE TABLE tombstone (mark bytea PRIMARY KEY, until timestamptz NOT NULL)",
    # Who erased, when and why, and how much went. Nothing here says who was erased.
    """
    CREATE TABLE erasure (
        id uuid PRIMARY KEY,
        profile uuid NOT NULL,
        author text NOT NULL,
        reason text NOT NULL,
        at timestamptz NOT NULL,
        identifiers integer NOT NULL,
        kept integer NOT NULL,
        interactions integer NOT NULL,
        decisions integer NOT NULL,
        pins integer NOT NULL,
        mentioned integer NOT NULL,
        dead_letters integer NOT NULL
    )
    """,
    # Profile ids that answer for nobody any more.
    "CREATE TABLE erased_profile (label uuid PRIMARY KEY, erasure uuid NOT NULL)",
)


def upgrade() -> None:
    """Makes the tables."""
    for statement in STATEMENTS:
        op.execute(statement)
