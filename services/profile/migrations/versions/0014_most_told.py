"""A link keeps no more claims of logins than tell that they are too many."""

from alembic import op

revision = "profile_0014"
down_revision = "profile_0013"
branch_labels = None
depends_on = None

DUE = "INSERT INTO logins_due (a, b) SELECT a, b FROM link WHERE cardinality(claims) > 16 ON CONFLICT DO NOTHING"


def upgrade() -> None:
    """Notes the links that have more, whose devices are several people's from now on; a worker counts them anew."""
    op.execute(DUE)
