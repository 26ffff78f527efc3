"""Measures Kesher's speed on this machine: `python -m tests.bench [NAME...]`. docs/benchmarks.md explains."""

import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

from cyclopts import App
from rich.console import Console

from services.runtime.clock import SystemClock
from tests.bench import (
    contested,
    end_to_end,
    identity_merge,
    identity_scale,
    ingest,
    journey_map,
    journey_step,
    lookup,
    memory,
    merge_sides,
    profile_step,
    scoring,
    stream,
    timers,
)
from tests.bench.machine import machine
from tests.bench.options import Options
from tests.bench.report import Row, save, show

Name = Literal[
    "profile",
    "identity_merge",
    "identity_scale",
    "merge_sides",
    "contested",
    "scoring",
    "journey",
    "journey_map",
    "timers",
    "stream",
    "ingest",
    "end_to_end",
    "lookup",
    "memory",
]
BENCHES: dict[Name, Callable[[Options], Iterator[Row]]] = {
    "profile": profile_step.bench,
    "identity_merge": identity_merge.bench,
    "identity_scale": identity_scale.bench,
    "merge_sides": merge_sides.bench,
    "contested": contested.bench,
    "scoring": scoring.bench,
    "journey": journey_step.bench,
    "journey_map": journey_map.bench,
    "timers": timers.bench,
    "stream": stream.bench,
    "ingest": ingest.bench,
    "end_to_end": end_to_end.bench,
    "lookup": lookup.bench,
    "memory": memory.bench,
}
WIDTH = 200

app = App(name="python -m tests.bench", help="Measure Kesher's speed on this machine.")


@app.default
def bench(
    *names: Name,
    scale: float = 1.0,
    rounds: int = 5,
    kafka: bool = False,
    results: Path = Path("bench-results"),
) -> int:
    """Measure some benches, or all of them.

    Parameters
    ----------
    names
        Which ones.
    scale
        Multiplies sizes and durations: 0.1 only shows that everything runs.
    rounds
        How often a step and its floor are measured in turns.
    kafka
        Measure on a real Apache Kafka as well (needs Java, and Maven the first time).
    results
        The folder of the JSON files.

    """
    console = Console()
    wide = Console(width=max(console.width, WIDTH))
    at, found, rows, failed = SystemClock().now(), machine(), list[Row](), list[str]()
    with TemporaryDirectory(prefix="kesher-bench-") as folder:
        options = Options(folder=Path(folder), scale=scale, rounds=rounds, kafka=kafka)
        for name in names or tuple(BENCHES):
            console.print(f"[bold]{name}[/]")
            try:
                for row in BENCHES[name](options):
                    console.print(_line(row), highlight=False)
                    rows.append(row)
            except Exception:  # noqa: BLE001 -- the other benches are still worth running
                console.print_exception(max_frames=4)
                failed.append(name)
    show(rows, found, wide)
    console.print(f"written to {save(rows, found, options, at, results)}")
    if failed:
        console.print(f"[red]not measured to the end: {', '.join(failed)}[/]")
    return 1 if failed else 0


def _line(row: Row) -> str:
    figures = [f"{row.per_second:,.0f}/s"] if row.per_second is not None else []
    figures += [f"x{row.ratio:.2f} of the floor"] if row.ratio is not None else []
    figures += [f"{row.share:.2f} of the step's processor time"] if row.share is not None else []
    figures += [f"p50 {row.latency.p50:.1f} p99 {row.latency.p99:.1f} ms"] if row.latency else []
    figures += [f"{row.mib:,} MiB"] if row.mib is not None else []
    return f"  {row.case}: {', '.join(figures)} [dim]{row.note}[/]"


def _stop(number: int, _: object) -> None:
    sys.exit(128 + number)  # so that what was started is stopped on the way out


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, _stop)
    sys.exit(app())
