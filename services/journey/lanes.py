"""Parts of a batch that share no profile as far as the batch itself tells, so that they can be applied at once.

Where they do share one after all, the store's locks make one wait for the other: this is about speed alone.
"""

from collections.abc import Iterable, Sequence

from services.journey.wire import Incoming

MOST = 4_000
"""Messages of one part, more or less."""
LEAST = 1_000
"""A batch of fewer is not split."""


def lanes(batch: Sequence[Incoming]) -> list[list[Incoming]]:
    """Parts of about equal size, each in the order of the batch."""
    if len(batch) < LEAST:
        return [list(batch)] if batch else []
    wanted = len(batch) // max(2, -(-len(batch) // MOST)) + 1
    groups = _grouped(batch)
    parts: list[list[Incoming]] = [[]]
    for group in groups:
        if len(parts[-1]) >= wanted:
            parts.append([])
        parts[-1] += group
    return parts


def _grouped(batch: Sequence[Incoming]) -> Iterable[list[Incoming]]:
    together = _Together()
    first = [together.joined(_profiles(incoming, together.seen)) for incoming in batch]
    groups: dict[str, list[Incoming]] = {}
    for incoming, profile in zip(batch, first, strict=True):
        groups.setdefault(together.root(profile), []).append(incoming)
    return groups.values()


def _profiles(incoming: Incoming, seen: dict[int, str]) -> list[str]:
    """The profiles that a message names, and those that were named before for its identifiers."""
    profiles = [*incoming.previous.values()] if incoming.previous else []
    for identifier, owner in incoming.owners.items():
        profiles.append(owner.profile)
        before = seen.setdefault(identifier, owner.profile)
        if before is not owner.profile:
            profiles.append(before)
    return profiles


class _Together:
    """Profiles that are met together; `seen` is the first that each identifier was met with."""

    def __init__(self) -> None:
        self.seen: dict[int, str] = {}
        self._leads_to: dict[str, str] = {}

    def joined(self, profiles: Sequence[str]) -> str:
        """One of these profiles, which are one group from now on; an empty word for none."""
        for other in profiles[1:]:
            one, another = self.root(profiles[0]), self.root(other)
            if one != another:
                self._leads_to[another] = one
        return profiles[0] if profiles else ""

    def root(self, profile: str) -> str:
        """The profile that stands for its whole group."""
        way, leads_to = [], self._leads_to
        while profile in leads_to:
            way.append(profile)
            profile = leads_to[profile]
        for passed in way:
            leads_to[passed] = profile
        return profile
