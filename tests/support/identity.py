"""Rules 1 to 4 of identity, written once more: on the whole evidence at once, as plainly as they can be said.

Nothing here is shared with `services/profile`, so that the two can only agree by both being right.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import product
from typing import Any, NamedTuple

from services.profile.domain.policy import IdentityPolicy, Namespace

Identifier = tuple[str, str]
Ends = frozenset[Identifier]


class Said(NamedTuple):
    """What one interaction says; identifiers are normal forms without junk, each with whether it is verified."""

    source: str
    id: str
    time: datetime
    identifiers: tuple[tuple[Identifier, bool], ...]
    channel: str = "call"
    trust: int = 0
    traits: tuple[tuple[str, str], ...] = ()
    wait_ms: int = 0
    handle_ms: int = 0
    transfers: int = 0
    consents: tuple[tuple[str, bool], ...] = ()
    revision: datetime | None = None
    conversation: str | None = None


def latest(said: Iterable[Said]) -> list[Said]:
    """What counts of several contents under one id: the one of the latest revision."""
    found: dict[tuple[str, str], Said] = {}
    for one in said:
        other = found.get((one.source, one.id))
        if other is None or (one.revision is not None and (other.revision is None or one.revision > other.revision)):
            found[one.source, one.id] = one
    return list(found.values())


@dataclass
class Truth:
    """Who is whom, by the rules."""

    profiles: set[Ends]
    components: set[Ends]
    shared: set[Identifier]
    first_seen: dict[Ends, datetime]
    held: dict[Ends, str] = field(default_factory=dict)


class Decided(NamedTuple):
    """What a steward decided and nobody withdrew."""

    ends: Ends
    confirms: bool


def batch_rule(
    said: Collection[Said],
    policy: IdentityPolicy,
    decided: Collection[Decided] = (),
    met: Collection[Identifier] = (),
) -> Truth:
    """The partition of all identifiers that `said` mentions or stewards `met`, and every link that was refused."""
    witnesses: dict[Ends, list[tuple[datetime, bool]]] = defaultdict(list)
    for one in said:
        for ends, verified in star(one, policy):
            witnesses[ends].append((one.time, verified))
    proven = {ends for ends, seen in witnesses.items() if any(verified for _, verified in seen)}
    identifiers = {identifier for one in said for identifier, _ in one.identifiers} | set(met)
    shared = {identifier for identifier in identifiers if is_shared(identifier, proven, policy)}
    shared |= told_apart(said, policy)
    free = {ends for ends in proven | confirmed_in(decided) if not ends & shared}
    truth = Truth(
        profiles=set(),
        components=connected(identifiers, free),
        shared=shared,
        first_seen={ends: min(time for time, _ in seen) for ends, seen in witnesses.items()},
        held={ends: "shared" if ends in proven else "claimed" for ends in witnesses if ends not in free},
    )
    truth.held = {**{ends: "shared" for ends in confirmed_in(decided) if ends & shared}, **truth.held}
    kruskal(identifiers, free, truth, policy, Rest(claims_of(said, policy), decided))
    return truth


def confirmed_in(decided: Iterable[Decided]) -> set[Ends]:
    return {one.ends for one in decided if one.confirms}


def rules(namespace: str, policy: IdentityPolicy) -> Namespace:
    return policy.namespaces.get(namespace) or policy.namespaces[namespace.split(":", maxsplit=1)[0] + ":*"]


def ranked(one: Said, policy: IdentityPolicy) -> list[tuple[Identifier, bool]]:
    """Verified before claimed, then by strength, then by name."""
    best: dict[Identifier, bool] = {}
    for identifier, verified in one.identifiers:
        best[identifier] = best.get(identifier, False) or verified
    return sorted(best.items(), key=lambda each: (not each[1], rules(each[0][0], policy).strength, each[0]))


def star(one: Said, policy: IdentityPolicy) -> Iterator[tuple[Ends, bool]]:
    """Links from the strongest identifier to each other one."""
    if one.identifiers:
        (centre, centre_verified), *others = ranked(one, policy)
        for other, verified in others:
            yield frozenset((centre, other)), centre_verified and verified


def is_shared(identifier: Identifier, proven: Iterable[Ends], policy: IdentityPolicy) -> bool:
    return beyond(identifier, proven, policy, 1 if rules(identifier[0], policy).login_lasts else policy.shared_after)


def is_of_several(device: Identifier, proven: Collection[Ends], apart: set[Identifier], policy: IdentityPolicy) -> bool:
    """Whether a device is shared by a few people who can be told apart."""
    shared = device in apart or is_shared(device, proven, policy)
    return shared and not beyond(device, proven, policy, policy.shared_after)


def told_apart(said: Iterable[Said], policy: IdentityPolicy) -> set[Identifier]:
    """Devices on which two logged in who stated different names there, or different days of birth."""
    if policy.conflicting_claims == "ignore":
        return set()
    there = told_at_logins(said, policy)
    return {
        device
        for (device, one), (other_device, other) in product(there, repeat=2)
        if device == other_device and one != other
        for kind, value in there[device, one]
        for other_kind, other_value in there[device, other]
        if kind == other_kind and value != other_value
    }


def told_at_logins(
    said: Iterable[Said], policy: IdentityPolicy
) -> dict[tuple[Identifier, Identifier], set[tuple[str, str]]]:
    """What was stated by whom on which device: the device comes first."""
    there: dict[tuple[Identifier, Identifier], set[tuple[str, str]]] = defaultdict(set)
    for one in said:
        vouched = [identifier for identifier, verified in ranked(one, policy) if verified]
        for device in vouched[1:] if one.traits else ():
            if rules(device[0], policy).login_lasts and not rules(vouched[0][0], policy).login_lasts:
                there[device, vouched[0]] |= {claim_in(name, value) for name, value in one.traits}
    return there


def beyond(identifier: Identifier, proven: Iterable[Ends], policy: IdentityPolicy, times: int) -> bool:
    """Whether it is linked to more than so many times the limit of a namespace as strong as its own."""
    own = rules(identifier[0], policy).strength
    neighbours = [other for ends in proven if identifier in ends for other in ends - {identifier}]
    values = Counter(namespace for namespace, _ in neighbours)
    return any(
        rules(namespace, policy).strength <= own and count > times * rules(namespace, policy).limit
        for namespace, count in values.items()
    )


def connected(identifiers: Iterable[Identifier], links: Iterable[Ends]) -> set[Ends]:
    where = {identifier: frozenset((identifier,)) for identifier in identifiers}
    for ends in links:
        union = frozenset[Identifier]().union(*(where[end] for end in ends))
        where.update(dict.fromkeys(union, union))
    return set(where.values())


class Rest(NamedTuple):
    """What counts beside the links."""

    claims: dict[Identifier, set[tuple[str, str]]]
    decided: Collection[Decided]


def kruskal(
    identifiers: Iterable[Identifier], free: Iterable[Ends], truth: Truth, policy: IdentityPolicy, rest: Rest
) -> None:
    """Joins what may be joined: what is confirmed first, then the strongest and the oldest links."""
    where = {identifier: frozenset((identifier,)) for identifier in identifiers}
    confirmed = confirmed_in(rest.decided)

    def order(ends: Ends) -> tuple[Any, ...]:
        a, b = sorted(ends)
        strengths = [rules(a[0], policy).strength, rules(b[0], policy).strength]
        since = (0,) if ends in confirmed else (truth.first_seen[ends],)
        return ends not in confirmed, max(strengths), min(strengths), *since, a, b

    for ends in sorted(free, key=order):
        a, b = ends
        union = where[a] | where[b]
        reason = obstacle(where[a], where[b], policy, rest, ignore_claims=ends in confirmed)
        if reason and where[a] != where[b]:
            truth.held[ends] = reason
        elif not reason:
            where.update(dict.fromkeys(union, union))
    truth.profiles = set(where.values())


def obstacle(one: Ends, other: Ends, policy: IdentityPolicy, rest: Rest, *, ignore_claims: bool) -> str | None:
    """Why two clusters may not become one."""
    full = overfull(one | other, policy)
    if full:
        return f"limit:{full[0]}"
    if any(len(d.ends & one) == len(d.ends & other) == 1 for d in rest.decided if not d.confirms):
        return "separated"
    stated = [{claim for identifier in side for claim in rest.claims.get(identifier, ())} for side in (one, other)]
    pairs = [] if ignore_claims else list(product(*stated))
    if any(a[0] == b[0] == "born" and a[1] != b[1] for a, b in pairs):
        return "birth_dates_differ"
    if any(a[0] == b[0] == "given" and a[1] != b[1] for a, b in pairs):
        return "names_differ"
    return None


ONE_NAME = {"dana": "dana", "דנה": "dana", "avi": "avi"}
"""The names that histories use, each with the name that it is a spelling of."""


def claims_of(said: Iterable[Said], policy: IdentityPolicy) -> dict[Identifier, set[tuple[str, str]]]:
    """Given names and birth dates that were ever stated about each strongest identifier by who vouched for it."""
    claims: dict[Identifier, set[tuple[str, str]]] = defaultdict(set)
    for one in said:
        strongest = ranked(one, policy)[:1]
        for identifier in [identifier for identifier, verified in strongest if verified]:
            claims[identifier] |= {claim_in(name, value) for name, value in one.traits}
    return claims


def claim_in(name: str, value: str) -> tuple[str, str]:
    text = json.loads(value)
    return ("born", text[:10]) if name.startswith("birth") else ("given", ONE_NAME[text.lower()])


def overfull(identifiers: Iterable[Identifier], policy: IdentityPolicy) -> list[str]:
    counts = Counter(namespace for namespace, _ in identifiers)
    return sorted(namespace for namespace, count in counts.items() if count > rules(namespace, policy).limit)


class Sum(NamedTuple):
    """An identifier's figures on a channel."""

    interactions: int
    first_seen: datetime
    last_seen: datetime
    wait_ms: int
    handle_ms: int
    transfers: int


