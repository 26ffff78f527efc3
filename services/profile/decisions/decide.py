"""Stewards' decisions: two identifiers are one person, or are not; each can be withdrawn, and tried before it is made.

A trial runs the very same function in a unit that is not written, so what it says is what would happen.
"""

from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import blake2b
from typing import Literal, NamedTuple

from schemas.topics import PROFILES
from services.profile.announce import announcements
from services.profile.domain.resolve import pair
from services.profile.domain.sighting import Key
from services.profile.linking import Linker
from services.profile.reading.explain import explain
from services.profile.store import Changes, Decision, Region, Unit, Withdrawal
from services.profile.work import Work
from services.runtime.errors import Contradicted, NotFound, Rejected


class Wish(NamedTuple):
    """What a steward wants decided. Identifiers are in normal form."""

    kind: Literal["confirm", "separate"]
    a: Key
    b: Key
    reason: str


@dataclass(frozen=True, slots=True)
class Effect:
    """What a decision does. `before` and `after` are the people it touches: identifiers by profile.

    A profile that comes into being has an id that nobody knew before; in a trial it is not the one that it would get.
    """

    decision: Decision
    keys: Mapping[int, Key]
    before: Mapping[str, frozenset[int]]
    after: Mapping[str, frozenset[int]]
    made: frozenset[str] = field(default_factory=frozenset)

    @property
    def seal(self) -> str:
        """Tells one effect from another, and nothing about anybody: who is touched, and who is who afterwards."""
        now = sorted((profile, sorted(nodes)) for profile, nodes in self.before.items())
        groups = sorted(map(sorted, self.after.values()))
        return blake2b(repr((now, groups)).encode(), digest_size=16).hexdigest()

    @property
    def moves(self) -> list[tuple[int, str, str]]:
        """Identifiers that change hands, with the profile that they leave and the one that they come to."""
        came = {node: profile for profile, nodes in self.after.items() for node in nodes}
        return [
            (node, profile, came[node])
            for profile, nodes in self.before.items()
            for node in sorted(nodes)
            if came[node] != profile
        ]


class Decider:
    """Makes and withdraws decisions under one identity policy, `new_id` and `now` as for the profile step."""

    def __init__(self, linker: Linker, new_id: Callable[[], str], now: Callable[[], datetime]) -> None:
        self._linker = linker
        self._new_id = new_id
        self._now = now

    async def decide(
        self, unit: Unit, wish: Wish, author: str, *, trial: bool = False, seal: str | None = None
    ) -> Effect:
        """Makes a decision, unless it is a trial.

        Raises NotFound for an identifier that nobody has; Rejected for one with itself; Contradicted when the rules or
        another decision forbid what is wished, or when it would not do what it did by the trial with this `seal`.
        """
        a, b = await self._ends(unit, wish)
        members = await unit.members((a, b))
        for name, end in (("a", a), ("b", b)):
            if members[end].shared:
                raise Contradicted("this identifier is shared by too many people to be one person's", field=name)
        region = await unit.lock_region(members)
        decision = Decision(self._new_id(), wish.kind, *pair(a, b), wish.reason, author, self._now())
        _check_standing(region.decisions, decision)
        work = await self._resolved(unit, region, [*region.decisions, decision])
        _check_outcome(work, region.decisions, decision)
        return await self._done(unit, work, _effect(work, region, decision), trial=trial, seal=seal)

    async def withdraw(
        self, unit: Unit, decision_id: str, reason: str, author: str, *, trial: bool = False, seal: str | None = None
    ) -> Effect:
        """Takes a decision back, unless it is a trial.

        Raises NotFound; Contradicted when that was done already, or would not do what it did by the trial with this
        `seal`.
        """
        decision = await unit.decision(decision_id)
        if decision is None:
            raise NotFound("there is no such decision", field="decision_id")
        if decision.withdrawn is not None:
            raise Contradicted("this decision was withdrawn already", field="decision_id")
        members = await unit.members((decision.a, decision.b))
        region = await unit.lock_region({node: member for node, member in members.items() if not member.shared})
        left = [other for other in region.decisions if other.id != decision.id]
        if len(left) == len(region.decisions) and region.members:
            raise Contradicted("this decision was withdrawn already", field="decision_id")
        work = await self._resolved(unit, region, left)
        withdrawn = decision._replace(withdrawn=Withdrawal(author, reason, self._now()))
        return await self._done(unit, work, _effect(work, region, withdrawn), trial=trial, seal=seal)

    @staticmethod
    async def _ends(unit: Unit, wish: Wish) -> tuple[int, int]:
        if wish.a == wish.b:
            raise Rejected("an identifier is always one person with itself", field="b")
        found = await unit.find((wish.a, wish.b))
        for name, key in (("a", wish.a), ("b", wish.b)):
            if key not in found:
                raise NotFound("nobody is known by this identifier", field=name)
        return found[wish.a], found[wish.b]

    async def _resolved(self, unit: Unit, region: Region, decisions: Sequence[Decision]) -> Work:
        work = Work([], region.keys, set(), dict(region.members), Changes())
        await self._linker.resolve(unit, work, region, decisions)
        return work

    async def _done(self, unit: Unit, work: Work, effect: Effect, *, trial: bool, seal: str | None) -> Effect:
        if seal is not None and seal != effect.seal:
            raise Contradicted("what this would change is not what you looked at: look again", field="seal")
        if not trial:
            work.changes.decisions.append(effect.decision)
            await unit.write(work.changes)
            messages = await announcements(work, self._new_id, self._now())
            if messages:
                await unit.put(PROFILES.name, messages)
        return effect


