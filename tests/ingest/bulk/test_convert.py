import json
from typing import Any

import pytest

from services.ingest.bulk.convert import Converted, Refused, converter
from services.ingest.bulk.mapping import parse
from services.ingest.bulk.rows import Row

EVENTS = """\
title: Calls
format: events
keep_row: true
skip_when: row.kind == "test"
event:
  id: "{number}"
  source: /call/x
  type: {column: kind, table: {in: call.ended}}
  time: {zone: UTC, column: at}
  data:
    channel: call
    identifiers:
      - {namespace: phone, value: {column: phone, none: ["0"]}, assurance: claimed}
      - {namespace: customer_id, value: "{customer}"}
    measures: {wait_seconds: "{wait}"}
    properties: {line: "{phone}"}
"""
SEGMENT = """\
title: Clicks
format: segment
message:
  messageId: "{number}"
  type: "{kind}"
  userId: "{customer}"
  timestamp: {zone: UTC, column: at}
  context: {campaign: {source: "{phone}"}}
"""
ROW = {"number": "1", "kind": "in", "at": "2026-01-01 10:00:00", "phone": "+97255501001", "customer": "", "wait": "12"}


def convert(mapping: str, **changes: str) -> Any:
    return converter(parse(mapping, "m.yaml"))(Row(2, ROW | changes))


def test_a_row_becomes_an_event_without_what_is_empty() -> None:
    converted = convert(EVENTS)
    assert isinstance(converted, Converted)
    assert converted.type == "call.ended"
    event = json.loads(converted.body)
    assert event["time"] == "2026-01-01T10:00:00Z"
    assert event["data"]["identifiers"] == [{"namespace": "phone", "value": "+97255501001", "assurance": "claimed"}]
    assert event["data"]["measures"] == {"wait_seconds": 12.0}
    assert event["data"]["raw"]["number"] == "1"


def test_a_row_can_be_skipped() -> None:
    assert convert(EVENTS, kind="test") == "skipped"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"number": ""}, "id"),
        ({"at": ""}, "time"),
        ({"at": "noon"}, "time"),
        ({"kind": "out"}, "type"),
        ({"wait": "-1"}, "data.measures.wait_seconds"),
        ({"wait": "long"}, "data.measures.wait_seconds"),
        ({"customer": "x" * 400}, "data.identifiers.1.value"),
    ],
)
def test_a_bad_row_is_refused_with_its_field(changes: dict[str, str], field: str) -> None:
    refused = convert(EVENTS, **changes)
    assert isinstance(refused, Refused)
    assert refused.field == field
    assert refused.reason


def test_an_unsound_row_is_refused_unseen() -> None:
    assert converter(parse(EVENTS, "m.yaml"))(Row(2, {}, (), "is not JSON")) == Refused(None, "is not JSON")


def test_a_row_becomes_a_segment_call() -> None:
    converted = convert(SEGMENT, kind="page", customer="u1")
    assert isinstance(converted, Converted)
    assert json.loads(converted.body) == {
        "messageId": "1",
        "type": "page",
        "userId": "u1",
        "timestamp": "2026-01-01T10:00:00+00:00",
        "context": {"campaign": {"source": "+97255501001"}},
    }


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"customer": ""}, "userId"),
        ({"kind": "click"}, "type"),
        ({"number": ""}, "messageId"),
        ({"at": ""}, "timestamp"),
    ],
)
def test_a_bad_segment_row_is_refused_with_its_field(changes: dict[str, str], field: str) -> None:
    refused = convert(SEGMENT, **({"kind": "page", "customer": "u1"} | changes))
    assert isinstance(refused, Refused)
    assert refused.field == field
