"""What was claimed where somebody logged in on a device is kept with the link between the two."""

from alembic import op

revision = "profile_0013"
down_revision = "profile_0012"
branch_labels = None
depends_on = None

STATEMENTS = (
    "CREATE TABLE logins_due (a bigint NOT NULL, b bigint NOT NULL, PRIMARY KEY (a, b))",
    # Which of them are of devices the policy says, and a worker knows.
    """
    INSERT INTO logins_due (a, b)
    SELECT a, b FROM link WHERE verified AND a IN (SELECT identifier FROM claim)
    UNION
    SELECT a, b FROM link WHERE verified AND b IN (SELECT identifier FROM claim)
    """,
    # Each claim as its kind, a blank and its value. Last, since nobody reads the table from here on.
    "ALTER TABLE link ADD COLUMN claims text[]",
)


def upgrade() -> None:
    """Makes the column, and notes which links are to have something in it; a worker does it."""
    for statement in STATEMENTS:
        op.execute(statement)
