"""Histories in which people are erased: what the profile service says of them, and what must be left.

Every message has the key that it has on the log. Those of one key come in order, and may come again from any of them
on; those of different keys come in any order.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from itertools import count
from random import Random
from typing import NamedTuple

from services.journey.domain.model import Interaction
from tests.journey.feed import attached, erased, moved, withdrawn
from tests.journey.timelines import happened

TYPES = ("store.visited", "order.placed", "page.viewed", "order.fulfilled")
IDENTIFIERS = range(1, 6)
DEEDS = 40
REWINDS = 4
REWOUND = 0.2


class Member(NamedTuple):
    """Where an identifier belongs, since which version."""

    profile: int
    version: int


class Hung(NamedTuple):
    """An interaction and the identifier that it hangs on; None for nobody."""

    type: str
    hours: float
    anchor: int | None


class ErasedHistory:
    """Five identifiers whose people merge, fall apart and are erased, while interactions come and are corrected."""

    def __init__(self, chance: Random) -> None:
        self._chance = chance
        self._numbers = count(1)
        self._versions = count(1)
        self._events = count(1)
        self._hung: dict[str, Hung] = {}
        self._founders: dict[int, int] = {}
        self._members: dict[int, Member] = {}
        self._said: dict[int, list[bytes]] = defaultdict(list)
        for identifier in IDENTIFIERS:
            self._members[identifier] = Member(self._new_profile(identifier), next(self._versions))
        deeds = self._deeds()
        for _ in range(DEEDS):
            chance.choice(deeds)()

    def _deeds(self) -> Sequence[Callable[[], None]]:
        return self._interact, self._interact, self._interact, self._correct, self._merge, self._split, self._erase

    @property
    def profiles(self) -> range:
        """Every id that anybody ever had."""
        return range(1, max(member.profile for member in self._members.values()) + 1)

    def timelines(self) -> dict[int, list[Interaction]]:
        """What is left, of those who are left, in order."""
        timelines: dict[int, list[Interaction]] = {member.profile: [] for member in self._members.values()}
        for id_, (type_, hours, anchor) in self._hung.items():
            if anchor is not None:
                timelines[self._members[anchor].profile].append(happened(type_, hours=hours, id_=id_))
        return {profile: sorted(those, key=lambda one: one.position) for profile, those in timelines.items()}

    def deliveries(self) -> Iterator[Sequence[bytes]]:
        """Batches of what was said, as one reader may have it from the log."""
        places = dict.fromkeys(self._said, 0)
        rewinds = REWINDS
        while left := [key for key, place in places.items() if place < len(self._said[key])]:
            keys = self._chance.choices(left, k=self._chance.randint(1, 8))
            yield [value for key in keys for value in self._next(key, places)]
            if rewinds and self._chance.random() < REWOUND:
                again = self._chance.choice(list(places))
                places[again] = self._chance.randint(0, places[again])
                rewinds -= 1

    def _next(self, key: int, places: dict[int, int]) -> Sequence[bytes]:
        """The key's next message, if there is one."""
        place = places[key]
        places[key] = min(place + 1, len(self._said[key]))
        return self._said[key][place : place + 1]

    def _say(self, key: int, value: bytes) -> None:
        self._said[key].append(value)

    def _new_profile(self, founder: int) -> int:
        profile = next(self._numbers)
        self._founders[profile] = founder
        return profile

    def _group(self, profile: int) -> list[int]:
        return [identifier for identifier, member in self._members.items() if member.profile == profile]

    def _any(self) -> tuple[int, Member]:
        return self._chance.choice(list(self._members.items()))

    def _interact(self) -> None:
        one = Hung(self._chance.choice(TYPES), self._chance.randint(0, 60) / 2, self._any()[0])
        self._place(f"i{next(self._events)}", one, 0)

    def _place(self, id_: str, one: Hung, placed: int) -> None:
        self._hung[id_] = one
        if one.anchor is not None:
            profile, version = self._members[one.anchor]
            self._say(profile, self._attached(id_, one, Member(profile, version), placed))

    def _attached(self, id_: str, one: Hung, member: Member, placed: int) -> bytes:
        belongs = {"anchor": one.anchor, "profile": member.profile, "version": member.version}
        return attached(one.type, **belongs, hours=one.hours, id_=id_, placed=placed)

    def _correct(self) -> None:
        """Another content: it hangs elsewhere, on the same, or on nobody."""
        if self._hung:
            id_, before = self._chance.choice(list(self._hung.items()))
            placed = next(self._versions)
            now = before._replace(
                type=self._chance.choice(TYPES), anchor=self._chance.choice([None, self._any()[0], self._any()[0]])
            )
            self._place(id_, now, placed)
            if before.anchor not in {None, now.anchor}:
                profile = self._members[before.anchor].profile  # type: ignore[index]
                self._say(profile, withdrawn(id_, placed, profile, self._source(id_)))

    def _source(self, _: str) -> str:
        return "/call/test"

    def _merge(self) -> None:
        into, other = self._any()[1].profile, self._any()[1].profile
        if into != other:
            self._move(self._group(other), into)

    def _split(self) -> None:
        """Whom the profile's id is founded on keeps it."""
        profile = self._any()[1].profile
        others = [one for one in self._group(profile) if one != self._founders[profile]]
        if others:
            leaving = self._chance.sample(others, k=self._chance.randint(1, len(others)))
            self._move(leaving, self._new_profile(min(leaving)))

    def _move(self, those: Sequence[int], to: int) -> None:
        version = next(self._versions)
        moves = [(one, to, version, self._members[one].profile) for one in those]
        self._members.update(dict.fromkeys(those, Member(to, version)))
        self._say(to, moved(*moves))

    def _erase(self) -> None:
        """Whose identifiers others have too goes on under an id of its own; what hung on them never was."""
        profile = self._any()[1].profile
        person, version = self._group(profile), next(self._versions)
        labels = [label for label, founder in self._founders.items() if founder in person]
        self._say(profile, erased(*((one, version) for one in person), profiles=labels))
        self._hung = {id_: one for id_, one in self._hung.items() if one.anchor not in person}
        for label in labels:
            del self._founders[label]
        self._members.update({one: Member(self._new_profile(one), version) for one in person})
