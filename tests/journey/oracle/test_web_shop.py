"""A journey through the web shop, against DuckDB on the raw file: time in stage, effort, leakage, steps."""

from collections import Counter
from itertools import pairwise

import duckdb
import pytest

from services.journey.domain.definition import Definition, load_definition
from services.journey.domain.fold import Folded, fold
from services.journey.domain.measures.catalogue import Measure
from services.journey.domain.measures.leakage import leakage
from services.journey.domain.measures.measured import Measured, measured
from services.journey.domain.measures.pain_points import PainCount, pain_points
from services.journey.domain.measures.story import Story
from tests.journey.oracle.real_files import SHOP, Timelines, web_shop

DEFINITION = """
key: web_shop
version: 1
title: {en: Web shop}
stages:
  - key: looking
    when: i.name in ["Home", "Promotion", "Product List Viewed", "Products Searched", "Product Viewed"]
  - {key: cart, when: 'i.name in ["Product Added", "Cart Viewed"]'}
  - {key: checkout, when: 'i.name in ["Checkout Step Completed", "Payment Info Entered"]'}
  - {key: bought, when: 'i.name == "Order Completed"'}
pain_points:
  - {key: payment_failed, when: 'i.name == "Payment Failed"', weight: 3}
  - {key: checkout_failed, when: 'i.name == "Checkout Failed"', weight: 5}
  - {key: asked_for_help, when: 'i.name == "Support Chat Opened"', weight: 1}
"""
EVENTS = f"""
CREATE TABLE event AS
SELECT *, sum(opens) OVER mine > 0 AS inside, CASE event
    WHEN 'payment_error' THEN 3 WHEN 'checkout_bug' THEN 5 WHEN 'support_chat' THEN 1 ELSE 0 END AS weight
FROM (
    SELECT user_id, event, timestamp::TIMESTAMP AS moment, user_id || '-' || session_id || '-' || line AS id, CASE
        WHEN event IN ('home', 'promo_page', 'catalog', 'search', 'product_view') THEN 'looking'
        WHEN event IN ('add_to_cart', 'cart') THEN 'cart'
        WHEN event IN ('shipping_details', 'payment_details') THEN 'checkout'
        WHEN event = 'purchase' THEN 'bought' END AS stage, (stage IS NOT NULL)::INT AS opens
    FROM (SELECT *, row_number() OVER () + 1 AS line FROM read_csv('{SHOP}', all_varchar = true, parallel = false))
)
WINDOW mine AS (PARTITION BY user_id ORDER BY moment, id ROWS UNBOUNDED PRECEDING);
CREATE TABLE step AS
SELECT *, lead(moment) OVER mine - moment AS stayed, lead(stage) OVER mine AS target FROM (
    SELECT *, lag(stage) OVER mine AS came_from FROM event WHERE stage IS NOT NULL
    WINDOW mine AS (PARTITION BY user_id ORDER BY moment, id)
) WHERE came_from IS DISTINCT FROM stage WINDOW mine AS (PARTITION BY user_id ORDER BY moment, id);
"""


@pytest.fixture(scope="module")
def shop() -> Timelines:
    return web_shop()


@pytest.fixture(scope="module")
def folds(shop: Timelines) -> dict[str, tuple[Definition, Folded]]:
    definition = load_definition(DEFINITION)
    return {user: (definition, fold(definition, None, timeline)) for user, timeline in shop.items()}


@pytest.fixture(scope="module")
def facts(shop: Timelines, folds: dict[str, tuple[Definition, Folded]]) -> list[Measured]:
    return [one for user, timeline in shop.items() for one in measured(timeline, [folds[user]])]


@pytest.fixture(scope="module")
def raw(shop: Timelines) -> object:
    connection = duckdb.connect()
    connection.execute(EVENTS)
    return connection


def rows(raw: object, query: str) -> list[tuple[object, ...]]:
    return raw.execute(query).fetchall()  # type: ignore[attr-defined, no-any-return]


def test_time_in_stage(facts: list[Measured], raw: object) -> None:
    expected = rows(raw, "SELECT stage, epoch(stayed) FROM step WHERE stayed IS NOT NULL")
    found = [(one.stage, one.values[Measure.TIME_IN_STAGE]) for one in facts if Measure.TIME_IN_STAGE in one.values]
    assert Counter(found) == Counter(expected)
    assert len(found) > 5_000


