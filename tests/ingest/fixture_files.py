"""Fixtures: what a vendor sends, and beside it (`.expected`) what we make of it: the adapters' specification."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from services.ingest.channel import Delivery, Parsed, Source
from services.ingest.registry import ADAPTERS

ARRIVAL = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
FOLDER = Path(__file__).parent / "fixtures"
EXPECTED = ".expected.json"


def fixture_files() -> list[Path]:
    return sorted(path for path in FOLDER.glob("*/*.json") if not path.name.endswith(EXPECTED))


def expected_file(path: Path) -> Path:
    return path.with_name(path.stem + EXPECTED)


def delivery_of(path: Path) -> Delivery:
    """The delivery that a fixture describes: `headers`, `query`, and `form` or `body`."""
    fixture = json.loads(path.read_text(encoding="utf-8"))
    is_form = "form" in fixture
    body = urlencode(fixture["form"]) if is_form else json.dumps(fixture["body"], ensure_ascii=False)
    content_type = "application/x-www-form-urlencoded" if is_form else "application/json"
    headers = {"content-type": content_type, **fixture.get("headers", {})}
    return Delivery(
        headers, body.encode(), f"https://kesher.example/v1/channels/{path.parent.name}", fixture.get("query", {})
    )


def as_written(parsed: Parsed) -> dict[str, Any]:
    """What the snapshot holds; `raw` only repeats the fixture, and has a test of its own."""
    return {
        "interactions": [
            json.loads(i.model_dump_json(exclude_none=True, exclude={"data": {"raw"}})) for i in parsed.interactions
        ],
        "rejected": [{"index": e.index, "field": e.field, "error": e.error} for e in parsed.rejected],
    }


def parsed_fixture(path: Path) -> Parsed:
    """What the fixture's adapter makes of it, arriving at a fixed time from a fixed source."""
    adapter = path.parent.name
    source = Source(f"/{adapter.replace('_', '/')}/main", adapter.partition("_")[0], adapter)
    return ADAPTERS[adapter].channel.parse(delivery_of(path), source, ARRIVAL)


def write_snapshots() -> None:
    """Writes every snapshot anew: look at the difference before you commit it."""
    for path in fixture_files():
        text = json.dumps(as_written(parsed_fixture(path)), ensure_ascii=False, indent=2)
        expected_file(path).write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    write_snapshots()
