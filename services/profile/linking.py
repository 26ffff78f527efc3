"""The identity stage: folds a batch's links into the stored ones and resolves the raw components they touch."""

import asyncio
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from itertools import chain
from typing import ParamSpec, TypeVar

from msgspec.structs import replace

from services.profile.domain.claims import Claim, least, too_many
from services.profile.domain.crowd import Part, crowds_in, stands_for_all
from services.profile.domain.labels import Label, choose_component, choose_founder, choose_label
from services.profile.domain.large import Around, Growth, growths, summary
from services.profile.domain.policy import IdentityPolicy
from services.profile.domain.resolve import CLAIMED, Knowledge, Pair, Resolution, resolve_region
from services.profile.store import Decision, Member, Region, StoredLink, Unit, standing
from services.profile.work import NO_CORRECTION, Spotted, Work
from services.runtime import telemetry

LARGE = 64
LONG = 200
"""Resolving so many identifiers that hang together takes some milliseconds where the rules keep some of them apart."""
P = ParamSpec("P")
T = TypeVar("T")
NO_REGION = Region({}, {}, {})
TWO = 2


class Linker:
    """Resolves under one identity policy. `new_id` makes profile ids.

    One person of `large_from` identifiers or more is not read whole to be joined, nor a raw component of several people
    that has so many.
    """

    def __init__(self, policy: IdentityPolicy, new_id: Callable[[], str], large_from: int = LARGE) -> None:
        self._policy = policy
        self._new_id = new_id
        self._large_from = large_from

    async def link(self, unit: Unit, work: Work) -> None:
        """Fills `work.after`, `work.held` and the identity part of `work.changes`."""
        stored = await unit.links([p for p in work.shown if p[0] not in work.new and p[1] not in work.new])
        changed = {p: link for p, link in work.shown.items() if p not in stored or _says_more(link, stored[p])}
        work.held = {p: link.held for p, link in stored.items() if p not in changed}
        if not changed and not work.new and not work.claimed_anew and not work.correction.unsettled:
            return
        changed = {p: _merge(link, stored.get(p)) for p, link in changed.items()}
        region, shared, growing = await self._lock(unit, work, changed)
        links, resolution, known = await _aside(region, self._resolved, work, region, changed, shared, growing)
        if region.crowds and not _stands_for_all(region, resolution, known):
            region = await _with_whole(unit, region, region.crowds)
            work.before.update(region.members)
            links, resolution, known = await _aside(region, self._resolved, work, region, changed, shared, growing)
        await self._settle(unit, work, region, links, resolution, known, growing)

    def _resolved(
        self,
        work: Work,
        region: Region,
        changed: Mapping[Pair, StoredLink],
        shared: AbstractSet[int],
        growing: Sequence[Growth],
    ) -> tuple[Mapping[Pair, StoredLink], Resolution, Knowledge]:
        """All links of what was read, with what is new; what resolving them says, and under what knowledge."""
        links = {**work.correction.links, **region.links}
        links.update((p, _merge(link, links.get(p))) for p, link in changed.items())
        nodes = frozenset(region.members) | {end for p in changed for end in p if end in work.new}
        known = self._knowledge(work, region, region.decisions)
        grown = frozenset(chain.from_iterable(growth.members for growth in growing))
        left = {p: link for p, link in links.items() if grown.isdisjoint(p)} if grown else links
        resolution = resolve_region(nodes - grown, left, region.far_shared() | shared, known)
        resolution.held.update((p, CLAIMED) for p, link in links.items() if p not in left and not link.verified)
        return links, resolution, known

    async def resolve(self, unit: Unit, work: Work, region: Region, decisions: Sequence[Decision]) -> None:
        """Resolves a locked region under these decisions, with no new evidence; fills the same parts of `work`."""
        known = self._knowledge(work, region, decisions)
        nodes, shared = frozenset(region.members), region.far_shared()
        resolution = resolve_region(nodes, region.links, shared, known)
        await self._settle(unit, work, region, region.links, resolution, known)

    def _knowledge(self, work: Work, region: Region, decisions: Sequence[Decision]) -> Knowledge:
        keys, claims = {**region.keys, **work.keys}, {**work.claims, **region.claims}
        return Knowledge(keys, self._policy, claims, standing(decisions))

    async def _settle(
        self,
        unit: Unit,
        work: Work,
        region: Region,
        links: Mapping[Pair, StoredLink],
        resolution: Resolution,
        known: Knowledge,
        growing: Sequence[Growth] = (),
    ) -> None:
        telemetry.RESOLVED_IDENTIFIERS.inc(sum(map(len, resolution.clusters)))
        work.refused = resolution.held
        _decide_links(work, region, links, resolution)
        await self._decide_members(unit, work, region, resolution, growing)
        self._remember_large(work, region, links, resolution, known)

    async def _lock(
        self, unit: Unit, work: Work, changed: Mapping[Pair, StoredLink]
    ) -> tuple[Region, AbstractSet[int], Sequence[Growth]]:
        """What is touched, read whole but for crowds and what grows without a doubt; and who of it is shared."""
        touched = {end for p in changed for end in p} | work.claimed_anew | work.correction.unsettled
        seeds = {end: work.before[end] for end in touched if end in work.before}
        unshared = work.correction.unshared
        free = {end: member for end, member in seeds.items() if not member.shared or end in unshared}
        shared = seeds.keys() - free.keys()
        lightly = work.correction is NO_CORRECTION
        region = await unit.lock_region(free, lightly=lightly) if free else NO_REGION
        growing = self._growing(work, region, changed, shared)
        while unread := region.large.keys() - {growth.component for growth in growing}:
            region = await _with_whole(unit, region, unread)
            growing = self._growing(work, region, changed, shared)
        work.before.update(region.members)
        return region, shared, growing

    def _growing(
        self, work: Work, region: Region, changed: Mapping[Pair, StoredLink], shared: AbstractSet[int]
    ) -> Sequence[Growth]:
        if not region.large:
            return ()
        known = self._knowledge(work, region, region.decisions)
        standing = {node: member.component for node, member in region.members.items()}
        bonds = [p for p, link in changed.items() if link.verified]
        apart = shared | _bound_outside(region.members.keys(), region.links) | known.decisions.ends()
        apart |= _crowd_of(region).keys() | {end for p, link in changed.items() if too_many(link.claims) for end in p}
        return growths(Around(standing, region.large, work.new, bonds, apart, work.claimed_anew), known)

    def _remember_large(
        self,
        work: Work,
        region: Region,
        links: Mapping[Pair, StoredLink],
        resolution: Resolution,
        known: Knowledge,
    ) -> None:
        """Notes what was read whole and is large, one person or a crowd, so that it need not be read whole again."""
        large = [members for members in resolution.components if len(members) >= self._large_from]
        clusters = set(resolution.clusters) if large else set()
        for members in large:
            component = work.after[min(members)].component
            if component in region.crowds:
                continue
            if members not in clusters:
                work.changes.large[component] = None
                continue
            apart = _bound_outside(members, links) | known.decisions.ends()
            summed_up = summary(members, known) if apart.isdisjoint(members) else None
            if summed_up:
                work.changes.large[component] = summed_up

    async def _decide_members(
        self, unit: Unit, work: Work, region: Region, resolution: Resolution, growing: Sequence[Growth]
    ) -> None:
        """Gives every cluster its label, and every component the member that stands for it."""
        version = await unit.version()
        keys = {**region.keys, **work.keys}
        standing, crowd_of = {node: member.component for node, member in region.members.items()}, _crowd_of(region)
        component = {
            node: chosen
            for members in resolution.components
            for chosen in crowds_in(members, crowd_of) or (choose_component(members, standing),)
            for node in members
        }
        alone = [frozenset((node,)) for node in work.new.difference(*resolution.clusters)]
        for cluster, label in await self._labelled(unit, region, [*resolution.clusters, *alone]):
            if label is None:
                label = Label(self._new_id(), choose_founder(cluster, keys, self._policy))  # noqa: PLW2901
                work.changes.new_labels.append(label)
            for node in cluster:
                _place(work, node, label, component.get(node, node), version, shared=node in resolution.shared)
        for growth in growing:
            _grow(work, growth, version)

    @staticmethod
    async def _labelled(
        unit: Unit, region: Region, clusters: Sequence[frozenset[int]]
    ) -> list[tuple[frozenset[int], Label | None]]:
        """Clusters with their labels; one that lost its label by a split may have an older one."""
        carried = region.members
        labels = [choose_label(cluster, carried) for cluster in clusters]
        lost = [
            cluster
            for cluster, label in zip(clusters, labels, strict=True)
            if label is None and not carried.keys().isdisjoint(cluster)
        ]
        if lost:
            retired = await unit.retired([node for cluster in lost for node in cluster])
            labels = [choose_label(cluster, carried, retired) for cluster in clusters]
        return list(zip(clusters, labels, strict=True))


