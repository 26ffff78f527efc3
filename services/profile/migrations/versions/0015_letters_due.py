"""Dead letters of the erased are gone through after the erasure: what is left to do, and by what they are known."""

from alembic import op

revision = "profile_0015"
down_revision = "profile_0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Makes the table. Keyed hashes, kinds of identifiers and countries: nothing in it says who was erased."""
    op.execute(
        """
        CREATE TABLE letters_due (
            erasure uuid PRIMARY KEY,
            marks bytea[] NOT NULL,
            until timestamptz NOT NULL,
            namespaces text[] NOT NULL,
            regions text[] NOT NULL
        )
        """
    )
