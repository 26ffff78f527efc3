"""What this process wrote last of profiles' latest journeys, so that they are not read again for each interaction.

A profile's version grows with whatever changes its journeys, in the same transaction and under the profile's lock. So
whoever holds that lock and finds the version that was remembered finds the journeys that were, whoever else writes.
"""

from collections.abc import Mapping
from typing import NamedTuple

from services.journey.domain.model import Journey

PROFILES = 20_000
"""1.5 KB each with two journeys, 4.3 with seven."""

Latest = Mapping[str, Journey | None]
"""By the key of the definition; None where there is no journey, and nothing where that is not known."""


class _Remembered(NamedTuple):
    version: int
    journeys: Latest


class LatestJourneys:
    """Those of up to so many profiles, the ones that were told of last."""

    def __init__(self, profiles: int = PROFILES) -> None:
        self._profiles = profiles
        self._known: dict[str, _Remembered] = {}

    def of(self, profile: str, version: int | None) -> Latest:
        """What is known of a profile that is locked and has this version."""
        known = self._known.get(profile)
        return known.journeys if known is not None and known.version == version else {}

    def remember(self, profile: str, version: int, journeys: Latest) -> None:
        """Call it once the version is committed."""
        self._known.pop(profile, None)
        if len(self._known) >= self._profiles:
            del self._known[next(iter(self._known))]
        self._known[profile] = _Remembered(version, journeys)
