"""What is planted in the web shop's file is found by a retail journey with nothing but defaults.

It is a loop in the checkout, an incident of payments and a spike of support chats. When they are and how large, DuckDB
tells from the raw file.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import duckdb
import pytest

from services.journey.domain.alerts.levels import SLOT
from services.runtime.settings import Settings
from tests.journey.conftest import FixedClock
from tests.journey.oracle.real_files import SHOP, web_shop
from tests.journey.oracle.test_service import told

RETAIL = """
key: web_shop
version: 1
title: {en: An order in the web shop}
stages:
  - key: looking
    when: i.name in ["Home", "Promotion", "Product List Viewed", "Products Searched", "Product Viewed"]
  - {key: cart, when: 'i.name in ["Product Added", "Cart Viewed"]'}
  - key: checkout
    when: i.name in ["Checkout Step Completed", "Payment Info Entered", "Payment Failed", "Checkout Failed"]
  - {key: help, when: 'i.name == "Support Chat Opened"'}
  - {key: bought, when: 'i.name == "Order Completed"'}
abandoned_after: P1D
pain_points:
  - {key: payment_failed, when: 'i.name == "Payment Failed"', weight: 3}
  - {key: checkout_failed, when: 'i.name == "Checkout Failed"', weight: 5}
alerts:
  - {key: payments_fail, stage: checkout, measure: pain_point, pain_point: payment_failed}
  - {key: laborious, stage: checkout, measure: effort}
  - {key: many_chats, stage: help, measure: volume}
"""
EVENTS = f"""
CREATE TABLE event AS
SELECT user_id, event, timestamp::TIMESTAMP AS moment, user_id || '-' || session_id || '-' || line AS id, CASE
    WHEN event IN ('home', 'promo_page', 'catalog', 'search', 'product_view') THEN 'looking'
    WHEN event IN ('add_to_cart', 'cart') THEN 'cart'
    WHEN event IN ('shipping_details', 'payment_details', 'payment_error', 'checkout_bug') THEN 'checkout'
    WHEN event = 'support_chat' THEN 'help'
    WHEN event = 'purchase' THEN 'bought' END AS stage
