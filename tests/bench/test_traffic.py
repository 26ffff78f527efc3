from collections import defaultdict

import msgspec

from schemas.interaction import Interaction
from services.journey.domain.definition import Definition
from services.journey.domain.fold import fold
from services.journey.registry import shipped
from services.journey.store import StoredInteraction
from services.journey.wire import as_seen
from tests.bench.traffic import Event, Traffic, identifiers_of, name_of


def _life_cycle() -> Definition:
    return next(definition for definition in shipped() if definition.what.key == "customer_lifecycle")


def test_everything_made_is_what_ingest_accepts() -> None:
    traffic = Traffic(20, "t")
    steps = [event.body for event in traffic.steps([float(second) for second in range(500)])]

    for body in [*traffic.history(500), *(event.body for event in traffic.introductions()), *steps]:
        Interaction.model_validate_json(body)


def test_ids_never_repeat() -> None:
    traffic = Traffic(20, "t")
    introduced = [event.body for event in traffic.introductions()]
    bodies = [*introduced, *traffic.history(500), *(event.body for event in traffic.steps([1.0] * 500))]

    assert len({msgspec.json.decode(body)["id"] for body in bodies}) == len(bodies)


def test_the_same_seed_makes_the_same_traffic() -> None:
    assert Traffic(50, "t", seed=7).history(100) == Traffic(50, "t", seed=7).history(100)
    assert Traffic(50, "t", seed=7).history(100) != Traffic(50, "t", seed=8).history(100)


def test_every_certain_interaction_is_a_transition_of_its_customer() -> None:
    traffic = Traffic(10, "t")
    owners = {identifier: customer for customer in range(10) for identifier in identifiers_of(customer)}
    events = [*traffic.introductions(), *traffic.steps([float(second) for second in range(1, 400)])]
    timelines: dict[int, list[Event]] = defaultdict(list)
    for event in events:
        if event.certain:
            timelines[_owner(event, owners)].append(event)

    for events_of_one in timelines.values():
        folded = fold(_life_cycle(), None, [as_seen(_stored(event)) for event in events_of_one])
        assert len(folded.transitions) == len(events_of_one)
    assert any(not event.certain for event in events)


def test_names_are_shared_by_few() -> None:
    names: dict[str, int] = defaultdict(int)
    for customer in range(200_000):
        names[name_of(customer)] += 1

    assert max(names.values()) < 300


def _owner(event: Event, owners: dict[tuple[str, str], int]) -> int:
    stated = msgspec.json.decode(event.body)["data"]["identifiers"]
    return next(
        owners[each["namespace"], each["value"]] for each in stated if (each["namespace"], each["value"]) in owners
    )


def _stored(event: Event) -> StoredInteraction:
    read = Interaction.model_validate_json(event.body)
    return StoredInteraction(
        source=read.source,
        id=read.id,
        anchor=1,
        time=read.time,
        type=read.type,
        channel=read.data.channel,
        placed=0,
        body=msgspec.json.encode(msgspec.json.decode(event.body)["data"]),
        version=0,
        number=1,
    )
