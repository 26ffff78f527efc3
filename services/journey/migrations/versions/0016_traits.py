"""What traits are worth, what was pinned and the policy: of all that rules read of the golden record."""

from alembic import op

revision = "journey_0016"
down_revision = "journey_0015"
branch_labels = None
depends_on = None

STATEMENTS = (
    # Of what came before this nobody told: see _vouching in wire.py.
    "ALTER TABLE interaction ADD COLUMN trust integer NOT NULL DEFAULT 0",
    "ALTER TABLE interaction ADD COLUMN verified boolean",
    "ALTER TABLE profile ADD COLUMN traits json",
    # `body` is null once it was undone, which may be told before it is told of.
    """
    CREATE TABLE pin (
        id uuid PRIMARY KEY,
        identifier bigint NOT NULL,
        version bigint NOT NULL,
        body json
    )
    """,
    "CREATE INDEX pin_identifier ON pin (identifier)",
    # One row: the policy in force, and the revision since when it is. Without one all is as the profile service has it
    # by default.
    """
    CREATE TABLE trait_policy (
        version bigint NOT NULL,
        body text NOT NULL,
        revision bigint NOT NULL DEFAULT nextval('definition_revision')
    )
    """,
)


def upgrade() -> None:
    """Makes and changes the tables."""
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    """What was told of pins and of the policy is lost."""
    op.execute("DROP TABLE pin, trait_policy")
    op.execute("ALTER TABLE profile DROP COLUMN traits")
    for column in ("trust", "verified"):
        op.execute(f"ALTER TABLE interaction DROP COLUMN {column}")
