"""Columns and keys that the step can do without.

A transition is found by its profile; its event's id follows from the profile's generation at the time. Counts are
written with every touchpoint and read whole, which `json` does with less work than `jsonb`.
"""

from alembic import op

revision = "journey_0003"
down_revision = "journey_0002"
branch_labels = None
depends_on = None

STATEMENTS = (
    "ALTER TABLE transition DROP CONSTRAINT transition_pkey",
    "ALTER TABLE transition DROP COLUMN event",
    "ALTER TABLE transition ADD COLUMN generation integer NOT NULL DEFAULT 0",
    "ALTER TABLE transition ALTER COLUMN generation DROP DEFAULT",
    "ALTER TABLE journey ALTER COLUMN visits TYPE json",
    "ALTER TABLE journey ALTER COLUMN pain_points TYPE json",
)


def upgrade() -> None:
    """Changes the tables."""
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    """The events' ids of old are gone."""
    raise NotImplementedError
