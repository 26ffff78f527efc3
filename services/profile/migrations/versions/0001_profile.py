"""Identity, timeline and traits."""

from alembic import op

from services.runtime.outbox import OUTBOX_DDL

revision = "profile_0001"
down_revision = None
branch_labels = None
depends_on = None

STATEMENTS = (
    "CREATE EXTENSION IF NOT EXISTS pg_trgm WITH SCHEMA public",
    "CREATE SEQUENCE belonging_version",
    # What never changes of an identifier; rows are inserted in the order of (namespace, value) by every writer.
    """
    CREATE TABLE identifier (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        namespace text COLLATE "C" NOT NULL,
        value text COLLATE "C" NOT NULL,
        UNIQUE (namespace, value)
    )
    """,
    # Where an identifier belongs now. The row of a component's representative is the component's lock.
    """
    CREATE TABLE membership (
        identifier bigint PRIMARY KEY,
        component bigint NOT NULL,
        profile uuid NOT NULL,
        founder bigint NOT NULL,
        version bigint NOT NULL,
        shared boolean NOT NULL
    ) WITH (fillfactor = 80)
    """,
    "CREATE INDEX membership_component ON membership (component)",
    "CREATE INDEX membership_profile ON membership (profile)",
    # Labels answer for ever: a label's live profile is its founder's.
    """
    CREATE TABLE profile (
        id uuid PRIMARY KEY,
        founder bigint NOT NULL,
        made_at timestamptz NOT NULL DEFAULT now()
    )
    """,
    "CREATE INDEX profile_founder ON profile (founder)",
    """
    CREATE TABLE link (
        a bigint NOT NULL,
        b bigint NOT NULL,
        first_seen timestamptz NOT NULL,
        interaction bigint NOT NULL,
        verified boolean NOT NULL,
        held text,
        PRIMARY KEY (a, b),
        CHECK (a < b)
    ) WITH (fillfactor = 90)
    """,
    "CREATE INDEX link_b ON link (b)",
    "CREATE SEQUENCE interaction_number",
    """
    CREATE TABLE interaction (
        id bigint PRIMARY KEY,
        source text COLLATE "C" NOT NULL,
        event_id text COLLATE "C" NOT NULL,
        anchor bigint,
        identifiers text COLLATE "C" NOT NULL, -- an array's literal: to be read as identifiers::bigint[]
        claimed bigint[],
        time timestamptz NOT NULL,
        channel text NOT NULL,
        conversation text,
        outcome text NOT NULL,
        blocked text,
        wait_ms bigint,
        handle_ms bigint,
        transfers bigint,
        digest bytea NOT NULL,
        body bytea NOT NULL,
        UNIQUE (source, event_id)
    )
    """,
    "CREATE INDEX interaction_timeline ON interaction (anchor, time DESC, id DESC)",
    """
    CREATE INDEX interaction_conversation ON interaction (conversation)
    WHERE conversation IS NOT NULL AND anchor IS NULL
    """,
    # A second content under an id that was taken: kept, and shown, never applied.
    """
    CREATE TABLE interaction_variant (
        interaction bigint NOT NULL,
        digest bytea NOT NULL,
        body bytea NOT NULL,
        PRIMARY KEY (interaction, digest)
    )
    """,
    """
    CREATE TABLE trait (
        identifier bigint NOT NULL,
        name text NOT NULL,
        source text COLLATE "C" NOT NULL,
        value text NOT NULL,
        trust integer NOT NULL,
        verified boolean NOT NULL,
        time timestamptz NOT NULL,
        event_id text COLLATE "C" NOT NULL,
        words text,
        PRIMARY KEY (identifier, name, source)
    ) WITH (fillfactor = 80)
    """,
    # All that interactions ever stated about the person behind the identifier that they hang on.
    """
    CREATE TABLE claim (
        identifier bigint NOT NULL,
        kind text NOT NULL,
        value text COLLATE "C" NOT NULL,
        PRIMARY KEY (identifier, kind, value)
    )
    """,
    # What customers allowed and refused; lines are only ever added.
    """
    CREATE TABLE consent (
        interaction bigint NOT NULL,
        purpose text COLLATE "C" NOT NULL,
        identifier bigint NOT NULL,
        at timestamptz NOT NULL,
        refused boolean NOT NULL,
        event_id text COLLATE "C" NOT NULL,
        source text COLLATE "C" NOT NULL,
        verified boolean NOT NULL,
        method text,
        wording text,
        PRIMARY KEY (interaction, purpose)
    )
    """,
    "CREATE INDEX consent_identifier ON consent (identifier)",
    # What stewards decided. A withdrawn decision stays on record.
    """
    CREATE TABLE decision (
        id uuid PRIMARY KEY,
        kind text NOT NULL,
        a bigint NOT NULL,
        b bigint NOT NULL,
        reason text NOT NULL,
        author text NOT NULL,
        made_at timestamptz NOT NULL,
        withdrawn_by text,
        withdrawn_reason text,
        withdrawn_at timestamptz,
        CHECK (a < b)
    )
    """,
    "CREATE INDEX decision_a ON decision (a)",
    "CREATE INDEX decision_b ON decision (b)",
    "CREATE INDEX trait_words ON trait USING gin (words public.gin_trgm_ops) WHERE words IS NOT NULL",
    """
    CREATE TABLE profile_read (
        at timestamptz NOT NULL,
        person text NOT NULL,
        roles text[] NOT NULL,
        action text NOT NULL,
        profile uuid
    )
    """,
    "CREATE INDEX profile_read_profile ON profile_read (profile, at)",
    OUTBOX_DDL,
)


def upgrade() -> None:
    """Makes the tables."""
    for statement in STATEMENTS:
        op.execute(statement)
