"""The web shop's clicks through all steps, against DuckDB on the raw file; and what is planted in them, found.

It is a loop in the checkout, an incident of payments and a spike of support chats. When they are and how large, DuckDB
tells from the raw file; a retail journey with nothing but defaults finds them.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, ClassVar

import pytest

from tests.journey.oracle import shop
from tests.journey.oracle.against import AgainstTheRawFile
from tests.journey.oracle.raw import Asked, Raw
from tests.journey.oracle.raw import raw as in_duckdb
from tests.journey.oracle.real_files import shop_interactions
from tests.journey.oracle.world import World, told
from tests.support.postgres import PostgresServer

SLOT = timedelta(minutes=15)
"""So often an alert looks."""
OUTLIERS = """
WITH day AS (
    SELECT unnest(range(DATE '2024-01-01', DATE '2024-07-01', INTERVAL 1 DAY))::DATE AS day
), counted AS (
    SELECT day.day, count(customer) AS times FROM day
    LEFT JOIN event ON moment::DATE = day.day AND name = $event GROUP BY 1
)
SELECT day, times FROM (
    SELECT *, avg(times) OVER before AS mean, stddev_pop(times) OVER before AS deviation, count(*) OVER before AS days
    FROM counted WINDOW before AS (ORDER BY day ROWS BETWEEN 28 PRECEDING AND 1 PRECEDING)
) WHERE days = 28 AND times >= 10 AND times > mean + 6 * greatest(deviation, 1) ORDER BY day
"""
"""The days on which something happened ten times or more, and far more often than in the four weeks before."""


@pytest.fixture(scope="module")
def world(postgres_server: PostgresServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder, clicks = tmp_path_factory.mktemp("shop"), shop_interactions()
    definitions = {"web_shop": shop.BROWSING, "retail": shop.RETAIL}
    with told(postgres_server, folder, clicks, shop.NOW, definitions, {"loyal": shop.LOYAL}, alerts=True) as world:
        yield world


@pytest.fixture(scope="module")
def browsed(world: World) -> Raw:
    return in_duckdb(shop.BROWSED, shop.BROWSING_HURTS, shop.OF_BROWSING, shop.NOW)


@pytest.fixture(scope="module")
def bought(world: World) -> Raw:
    return in_duckdb(shop.BOUGHT, shop.RETAIL_HURTS, shop.OF_RETAIL, shop.NOW, shop.PAUSE)


class OfTheShop(AgainstTheRawFile):
    source = "/web/main"
    speaks_of = frozenset({"leakage", "time_in_stage", "effort", "progress"})
    apart_by = frozenset({"stage", "campaign", "touchpoint", "segment", "day"})
    windows = (
        Asked("2024-05-20T00:00:00", "2024-05-21T00:00:00"),
        Asked("2024-02-11T05:47:13", "2024-04-30T22:10:41"),
        Asked("2024-06-29T12:00:00"),
    )
    plans: ClassVar = (
        {"measure": "effort", "stage": "checkout", "target": {"at_most": 0.5}, "since": "2024-04-30T22:10:41Z"},
        {"measure": "progress", "stage": "cart", "target": {"at_least": 0}, "since": "2024-06-01T00:00:00Z"},
        {"measure": "leakage", "target": {"at_most": 0.1}, "since": "2024-06-01T00:00:00Z"},
        {"measure": "time_in_stage", "target": {"at_most": 600}, "since": "2024-05-20T09:00:00Z",
         "until": "2024-05-27T09:00:00Z"},
        {"pain_point": "payment_failed", "target": {"at_most": 0.01}, "since": "2024-05-20T00:00:00Z"},
        {"pain_point": "checkout_failed", "stage": "checkout", "target": {"at_most": 0.02},
         "since": "2024-04-01T00:00:00Z", "until": "2024-05-06T11:00:00Z"},
    )  # fmt: skip


class TestBrowsing(OfTheShop):
    journey = "web_shop"
    segment = "returning_buyer"

    @pytest.fixture
    def raw(self, browsed: Raw) -> Raw:
        return browsed

    def test_every_user_is_one_profile(self, world: World, raw: Raw) -> None:
        users = {user for (user,) in raw.rows("SELECT DISTINCT customer FROM click")}
        assert world.profiles.keys() == users
        assert len(set(world.profiles.values())) == len(users)


class TestRetail(OfTheShop):
    journey = "retail"
    segment = "loyal"

    @pytest.fixture
    def raw(self, bought: Raw) -> Raw:
        return bought

    @pytest.fixture
    def alerts(self, world: World) -> dict[str, list[Any]]:
        """By key, the first that was raised first."""
        listed: dict[str, list[Any]] = {}
        for alert in reversed(world.get("retail/alerts")["items"]):
            listed.setdefault(alert["key"], []).append(alert)
        return listed

    def test_the_spike_of_chats_raises_an_alert(self, world: World, raw: Raw, alerts: dict[str, list[Any]]) -> None:
        (day, times), *_ = raw.rows(OUTLIERS, event="support_chat")
        first = alerts["many_chats"][0]
        raised, reading = _utc(first["raised_at"]), first["reading"]
        assert (first["side"], raised.date(), times) == ("high", day, 18)
        over = timedelta(seconds=reading["window_seconds"])

        def entered(end: datetime, since: datetime | None = None) -> int:
            query = "SELECT count(*) FROM step WHERE stage = 'help' AND moment >= $since AND moment < $until"
            ((count,),) = raw.rows(query, since=since or end - over, until=end)
            return int(count)

        assert reading["value"] == entered(raised)
        weeks = sorted(entered(raised - timedelta(weeks=nth)) for nth in range(1, 9))
        assert reading["usual"] == (weeks[3] + weeks[4]) / 2
        assert reading["value"] > 5 * reading["usual"]
        assert entered(_utc(first["since"]) - SLOT) < entered(raised), "it was rising"
        behind = world.pages(f"retail/alerts/{first['id']}/customers")
        assert len(behind) == entered(_utc(first["cleared_at"]), _utc(first["since"]) - over) > times
        picture = world.get(f"retail/alerts/{first['id']}")
        assert max(one["value"] for one in picture["series"]) == max(
            entered(_utc(one["at"])) for one in picture["series"] if one["window_seconds"] == reading["window_seconds"]
        )

    def test_the_incident_of_payments_raises_alerts(self, raw: Raw, alerts: dict[str, list[Any]]) -> None:
        began, ended = _from_to(raw, "payment_error")
        for those in (alerts["payments_fail"], alerts["laborious"]):
            raised = [_utc(alert["raised_at"]) for alert in those]
            assert began < raised[0] < began + timedelta(days=2)
            assert raised[-1] < ended + timedelta(days=1)
            assert all(alert["side"] == "high" and alert["cleared_at"] for alert in those)
        reading, end = alerts["payments_fail"][0]["reading"], _utc(alerts["payments_fail"][0]["raised_at"])
        within = "moment >= $since AND moment < $until"
        ((failed, checkouts),) = raw.rows(
            f"""SELECT (SELECT count(*) FROM event WHERE name = 'payment_error' AND {within}),
                (SELECT count(*) FROM step WHERE stage = 'checkout' AND {within})""",
            since=end - timedelta(seconds=reading["window_seconds"]),
            until=end,
        )
        assert reading["cases"] == checkouts
        assert reading["value"] == pytest.approx(failed / checkouts, abs=1e-4)
        assert reading["usual"] == 0.0

    @pytest.mark.parametrize(
        ("event", "pain_point"), [("payment_error", "payment_failed"), ("checkout_bug", "checkout_failed")]
    )
    def test_what_went_wrong_leads_the_pain_points(self, world: World, raw: Raw, event: str, pain_point: str) -> None:
        window = _window(raw, event)
        worst = world.get("retail/pain-points", **window)["items"][0]
        ((times,),) = raw.rows("SELECT count(*) FROM event WHERE name = $event", event=event)
        assert (worst["key"], worst["stage"], worst["times"]) == (pain_point, "checkout", times)
        met = world.pages(f"retail/pain-points/{pain_point}/customers", **window)
        customers = raw.rows("SELECT customer FROM event WHERE name = $event", event=event)
        assert sorted(one["profile_id"] for one in met) == sorted(world.profiles[customer] for (customer,) in customers)

    def test_the_loop_of_the_checkout_is_in_the_flow(self, world: World, raw: Raw) -> None:
        links = world.get("retail/flow", **_window(raw, "checkout_bug"))["links"]
        flow = {(link["from"], link["to"]): link["count"] for link in links}
        assert flow["checkout", "cart"] > flow["checkout", "bought"]
        assert flow["cart", "checkout"] > flow["checkout", "bought"]

    def test_what_is_planted_is_on_the_map(self, world: World, raw: Raw) -> None:
        """The checkout shows both, the worse one first."""
        for event, pain_point in (("payment_error", "payment_failed"), ("checkout_bug", "checkout_failed")):
            stages = {stage["key"]: stage for stage in world.get("retail/map", **_window(raw, event))["stages"]}
            assert stages["checkout"]["pain_points"][0]["key"] == pain_point
            assert stages["checkout"]["effort"] == max(stage["effort"] for stage in stages.values())


def _window(raw: Raw, event: str) -> dict[str, str]:
    """From the first time to the last."""
    began, ended = _from_to(raw, event)
    return {"since": f"{began.isoformat()}Z", "until": f"{(ended + SLOT).isoformat()}Z"}


def _from_to(raw: Raw, event: str) -> tuple[datetime, datetime]:
    ((began, ended),) = raw.rows("SELECT min(moment), max(moment) FROM event WHERE name = $event", event=event)
    return began, ended


def _utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=None)