def test_effort_by_stage_and_day(facts: list[Measured], raw: object) -> None:
    efforts: Counter[object] = Counter()
    for one in facts:
        efforts[one.position.time.date()] += int(one.values[Measure.EFFORT])
    expected = rows(
        raw, "SELECT moment::DATE, sum(weight)::INT FROM event WHERE inside GROUP BY 1 HAVING sum(weight) > 0"
    )
    assert +efforts == dict(expected)


def test_progress(facts: list[Measured], raw: object) -> None:
    """Every touchpoint that went to another stage went as far as the step in the raw file."""
    expected = rows(
        raw,
        """WITH place (stage, n) AS (VALUES ('looking', 0), ('cart', 1), ('checkout', 2), ('bought', 3))
           SELECT id, (came.n - went.n)::DOUBLE FROM step
           JOIN place came ON came.stage = step.stage JOIN place went ON went.stage = step.came_from""",
    )
    found = {one.position.id: one.values.get(Measure.PROGRESS) for one in facts}
    assert {id_: found[str(id_)] for id_, _ in expected} == dict(expected)


def test_the_checkout_loop_is_in_the_steps(folds: dict[str, tuple[Definition, Folded]], raw: object) -> None:
    expected = rows(raw, "SELECT came_from, stage, count(*) FROM step GROUP BY 1, 2")
    found = Counter((step.from_stage, step.to) for _, folded in folds.values() for step in folded.transitions)
    assert found == {(came_from, to): count for came_from, to, count in expected}
    assert found["checkout", "cart"] > found["checkout", "bought"] / 2


def test_the_payment_incident_and_the_chats_stand_out(folds: dict[str, tuple[Definition, Folded]], raw: object) -> None:
    met = Counter((pain.key, pain.position.time.date()) for _, folded in folds.values() for pain in folded.pains)
    for key, event in (("payment_failed", "payment_error"), ("asked_for_help", "support_chat")):
        expected = rows(raw, f"SELECT moment::DATE, count(*) FROM event WHERE event = '{event}' AND inside GROUP BY 1")
        by_day = {day: times for (pain, day), times in met.items() if pain == key}
        assert by_day == dict(expected)
        assert max(by_day, key=by_day.__getitem__).isoformat() == "2024-05-20"


def test_during_the_incident_failed_payments_lead_the_pain_points(
    folds: dict[str, tuple[Definition, Folded]], raw: object
) -> None:
    incident = [
        (user, pain)
        for user, (_, folded) in folds.items()
        for pain in folded.pains
        if pain.position.time.date().isoformat() == "2024-05-20"
    ]
    met = Counter((pain.key, pain.stage) for _, pain in incident)
    who = Counter((key, stage) for _, key, stage in {(user, pain.key, pain.stage) for user, pain in incident})
    what = load_definition(DEFINITION).what
    weights = {pain.key: pain.weight for pain in what.pain_points}
    counts = [PainCount(*place, times, who[place], times * weights[place[0]]) for place, times in met.items()]
    worst, *_ = pain_points(what, counts)
    assert (worst.key, worst.stage) == ("payment_failed", "checkout")
    expected = rows(
        raw,
        """SELECT count(*), count(DISTINCT user_id) FROM (
               SELECT *, last_value(stage IGNORE NULLS) OVER mine AS stands FROM event
               WINDOW mine AS (PARTITION BY user_id ORDER BY moment, id)
           ) WHERE event = 'payment_error' AND moment::DATE = '2024-05-20' AND stands = 'checkout'""",
    )
    assert expected == [(worst.times, worst.customers)]


def test_visits_leak_into_no_calls_where_there_are_none(shop: Timelines) -> None:
    found = [fact.value for timeline in shop.values() for fact in leakage(Story(timeline))]
    moments = [[one.position.time for one in timeline] for timeline in shop.values()]
    pauses = sum((later - earlier).total_seconds() > 1_800 for times in moments for earlier, later in pairwise(times))
    assert found == [0.0] * (pauses + len(moments))
