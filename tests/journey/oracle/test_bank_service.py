"""The bank's calls through all steps, against DuckDB on the raw file."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from math import sqrt
from typing import Any

import pytest

from tests.journey.oracle import bank
from tests.journey.oracle.acting import WATCHED, Acting, Action, Done, outcome, watched
from tests.journey.oracle.against import AgainstTheRawFile, query
from tests.journey.oracle.raw import EVER, Asked, Raw
from tests.journey.oracle.raw import raw as in_duckdb
from tests.journey.oracle.real_files import bank_interactions
from tests.journey.oracle.world import World, told
from tests.support.postgres import PostgresServer


@pytest.fixture(scope="module")
def world(postgres_server: PostgresServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder, calls = tmp_path_factory.mktemp("bank"), bank_interactions()
    definitions = {"bank_calls": bank.JOURNEY}
    with told(postgres_server, folder, calls, bank.NOW, definitions, turns=bank.TURNS) as world:
        yield world


@pytest.fixture(scope="module")
def raw(world: World) -> Raw:
    found = in_duckdb(bank.CALLS + bank.EVENTS, bank.HURTS, bank.STAGES, bank.NOW, bank.PAUSE)
    found.connection.execute(bank.CAUSES)
    return found


@pytest.fixture(scope="module")
def done(world: World, raw: Raw) -> list[Done]:
    """What must have become of every cause, with those left out whom the lot left out."""
    customers = {profile: customer for customer, profile in world.profiles.items()}
    found = world.pages("bank_calls/actions/call_back/customers", state="held_out")
    left_out = {("call_back", customers[one["profile_id"]]) for one in found}
    return Acting(bank.ACTIONS, bank.TURNS).done(raw, left_out)


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

    def test_actions(self, world: World, done: list[Done]) -> None:
        for asked in (EVER, *self.windows):
            inside = [one for one in done if _called_for(one, asked)]
            answer = world.get("bank_calls/actions", **query(asked))
            for action, found in zip(bank.ACTIONS, answer["actions"], strict=True):
                states = Counter(one.state for one in inside if one.action == action.key)
                assert found["action"] == action.key
                assert found["requested"] == states.pop("requested", 0), (asked, action)
                assert found["waiting"] == states.pop("waiting", 0), (asked, action)
                assert found["suppressed"] == states, (asked, action)
                assert found["failed"] == 0
                _same_outcome(found["outcome"], action, inside)

    def test_whom_actions_were_called_for(self, world: World, done: list[Done]) -> None:
        """Each customer, what became of them, when, and whether they called again."""
        for action, state in {(action, one.state) for one in done for action in bank.ACTIONS}:
            those = [one for one in done if (one.action, one.state) == (action.key, state)]
            path = f"bank_calls/actions/{action.key}/customers"
            assert _listed(world, world.pages(path, state=state)) == Counter(map(_row, those)), (action, state)
            if state in WATCHED:
                found = world.pages(path, state=state, watched=True)
                expected = Counter(
                    (one.customer, one.decided_at, one.contacted) for one in watched(action, done, state)
                )
                assert _short(_listed(world, found)) == expected, (action, state)

    def test_the_file_calls_for_all_that_is_looked_at(self, done: list[Done]) -> None:
        """Every state that nobody's webhook and no new definition brings, and in each group some of both kinds."""
        states = Counter(one.state for one in done)
        assert states.keys() == {*WATCHED, "waiting", "moved_on", "no_consent", "cooldown"}
        assert min(states.values()) > 10
        for action in bank.ACTIONS[:2]:
            (customers, contacted), (others, others_contacted), prevented, interval = outcome(action, done)
            assert 30 < contacted < customers - 30
            assert 30 < others_contacted < others - 30
            assert prevented is not None
            assert interval is not None
            assert interval[0] < prevented < interval[1]

    def test_the_lot_leaves_out_as_many_as_it_should(self, done: list[Done]) -> None:
        """Within six standard deviations: it is drawn from profiles' ids, which are others each time."""
        called = [one for one in done if one.action == "call_back"]
        reached, left_out = ({one.customer for one in called if one.state == s} for s in ("requested", "held_out"))
        customers = len(reached | left_out)
        assert abs(len(left_out) - 0.4 * customers) < 6 * sqrt(0.4 * 0.6 * customers)


def _called_for(one: Done, asked: Asked) -> bool:
    since, until = (moment and datetime.fromisoformat(f"{moment}Z") for moment in asked)
    return (not since or one.at >= since) and (not until or one.at < until)


def _same_outcome(found: dict[str, Any], action: Action, done: list[Done]) -> None:
    expected = outcome(action, done)
    groups = [tuple(found[name][part] for part in ("customers", "contacted")) for name in ("reached", "compared")]
    assert (*groups, found["comparison"]) == (expected.reached, expected.compared, action.compared)
    told = [found[name] for name in ("prevented", "prevented_low", "prevented_high")]
    figures = [expected.prevented, *(expected.interval or (None, None))]
    assert told == [figure if figure is None else pytest.approx(figure, abs=0.0501) for figure in figures]


def _listed(world: World, items: list[dict[str, Any]]) -> Counter[tuple[Any, ...]]:
    customers = {profile: customer for customer, profile in world.profiles.items()}
    return Counter(
        (customers[one["profile_id"]], one["stage"], _moment(one["at"]), _moment(one["decided_at"]), one["contacted"])
        for one in items
    )


def _row(one: Done) -> tuple[Any, ...]:
    return one.customer, one.stage, one.at, one.decided_at, one.contacted


def _short(rows: Counter[tuple[Any, ...]]) -> Counter[tuple[Any, ...]]:
    """Without the cause: of several that were decided at once each may be the first."""
    return Counter((row[0], *row[3:]) for row in rows.elements())


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
