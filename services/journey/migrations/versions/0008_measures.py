"""Facts: what interactions of journeys measure. Who is not `measured` has changed since their facts were written."""

from alembic import op

revision = "journey_0008"
down_revision = "journey_0007"
branch_labels = None
depends_on = None

STATEMENTS = (
    "ALTER TABLE profile ADD COLUMN measured boolean NOT NULL DEFAULT false",
    "CREATE INDEX profile_unmeasured ON profile (registry) WHERE NOT measured",
    """
    CREATE TABLE fact (
        profile uuid NOT NULL,
        definition text COLLATE "C" NOT NULL,
        number integer NOT NULL,
        time timestamptz NOT NULL,
        source text COLLATE "C" NOT NULL,
        interaction text COLLATE "C" NOT NULL,
        touchpoint text NOT NULL,
        stage text NOT NULL,
        channel text,
        reason text,
        campaign text,
        queue text,
        wait double precision,
        handle double precision,
        transfers double precision,
        reidentified double precision,
        channel_switches double precision,
        repeat_contacts double precision,
        first_contact_resolution double precision,
        containment double precision,
        leakage double precision,
        preventable double precision,
        promise_gap double precision,
        nps double precision,
        csat double precision,
        ces double precision,
        emotion double precision,
        churn_risk double precision,
        satisfaction_change double precision,
        time_in_stage double precision,
        effort double precision,
        progress double precision
    )
    """,
    "CREATE INDEX fact_profile ON fact (profile)",
    "CREATE INDEX fact_definition ON fact (definition, time)",
)


def upgrade() -> None:
    """Makes the table; everybody is measured in the background."""
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    """Facts follow from interactions."""
    op.execute("DROP TABLE fact")
    op.execute("DROP INDEX profile_unmeasured")
    op.execute("ALTER TABLE profile DROP COLUMN measured")
