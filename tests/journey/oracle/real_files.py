"""Real files as timelines of customers, by the shipped mappings and adapters; and their raw rows for DuckDB."""

import json
import os
from collections import defaultdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from schemas.interaction import Interaction as Event
from schemas.interaction import interaction
from services.ingest.bulk.convert import Converted, converter
from services.ingest.bulk.mapping import find, parse
from services.ingest.bulk.rows import RowFile
from services.ingest.channel import Delivery, Source
from services.ingest.channels import web_segment
from services.journey.domain.model import Interaction
from services.journey.store import StoredInteraction
from services.journey.wire import as_seen

DATA = Path(os.environ.get("KESHER_SHARED_DATA", "../shared/data"))
BANK = DATA / "bank-calls-august-1-10.csv.gz"
SHOP = DATA / "retentioneering-ecom.csv.gz"
LATER = datetime(2026, 1, 1, tzinfo=UTC)

Timelines = dict[str, list[Interaction]]


def bank_calls() -> Timelines:
    """By customer number."""
    return _timelines(bank_interactions())


def web_shop() -> Timelines:
    """By user id."""
    return _timelines(shop_interactions())


def bank_interactions() -> list[Event]:
    """In the order of the file."""
    return imported(*find("bank-calls"), _here(BANK))


def shop_interactions() -> list[Event]:
    """In the order of the file; what the site sends goes through the adapter."""
    body = json.dumps({"batch": _converted(*find("web-shop"), _here(SHOP)), "sentAt": None}).encode()
    parsed = web_segment.parse(Delivery({}, body), Source("/web/main", "web", "web_segment"), LATER)
    assert not parsed.rejected
    return list(parsed.interactions)


def imported(mapping: str, text: str, path: Path) -> list[Event]:
    """A file by a mapping, of this name, to CloudEvents."""
    return [interaction(_envelope(event), event["data"]) for event in _converted(mapping, text, path)]


def _here(path: Path) -> Path:
    if not path.exists():
        pytest.skip(f"{path} is not here; KESHER_SHARED_DATA tells where")
    return path


def _converted(name: str, text: str, path: Path) -> list[dict[str, Any]]:
    convert, rows = converter(parse(text, name)), RowFile(path, None, ",")
    try:
        outcomes = [convert(row) for row in rows]
    finally:
        rows.close()
    return [json.loads(outcome.body) for outcome in outcomes if isinstance(outcome, Converted)]


def _envelope(event: dict[str, Any]) -> dict[str, Any]:
    return {name: event[name] for name in ("id", "source", "type", "time")}


def _timelines(events: list[Event]) -> Timelines:
    timelines: Timelines = defaultdict(list)
    for event in events:
        for identifier in event.data.identifiers:
            if identifier.namespace == "customer_id":
                timelines[identifier.value].append(_seen(event))
    return {customer: sorted(timeline, key=lambda one: one.position) for customer, timeline in timelines.items()}


def _seen(event: Event) -> Interaction:
    body = event.data.model_dump_json(exclude_none=True).encode()
    time = event.time.astimezone(UTC)
    return as_seen(StoredInteraction(event.source, event.id, 1, time, event.type, event.data.channel, 0, body, 1, 1))
