"""docs/operations.md has every setting and metric. `KESHER_WRITE_DOCS=1` writes its tables anew."""

import os
import re
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
from pydantic import SecretStr
from pydantic_settings import BaseSettings

from services.ingest.settings import IngestSettings
from services.runtime.settings import Settings
from services.runtime.telemetry import CATALOGUE

PAGE = Path(__file__).parents[2] / "docs" / "operations.md"


def settings_table(settings: type[BaseSettings]) -> str:
    prefix = settings.model_config["env_prefix"]
    rows = (
        (f"`{prefix}{name.upper()}`", default_of(field.default), field.description or "")
        for name, field in settings.model_fields.items()
    )
    return table(("setting", "default", "what it is"), rows)


def default_of(value: object) -> str:
    if value is None or isinstance(value, SecretStr):
        return ""
    return f"`{str(value).lower() if isinstance(value, bool) else value}`"


def metrics_table() -> str:
    rows = []
    for metric in CATALOGUE:
        described = next(iter(metric.describe()))
        suffix = "_total" if described.type == "counter" else ""
        labels = ", ".join(metric._labelnames)
        rows.append((f"`{described.name}{suffix}`", described.type, labels, described.documentation))
    return table(("metric", "kind", "labels", "what it is"), rows)


def table(header: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    header = tuple(header)
    cells = [header, ("---",) * len(header), *(tuple(row) for row in rows)]
    return "\n".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |" for row in cells)


TABLES: dict[str, Callable[[], str]] = {
    "settings": lambda: settings_table(Settings),
    "ingest settings": lambda: settings_table(IngestSettings),
    "metrics": metrics_table,
}


@pytest.mark.parametrize("name", sorted(TABLES))
def test_the_page_has_the_table(name: str) -> None:
    text = PAGE.read_text("utf-8")
    wanted = f"<!-- {name} -->\n{TABLES[name]()}\n<!-- /{name} -->"
    found = re.search(f"<!-- {name} -->.*?<!-- /{name} -->", text, re.DOTALL)
    assert found, f"no place for {name}"
    if os.environ.get("KESHER_WRITE_DOCS"):
        PAGE.write_text(text.replace(found[0], wanted), "utf-8")
        return
    assert found[0] == wanted, "run: KESHER_WRITE_DOCS=1 pytest tests/docs"
