"""Shorter keys: of an interaction a hash of its source and id, of an identifier one that also has its number."""

from alembic import op

revision = "profile_0010"
down_revision = "profile_0009"
branch_labels = None
depends_on = None

STATEMENTS = (
    """
    CREATE FUNCTION event_key(source text, event_id text) RETURNS bigint
    LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN hashtextextended(event_id, hashtextextended(source, 0))
    """,
    # A twin has the hash of another interaction: it is found by its text.
    "ALTER TABLE interaction ADD COLUMN twin boolean NOT NULL DEFAULT false",
    """
    UPDATE interaction SET twin = true FROM (
        SELECT id, row_number() OVER (PARTITION BY event_key(source, event_id) ORDER BY id) AS place FROM interaction
    ) AS ranked
    WHERE interaction.id = ranked.id AND ranked.place > 1
    """,
    "CREATE UNIQUE INDEX interaction_event ON interaction (event_key(source, event_id)) WHERE NOT twin",
    "CREATE UNIQUE INDEX interaction_twin ON interaction (source, event_id) WHERE twin",
    "ALTER TABLE interaction DROP CONSTRAINT interaction_source_event_id_key",
    "CREATE UNIQUE INDEX identifier_key ON identifier (namespace, value) INCLUDE (id)",
    "ALTER TABLE identifier DROP CONSTRAINT identifier_namespace_value_key",
)


def upgrade() -> None:
    """Makes the indexes, and drops those in whose place they are."""
    for statement in STATEMENTS:
        op.execute(statement)
