"""The shipped mappings on the real files that they are for."""

import json
import os
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from services.ingest.bulk.convert import Converted, converter
from services.ingest.bulk.mapping import find, parse
from services.ingest.bulk.rows import RowFile

DATA = Path(os.environ.get("KESHER_SHARED_DATA", "../shared/data"))


def events_of(mapping_name: str, file_name: str) -> list[dict[str, Any]]:
    path = DATA / file_name
    if not path.exists():
        pytest.skip(f"{path} is not here; KESHER_SHARED_DATA tells where")
    file_name, text = find(mapping_name)
    convert = converter(parse(text, file_name))
    rows = RowFile(path, None, ",")
    try:
        outcomes = [convert(row) for row in rows]
    finally:
        rows.close()
    assert [outcome for outcome in outcomes if not isinstance(outcome, Converted)] == []
    return [json.loads(outcome.body) for outcome in outcomes if isinstance(outcome, Converted)]


@pytest.fixture(scope="module")
def calls() -> list[dict[str, Any]]:
    return events_of("bank-calls", "bank-calls-august-1-10.csv.gz")


@pytest.fixture(scope="module")
def clicks() -> list[dict[str, Any]]:
    return events_of("web-shop", "retentioneering-ecom.csv.gz")


def test_every_call_becomes_one_event_of_its_own(calls: list[dict[str, Any]]) -> None:
    assert len(calls) == len({(event["source"], event["id"]) for event in calls}) == 17_911
    types = Counter(event["type"] for event in calls)
    assert types == {"call.ended": 11_804, "call.abandoned": 5_952, "call.unknown": 155}


def test_identified_callers_are_as_many_as_the_bank_knew(calls: list[dict[str, Any]]) -> None:
    callers = {found["value"] for event in calls for found in event["data"].get("identifiers", ())}
    assert len(callers) == 3_308
    assert "0" not in callers


def test_calls_that_nobody_made_are_measured_by_nobody(calls: list[dict[str, Any]]) -> None:
    phantoms = [event for event in calls if event["type"] == "call.unknown"]
    assert all("measures" not in event["data"] for event in phantoms)


def test_a_call_across_midnight_ends_the_next_day(calls: list[dict[str, Any]]) -> None:
    across = [event for event in calls if event["data"]["properties"].get("ended_at", "")[:10] > event["time"][:10]]
    assert across
    assert all(event["data"]["properties"]["ended_at"] > event["time"] for event in across)


def test_answered_calls_end_as_long_after_as_they_took(calls: list[dict[str, Any]]) -> None:
    from datetime import datetime

    for event in calls:
        details = event["data"]["properties"]
        if event["type"] == "call.ended" and "answered_at" in details and "ended_at" in details:
            took = datetime.fromisoformat(details["ended_at"]) - datetime.fromisoformat(details["answered_at"])
            assert took.total_seconds() == event["data"]["measures"]["handle_seconds"]


def test_no_agent_is_called_nobody(calls: list[dict[str, Any]]) -> None:
    assert "NO_SERVER" not in {event["data"].get("agent") for event in calls}


def test_every_click_becomes_one_segment_call_of_its_own(clicks: list[dict[str, Any]]) -> None:
    assert len(clicks) == len({call["messageId"] for call in clicks}) == 31_106
    assert all(len(call["messageId"]) < 100 for call in clicks)
    assert len({call["userId"] for call in clicks}) == 600
    assert Counter(call["type"] for call in clicks) == {"track": 26_207, "page": 4_899}
    assert all(("event" in call) == (call["type"] == "track") for call in clicks)
    assert all(("name" in call) == (call["type"] == "page") for call in clicks)
