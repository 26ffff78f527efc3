"""Measures how well possible duplicates are found, beside Splink: `python -m tests.bench_matching [DATA SET...]`."""

import multiprocessing
import os
import platform
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar

from rich.console import Console

from tests.bench_matching import cases, report
from tests.bench_matching.cases import Result
from tests.bench_matching.datasets import datasets
from tests.bench_matching.figures import ASKED_PRECISION
from tests.bench_matching.households import Kept
from tests.bench_matching.splink_runner import RECIPES

ORDERS = (1, 2)
RESULTS = Path("bench-results")
HOUSEHOLDS = "households"
WIDTH = 200

T = TypeVar("T")


def main(names: Sequence[str]) -> int:
    """Measures the named cases, or all; 1 when an order changed a result or Splink finds more, 2 for a wrong name."""
    console = Console(width=WIDTH)
    known = [*datasets(), HOUSEHOLDS]
    if unknown := set(names).difference(known):
        console.print(f"no such case: {', '.join(sorted(unknown))}; there are {', '.join(known)}")
        return 2
    at, results, kept = datetime.now(UTC), list[Result](), dict[str, Kept]()
    with TemporaryDirectory(prefix="kesher-matching-") as folder:
        for name in names or known:
            console.print(f"measuring {name} ...")
            if name == HOUSEHOLDS:
                kept = dict(_alone(cases.shared_phones))
            else:
                results += _measured(name, Path(folder) / name)
    if results:
        report.show_matching(results, console)
    if kept:
        report.show_households(kept, console)
    console.print(f"written to {report.save(results, kept, _machine(), RESULTS, at)}")
    complaints = list(_complaints(results))
    for complaint in complaints:
        console.print(complaint)
    return 1 if complaints else 0


def _measured(name: str, path: Path) -> Iterator[Result]:
    _alone(cases.make, name, path)
    for order in ORDERS:
        yield _alone(cases.kesher, path, order)
    for recipe in RECIPES:
        yield _alone(cases.splink, path, recipe)


def _alone(work: Callable[..., T], *arguments: Any) -> T:
    """In a process of its own, so that memory is its own too."""
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(max_workers=1, mp_context=context) as pool:
        return pool.submit(work, *arguments).result()


def _complaints(results: Sequence[Result]) -> Iterator[str]:
    for name in dict.fromkeys(result.dataset for result in results):
        mine = [result for result in results if result.dataset == name and result.system == "Kesher"]
        theirs = [result for result in results if result.dataset == name and result.system == "Splink"]
        if len({result.digest for result in mine}) > 1:
            yield f"{name}: another order gave another result"
        recall = max(result.best.recall for result in theirs)
        if mine[0].best.recall < recall:
            yield f"{name}: Splink finds {recall:.4f} at precision {ASKED_PRECISION}, Kesher {mine[0].best.recall:.4f}"
        if mine[0].shipped.precision < ASKED_PRECISION:
            yield f"{name}: the shipped threshold gives precision {mine[0].shipped.precision:.4f}"


def _machine() -> dict[str, object]:
    return {
        "cpu_count": os.cpu_count(),
        "load_average_at_end": [round(load, 2) for load in os.getloadavg()],
        "python": platform.python_version(),
        "versions": {
            name: version(name) for name in ("splink", "duckdb", "recordlinkage", "pseudopeople", "rapidfuzz")
        },
    }


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
