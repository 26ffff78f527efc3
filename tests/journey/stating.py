"""Histories in which traits are stated and pinned while people merge, split and are erased; and what must be shown.

What must be shown is worked out plainly from the evidence that is left, identifier by identifier.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import timedelta
from itertools import count
from random import Random
from typing import Any, NamedTuple
from uuid import UUID

import msgspec

from schemas.golden_record import Candidate, Pin, Trait, candidates, golden
from schemas.trait_rules import TraitPolicy, rules_of
from tests.journey.erasures import ErasedHistory, Hung, Member
from tests.journey.feed import attached, pinned, policy_stated, unpinned
from tests.journey.timelines import START

READ, UNREAD = ("plan", "city"), "shoe_size"
VALUES: Mapping[str, Sequence[Any]] = {"plan": ("gold", "basic", None), "city": ("Haifa", "Eilat", 7), UNREAD: (41, 42)}
SOURCES = ("/call/test", "/crm/main", "/web/site")
POLICIES: Sequence[Mapping[str, TraitPolicy]] = (
    {},
    {"*": TraitPolicy(order=("recency",))},
    {"plan": TraitPolicy(order=("assurance",), trust={"/crm/main": 3})},
    {"city": TraitPolicy(order=("recency", "trust"), trust={"/web/site": 9})},
)
OF_EVERYBODY = 0
"""Where the policy is told."""


class Words(NamedTuple):
    """What an interaction states, and what that is worth."""

    trust: int
    verified: bool
    traits: Mapping[str, Any]


class StatingHistory(ErasedHistory):
    """An interaction is of the source that its id ends on; a pin hangs on the identifier of what it chose."""

    def __init__(self, chance: Random, *, erasing: bool = True) -> None:
        self._erasing = erasing
        self._words: dict[str, Words] = {}
        self._pins: dict[int, tuple[int, str, Pin]] = {}
        self._pin_numbers = count(1)
        self.policy: Mapping[str, TraitPolicy] = {}
        super().__init__(chance)

    def messages(self) -> list[bytes]:
        """All that was said."""
        return [value for those in self._said.values() for value in those]

    def shown(self) -> dict[int, dict[str, Any]]:
        """What the golden record shows of everybody who is left."""
        people: dict[int, list[int]] = defaultdict(list)
        for identifier, member in self._members.items():
            people[member.profile].append(identifier)
        return {profile: self._shown_of(identifiers) for profile, identifiers in people.items()}

    def _shown_of(self, identifiers: Sequence[int]) -> dict[str, Any]:
        ranked = {name: golden(self._values(identifiers, name), rules_of(self.policy, name)) for name in READ}
        return {name: msgspec.json.decode(values[0].trait.value) for name, values in ranked.items() if values}

    def _values(self, identifiers: Iterable[int], name: str) -> list[Candidate]:
        found: list[Candidate] = []
        for identifier in identifiers:
            pins = [pin for at, of, pin in self._pins.values() if (at, of) == (identifier, name)]
            found += candidates(self._stated(identifier, name).values(), pins)
        return found

    def _stated(self, identifier: int, name: str) -> dict[str, Trait]:
        """By source the greatest of what hangs on an identifier."""
        greatest: dict[str, Trait] = {}
        for id_, one in self._hung.items():
            words = self._words[id_]
            if one.anchor == identifier and name in words.traits:
                text = msgspec.json.encode(words.traits[name]).decode()
                time, source = START + timedelta(hours=one.hours), self._source(id_)
                trait = Trait(words.trust, words.verified, time, id_, source, text)
                greatest[source] = max(trait, greatest.get(source, trait))
        return greatest

    def _source(self, id_: str) -> str:
        return SOURCES[int(id_[1:]) % len(SOURCES)]

    def _deeds(self) -> Sequence[Callable[[], None]]:
        deeds = [deed for deed in super()._deeds() if self._erasing or deed != self._erase]
        return (*deeds, self._interact, self._pin, self._pin, self._unpin, self._state_policy)

    def _attached(self, id_: str, one: Hung, member: Member, placed: int) -> bytes:
        words = self._words[id_]
        return attached(
            one.type,
            anchor=one.anchor or 0,
            profile=member.profile,
            version=member.version,
            hours=one.hours,
            id_=id_,
            placed=placed,
            source=self._source(id_),
            **words._asdict(),
        )

    def _place(self, id_: str, one: Hung, placed: int) -> None:
        names = self._chance.sample([*VALUES], k=self._chance.randint(0, len(VALUES)))
        traits = {name: self._chance.choice(VALUES[name]) for name in names}
        self._words[id_] = Words(self._chance.randint(0, 2), self._chance.random() < 0.5, traits)
        super()._place(id_, one, placed)

    def _pin(self) -> None:
        """One of the values that stand."""
        standing = [
            (identifier, name, trait)
            for identifier in self._members
            for name in VALUES
            for trait in self._stated(identifier, name).values()
        ]
        if standing:
            identifier, name, trait = self._chance.choice(standing)
            number, made_at = next(self._pin_numbers), START + timedelta(days=self._chance.randint(0, 3))
            self._pins[number] = identifier, name, Pin(made_at, str(UUID(int=number)), "", "", trait)
            anchor = (identifier, *self._members[identifier])
            self._say(anchor[1], pinned(number, anchor, name, trait, made_at))

    def _unpin(self) -> None:
        if self._pins:
            number = self._chance.choice([*self._pins])
            identifier, *_ = self._pins.pop(number)
            anchor = (identifier, *self._members[identifier])
            self._say(anchor[1], unpinned(number, anchor))

    def _state_policy(self) -> None:
        self.policy = self._chance.choice(POLICIES)
        self._say(OF_EVERYBODY, policy_stated(next(self._versions), self.policy))

    def _erase(self) -> None:
        """What was pinned of the person goes too."""
        before = dict(self._members)
        super()._erase()
        gone = {one for one, member in self._members.items() if member != before[one]}
        self._pins = {number: pin for number, pin in self._pins.items() if pin[0] not in gone}