def _place(work: Work, node: int, label: Label, component: int, version: int, *, shared: bool) -> None:
    """A member that keeps its label keeps its version too."""
    before = work.before.get(node)
    if before is not None and before.profile == label.profile:
        version = before.version
    member = Member(component, label.profile, label.founder, version, shared)
    if before is None:
        work.changes.new_members[node] = member
    elif before != member:
        work.changes.moved_members[node] = member
    work.after[node] = member


def _grow(work: Work, growth: Growth, version: int) -> None:
    """Whatever joins a large component gets its label, and the member that stands for it."""
    its_own = next(work.before[n] for n in growth.members if _stands_in(work, n) == growth.component)
    for node in growth.members:
        _place(work, node, Label(its_own.profile, its_own.founder), growth.component, version, shared=False)
    work.changes.large[growth.component] = growth.grown


async def _with_whole(unit: Unit, region: Region, components: AbstractSet[int]) -> Region:
    """The region, with these components read whole."""
    seeds = {node: member for node, member in region.members.items() if member.component in components}
    return region.with_whole(await unit.lock_region(seeds), components)


async def _aside(region: Region, compute: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """What `compute` gives; where the region is long to resolve, other batches go on beside it."""
    if not _has_long(region):
        return compute(*args, **kwargs)
    return await asyncio.to_thread(compute, *args, **kwargs)


def _has_long(region: Region) -> bool:
    """Whether one component of those that were read is long to resolve."""
    if len(region.members) < LONG:
        return False
    return max(Counter([member.component for member in region.members.values()]).values()) >= LONG


def _crowd_of(region: Region) -> dict[int, int]:
    """The crowd of each that stands in one."""
    if not region.crowds:
        return {}
    return {node: member.component for node, member in region.members.items() if member.component in region.crowds}


def _stands_for_all(region: Region, resolution: Resolution, known: Knowledge) -> bool:
    """Whether what was read of crowds tells all that resolving them whole would."""
    people: dict[str, set[int]] = defaultdict(set)
    for node in region.around:
        people[region.members[node].profile].add(node)
    part = Part(_crowd_of(region), [frozenset(those) for those in people.values()])
    return stands_for_all(part, region.members.keys(), resolution, known.decisions)


def _stands_in(work: Work, node: int) -> int | None:
    return work.before[node].component if node in work.before else None


def _bound_outside(members: AbstractSet[int], links: Mapping[Pair, StoredLink]) -> set[int]:
    """Ends of verified links of which only one is a member."""
    return {end for p, link in links.items() if link.verified and (p[0] in members) != (p[1] in members) for end in p}


def _decide_links(work: Work, region: Region, links: Mapping[Pair, StoredLink], resolution: Resolution) -> None:
    for p, link in links.items():
        reason = resolution.held.get(p)
        decided = link if link.held == reason else replace(link, held=reason)
        work.held[p] = decided.held
        if decided != region.links.get(p):
            work.changes.links[p] = decided


def links_of(spotted: Sequence[Spotted], told: Mapping[Pair, frozenset[Claim]]) -> dict[Pair, StoredLink]:
    """What interactions show whose identifiers have their numbers: a star each, from the anchor, and what is `told`."""
    links: dict[Pair, StoredLink] = {}
    for one in spotted:
        if len(one.identifiers) < TWO:
            continue
        time, _, verified, _ = one.sighting
        anchor, *others = one.identifiers
        for place, other in enumerate(others, start=1):
            link = StoredLink(time, one.id, place < verified, None)
            p = (anchor, other) if anchor < other else (other, anchor)
            links[p] = _merge(link, links[p]) if p in links else link
    links.update((p, replace(links[p], claims=claims)) for p, claims in told.items())
    return links


def _says_more(link: StoredLink, stored: StoredLink) -> bool:
    return (
        link.first_seen < stored.first_seen
        or (link.verified and not stored.verified)
        or least(link.claims | stored.claims) != stored.claims
    )


def _merge(link: StoredLink, stored: StoredLink | None) -> StoredLink:
    """Both as one: the earlier witness, the better assurance, all claims, and what was decided so far."""
    if stored is None:
        return link
    earlier = link if link.first_seen < stored.first_seen else stored
    verified, claims = link.verified or stored.verified, least(link.claims | stored.claims)
    return StoredLink(earlier.first_seen, earlier.interaction, verified, stored.held, claims)
