"""Versions in memory."""

from collections.abc import Callable
from typing import Protocol

from services.journey.versions.port import Version


class Seen(Protocol):
    """What is kept."""

    versions: dict[tuple[str, int], Version]


class MemoryVersions:
    """Versions that live as long as the process."""

    def __init__(self, tables: Callable[[], Seen]) -> None:
        self._tables = tables

    async def of(self, definition: str) -> list[Version]:
        """All versions."""
        kept = self._tables().versions
        return [kept[place] for place in sorted(kept, reverse=True) if place[0] == definition]
