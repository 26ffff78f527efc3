"""The bank's calls through all steps, against DuckDB on the raw file."""

from collections.abc import Iterator

import pytest

from tests.journey.oracle import bank
from tests.journey.oracle.against import AgainstTheRawFile
from tests.journey.oracle.raw import Asked, Raw
from tests.journey.oracle.raw import raw as in_duckdb
from tests.journey.oracle.real_files import bank_interactions
from tests.journey.oracle.world import World, told
from tests.support.postgres import PostgresServer


@pytest.fixture(scope="module")
def world(postgres_server: PostgresServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder, calls = tmp_path_factory.mktemp("bank"), bank_interactions()
    with told(postgres_server, folder, calls, bank.NOW, {"bank_calls": bank.JOURNEY}) as world:
        yield world


@pytest.fixture(scope="module")
def raw(world: World) -> Raw:
    return in_duckdb(bank.CALLS + bank.EVENTS, bank.HURTS, bank.STAGES, bank.NOW, bank.PAUSE)


class TestBankCalls(AgainstTheRawFile):
    journey = "bank_calls"
    speaks_of = frozenset({
        "wait", "handle", "transfers", "channel_switches", "repeat_contacts", "first_contact_resolution", "containment",
        "preventable", "churn_risk", "time_in_stage", "effort", "progress",
    })  # fmt: skip
    apart_by = frozenset({"stage", "reason", "queue", "touchpoint", "segment", "persona", "day"})
    windows = (
        Asked("2010-08-03T07:31:05", "2010-08-06T15:02:59"),
        Asked("2010-08-04T08:10:00", "2010-08-04T08:55:30"),
        Asked(until="2010-08-02T21:00:00"),
    )
    segment = "heavy_contact"
    plans = (
        {"measure": "wait", "stage": "served", "target": {"at_most": 90}, "since": "2010-08-06T07:31:05Z"},
        {"measure": "wait", "target": {"at_most": 200}, "since": "2010-08-05T10:01:14Z",
         "until": "2010-08-07T18:56:09Z"},  # at both moments somebody called
        {"measure": "handle", "stage": "traded", "target": {"at_most": 100}, "since": "2010-08-09T00:00:00Z"},
        {"measure": "effort", "stage": "gave_up", "target": {"at_most": 1}, "since": "2010-08-06T12:00:00Z"},
        {"measure": "time_in_stage", "stage": "gave_up", "target": {"at_most": 9e4}, "since": "2010-08-06T12:00:00Z"},
        {"measure": "repeat_contacts", "stage": "served", "target": {"at_least": 0.1}, "since": "2010-08-06T12:00:00Z"},
        {"measure": "containment", "target": {"at_least": 0.5}, "since": "2010-08-07T08:00:00Z"},
        {"measure": "containment", "target": {"at_least": 0.5}, "since": "2010-08-05T08:00:00Z",
         "until": "2010-08-06T18:00:00Z"},
        {"measure": "first_contact_resolution", "target": {"at_least": 0.5}, "since": "2010-08-02T08:00:00Z"},
        {"pain_point": "hung_up", "target": {"at_most": 0.3}, "since": "2010-08-06T12:00:00Z"},
        {"pain_point": "long_wait", "stage": "served", "target": {"at_most": 0.3}, "since": "2010-08-08T15:17:00Z"},
        {"pain_point": "again", "stage": "gave_up", "target": {"at_most": 0.3}, "since": "2010-08-04T12:00:00Z",
         "until": "2010-08-06T10:00:00Z"},
    )  # fmt: skip
    source = "/call/bank"
    back_stage = frozenset({"call.unknown"})

    def test_every_customer_is_one_profile(self, world: World, raw: Raw) -> None:
        customers = {customer for (customer,) in raw.rows("SELECT DISTINCT customer FROM raw")}
        assert world.profiles.keys() == customers
        assert len(set(world.profiles.values())) == len(customers)
