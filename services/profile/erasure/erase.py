"""Erasure: everything about a person goes, as if it had never come, and tombstones keep it from coming again.

What hangs on the person's identifiers is taken out by the machinery of corrections. Who is whom is resolved from what
is left: an identifier that others have too becomes theirs alone, and the others go, with every mention that somebody
else's interactions make of them.
"""

from collections.abc import Callable, Iterable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import blake2b
from typing import NamedTuple

from msgspec.structs import replace

from schemas.interaction import FURTHEST_AHEAD
from schemas.topics import PROFILES
from services.profile.announce import erased_message, told_of
from services.profile.corrections.correct import Corrector, conversations, ends
from services.profile.domain.labels import Label
from services.profile.domain.sighting import Key
from services.profile.domain.tombstones import Engraver
from services.profile.erasure.erased import strike
from services.profile.step import ProfileStep
from services.profile.store import (
    Changes,
    ConversationKey,
    ErasingUnit,
    Erasure,
    LettersDue,
    Member,
    Remainder,
    TakenOut,
)
from services.profile.wire import decode
from services.runtime.errors import Contradicted, NotFound


class Erased(NamedTuple):
    """An erasure, with the dead letters that it leaves to be gone through; None of somebody who was erased before."""

    erasure: Erasure
    due: LettersDue | None


class ErasureWish(NamedTuple):
    """Who is to be erased, why, and by whom. `seal` says who was looked at, to be sure that it is them still."""

    profile: str
    reason: str
    author: str
    seal: str


@dataclass(slots=True)
class _Gone:
    """What an erasure took so far."""

    person: dict[int, Member]
    labels: list[str]
    names: dict[int, Key]
    stand_ins: list[str] = field(default_factory=list)
    interactions: list[TakenOut] = field(default_factory=list)
    mentioned: list[TakenOut] = field(default_factory=list)
    identifiers: set[int] = field(default_factory=set)
    silenced: set[ConversationKey] = field(default_factory=set)
    decisions: int = 0
    pins: int = 0


