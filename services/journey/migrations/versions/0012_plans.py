"""Plans: what somebody does about a journey, with every change on record."""

from alembic import op

revision = "journey_0012"
down_revision = "journey_0011"
branch_labels = None
depends_on = None

STATEMENTS = (
    # Rows are never changed: the plan is as its latest revision says, and `deed` is made, changed or dropped.
    """
    CREATE TABLE plan_change (
        id uuid NOT NULL,
        revision integer NOT NULL,
        definition text COLLATE "C" NOT NULL,
        deed text NOT NULL,
        wish json NOT NULL,
        person text NOT NULL,
        roles text[] NOT NULL,
        at timestamptz NOT NULL,
        PRIMARY KEY (id, revision)
    )
    """,
    "CREATE INDEX plan_change_definition ON plan_change (definition, id, revision DESC)",
)


def upgrade() -> None:
    """Makes the table."""
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    """What people planned stands nowhere else."""
    raise NotImplementedError
