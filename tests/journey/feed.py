"""What the profile service would say, for the tests of the journey service; and what a reader makes of the answers."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any
from uuid import UUID
from zlib import crc32

from msgspec import to_builtins

from schemas.golden_record import Trait
from schemas.journey_events import (
    JourneyAbandoned,
    JourneyActionRequested,
    JourneyAlertCleared,
    JourneyAlertRaised,
    JourneyAlertRetracted,
    JourneyEvent,
    JourneyOverdue,
    JourneyRetracted,
    JourneyStalled,
    JourneyTransitioned,
)
from schemas.profile_events import (
    IdentifiersMoved,
    InteractionAttached,
    InteractionWithdrawn,
    PolicyStated,
    ProfileErased,
    TraitPinned,
    TraitUnpinned,
)
from schemas.topics import JOURNEYS, PROFILES
from schemas.trait_rules import TraitPolicy
from services.journey.domain.model import Transition
from services.runtime.log import Record
from services.runtime.memory_log import MemoryLog
from tests.journey.timelines import START

_events = count(1)

LAPSES: dict[str, type[JourneyEvent]] = {
    "journey.overdue": JourneyOverdue,
    "journey.stalled": JourneyStalled,
    "journey.abandoned": JourneyAbandoned,
}
ALERTS: dict[str, type[JourneyEvent]] = {
    "journey.alert.raised": JourneyAlertRaised,
    "journey.alert.cleared": JourneyAlertCleared,
    "journey.alert.retracted": JourneyAlertRetracted,
}
EVENTS = {
    "journey.transitioned": JourneyTransitioned,
    "journey.retracted": JourneyRetracted,
    "journey.action.requested": JourneyActionRequested,
    **LAPSES,
    **ALERTS,
}


def profile_id(number: int) -> str:
    return str(UUID(int=number))


def attached(
    type_: str,
    *,
    anchor: int = 1,
    profile: int = 1,
    version: int = 1,
    hours: float = 0,
    id_: str | None = None,
    placed: int = 0,
    number: int | None = None,
    source: str = "/call/test",
    trust: int = 0,
    verified: bool | None = None,
    **data: Any,
) -> bytes:
    """One interaction, as it stands on the log."""
    event = InteractionAttached.model_validate(
        _envelope("profile.interaction.attached")
        | {
            "data": {
                "anchor": {"identifier": anchor, "profile_id": profile_id(profile), "version": version},
                "outcome": "attached",
                "placed": placed,
                "number": number or _number(id_ or f"{type_}@{hours}"),
                "trust": trust,
                "verified": verified,
                "interaction": {
                    "specversion": "1.0",
                    "id": id_ or f"{type_}@{hours}",
                    "source": source,
                    "type": type_,
                    "time": START + timedelta(hours=hours),
                    "data": {"channel": "call", **data},
                },
            }
        }
    )
    return event.model_dump_json(exclude_none=True).encode()


def _number(id_: str) -> int:
    return crc32(id_.encode())


def withdrawn(id_: str, placed: int, profile: int = 1, source: str = "/call/test") -> bytes:
    """That an interaction was taken from a profile, as it stands on the log."""
    which = {"source": source, "id": id_, "number": _number(id_)}
    gone = {"profile_id": profile_id(profile), "placed": placed, **which}
    event = InteractionWithdrawn.model_validate(_envelope("profile.interaction.withdrawn") | {"data": gone})
    return event.model_dump_json(exclude_none=True).encode()


def moved(*moves: tuple[int, int, int, int], follows: int | None = None) -> bytes:
    """Identifier, profile, version and previous profile of each move, as it stands on the log."""
    listed = [
        {
            "identifier": i,
            "profile_id": profile_id(to),
            "version": version,
            "previous": profile_id(previous),
            "follows": follows,
        }
        for i, to, version, previous in moves
    ]
    event = IdentifiersMoved.model_validate(_envelope("profile.identifiers.moved") | {"data": {"moves": listed}})
    return event.model_dump_json(exclude_none=True).encode()


def erased(*identifiers: tuple[int, int], profiles: Sequence[int] = (1,)) -> bytes:
    """That these profiles were erased, with the versions up to which their identifiers are void."""
    data = {
        "profile_ids": [profile_id(number) for number in profiles],
        "identifiers": [{"identifier": identifier, "version": version} for identifier, version in identifiers],
    }
    event = ProfileErased.model_validate(_envelope("profile.erased") | {"data": data})
    return event.model_dump_json(exclude_none=True).encode()


def pinned(number: int, anchor: tuple[int, int, int], name: str, trait: Trait, made_at: datetime) -> bytes:
    """That a value was pinned about this identifier, which belongs to a profile since a version."""
    data = {
        "anchor": _belonging(anchor),
        "pin": str(UUID(int=number)),
        "made_at": made_at,
        "trait": name,
        "value": json.loads(trait.value),
        "source": trait.source,
        "interaction": trait.event_id,
        "observed_at": trait.time,
        "trust": trait.trust,
        "verified": trait.verified,
    }
    return TraitPinned.model_validate(_envelope("profile.trait.pinned") | {"data": data}).model_dump_json().encode()


def unpinned(number: int, anchor: tuple[int, int, int]) -> bytes:
    """That a pin counts no more."""
    data = {"anchor": _belonging(anchor), "pin": str(UUID(int=number))}
    return TraitUnpinned.model_validate(_envelope("profile.trait.unpinned") | {"data": data}).model_dump_json().encode()


def policy_stated(version: int, traits: Mapping[str, TraitPolicy]) -> bytes:
    """By which rules traits are shown."""
    event = _envelope("profile.policy.stated") | {"data": {"version": version, "traits": traits}}
    return PolicyStated.model_validate(event).model_dump_json(exclude_none=True).encode()


def _belonging(anchor: tuple[int, int, int]) -> dict[str, Any]:
    identifier, profile, version = anchor
    return {"identifier": identifier, "profile_id": profile_id(profile), "version": version}


def _envelope(kind: str) -> dict[str, Any]:
    return {"id": str(next(_events)), "type": kind, "time": datetime(2026, 4, 1, tzinfo=UTC)}


def records(values: Iterable[bytes]) -> list[Record]:
    return [Record(PROFILES.name, 0, offset, None, value) for offset, value in enumerate(values)]


async def everything(log: MemoryLog) -> list[dict[str, Any]]:
    """Everything said about journeys so far, checked against the published models."""
    reader = await log.reader(JOURNEYS.name, dict.fromkeys(await log.end(JOURNEYS.name), 0))
    events = [json.loads(record.value) for record in await reader.read(1_000_000, 0.0)]
    for event in events:
        EVENTS[event["type"]].model_validate_json(json.dumps(event))
    return events


async def published(log: MemoryLog) -> list[dict[str, Any]]:
    """What was said about steps; not what time did, nor that it did not."""
    events = await everything(log)
    lapses = {event["id"] for event in events if event["type"] in LAPSES}
    return [event for event in events if event["id"] not in lapses and event["data"].get("corrects") not in lapses]


def replayed(events: Sequence[dict[str, Any]]) -> set[tuple[Any, ...]]:
    """The transitions that stand once all corrections are applied, whatever the order of `events`."""
    corrected = {event["data"].get("corrects") for event in events}
    return {
        (data["profile_id"], data["journey"], data["interaction"], data["from"], data["to"], data["at"])
        for event in events
        if event["type"] == "journey.transitioned" and event["id"] not in corrected
        for data in (event["data"],)
    }


def to_be_replayed(steps: Mapping[int, Iterable[Transition]]) -> set[tuple[Any, ...]]:
    """What `replayed` gives where the profiles of these numbers went these steps, and nobody else any."""
    return {
        (
            profile_id(profile),
            step.journey,
            f"{place.source} {place.id}",
            step.from_stage,
            step.to,
            to_builtins(place.time),
        )
        for profile, those in steps.items()
        for step in those
        for place in (step.position,)
    }


def alerts(events: Sequence[dict[str, Any]]) -> list[tuple[str, str, str, str | None]]:
    """The alerts that stand once all corrections are applied: key, side, when raised and when cleared."""
    corrected = {event["data"].get("corrects") for event in events}
    standing = [event for event in events if event["type"] in ALERTS and event["id"] not in corrected]
    cleared = {one["data"]["alert"]: one["data"]["at"] for one in standing if one["type"] == "journey.alert.cleared"}
    return sorted(
        (data["key"], data["side"], data["at"], cleared.get(data["alert"]))
        for event in standing
        if event["type"] == "journey.alert.raised"
        for data in (event["data"],)
    )


def lapses(events: Sequence[dict[str, Any]]) -> list[tuple[str, str, str, str, str]]:
    """What time did that stands once all corrections are applied: profile, kind, stage, since and at."""
    corrected = {event["data"].get("corrects") for event in events}
    return sorted(
        (data["profile_id"], event["type"].removeprefix("journey."), data["from"], data["since"], data["at"])
        for event in events
        if event["type"] in LAPSES and event["id"] not in corrected
        for data in (event["data"],)
    )
