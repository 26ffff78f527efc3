"""The tables that people read and the file that scripts read."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

from rich.console import Console
from rich.table import Table

from services.profile.domain.matching import DEFAULT_THRESHOLD
from tests.bench_matching.cases import Result
from tests.bench_matching.figures import ASKED_PRECISION
from tests.bench_matching.households import Kept

_COLUMNS = (
    "data", "records", "true pairs", "system", f"recall at precision {ASKED_PRECISION:.0%}",
    f"probability {DEFAULT_THRESHOLD:g}: precision", "recall", "reachable", "compared", "seconds", "MiB",
)  # fmt: skip


def show_matching(results: Sequence[Result], console: Console) -> None:
    """One line for each system and way of using it."""
    table = Table(title="Possible duplicates, against truth")
    for position, column in enumerate(_COLUMNS):
        table.add_column(column, justify="left" if position in {0, 3} else "right")
    for result in results:
        table.add_row(
            result.dataset,
            f"{result.records:,}",
            f"{result.true_pairs:,}",
            f"{result.system}, {result.recipe}",
            f"{result.best.recall:.4f}",
            f"{result.shipped.precision:.4f}",
            f"{result.shipped.recall:.4f}",
            f"{result.reachable:.4f}",
            f"{result.compared:,}",
            f"{result.seconds:.1f}",
            f"{result.mib:,}",
        )
    console.print(table)


def show_households(kept: Mapping[str, Kept], console: Console) -> None:
    """One line for each rule."""
    table = Table(title="Households on one telephone")
    for column in ("by", "different people apart", "one person together", "pairs of two", "pairs of one"):
        table.add_column(column)
    for name, one in kept.items():
        table.add_row(
            name, f"{one.apart:.4f}", f"{one.together:.4f}", f"{one.different_pairs:,}", f"{one.same_pairs:,}"
        )
    console.print(table)


def save(
    results: Sequence[Result],
    kept: Mapping[str, Kept],
    machine: Mapping[str, object],
    folder: Path,
    at: datetime,
) -> Path:
    """Writes everything as JSON and tells where."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"matching-{at:%Y-%m-%dT%H%M%S}.json"
    content = {
        "at": at.isoformat(),
        "machine": dict(machine),
        "results": [_plain(result) for result in results],
        "households": {name: one._asdict() for name, one in kept.items()},
    }
    path.write_text(json.dumps(content, indent=1), encoding="utf-8")
    return path


def _plain(result: Result) -> dict[str, object]:
    return {**asdict(result), "best": result.best._asdict(), "shipped": result.shipped._asdict()}