Hung = tuple[Said, Identifier, bool]
"""What was said, whom it hangs on, and whether its own word makes that sure."""


def hung(said: Collection[Said], policy: IdentityPolicy) -> Iterator[Hung]:
    """What hangs on somebody, on whom, and whether its own word makes that sure.

    What would hang on a device of several people hangs on the login nearest in time, where it is near enough.
    """
    proven = {ends for one in said for ends, verified in star(one, policy) if verified}
    apart = told_apart(said, policy)
    logins: dict[Identifier, list[tuple[datetime, str, str, Identifier]]] = defaultdict(list)
    for one in said:
        for device, verified in ranked(one, policy)[1:]:
            person, sure = ranked(one, policy)[0]
            if verified and sure and not rules(person[0], policy).login_lasts:
                logins[device].append((one.time, one.source, one.id, person))
    for one, anchor, verified in named(said, policy):
        lasts = rules(anchor[0], policy).login_lasts
        near = [login for login in logins[anchor] if lasts and abs(login[0] - one.time) <= lasts]
        if near and is_of_several(anchor, proven, apart, policy):
            yield one, min(near, key=lambda login: (abs(login[0] - one.time), login))[3], False
        else:
            yield one, anchor, verified


def named(said: Collection[Said], policy: IdentityPolicy) -> Iterator[tuple[Said, Identifier, bool]]:
    """What names somebody, a device or a conversation with a customer: whose it is by that.

    What names nobody hangs on its conversation's customer: one who is verified there, then the strongest, the earliest.
    """
    customers: dict[tuple[str, str], list[tuple[bool, int, datetime, Identifier]]] = defaultdict(list)
    for one in said:
        if one.identifiers:
            anchor, verified = ranked(one, policy)[0]
            yield one, anchor, verified
            if one.conversation:
                rank = (not verified, rules(anchor[0], policy).strength, one.time, anchor)
                customers[one.source, one.conversation].append(rank)
    for one in said:
        if not one.identifiers and one.conversation and (those := customers.get((one.source, one.conversation))):
            yield one, min(those)[-1], False


