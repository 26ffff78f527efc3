"""Likely duplicates: people's features, the keys that they are found under, compared pairs, counts, the model."""

from alembic import op

revision = "profile_0002"
down_revision = "profile_0001"
branch_labels = None
depends_on = None

STATEMENTS = (
    # `stated` is a digest of what the rest is made of; `holds` counts identifiers by namespace; `keys` are hashes.
    """
    CREATE TABLE duplicate_person (
        profile uuid PRIMARY KEY,
        stated bigint NOT NULL,
        features text NOT NULL,
        holds text NOT NULL,
        keys bigint[] NOT NULL
    ) WITH (fillfactor = 90)
    """,
    "CREATE TABLE duplicate_key (key bigint NOT NULL, profile uuid NOT NULL, PRIMARY KEY (key, profile))",
    # `weight` and `chance` are of the pair alone; `rivals` are the bits by which others who fit as well lower it.
    """
    CREATE TABLE duplicate_pair (
        a uuid NOT NULL,
        b uuid NOT NULL,
        vector text NOT NULL,
        bits double precision[] NOT NULL,
        weight double precision NOT NULL,
        chance double precision NOT NULL,
        rivals double precision NOT NULL DEFAULT 0,
        shown_weight double precision NOT NULL,
        shown_chance double precision NOT NULL,
        PRIMARY KEY (a, b),
        CHECK (a < b)
    ) WITH (fillfactor = 80)
    """,
    "CREATE INDEX duplicate_pair_b ON duplicate_pair (b)",
    "CREATE INDEX duplicate_pair_best ON duplicate_pair (shown_weight DESC, a, b) WHERE shown_chance >= 0.01",
    """
    CREATE TABLE duplicate_count (
        field text NOT NULL,
        value text COLLATE "C" NOT NULL,
        n integer NOT NULL,
        PRIMARY KEY (field, value)
    ) WITH (fillfactor = 80)
    """,
    # One row: what was learnt and from how much, and how far profiles older than these tables were taken in.
    """
    CREATE TABLE duplicate_model (
        one boolean PRIMARY KEY DEFAULT true CHECK (one),
        rules integer NOT NULL DEFAULT 0,
        taken_in uuid,
        learnt text,
        people bigint NOT NULL DEFAULT 0,
        learnt_at timestamptz
    )
    """,
    "INSERT INTO duplicate_model DEFAULT VALUES",
)


def upgrade() -> None:
    """Makes the tables."""
    for statement in STATEMENTS:
        op.execute(statement)
