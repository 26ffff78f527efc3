"""The step: people who changed are entered anew, and compared with those who share a key with them."""

import asyncio
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import dataclass, field
from itertools import combinations
from types import MappingProxyType
from typing import NamedTuple

import msgspec

from services.profile.domain.matching.blocking import MOST_IN_BLOCK
from services.profile.domain.matching.compare import compare
from services.profile.domain.matching.counts import Counted, counts_of
from services.profile.domain.matching.stated import COMPARED, TRAITS, person_of
from services.profile.domain.matching.vector import Vector
from services.profile.domain.policy import IdentityPolicy
from services.profile.duplicates.postgres import DuplicatesStore, DuplicatesUnit, Stated
from services.profile.duplicates.rows import RULES, Ends, Stored, ends, hashed, stored
from services.profile.duplicates.weigh import weighed

AT_A_TIME = 200


class Found(NamedTuple):
    """Hashes of the identifiers that are each profile's own, and the profiles with two values of one trait."""

    own: Mapping[str, frozenset[int]] = MappingProxyType({})
    contested: AbstractSet[str] = frozenset()


class Done(NamedTuple):
    """How many people were entered, changed or left, how many pairs were looked at, and what was found of them."""

    people: int = 0
    pairs: int = 0
    found: Found = Found()


@dataclass(frozen=True, slots=True)
class Change:
    """People before and after, of those only who are not the same; nobody stands for whoever is not there."""

    before: Mapping[str, Stored]
    after: Mapping[str, Stored]
    profiles: Sequence[str] = field(default_factory=list)

    def keys(self) -> tuple[list[tuple[int, str]], list[tuple[int, str]]]:
        """Keys that people leave, and those that they come under."""
        left, came = self._under(self.before), self._under(self.after)
        return sorted(left - came), sorted(came - left)

    def counts(self) -> Counter[Counted]:
        """What it adds to the counts of values."""
        change: Counter[Counted] = Counter()
        for one in self.after.values():
            change.update(counts_of(one.person))
        for one in self.before.values():
            change.subtract(counts_of(one.person))
        return change

    @staticmethod
    def _under(people: Mapping[str, Stored]) -> set[tuple[int, str]]:
        return {(key, profile) for profile, one in people.items() for key in one.keys}


class DuplicatesStep:
    """Keeps people, keys, counts and pairs a function of the profiles alone, whatever the order of their changes.

    A pair is stored where two people share a key with at most `most` under it, and no limit of the policy forbids
    that they are one.
    """

    def __init__(
        self,
        store: DuplicatesStore,
        policy: IdentityPolicy,
        most: int = MOST_IN_BLOCK,
        piece: Callable[[], AbstractAsyncContextManager[None]] = nullcontext,
    ) -> None:
        self._store = store
        self._policy = policy
        self._most = most
        self._piece = piece

    async def run(self, profiles: Sequence[str]) -> Done:
        """Looks at these profiles again, within a piece of its own. Raises Unavailable."""
        if not profiles:
            return Done()
        async with self._piece():
            return await self._store.run(lambda unit: self._apply(unit, profiles))

    async def _apply(self, unit: DuplicatesUnit, profiles: Sequence[str]) -> Done:
        stated, contested = await unit.stated(profiles, TRAITS, COMPARED)
        found = Found({profile: frozenset(map(hash, one.own)) for profile, one in stated.items()}, contested)
        before = await unit.people(profiles)
        now = await _people(stated, before)
        changed = [profile for profile in profiles if now.get(profile) != before.get(profile)]
        if not changed:
            return Done(found=found)
        change = Change(_only(before, changed), _only(now, changed), changed)
        gone, new = change.keys()
        await self._enter(unit, change, gone, new)
        pairs = await self._pairs(unit, change, gone, new)
        await unit.put_pairs(await weighed(unit, await self._compared(unit, change, pairs)))
        return Done(len(changed), len(pairs), found)

    @staticmethod
    async def _enter(
        unit: DuplicatesUnit, change: Change, gone: Sequence[tuple[int, str]], new: Sequence[tuple[int, str]]
    ) -> None:
        if change.before:
            await unit.drop_pairs_of(list(change.before))
            await unit.forget([profile for profile in change.before if profile not in change.after])
        await unit.put_people(change.after)
        await unit.move_keys(gone, new)
        await unit.count(change.counts())

    async def _pairs(
        self, unit: DuplicatesUnit, change: Change, gone: Sequence[tuple[int, str]], new: Sequence[tuple[int, str]]
    ) -> set[Ends]:
        """Who is to be compared: changed people with all of their blocks, and all of a block that is small again."""
        came, left = Counter(key for key, _ in new), Counter(key for key, _ in gone)
        asked = came.keys() | left.keys() | {key for one in change.after.values() for key in one.keys}
        blocks = await unit.blocks({key: self._most + 1 + came[key] for key in sorted(asked)})
        pairs: set[Ends] = set()
        outgrown: set[Ends] = set()
        for key, members in blocks.items():
            if members is None:
                continue
            was_small = len(members) - came[key] + left[key] <= self._most
            if len(members) > self._most:
                outgrown |= _all_pairs(set(members).difference(change.profiles)) if was_small else set()
            elif was_small:
                pairs |= _pairs_of(members, change.after)
            else:
                pairs |= _all_pairs(members)
        await unit.unpair(sorted(outgrown), self._most)
        return pairs

    async def _compared(
        self, unit: DuplicatesUnit, change: Change, pairs: Collection[Ends]
    ) -> list[tuple[Ends, Vector]]:
        """Gives way in between, so that the log hears of us."""
        ordered = await self._comparable(unit, change, pairs)
        people = {**await unit.people(_others(ordered, change)), **change.after}
        found: list[tuple[Ends, Vector]] = []
        for place, (a, b) in enumerate(ordered):
            if place % AT_A_TIME == 0:
                await asyncio.sleep(0)
            found.append(((a, b), compare(people[a].person, people[b].person)))
        return found

    async def _comparable(self, unit: DuplicatesUnit, change: Change, pairs: Collection[Ends]) -> list[Ends]:
        """Those who may be one at all, told by little: to read all that is known of a person is dear."""
        holds = {profile: one.holds for profile, one in change.after.items()}
        holds |= await unit.holds(_others(pairs, change))
        limits = _limits({name for one in holds.values() for name in one}, self._policy)
        return sorted([pair for pair in pairs if _fit(holds[pair[0]], holds[pair[1]], limits)])