def figures(said: Collection[Said], policy: IdentityPolicy) -> dict[tuple[Identifier, str], Sum]:
    """Recounted from the interactions; each counts for the identifier that it hangs on alone."""
    own: dict[tuple[Identifier, str], list[Said]] = defaultdict(list)
    for one, anchor, _ in hung(said, policy):
        own[anchor, one.channel].append(one)
    return {at: _sum(those) for at, those in own.items()}


def _sum(those: list[Said]) -> Sum:
    times = [one.time for one in those]
    return Sum(
        len(those),
        min(times),
        max(times),
        sum(one.wait_ms for one in those),
        sum(one.handle_ms for one in those),
        sum(one.transfers for one in those),
    )


def sightings(said: Collection[Said], policy: IdentityPolicy) -> dict[Identifier, tuple[bool, datetime, datetime]]:
    """Whether anything ever verified an identifier, when it was first met and when last."""
    met: dict[Identifier, list[tuple[bool, datetime]]] = defaultdict(list)
    for one in said:
        for identifier, verified in ranked(one, policy):
            met[identifier].append((verified, one.time))
    for one, anchor, verified in hung(said, policy):
        met[anchor].append((verified, one.time))
    return {
        identifier: (any(v for v, _ in those), min(t for _, t in those), max(t for _, t in those))
        for identifier, those in met.items()
    }


def golden_traits(told: Iterable[Hung], profile: Ends) -> dict[str, tuple[str, str]]:
    """The shown (source, value) of each trait: by trust, assurance, event time and interaction id."""
    stated: dict[str, list[tuple[int, bool, datetime, str, str, str]]] = defaultdict(list)
    for one, anchor, verified in told:
        for name, value in one.traits if anchor in profile else ():
            stated[name].append((one.trust, verified, one.time, one.id, one.source, value))
    return {name: max(those)[4:] for name, those in stated.items()}


def agreed(told: Iterable[Hung], profile: Ends) -> dict[str, bool]:
    """Whether a person allows each purpose: no identifier's last word refuses it. Only who is vouched for can allow."""
    words: dict[tuple[str, Identifier], list[tuple[datetime, bool, str, str]]] = defaultdict(list)
    for one, anchor, verified in told:
        for purpose, granted in one.consents if anchor in profile else ():
            if verified or not granted:
                words[purpose, anchor].append((one.time, not granted, one.id, one.source))
    refused = [(purpose, max(those)[1]) for (purpose, _), those in words.items()]
    return {purpose: not any(no for other, no in refused if other == purpose) for purpose, _ in refused}
