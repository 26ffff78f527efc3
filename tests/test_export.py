"""An export holds whatever any service keeps of a person: no table is forgotten."""

from typing import Any

from services.profile.records.export_views import ProfileExport
from tests.test_audit import Town, town  # noqa: F401 -- a fixture

EXPORTED: dict[str, tuple[str, ...]] = {
    "profile.identifier": ("identifiers",),
    "profile.membership": ("identifiers",),
    "profile.profile": ("profile_id", "profile_ids"),
    "profile.link": ("links", "held"),
    "profile.interaction": ("interactions", "figures"),
    "profile.interaction_variant": ("interactions",),
    "profile.trait": ("traits",),
    "profile.claim": ("claims",),
    "profile.consent": ("consents",),
    "profile.decision": ("decisions",),
    "profile.pin": ("pins",),
    "profile.profile_read": ("reads",),
    "profile.duplicate_pair": ("likely_duplicates",),
    "profile.duplicate_person": ("likely_duplicates",),
    "journey.profile": ("segments",),
    "journey.journey": ("journeys",),
    "journey.transition": ("steps",),
    "journey.pain": ("pain_points",),
    "journey.lapse": ("lapses",),
    "journey.fact": ("measures",),
    "journey.action": ("actions",),
    "journey.delivery": ("actions",),
    "journey.profile_read": ("reads",),
}
"""Where in an export is what a table keeps of a person."""
AGAIN = "says again, for another service or question, what the export has from its own table"
FOR_ALL = "is of all customers together, or of none: nothing in it tells of one person"
PASSING = "holds what is under way and not yet published or taken up, and is emptied by that"
NUMBERS = "holds bare numbers or keyed hashes by which what was erased or taken away does not come back"
LEFT_OUT = {
    "ingest.alembic_version": FOR_ALL,
    "ingest.dead_letters": "holds what could not be read or applied, and so is nobody's; an erasure looks into each",
    "profile.alembic_version": FOR_ALL,
    "profile.outbox": PASSING,
    "profile.claims_due": PASSING,
    "profile.logins_due": PASSING,
    "profile.large_component": AGAIN,
    "profile.duplicate_key": "holds hashes of the features by which the pairs were found",
    "profile.duplicate_count": FOR_ALL,
    "profile.duplicate_model": FOR_ALL,
    "profile.letters_due": NUMBERS,
    "profile.tombstone": NUMBERS,
    "profile.erased_profile": NUMBERS,
    "profile.erasure": "is of those of whom nothing is left to export",
    "journey.alembic_version": FOR_ALL,
    "journey.outbox": PASSING,
    "journey.belonging": AGAIN,
    "journey.interaction": AGAIN,
    "journey.pin": AGAIN,
    "journey.gone": NUMBERS,
    "journey.definition": FOR_ALL,
    "journey.segment": FOR_ALL,
    "journey.trait_policy": FOR_ALL,
    "journey.rule_failure": FOR_ALL,
    "journey.rebuild": FOR_ALL,
    "journey.fact_change": FOR_ALL,
    "journey.fact_sum": FOR_ALL,
    "journey.journey_change": FOR_ALL,
    "journey.journey_sum": FOR_ALL,
    "journey.plan_change": FOR_ALL,
    "journey.level": FOR_ALL,
    "journey.level_touched": FOR_ALL,
    "journey.alert_progress": FOR_ALL,
    "journey.alert_state": FOR_ALL,
    "journey.alert": FOR_ALL,
}
"""What is left out on purpose, and why that may be."""


async def exported(town: Town) -> Any:  # noqa: F811 -- the fixture
    answer = await town.http.get(f"/v1/profiles/{town.profile}/export")
    assert answer.is_success, answer.text
    return answer.json()


async def test_every_table_is_in_the_export_or_left_out_for_a_reason(town: Town) -> None:  # noqa: F811
    rows = await town.database.fetch(
        "SELECT schemaname || '.' || tablename FROM pg_tables"
        " WHERE schemaname NOT IN ('pg_catalog', 'information_schema')"
    )
    assert {row[0] for row in rows} == EXPORTED.keys() | LEFT_OUT.keys()
    assert not EXPORTED.keys() & LEFT_OUT.keys()
    assert {name for names in EXPORTED.values() for name in names} == ProfileExport.model_fields.keys() - {
        "exported_at"
    }


async def test_what_is_left_out_of_all_names_nobody(town: Town) -> None:  # noqa: F811
    rows = await town.database.fetch(
        "SELECT table_schema || '.' || table_name AS name, column_name FROM information_schema.columns"
        " WHERE column_name IN ('profile', 'identifier', 'interaction', 'anchor')"
    )
    of_somebody = {row["name"] for row in rows}
    assert [name for name in of_somebody if LEFT_OUT.get(name) == FOR_ALL] == []


async def test_an_export_has_what_both_services_keep(town: Town) -> None:  # noqa: F811
    for path in ("journeys", "measures"):
        assert (await town.http.get(f"/v1/profiles/{town.profile}/{path}")).is_success
    told = await exported(town)
    ProfileExport.model_validate(told)
    calls = {name: [one for one in told[name] if one["journey"] == "calls"] for name in ("journeys", "steps")}
    assert [(one["stage"], one["touchpoints"]) for one in calls["journeys"]] == [("calling", 2)]
    assert [(one["to"], one["source"], one["interaction"]) for one in calls["steps"]] == [
        ("calling", "/call/main", "call-2")
    ]
    assert [one["key"] for one in told["pain_points"] if one["journey"] == "calls"] == ["waited", "waited"]
    assert [one["values"]["wait"] for one in told["measures"] if one["journey"] == "calls"] == [90.0, 90.0]
    assert [one["service"] for one in told["reads"]] == ["profile", "journey", "journey"]
    assert [one["action"] for one in told["reads"]] == ["export", None, None]
    stored = await town.database.fetchval("SELECT count(*) FROM journey.fact WHERE profile = $1", town.profile)
    assert len(told["measures"]) == stored