class Eraser:
    """Erases under the policy of a profile step; `new_id` and `now` as for it."""

    def __init__(
        self,
        step: ProfileStep,
        engraver: Engraver,
        new_id: Callable[[], str],
        now: Callable[[], datetime],
    ) -> None:
        self._step = step
        self._corrector = Corrector(step)
        self._engraver = engraver
        self._new_id = new_id
        self._now = now

    async def seal(self, unit: ErasingUnit, profile: str) -> str:
        """Who somebody is now, as a wish says it. Raises NotFound or Contradicted."""
        person = await unit.whole(profile)
        check_erasable(person)
        return seal(person)

    async def erase(self, unit: ErasingUnit, wish: ErasureWish) -> Erased:
        """What went; of somebody who was erased already, what went then. Dead letters go after the commit.

        Raises NotFound; Contradicted for an identifier that is shared, and for a person who changed since `seal`.
        """
        earlier = await unit.erasure(wish.profile)
        if earlier is not None:
            return Erased(earlier, None)
        person = await unit.whole(wish.profile)
        check_erasable(person)
        if seal(person) != wish.seal:
            raise Contradicted("this person changed since you looked: look again", field="seal")
        gone = await self._take(unit, person)
        await self._forget(unit, gone)
        gone.silenced = await _silenced(unit, gone)
        return await self._close(unit, gone, wish, next(iter(person.values())).profile)

    async def _take(self, unit: ErasingUnit, person: dict[int, Member]) -> _Gone:
        """Takes out what hangs on the person, then what others say of whom nobody else has."""
        labels = [label.profile for label in await unit.retired(person)]
        gone = _Gone(person, labels, await unit.name(person))
        hanging = [decode(one.body) for one in await unit.hanging(person)]
        await self._corrector.rejoin(unit, conversations(hanging))
        gone.interactions = await unit.take_out(await unit.hung(person))
        await self._label_anew(unit, gone)
        await self._corrector.replace(unit, gone.interactions, [], Changes(), also=person.keys(), erased=True)
        while alone := await _left_alone(unit, person.keys()):
            await self._strike(unit, gone, alone)
        changed = (*gone.interactions, *gone.mentioned)
        await self._corrector.devices.rehang(unit, ends(changed, ()))
        await self._corrector.rejoin(unit, conversations(decode(one.body) for one in changed))
        gone.identifiers = person.keys() - (await unit.members(person)).keys()
        return gone

    async def _label_anew(self, unit: ErasingUnit, gone: _Gone) -> None:
        """Whoever has one of the identifiers from now on shall not have the person's id."""
        version = await unit.version()
        labels = {node: Label(self._new_id(), node) for node in sorted(gone.person)}
        moved = {
            node: replace(member, profile=labels[node].profile, founder=node, version=version)
            for node, member in gone.person.items()
        }
        gone.stand_ins = [label.profile for label in labels.values()]
        await unit.write(Changes(new_labels=list(labels.values()), moved_members=moved))
        gone.person = moved

    async def _strike(self, unit: ErasingUnit, gone: _Gone, alone: AbstractSet[int]) -> None:
        """Takes out what was decided about these identifiers, and mentions of them in others' interactions."""
        decided = await unit.undecide(alone)
        gone.decisions += len(decided)
        names = {gone.names[node] for node in alone}
        mentioned = await unit.take_out(await unit.mentioning(alone))
        stand_in = [self._step.spot(strike(decode(one.body), names, self._step.spotter)) for one in mentioned]
        for one, instead in zip(mentioned, stand_in, strict=True):
            instead.id = one.number
        gone.mentioned += mentioned
        ends = {end for both in decided for end in both}
        await self._corrector.replace(unit, mentioned, stand_in, Changes(), also=alone | ends)

    async def _forget(self, unit: ErasingUnit, gone: _Gone) -> None:
        """What stands beside the person: pins, older contents, messages that did not leave yet."""
        gone.pins = await unit.unpin(gone.person)
        numbers = {one.number for one in gone.interactions}
        names = {gone.names[node] for node in gone.identifiers}

        def theirs(one: Remainder) -> bool:
            shown = self._step.spot(decode(one.body)).sighting.keys
            return one.interaction in numbers or not names.isdisjoint(shown)

        await unit.drop_remainders(await unit.remainders(theirs))
        keys = {one.key for one in (*gone.interactions, *gone.mentioned)}
        anchors = frozenset(gone.person)
        await unit.retract(lambda value: told_of(value, anchors, keys))

    async def _close(self, unit: ErasingUnit, gone: _Gone, wish: ErasureWish, profile: str) -> Erased:
        erasure = Erasure(
            self._new_id(),
            profile,
            wish.author,
            wish.reason,
            self._now(),
            identifiers=len(gone.identifiers),
            kept=len(gone.person) - len(gone.identifiers),
            interactions=len(gone.interactions),
            decisions=gone.decisions,
            pins=gone.pins,
            mentioned=len({one.number for one in gone.mentioned}),
        )
        due = await self._engrave(unit, gone, erasure.at)
        await unit.bury(erasure, due)
        await unit.discard(gone.stand_ins)
        await unit.put(PROFILES.name, [erased_message(erasure, gone.labels, gone.person)])
        return Erased(erasure, due)

    async def _engrave(self, unit: ErasingUnit, gone: _Gone, at: datetime) -> LettersDue:
        """An event time may lie ahead of our clock: what was struck shall be so when it comes again."""
        stones = [self._engraver.interaction(*one.key) for one in gone.interactions]
        stones += [self._engraver.conversation(*one) for one in gone.silenced]
        stones += [self._engraver.identifier(gone.names[node]) for node in gone.identifiers]
        times = [decode(one.body).envelope.time for one in gone.mentioned]
        until = min(max([at, *times]), at + FURTHEST_AHEAD)
        await unit.engrave([self._engraver.seal, *stones], until)
        namespaces = {gone.names[node].namespace for node in gone.identifiers}
        taken = [decode(one.body).envelope.region for one in (*gone.interactions, *gone.mentioned)]
        regions = sorted({region for region in taken if region and region.isascii() and region.isalpha()})
        return LettersDue(frozenset(stones), until, frozenset(gone.labels), tuple(sorted(namespaces)), tuple(regions))


def seal(person: Iterable[int]) -> str:
    """Tells one set of identifiers from another, and nothing about them."""
    return blake2b(repr(sorted(person)).encode(), digest_size=16).hexdigest()


def check_erasable(person: dict[int, Member]) -> None:
    """Raises NotFound for nobody, Contradicted for an identifier of many people."""
    if not person:
        raise NotFound("no profile ever had this id", field="profile_id")
    if any(member.shared for member in person.values()):
        raise Contradicted(
            "this identifier is shared by too many people to be one person's: erase those who have it",
            field="profile_id",
        )


async def _silenced(unit: ErasingUnit, gone: _Gone) -> set[ConversationKey]:
    """The person's conversations in which nobody is named any more: whoever was not named there was the person."""
    theirs = conversations(decode(one.body) for one in gone.interactions)
    return theirs - await unit.spoken(theirs)


async def _left_alone(unit: ErasingUnit, person: AbstractSet[int]) -> set[int]:
    """Those of the person's identifiers that stand in nobody else's profile."""
    profiles = await unit.companions(person)
    return {node for nodes in profiles.values() if nodes <= person for node in nodes}