FROM (SELECT *, row_number() OVER () + 1 AS line FROM read_csv('{SHOP}', all_varchar = true, parallel = false));
CREATE TABLE visit AS
SELECT *, moment - before > INTERVAL 1 DAY AS anew FROM (
    SELECT *, lag(stage) OVER mine AS came_from, lag(moment) OVER mine AS before FROM event WHERE stage IS NOT NULL
    WINDOW mine AS (PARTITION BY user_id ORDER BY moment, id)
);
CREATE TABLE step AS
SELECT user_id, moment, stage, CASE WHEN anew THEN NULL ELSE came_from END AS came_from
FROM visit WHERE came_from IS DISTINCT FROM stage OR anew;
"""
OUTLIERS = """
WITH day AS (
    SELECT unnest(range(DATE '2024-01-01', DATE '2024-07-01', INTERVAL 1 DAY))::DATE AS day
), counted AS (
    SELECT day.day, count(user_id) AS times FROM day
    LEFT JOIN event ON moment::DATE = day.day AND event = $1 GROUP BY 1
)
SELECT day, times FROM (
    SELECT *, avg(times) OVER before AS mean, stddev_pop(times) OVER before AS deviation, count(*) OVER before AS days
    FROM counted WINDOW before AS (ORDER BY day ROWS BETWEEN 28 PRECEDING AND 1 PRECEDING)
) WHERE days = 28 AND times >= 10 AND times > mean + 6 * greatest(deviation, 1) ORDER BY day
"""
"""The days on which something happened ten times or more, and far more often than in the four weeks before."""


def _from_to(raw: Any, event: str) -> tuple[datetime, datetime]:
    """The first and the last time."""
    began, ended = raw.execute("SELECT min(moment), max(moment) FROM event WHERE event = $1", [event]).fetchone()
    return began, ended


def _utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=None)


@pytest.fixture
def raw() -> Any:
    connection = duckdb.connect()
    connection.execute(EVENTS)
    return connection


async def test_what_is_planted_is_found(
    settings: Settings, clock: FixedClock, token: Callable[..., dict[str, str]], raw: Any
) -> None:
    async with told(web_shop(), settings, clock, token, RETAIL) as get:
        answer = await get("web_shop/alerts")
        listed: dict[str, list[Any]] = {}
        for alert in reversed(answer["items"]):
            listed.setdefault(alert["key"], []).append(alert)
        assert all(alert["cleared_at"] for alert in answer["items"]), "the file ends long ago"
        await _chats(get, raw, listed["many_chats"])
        await _payments(get, raw, listed["payments_fail"], listed["laborious"])
        await _loop(get, raw)


async def _chats(get: Callable[..., Any], raw: Any, alerts: list[Any]) -> None:
    (day, times), *_ = raw.execute(OUTLIERS, ["support_chat"]).fetchall()
    first = alerts[0]
    raised, reading = _utc(first["raised_at"]), first["reading"]
    assert (first["side"], raised.date(), times) == ("high", day, 18)
    over = timedelta(seconds=reading["window_seconds"])
    windows = "SELECT count(*) FROM step WHERE stage = 'help' AND moment >= $1 AND moment < $2"

    def entered(end: datetime) -> int:
        return int(raw.execute(windows, [end - over, end]).fetchone()[0])

    assert reading["value"] == entered(raised)
    weeks = sorted(entered(raised - timedelta(weeks=nth)) for nth in range(1, 9))
    assert reading["usual"] == (weeks[3] + weeks[4]) / 2
    assert reading["value"] > 5 * reading["usual"]
    assert entered(_utc(first["since"]) - SLOT) < entered(raised), "it was rising"
    customers = await get(f"web_shop/alerts/{first['id']}/customers", limit=1_000)
    began, ended = _utc(first["since"]) - over, _utc(first["cleared_at"])
    behind = raw.execute(
        "SELECT count(*) FROM step WHERE stage = 'help' AND moment >= $1 AND moment < $2", [began, ended]
    ).fetchone()[0]
    assert len(customers["items"]) == behind > times
    picture = await get(f"web_shop/alerts/{first['id']}")
    assert max(one["value"] for one in picture["series"]) == max(
        entered(_utc(one["at"])) for one in picture["series"] if one["window_seconds"] == reading["window_seconds"]
    )


async def _payments(get: Callable[..., Any], raw: Any, painful: list[Any], laborious: list[Any]) -> None:
    began, ended = _from_to(raw, "payment_error")
    for alerts in (painful, laborious):
        raised = [_utc(alert["raised_at"]) for alert in alerts]
        assert began < raised[0] < began + timedelta(days=2)
        assert raised[-1] < ended + timedelta(days=1)
        assert all(alert["side"] == "high" for alert in alerts)
    first, over = painful[0], timedelta(seconds=painful[0]["reading"]["window_seconds"])
    end = _utc(first["raised_at"])
    ((failed, checkouts),) = raw.execute(
        """SELECT (SELECT count(*) FROM event WHERE event = 'payment_error' AND moment >= $1 AND moment < $2),
                  (SELECT count(*) FROM step WHERE stage = 'checkout' AND moment >= $1 AND moment < $2)""",
        [end - over, end],
    ).fetchall()
    assert first["reading"]["cases"] == checkouts
    assert first["reading"]["value"] == pytest.approx(failed / checkouts, abs=1e-4)
    assert first["reading"]["usual"] == 0.0
    window = {"since": f"{began.isoformat()}Z", "until": f"{(ended + SLOT).isoformat()}Z"}
    worst = (await get("web_shop/pain-points", **window))["items"][0]
    times = raw.execute("SELECT count(*) FROM event WHERE event = 'payment_error'").fetchone()[0]
    assert (worst["key"], worst["stage"], worst["times"]) == ("payment_failed", "checkout", times)


async def _loop(get: Callable[..., Any], raw: Any) -> None:
    """From its first failure to its last the checkout leads the pain points, and customers go round in it."""
    began, ended = _from_to(raw, "checkout_bug")
    window = {"since": f"{began.isoformat()}Z", "until": f"{(ended + SLOT).isoformat()}Z"}
    worst = (await get("web_shop/pain-points", **window))["items"][0]
    times = raw.execute("SELECT count(*) FROM event WHERE event = 'checkout_bug'").fetchone()[0]
    assert (worst["key"], worst["stage"], worst["times"]) == ("checkout_failed", "checkout", times)
    flow = {(link["from"], link["to"]): link["count"] for link in (await get("web_shop/flow", **window))["links"]}
    steps = raw.execute(
        "SELECT came_from, stage, count(*) FROM step WHERE moment >= $1 AND moment < $2 GROUP BY 1, 2",
        [began, ended + SLOT],
    ).fetchall()
    assert {link: count for link, count in flow.items() if link[1]} == {(a, b): count for a, b, count in steps}
    assert flow["checkout", "cart"] > flow["checkout", "bought"]
    assert flow["cart", "checkout"] > flow["checkout", "bought"]
