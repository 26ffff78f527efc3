"""What must hold of a profile store's tables, whatever led there."""

import json
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from itertools import chain
from typing import Any

from schemas.golden_record import Candidate, golden
from schemas.trait_rules import TraitRules
from services.profile.domain.consent import Said as Word
from services.profile.domain.consent import consents
from services.profile.domain.policy import IdentityPolicy
from services.profile.memory_unit import MemoryTables
from services.profile.reading.port import ProfileReads
from services.runtime.log import Message
from tests.support.identity import (
    ONE_NAME,
    Decided,
    Ends,
    Identifier,
    Said,
    Truth,
    agreed,
    batch_rule,
    figures,
    golden_traits,
    hung,
    sightings,
    told_at_logins,
)


def check_all(
    tables: MemoryTables,
    said: Collection[Said],
    policy: IdentityPolicy,
    decided: Collection[Decided] = (),
    met: Collection[Identifier] = (),
) -> None:
    """The tables are what the batch rules make of `said` and of what stewards decided about whom they `met`."""
    truth = batch_rule(said, policy, decided, met)
    check_identity(tables, truth)
    check_logins(tables, said, policy)
    check_large(tables, decided)
    check_labels(tables)
    check_measures(tables, said)
    check_anchors(tables, said, policy)
    check_traits(tables, truth, said, policy)
    check_consents(tables, truth, said, policy)


def check_identity(tables: MemoryTables, truth: Truth) -> None:
    """Who is whom, what is shared, what is held and why, and how long each link is known."""
    assert profiles(tables) == truth.profiles
    assert {tables.keys[node] for node, member in tables.members.items() if member.shared} == truth.shared
    assert held(tables) == {ends: reason for ends, reason in truth.held.items() if ends in truth.first_seen}
    assert {_ends(tables, p): link.first_seen for p, link in tables.links.items()} == truth.first_seen
    check_components(tables, truth)


def check_logins(tables: MemoryTables, said: Iterable[Said], policy: IdentityPolicy) -> None:
    """Every link has what was claimed at logins, and no more."""
    told = {_ends(tables, p): link.claims for p, link in tables.links.items() if link.claims}
    stated = {ends: {(kind, ONE_NAME.get(value, value)) for kind, value in claims} for ends, claims in told.items()}
    assert stated == {frozenset(at): claims for at, claims in told_at_logins(said, policy).items()}


def check_components(tables: MemoryTables, truth: Truth) -> None:
    """Every raw component is stood for by one of its own, whose row is its lock."""
    groups: dict[int, set[Identifier]] = defaultdict(set)
    for node, member in tables.members.items():
        groups[member.component].add(tables.keys[node])
    assert {frozenset(group) for group in groups.values()} == truth.components
    assert all(tables.keys[representative] in group for representative, group in groups.items())


def check_large(tables: MemoryTables, decided: Collection[Decided]) -> None:
    """What is known of a large component is true of it now, and nothing of it is contested unless it is a crowd."""
    for component, large in tables.large.items():
        members = {node for node, member in tables.members.items() if member.component == component}
        assert component in members
        if large is None:
            continue
        assert Counter(tables.keys[node].namespace for node in members) == large.namespaces
        assert len({tables.members[node].profile for node in members}) == 1
        claimed = frozenset(chain.from_iterable(tables.claims.get(node, ()) for node in members))
        assert claimed == frozenset(chain.from_iterable(large.claims))
        assert all(members.issuperset(p) for p, link in tables.links.items() if link.verified and members & set(p))
        assert all(one.ends.isdisjoint(tables.keys[node] for node in members) for one in decided)


def check_labels(tables: MemoryTables) -> None:
    """Every profile id ever given answers to one live profile, that of its founder, in one hop, or to nobody."""
    for label in tables.labels.values():
        if label.founder not in tables.members:
            assert label.profile not in {member.profile for member in tables.members.values()}
            continue
        live = tables.members[label.founder].label
        assert tables.labels[live.profile] == live
        assert tables.members[live.founder].label == live
    assert {member.label for member in tables.members.values()} <= set(tables.labels.values())


def check_measures(tables: MemoryTables, said: Iterable[Said]) -> None:
    """Every interaction is there once, with its measures."""
    stored = {key: (one.wait_ms or 0, one.handle_ms or 0, one.transfers) for key, one in tables.interactions.items()}
    assert stored == {(one.source, one.id): (one.wait_ms, one.handle_ms, one.transfers) for one in said}


def check_anchors(tables: MemoryTables, said: Collection[Said], policy: IdentityPolicy) -> None:
    """Every interaction hangs where the rules say, or on nobody."""
    anchors = {key: tables.keys[one.anchor] for key, one in tables.interactions.items() if one.anchor is not None}
    assert anchors == {(one.source, one.id): anchor for one, anchor, _ in hung(said, policy)}


