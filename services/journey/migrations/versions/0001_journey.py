"""Definitions, belongings, interactions, journeys, transitions and pain points."""

from alembic import op

from services.runtime.outbox import OUTBOX_DDL

revision = "journey_0001"
down_revision = None
branch_labels = None
depends_on = None

STATEMENTS = (
    "CREATE SEQUENCE definition_revision",
    # Every version ever accepted; the highest one of a key is in force.
    """
    CREATE TABLE definition (
        key text COLLATE "C" NOT NULL,
        version integer NOT NULL,
        body text NOT NULL,
        revision bigint NOT NULL DEFAULT nextval('definition_revision'),
        accepted_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (key, version)
    )
    """,
    "CREATE TABLE belonging (identifier bigint PRIMARY KEY, profile uuid NOT NULL, version bigint NOT NULL)",
    "CREATE INDEX belonging_profile ON belonging (profile)",
    """
    CREATE TABLE interaction (
        source text COLLATE "C" NOT NULL,
        id text COLLATE "C" NOT NULL,
        anchor bigint NOT NULL,
        time timestamptz NOT NULL,
        type text NOT NULL,
        channel text,
        revision timestamptz,
        body bytea NOT NULL,
        PRIMARY KEY (source, id)
    )
    """,
    "CREATE INDEX interaction_anchor ON interaction (anchor)",
    # A profile's row is its lock. What it was folded from last, with which definitions, and how often anew;
    # `left_by` is an identifier that went elsewhere, so that the id answers with where that is now.
    """
    CREATE TABLE profile (
        id uuid PRIMARY KEY,
        time timestamptz,
        source text,
        interaction text,
        registry bigint NOT NULL,
        generation integer NOT NULL DEFAULT 0,
        left_by bigint
    ) WITH (fillfactor = 70)
    """,
    "CREATE INDEX profile_registry ON profile (registry)",
    """
    CREATE TABLE journey (
        profile uuid NOT NULL,
        definition text COLLATE "C" NOT NULL,
        number integer NOT NULL,
        version integer NOT NULL,
        opened_at timestamptz NOT NULL,
        stage text NOT NULL,
        entered_at timestamptz NOT NULL,
        touched_at timestamptz NOT NULL,
        status text NOT NULL,
        closed_at timestamptz,
        previous text,
        touchpoints integer NOT NULL,
        visits jsonb NOT NULL,
        pain_points jsonb NOT NULL,
        effort double precision NOT NULL,
        PRIMARY KEY (profile, definition, number)
    ) WITH (fillfactor = 70)
    """,
    "CREATE INDEX journey_definition ON journey (definition, opened_at)",
    """
    CREATE TABLE transition (
        id uuid PRIMARY KEY,
        event uuid NOT NULL,
        profile uuid NOT NULL,
        definition text COLLATE "C" NOT NULL,
        version integer NOT NULL,
        number integer NOT NULL,
        from_stage text,
        to_stage text NOT NULL,
        time timestamptz NOT NULL,
        source text NOT NULL,
        interaction text NOT NULL,
        channel text
    )
    """,
    "CREATE INDEX transition_profile ON transition (profile)",
    "CREATE INDEX transition_definition ON transition (definition, time)",
    """
    CREATE TABLE pain (
        profile uuid NOT NULL,
        definition text COLLATE "C" NOT NULL,
        number integer NOT NULL,
        key text NOT NULL,
        weight double precision NOT NULL,
        stage text NOT NULL,
        time timestamptz NOT NULL,
        source text NOT NULL,
        interaction text NOT NULL
    )
    """,
    "CREATE INDEX pain_profile ON pain (profile)",
    "CREATE INDEX pain_definition ON pain (definition, time)",
    """
    CREATE TABLE rule_failure (
        definition text COLLATE "C" NOT NULL,
        rule text COLLATE "C" NOT NULL,
        times bigint NOT NULL,
        reason text NOT NULL,
        last_at timestamptz NOT NULL,
        PRIMARY KEY (definition, rule)
    )
    """,
    """
    CREATE TABLE profile_read (
        at timestamptz NOT NULL DEFAULT now(),
        person text NOT NULL,
        roles text[] NOT NULL,
        profile uuid NOT NULL
    )
    """,
    "CREATE INDEX profile_read_profile ON profile_read (profile, at)",
    OUTBOX_DDL,
)


def upgrade() -> None:
    """Creates the schema."""
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    """There is nothing before."""
    raise NotImplementedError
