"""Every measure that a call centre's file can speak of, against DuckDB on the raw file."""

from collections import defaultdict

import duckdb
import pytest

from services.journey.domain.measures.catalogue import OF_STORIES, Measure
from services.journey.domain.measures.story import Story
from tests.journey.oracle.real_files import BANK, bank_calls

CALLS = f"""
CREATE TABLE raw AS
SELECT trim(customer_id) AS customer, outcome, CASE type WHEN 'PE' THEN 'PS' ELSE type END AS kind,
    date::DATE + vru_entry::INTERVAL AS moment, "vru+line" || '-' || call_id || '-' || date AS id,
    CASE WHEN vru_time LIKE '-%' THEN 0 ELSE vru_time::DOUBLE END AS machine, q_time::DOUBLE AS wait,
    ser_time::DOUBLE AS served, outcome = 'AGENT' AS answered,
    trim(server) <> 'NO_SERVER' OR (outcome = 'AGENT' AND ser_time::DOUBLE > 0) AS person
FROM read_csv('{BANK}', all_varchar = true)
WHERE trim(customer_id) <> '0';
CREATE TABLE call AS
SELECT *, row_number() OVER (PARTITION BY customer ORDER BY moment, id) AS place FROM raw WHERE outcome <> 'PHANTOM';
CREATE TABLE contact AS
SELECT *, lag(moment) OVER same AS previous, lead(moment) OVER same AS next
FROM call WHERE person OR wait > 0 OR machine = 0
WINDOW same AS (PARTITION BY customer, kind ORDER BY place);
CREATE TABLE judged AS
SELECT *, coalesce(moment - previous <= INTERVAL 7 DAY, false) AS again,
    coalesce(next - moment <= INTERVAL 7 DAY, false) AS comes_back
FROM contact;
CREATE TABLE doing AS
SELECT customer, place, moment, row_number() OVER mine AS n, lag(moment) OVER mine AS before,
    first_value(moment) OVER mine AS began
FROM call WINDOW mine AS (PARTITION BY customer ORDER BY place);
"""
BY_KIND = {
    Measure.WAIT: "SELECT kind, count(*), sum(wait) FROM call GROUP BY kind",
    Measure.HANDLE: "SELECT kind, count(*), sum(served) FROM call WHERE answered GROUP BY kind",
    Measure.TRANSFERS: "SELECT kind, count(*), 0 FROM contact WHERE answered GROUP BY kind",
    Measure.CHANNEL_SWITCHES: "SELECT kind, count(*), 0 FROM contact GROUP BY kind",
    Measure.REPEAT_CONTACTS: "SELECT kind, count(*), count(*) FILTER (again) FROM judged GROUP BY kind",
    Measure.FIRST_CONTACT_RESOLUTION: """
        SELECT kind, count(*), count(*) FILTER (NOT comes_back) FROM judged WHERE answered AND NOT again GROUP BY kind
    """,
    Measure.PREVENTABLE: "SELECT kind, count(*), count(*) FILTER (again) FROM judged GROUP BY kind",
    Measure.CONTAINMENT: """
        SELECT kind, count(*), count(*) FILTER (NOT person AND wait = 0 AND NOT EXISTS (
            FROM contact WHERE contact.customer = call.customer AND contact.place > call.place
                AND contact.moment <= call.moment + INTERVAL 24 HOUR))
        FROM call WHERE machine > 0 GROUP BY kind
    """,
}
REASONS = {
    "banking.regular": "PS",
    "internet.support": "IN",
    "stock_exchange": "NE",
    "new_customer.enquiry": "NW",
    "callback": "TT",
}
SILENT_BY = "epoch(moment - before) * (n - 2) > 2 * epoch(before - began)"


@pytest.fixture(scope="module")
def stories() -> list[Story]:
    return [Story(timeline) for timeline in bank_calls().values()]


@pytest.fixture(scope="module")
def raw(stories: list[Story]) -> object:
    connection = duckdb.connect()
    connection.execute(CALLS)
    return connection


def of_kinds(stories: list[Story], measure: Measure) -> dict[str, tuple[int, float]]:
    found: dict[str, list[float]] = defaultdict(list)
    for story in stories:
        for fact in OF_STORIES[measure](story):
            found[REASONS[story.timeline[fact.place].kind.reason or ""]].append(fact.value)
    return {kind: (len(values), sum(values)) for kind, values in found.items()}


@pytest.mark.parametrize("measure", BY_KIND)
def test_by_kind_of_call(stories: list[Story], raw: object, measure: Measure) -> None:
    rows = raw.execute(BY_KIND[measure]).fetchall()  # type: ignore[attr-defined]
    expected = {kind: (count, total) for kind, count, total in rows}
    assert of_kinds(stories, measure) == expected
    assert sum(count for count, _ in expected.values()) > 1_000


def test_churn_risk(stories: list[Story], raw: object) -> None:
    rows = raw.execute(  # type: ignore[attr-defined]
        f"""SELECT kind, count(*), sum((again::INT + (NOT answered)::INT + (n > 3 AND {SILENT_BY})::INT) / 4)
            FROM judged JOIN doing USING (customer, place, moment) GROUP BY kind"""
    ).fetchall()
    assert of_kinds(stories, Measure.CHURN_RISK) == {kind: (count, total) for kind, count, total in rows}


def test_what_the_file_does_not_speak_of_is_not_made_up(stories: list[Story]) -> None:
    silent = {measure for measure in OF_STORIES if not of_kinds(stories, measure)}
    assert silent == set(OF_STORIES) - set(BY_KIND) - {Measure.CHURN_RISK}
