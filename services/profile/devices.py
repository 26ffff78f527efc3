"""Devices that several people use: what is anonymous there hangs on who had logged in around it.

Which interactions are a device's own, who logged in there and how many they are is evidence, and none of it depends on
where anything hangs. So this comes last, and changes nothing of who is whom.
"""

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import timedelta
from typing import NamedTuple

from services.profile.domain.logins import Login, nearest
from services.profile.domain.resolve import is_public
from services.profile.domain.sighting import Sighting
from services.profile.stated import restate
from services.profile.step import ProfileStep
from services.profile.store import ALWAYS, Changes, CorrectingUnit, Hung, MetOn, Rehung, Span, TakenOut, Unit, Use
from services.profile.wire import decode
from services.profile.work import Correction, Spotted, Work

MOST_LOGINS = 100
"""A device that is linked to more than so many is anybody's, whatever they are; nobody counts on."""


class Touched(NamedTuple):
    """Devices of several people that a batch speaks of, each with the time in which it may have changed something.

    `anew` if one of them was one person's until now: who did not know that may still be writing.
    """

    spans: Mapping[int, Span]
    anew: bool = False


class Devices:
    """Keeps what is anonymous on the devices of several people hanging where the rules say."""

    def __init__(self, step: ProfileStep) -> None:
        self._step = step
        self._policy = step.policy

    def touched(self, work: Work) -> Touched:
        """The devices of several people in what is new of a batch."""
        before = {node for node, member in work.before.items() if member.shared}
        now = {node for node, member in work.after.items() if member.shared}
        if not before and not now:
            return Touched({})
        devices = {node for node in before | now if node in work.keys and self._lasts(work.keys[node].namespace)}
        if not devices:
            return Touched({})
        met_anew = {end for p in work.changes.links for end in p}
        spans = dict.fromkeys(devices & met_anew, ALWAYS)
        for one in work.spotted:
            time = one.incoming.envelope.time
            for node in devices.intersection(one.identifiers):
                since, until = spans.get(node, (time, time))
                spans[node] = Span(min(since, time), max(until, time))
        wide = {node: self._widened(span, work.keys[node].namespace) for node, span in spans.items()}
        return Touched(wide, anew=not devices <= before)

    async def again(self, unit: Unit, batch: Iterable[Spotted]) -> dict[int, Span]:
        """The devices in what came again: a crash may have kept them from being looked after."""
        keys = {key for one in batch for key in one.sighting.keys if self._lasts(key.namespace)}
        return dict.fromkeys((await unit.find(keys)).values(), ALWAYS)

    async def astray(
        self, unit: Unit, spans: Mapping[int, Span], among: Sequence[int] | None = None
    ) -> dict[int, Hung]:
        """What is a device's own and hangs on the wrong one, with the right one; of these numbers, if any are given."""
        if not spans:
            return {}
        met_on = await unit.met_on(spans, MOST_LOGINS + 1)
        people = {node: those for node, met in met_on.items() if (those := self._people(met))}
        wide = {node: self._widened(spans[node], met_on[node].namespace) for node in people}
        logins = await unit.logins({(node, other) for node, those in people.items() for other in those}, wide)
        wrong: dict[int, Hung] = {}
        for use in await unit.used(spans, spans.keys() - people.keys(), among):
            login = self._login(use, met_on, logins.get(use.device, ()))
            right = Hung(use.device, None) if login is None else Hung(login.identifier, use.device)
            if use.anchor != right.anchor:
                wrong[use.number] = right
        return wrong

    async def rehang(self, unit: CorrectingUnit, spans: Mapping[int, Span], among: Sequence[int] | None = None) -> None:
        """Hangs what is astray where it belongs."""
        wrong = await self.astray(unit, spans, among)
        if not wrong:
            return
        rehung = await unit.rehang(wrong)
        left, come = {one.anchor for one in rehung}, {place.anchor for place in wrong.values()}
        if stating := [one for one in rehung if decode(one.body).data.traits]:
            await restate(unit, {end for one in stating for end in (one.anchor, wrong[one.number].anchor)})
        before = await unit.members(left | come)
        await self._step.let_go(unit, await unit.remove_unused(left - come, self._policy), before)
        taken_out = [TakenOut(one.number, one.key, one.anchor, (), b"", one.body) for one in rehung]
        spotted = [_hung(one, wrong[one.number]) for one in rehung]
        correction = Correction(await unit.version(), taken_out)
        await self._step.announce(unit, Work(spotted, {}, set(), before, Changes(), correction=correction))

    def _lasts(self, namespace: str) -> timedelta | None:
        return self._policy.login_lasts(namespace)

    def _widened(self, span: Span, namespace: str) -> Span:
        """What a login touches is as far from it as it lasts; and so are the logins that may touch something."""
        lasts = self._lasts(namespace) or timedelta(0)
        since = span.since - lasts if span.since > ALWAYS.since + lasts else ALWAYS.since
        until = span.until + lasts if span.until < ALWAYS.until - lasts else ALWAYS.until
        return Span(since, until)

    def _people(self, met: MetOn) -> AbstractSet[int]:
        """Whose logins count there: nobody's on what one person uses, and nobody's on a kiosk."""
        if not self._lasts(met.namespace) or len(met.others) > MOST_LOGINS:
            return set()
        namespaces = list(met.others.values())
        counts = {namespace: namespaces.count(namespace) for namespace in namespaces}
        if is_public(met.namespace, counts, self._policy):
            return set()
        return {other for other, namespace in met.others.items() if not self._lasts(namespace)}

    def _login(self, use: Use, met_on: Mapping[int, MetOn], logins: Sequence[Login]) -> Login | None:
        lasts = self._lasts(met_on[use.device].namespace)
        return nearest(use.time, logins, lasts) if lasts else None


def _hung(one: Rehung, place: Hung) -> Spotted:
    incoming = decode(one.body)
    nothing = Sighting(incoming.envelope.time, (), int(one.verified), ())
    return Spotted(incoming, nothing, one.number, outcome=one.outcome, joined=place.anchor)
