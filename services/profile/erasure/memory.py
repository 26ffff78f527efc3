"""What erasures ask, in memory."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime

from services.profile.corrections.memory import MemoryCorrections
from services.profile.domain.resolve import Pair
from services.profile.memory_unit import named
from services.profile.store import ConversationKey, Erasure, LettersDue, Member, Remainder


class MemoryErasures(MemoryCorrections):
    """Forgets in the copy of the tables that takes their place at the end."""

    async def erasure(self, label: str) -> Erasure | None:
        """How whoever had this id was erased."""
        return self._tables.erasures.get(self._tables.erased_profiles.get(label, ""))

    async def whole(self, label: str) -> dict[int, Member]:
        """All identifiers of a live profile."""
        founded = self._tables.labels.get(label)
        founder = self._tables.members.get(founded.founder) if founded else None
        live = founder.profile if founder else None
        return {node: member for node, member in self._tables.members.items() if member.profile == live}

    async def hung(self, identifiers: Iterable[int]) -> list[int]:
        """What hangs on these."""
        asked = set(identifiers)
        return [one.id for one in self._tables.interactions.values() if not asked.isdisjoint((one.anchor, one.device))]

    async def mentioning(self, identifiers: Iterable[int]) -> list[int]:
        """What hangs on others and names these."""
        asked = set(identifiers)
        return [
            one.id
            for one in self._tables.interactions.values()
            if asked.isdisjoint((one.anchor, one.device)) and not asked.isdisjoint(named(one))
        ]

    async def spoken(self, conversations: AbstractSet[ConversationKey]) -> set[ConversationKey]:
        """Conversations of those who are named."""
        those = self._tables.interactions.values()
        return {*conversations} & {(one.source, one.conversation) for one in those if one.conversation and named(one)}

    async def companions(self, identifiers: Iterable[int]) -> dict[str, set[int]]:
        """Profiles with all that they have."""
        members = self._tables.members
        found: dict[str, set[int]] = {members[node].profile: set() for node in identifiers if node in members}
        for node, member in members.items():
            if member.profile in found:
                found[member.profile].add(node)
        return found

    async def undecide(self, identifiers: Iterable[int]) -> list[Pair]:
        """Removes decisions about these."""
        asked, decisions = set(identifiers), self._tables.decisions
        gone = [one for one in decisions.values() if not asked.isdisjoint((one.a, one.b))]
        for one in gone:
            del decisions[one.id]
        return [(one.a, one.b) for one in gone]

    async def unpin(self, identifiers: Iterable[int]) -> int:  # noqa: ARG002
        """None: there are no pins in memory."""
        return 0

    async def remainders(self, wanted: Callable[[Remainder], bool]) -> list[Remainder]:
        """Variants."""
        return [one for place, body in self._tables.variants.items() if wanted(one := Remainder(*place, body))]

    async def drop_remainders(self, those: Sequence[Remainder]) -> None:
        """Removes variants."""
        for one in those:
            del self._tables.variants[one.interaction, one.digest]

    async def retract(self, told: Callable[[bytes], bool]) -> None:
        """Takes messages out of the outbox."""
        for row, (topic, messages) in list(self._tables.outbox.items()):
            self._tables.outbox[row] = topic, [message for message in messages if not told(message.value)]

    async def engrave(self, marks: Iterable[bytes], until: datetime) -> None:
        """Makes tombstones."""
        stones = self._tables.tombstones
        stones.update({mark: max(until, stones.get(mark, until)) for mark in marks})

    async def bury(self, erasure: Erasure, due: LettersDue) -> None:
        """Keeps that somebody was erased."""
        gone = due.labels
        self._tables.letters_due[erasure.id] = due
        self._tables.erasures[erasure.id] = erasure
        self._tables.erased_profiles.update(dict.fromkeys(gone, erasure.id))
        self._remove_labels(gone)

    async def discard(self, labels: Iterable[str]) -> None:
        """Removes ids of nobody."""
        founders = {label: self._tables.labels[label].founder for label in labels if label in self._tables.labels}
        self._remove_labels({label for label, founder in founders.items() if founder not in self._tables.members})

    def _remove_labels(self, gone: AbstractSet[str]) -> None:
        tables = self._tables
        tables.labels = {profile: label for profile, label in tables.labels.items() if profile not in gone}
        kept = {node: [one for one in those if one.profile not in gone] for node, those in tables.founded.items()}
        tables.founded = defaultdict(list, kept)