def _check_standing(standing: Iterable[Decision], decision: Decision) -> None:
    for other in standing:
        if (other.a, other.b) == (decision.a, decision.b):
            raise Contradicted(f"decision {other.id} ({other.kind}) stands on these two: withdraw it first", field="b")


def _check_outcome(work: Work, standing: Iterable[Decision], decision: Decision) -> None:
    """A decision that would not come true, or would undo another one, is refused rather than kept as a dead letter."""
    if decision.kind == "confirm" and not _together(work, decision):
        reason = work.refused.get((decision.a, decision.b))
        words = f" ({reason}). {explain(reason)}" if reason else ""
        raise Contradicted(f"the rules forbid it{words}", field="b")
    for other in standing:
        if other.kind == "confirm" and _apart_now(work, other):
            raise Contradicted(f"decision {other.id} confirms what this would part: withdraw it first", field="b")


def _together(work: Work, decision: Decision) -> bool:
    return _profile(work, decision.a) == _profile(work, decision.b) is not None


def _apart_now(work: Work, decision: Decision) -> bool:
    ends = (decision.a, decision.b)
    if not all(end in work.before for end in ends):
        return False  # it reaches out of what is resolved here, to an identifier that is shared
    were = {work.before[end].profile for end in ends}
    return len(were) == 1 and not _together(work, decision)


def _profile(work: Work, node: int) -> str | None:
    member = work.after.get(node) or work.before.get(node)
    return member.profile if member else None


def _effect(work: Work, region: Region, decision: Decision) -> Effect:
    after = {node: work.member(node).profile for node in region.members}
    before = {node: member.profile for node, member in region.members.items()}
    touched = {end for end in (decision.a, decision.b) if end in before}
    touched |= {node for node in before if before[node] != after[node]}
    profiles = {label[node] for node in touched for label in (before, after)}
    return Effect(
        decision,
        region.keys,
        _grouped(before, profiles),
        _grouped(after, profiles),
        frozenset(label.profile for label in work.changes.new_labels),
    )


def _grouped(labels: Mapping[int, str], profiles: Container[str]) -> dict[str, frozenset[int]]:
    """Identifiers by profile, in the order of their first one: a trial tells them as the decision then does."""
    groups: dict[str, set[int]] = {}
    for node in sorted(labels):
        if labels[node] in profiles:
            groups.setdefault(labels[node], set()).add(node)
    return {profile: frozenset(nodes) for profile, nodes in groups.items()}
