"""Claims count where their source vouches for whom they are about: others made some before this."""

from alembic import op

revision = "profile_0012"
down_revision = "profile_0011"
branch_labels = None
depends_on = None

STATEMENTS = (
    "CREATE TABLE claims_due (identifier bigint PRIMARY KEY)",
    # What an interaction is about is its device where it hangs on a login there.
    """
    INSERT INTO claims_due (identifier)
    SELECT identifier FROM claim
    INTERSECT
    SELECT coalesce(device, anchor) FROM interaction
    WHERE identifiers <> '{}' AND coalesce(device, anchor) = ANY(claimed)
    """,
)


def upgrade() -> None:
    """Notes about whom claims are to be counted anew; a worker does it."""
    for statement in STATEMENTS:
        op.execute(statement)
