"""What a site holds in the end, without what differs from run to run: a profile is known by its identifiers."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from schemas.topics import JOURNEYS, PROFILES
from tests.support.crash import Site

Identifier = tuple[str, str]
Identifiers = frozenset[Identifier]

MEMBERS = """
SELECT m.identifier, i.namespace, i.value, m.profile::text, m.version, m.shared
FROM profile.membership m JOIN profile.identifier i ON i.id = m.identifier
"""
LINKS = """
SELECT a.namespace, a.value, b.namespace, b.value, l.first_seen, l.verified, l.held
FROM profile.link l JOIN profile.identifier a ON a.id = l.a JOIN profile.identifier b ON b.id = l.b
"""
INTERACTIONS = """
SELECT r.source, r.event_id, i.namespace, i.value, r.time, r.channel, r.blocked, encode(r.digest, 'hex')
FROM profile.interaction r LEFT JOIN profile.identifier i ON i.id = r.anchor
"""
FIGURES = """
SELECT i.namespace, i.value, r.channel, count(*), min(r.time), max(r.time), sum(r.wait_ms), sum(r.handle_ms),
    sum(r.transfers)
FROM profile.interaction r JOIN profile.identifier i ON i.id = r.anchor
GROUP BY i.namespace, i.value, r.channel
"""
TRAITS = """
SELECT i.namespace, i.value, t.name, t.source, t.value, t.trust, t.verified, t.time, t.event_id
FROM profile.trait t JOIN profile.identifier i ON i.id = t.identifier
"""
# Who is abandoned follows from `touched_at`; whether a timer has already written it down depends on the clock.
JOURNEY_ROWS = """
SELECT profile::text, definition, number, version, opened_at, stage, entered_at, touched_at,
    CASE status WHEN 'abandoned' THEN 'active' ELSE status END, CASE WHEN status <> 'abandoned' THEN closed_at END,
    previous, touchpoints, visits::text, pain_points::text, effort
FROM journey.journey
"""
TRANSITIONS = """
SELECT profile::text, definition, version, from_stage, to_stage, time, source, interaction, channel
FROM journey.transition
"""


@dataclass
class People:
    """Everything the profile service knows."""

    profiles: set[Identifiers]
    shared: set[Identifier]
    links: set[tuple[Any, ...]]
    interactions: set[tuple[Any, ...]]
    figures: set[tuple[Any, ...]]
    traits: set[tuple[Any, ...]]


@dataclass
class Journeys:
    """Everything the journey service knows."""

    journeys: set[tuple[Any, ...]]
    transitions: set[tuple[Any, ...]]


async def people(site: Site) -> People:
    members = await site.query(MEMBERS)
    # Links are stored from the smaller number to the larger; numbers differ from run to run.
    links = {(*sorted([(r[0], r[1]), (r[2], r[3])]), *r[4:]) for r in await site.query(LINKS)}
    return People(
        profiles=set(_by_profile(members).values()),
        shared={(r[1], r[2]) for r in members if r[5]},
        links=links,
        interactions={tuple(row) for row in await site.query(INTERACTIONS)},
        figures={tuple(row) for row in await site.query(FIGURES)},
        traits={tuple(row) for row in await site.query(TRAITS)},
    )


async def journeys(site: Site) -> Journeys:
    persons = _by_profile(await site.query(MEMBERS))
    return Journeys(
        journeys=_of_persons(await site.query(JOURNEY_ROWS), persons),
        transitions=_of_persons(await site.query(TRANSITIONS), persons),
    )


async def check_announced(site: Site) -> None:
    """What a reader of the profile topic knows is what the profile service knows: each interaction, each belonging."""
    said = [msgspec.json.decode(value) for value in await site.read_all(PROFILES.name)]
    attached = [event["data"] for event in said if event["type"] == "profile.interaction.attached"]
    stored = {(r[0], r[1]) for r in await site.query(INTERACTIONS) if r[2] is not None}
    assert {(data["interaction"]["source"], data["interaction"]["id"]) for data in attached} == stored
    moves = [move for event in said for move in event["data"].get("moves", ())]
    latest: dict[int, tuple[int, str]] = {}
    for belonging in [*(data["anchor"] for data in attached), *moves]:
        told = belonging["version"], belonging["profile_id"]
        latest[belonging["identifier"]] = max(latest.get(belonging["identifier"], told), told)
    members = {r[0]: (r[4], r[3]) for r in await site.query(MEMBERS)}
    assert latest == {identifier: members[identifier] for identifier in latest}


async def check_told(site: Site) -> None:
    """Folding the journey topic, with its corrections, gives exactly the transitions that are stored."""
    events = {event["id"]: event for event in map(msgspec.json.decode, await site.read_all(JOURNEYS.name))}
    replaced = {event["data"]["corrects"] for event in events.values()}
    standing = [
        event["data"]
        for event in events.values()
        if event["type"] == "journey.transitioned" and event["id"] not in replaced
    ]
    told = {_told(data) for data in standing}
    stored = {(r[0], r[1], r[3], r[4], f"{r[6]} {r[7]}") for r in await site.query(TRANSITIONS)}
    assert told == stored
    assert len(standing) == len(told)


def _told(data: Mapping[str, Any]) -> tuple[Any, ...]:
    return data["profile_id"], data["journey"], data["from"], data["to"], data["interaction"]


def _by_profile(members: Iterable[Any]) -> dict[str, Identifiers]:
    persons: dict[str, set[Identifier]] = defaultdict(set)
    for row in members:
        persons[row[3]].add((row[1], row[2]))
    return {profile: frozenset(those) for profile, those in persons.items()}


def _of_persons(rows: Iterable[Any], persons: Mapping[str, Identifiers]) -> set[tuple[Any, ...]]:
    return {(persons[row[0]], *list(row)[1:]) for row in rows}