async def check_persons(
    reads: ProfileReads, profiles: Iterable[str], said: Collection[Said], policy: IdentityPolicy
) -> None:
    """What the API reads of each identifier is what a recount gives."""
    persons = [await reads.person(profile) for profile in profiles]
    holdings = [holding for person in persons for holding in person.holdings.values()]
    assert {tuple(one.key): tuple(one.seen) for one in holdings if one.seen.first} == sightings(said, policy)
    read = {(tuple(one.key), channel): tuple(sums) for one in holdings for channel, sums in one.figures.items()}
    assert read == {at: tuple(sums) for at, sums in figures(said, policy).items()}


def check_traits(tables: MemoryTables, truth: Truth, said: Collection[Said], policy: IdentityPolicy) -> None:
    """The shown traits of every profile are the best that anything said of it."""
    told = list(hung(said, policy))
    for profile in truth.profiles:
        assert shown_traits(tables, profile) == golden_traits(told, profile)


def check_consents(tables: MemoryTables, truth: Truth, said: Collection[Said], policy: IdentityPolicy) -> None:
    """Nobody allows more than the most restrictive of a person's identifiers."""
    told = list(hung(said, policy))
    for profile in truth.profiles:
        ledger: dict[int, dict[str, list[Word]]] = defaultdict(lambda: defaultdict(list))
        for line in tables.consents.values():
            if tables.keys[line.identifier] in profile:
                ledger[line.identifier][line.purpose].append(line.said)
        standing = {purpose: one.granted for purpose, one in consents(ledger).items()}
        assert standing == agreed(told, profile)


def shown_traits(tables: MemoryTables, profile: Ends) -> dict[str, tuple[str, str]]:
    names = {name for node, name, _ in tables.traits if tables.keys[node] in profile}
    best = {
        name: golden(
            [
                Candidate(trait)
                for (node, other, _), trait in tables.traits.items()
                if other == name and tables.keys[node] in profile
            ],
            TraitRules(),
        )[0].trait
        for name in names
    }
    return {name: (trait.source, json.dumps(json.loads(trait.value))) for name, trait in best.items()}


ABOUT_NOBODYS_BELONGING = frozenset({"profile.erased", "profile.policy.stated"})


def check_announced(tables: MemoryTables, messages: Iterable[Message]) -> None:
    """Whoever heard all messages, in whatever order, knows where everyone belongs and what hangs on whom."""
    heard: dict[int, set[tuple[int, str]]] = defaultdict(set)
    hangs: dict[tuple[str, str], set[tuple[int, bool, int]]] = defaultdict(set)
    events = [json.loads(message.value) for message in messages]
    void = voided(events)
    for event in events:
        data = event["data"]
        if event["type"] in ABOUT_NOBODYS_BELONGING or is_void(data.get("anchor"), void):
            continue
        if event["type"] == "profile.interaction.withdrawn":
            hangs[data["source"], data["id"]].add((data["placed"], False, 0))
            continue
        if one := data.get("interaction"):
            hangs[one["source"], one["id"]].add((data.get("placed", 0), True, data["anchor"]["identifier"]))
        for belonging in data.get("moves") or [data["anchor"]]:
            if is_void(belonging, void):
                continue
            heard[belonging["identifier"]].add((belonging["version"], belonging["profile_id"]))
    check_belongings(tables, heard)
    placed = {key: max(told) for key, told in hangs.items()}
    anchors = {key: one.anchor for key, one in tables.interactions.items() if one.anchor is not None}
    assert {key: anchor for key, (_, hangs_on, anchor) in placed.items() if hangs_on} == anchors


def voided(events: Iterable[Mapping[str, Any]]) -> dict[int, int]:
    """The version of each erased identifier below which what was said of it is void."""
    void: dict[int, int] = {}
    for event in events:
        for one in event["data"].get("identifiers", ()):
            void[one["identifier"]] = max(one["version"], void.get(one["identifier"], 0))
    return void


def is_void(anchor: Mapping[str, Any] | None, void: Mapping[int, int]) -> bool:
    return anchor is not None and anchor["version"] < void.get(anchor["identifier"], 0)


def check_belongings(tables: MemoryTables, heard: dict[int, set[tuple[int, str]]]) -> None:
    """The highest version that was told of each identifier, if anything names it still, is where it belongs."""
    for node, told in heard.items():
        versions = [version for version, _ in told]
        assert len(versions) == len(set(versions)), "one version speaks of two profiles"
        member = tables.members.get(node)
        assert member is None or max(told) == (member.version, member.profile)
    assert {one.anchor for one in tables.interactions.values() if one.anchor is not None} <= heard.keys()


def profiles(tables: MemoryTables) -> set[Ends]:
    groups: dict[str, set[Identifier]] = defaultdict(set)
    for node, member in tables.members.items():
        groups[member.profile].add(tables.keys[node])
    return {frozenset(group) for group in groups.values()}


def held(tables: MemoryTables) -> dict[Ends, str]:
    return {_ends(tables, p): link.held for p, link in tables.links.items() if link.held is not None}


def _ends(tables: MemoryTables, p: tuple[int, int]) -> Ends:
    return frozenset(tables.keys[end] for end in p)
