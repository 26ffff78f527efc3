"""Rebuilds in memory."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Protocol

from services.journey.rebuild.port import Progress, Rebuild, Stretch, under_way

_NOW = datetime(1970, 1, 1, tzinfo=UTC)
"""Nobody asks a store in memory when."""


class Kept(Protocol):
    """What is kept of it among the tables."""

    rebuilds: dict[int, Rebuild]
    revision: int
    measured_with: dict[str, int]

    @property
    def folded_with(self) -> Mapping[str, int]:
        """The revision that each profile was folded with."""


class MemoryRebuildUnit:
    """Reading the log anew, in one transaction."""

    def __init__(self, tables: Kept) -> None:
        self._tables = tables

    async def claim(self, rebuild: int) -> Stretch | None:
        """What is left to read."""
        found = self._tables.rebuilds.get(rebuild)
        return found.log if found is not None and found.revision is None else None

    async def advance(self, rebuild: int, left: Stretch) -> None:
        """Keeps how far it was read."""
        found = self._tables.rebuilds[rebuild]._replace(log=left)
        if left.read:
            self._tables.revision += 1
            found = found._replace(revision=self._tables.revision)
        self._tables.rebuilds[rebuild] = found


class MemoryRebuilds:
    """What was begun, and how far it is."""

    def __init__(self, tables: Callable[[], Kept], one_at_a_time: asyncio.Lock) -> None:
        self._tables = tables
        self._one_at_a_time = one_at_a_time

    async def begin(self, log: Stretch | None) -> Rebuild:
        """A new rebuild, or the one that is under way."""
        async with self._one_at_a_time:
            tables = self._tables()
            latest = await self.latest()
            if latest is not None and latest.finished_at is None:
                return under_way(latest, log)
            tables.revision += log is None
            revision = tables.revision if log is None else None
            begun = Rebuild(len(tables.rebuilds) + 1, _NOW, None, revision, log, log.messages if log else 0)
            tables.rebuilds[begun.id] = begun
            return begun

    async def latest(self) -> Rebuild | None:
        """The last one that was begun."""
        return _last([*self._tables().rebuilds.values()])

    async def progress(self, rebuild: int) -> Progress | None:
        """How far it is."""
        async with self._one_at_a_time:
            tables = self._tables()
            found = tables.rebuilds.get(rebuild)
            if found is None:
                return None
            progress = _progress(found, tables)
            if progress.done and found.finished_at is None:
                tables.rebuilds[rebuild] = found._replace(finished_at=_NOW)
            return progress._replace(rebuild=tables.rebuilds[rebuild])


def _last(rebuilds: Sequence[Rebuild]) -> Rebuild | None:
    return rebuilds[-1] if rebuilds else None


def _progress(rebuild: Rebuild, tables: Kept) -> Progress:
    customers, revision = len(tables.folded_with), rebuild.revision
    if rebuild.finished_at is not None:
        return Progress(rebuild, customers, customers, customers)
    if revision is None:
        return Progress(rebuild, customers, 0, 0)
    folded = sum(with_ >= revision for with_ in tables.folded_with.values())
    measured = sum(tables.measured_with.get(profile, 0) >= revision for profile in tables.folded_with)
    return Progress(rebuild, customers, folded, measured)