def _others(pairs: Iterable[Ends], change: Change) -> set[str]:
    return {end for pair in pairs for end in pair if end not in change.after}


def comparable(one: Mapping[str, int], other: Mapping[str, int], policy: IdentityPolicy) -> bool:
    """Whether two may be one person at all: together they keep the limit of every namespace."""
    return _fit(one, other, _limits(one.keys() & other.keys(), policy))


def _limits(namespaces: Iterable[str], policy: IdentityPolicy) -> dict[str, int]:
    """The limits of those that have rules still."""
    return {name: rules.limit for name in namespaces if (rules := policy.namespace(name)) is not None}


def _fit(one: Mapping[str, int], other: Mapping[str, int], limits: Mapping[str, int]) -> bool:
    for name, count in one.items():
        if name in other and name in limits and count + other[name] > limits[name]:
            return False
    return True


async def _people(stated: Mapping[str, Stated], before: Mapping[str, Stored]) -> dict[str, Stored]:
    """Everybody who is found under some key; who states what they did is who they were."""
    people: dict[str, Stored] = {}
    for place, (profile, one) in enumerate(stated.items()):
        if place % AT_A_TIME == 0:
            await asyncio.sleep(0)
        held = sorted(set(one.held).difference(one.own)) if one.held else []
        digest = hashed(f"{RULES} {sorted(one.own)} {held} {sorted(one.traits.items())}")
        known = before.get(profile)
        person = known if known and known.stated == digest else _person(one, held, digest)
        if person.keys:
            people[profile] = person
    return people


def _person(stated: Stated, held: Sequence[tuple[str, str]], digest: int) -> Stored:
    traits = {name: _value(value) for name, value in stated.traits.items()}
    holds = Counter(namespace for namespace, _ in stated.own)
    return stored(person_of([*stated.own, *held], traits), dict(sorted(holds.items())), digest)


def _value(value: str) -> object:
    try:
        return msgspec.json.decode(value)
    except msgspec.DecodeError:
        return None


def _only(people: Mapping[str, Stored], profiles: Iterable[str]) -> dict[str, Stored]:
    return {profile: people[profile] for profile in profiles if profile in people}


def _pairs_of(members: Sequence[str], changed: Mapping[str, Stored]) -> set[Ends]:
    return {ends(one, other) for one in members if one in changed for other in members if other != one}


def _all_pairs(members: Iterable[str]) -> set[Ends]:
    return set(combinations(sorted(members), 2))
