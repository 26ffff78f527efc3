"""What a bench hands back, the table that people read and the file that scripts read."""

import json
import operator
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tests.bench.figures import Latency
from tests.bench.machine import Memory, total

_COMPARE = {">=": operator.ge, "<": operator.lt, "<=": operator.le}


@dataclass(frozen=True, slots=True)
class Target:
    """What is aimed at: one figure of a row, such as `per_second >= 12000` or `p99 < 300`."""

    figure: str
    relation: str
    value: float

    def __str__(self) -> str:
        return f"{self.figure} {self.relation} {self.value:g}"

    def met(self, row: "Row") -> bool | None:
        """Whether `row` meets it; None when it lacks the figure."""
        found = getattr(row, self.figure, None)
        if found is None and row.latency is not None:
            found = getattr(row.latency, self.figure, None)
        return None if found is None else bool(_COMPARE[self.relation](found, self.value))


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One measured case. `ratio` is to the floor measured in the same run; `mib` a sum of resident memory.

    `per_cpu_second` is how many interactions a second of processor time serves, in all processes measured: it depends
    less than `per_second` on what else the machine does. `share` is processor time as a part of something else's.
    """

    bench: str
    case: str
    per_second: float | None = None
    ratio: float | None = None
    share: float | None = None
    per_cpu_second: float | None = None
    latency: Latency | None = None
    mib: int | None = None
    targets: Sequence[Target] = ()
    memory: Mapping[str, Memory] = field(default_factory=dict)
    rounds: Mapping[str, Sequence[float]] = field(default_factory=dict)
    note: str = ""


def show(rows: Sequence[Row], machine: Mapping[str, object], console: Console) -> None:
    """The one table, with the machine above and the memory below."""
    facts = ("cpu", "cpu_count", "memory_mib", "load_average_at_start", "python", "versions")
    console.print(*(f"[dim]{name}:[/] {machine[name]}" for name in facts), sep="\n", highlight=False)
    console.print(_table(rows))
    if any(row.memory for row in rows):
        console.print(_memory_table(rows))


def save(rows: Sequence[Row], machine: Mapping[str, object], options: object, at: datetime, folder: Path) -> Path:
    """Writes the JSON file of a run, named after its time."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{at:%Y-%m-%dT%H%M%S}.json"
    content = {
        "at": at.isoformat(),
        "machine": machine,
        "options": str(options),
        "rows": [{**asdict(row), "targets": {str(target): target.met(row) for target in row.targets}} for row in rows],
    }
    path.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    return path


def _table(rows: Sequence[Row]) -> Table:
    table = Table(title="Kesher: speed on this machine")
    for name in ("bench", "case"):
        table.add_column(name, no_wrap=True)
    for name in ("per second", "x floor", "share", "per CPU s", "p50 ms", "p95 ms", "p99 ms", "max ms", "MiB"):
        table.add_column(name, justify="right")
    table.add_column("aim")
    table.add_column("note", overflow="fold")
    last = None
    for row in rows:
        if last not in {None, row.bench}:
            table.add_section()
        table.add_row("" if row.bench == last else row.bench, row.case, *_figures(row), _aims(row), row.note)
        last = row.bench
    return table


def _figures(row: Row) -> list[str]:
    percentiles = (row.latency.p50, row.latency.p95, row.latency.p99, row.latency.max) if row.latency else (None,) * 4
    return [
        "" if row.per_second is None else f"{row.per_second:,.0f}",
        "" if row.ratio is None else f"{row.ratio:.2f}",
        "" if row.share is None else f"{row.share:.2f}",
        "" if row.per_cpu_second is None else f"{row.per_cpu_second:,.0f}",
        *("" if value is None else f"{value:,.1f}" for value in percentiles),
        "" if row.mib is None else f"{row.mib:,}",
    ]


def _aims(row: Row) -> str:
    marks = {True: "[green]met[/]", False: "[red]missed[/]", None: "[dim]not measured[/]"}
    return "\n".join(f"{target} {marks[target.met(row)]}" for target in row.targets)


def _memory_table(rows: Sequence[Row]) -> Table:
    table = Table(title="Memory at the end of a case, MiB: resident (and with shared pages counted once)")
    names = list(dict.fromkeys(name for row in rows for name in row.memory))
    for name in ("bench", "case", *names, "sum"):
        table.add_column(name, no_wrap=name in {"bench", "case"})
    for row in rows:
        if row.memory:
            sums = {**row.memory, "sum": total(row.memory)}
            table.add_row(row.bench, row.case, *(_memory(sums.get(name)) for name in (*names, "sum")))
    return table


def _memory(taken: Memory | None) -> str:
    return "" if taken is None else f"{taken.rss} ({taken.pss})"
