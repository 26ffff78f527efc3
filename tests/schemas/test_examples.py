"""Published examples are promises: what was once said must be understood for ever."""

import json
from datetime import datetime
from typing import Any

import jsonschema_rs
import pytest
from pydantic import BaseModel

from schemas.catalogue import INTERACTION_TYPES
from schemas.generate import EXAMPLES, GENERATED, examples, message_name, schema_file
from schemas.interaction import Channel, Interaction
from schemas.journey_events import JourneyRetracted, JourneyTransitioned
from schemas.profile_events import InteractionAttached, InteractionWithdrawn, PolicyStated, TraitPinned, TraitUnpinned
from schemas.topics import JOURNEYS, PROFILES, TOPICS
from services.journey import wire as journey_wire
from services.journey.live.event import live_event
from services.profile import wire as profile_wire
from services.runtime.log import Record

MESSAGES = [message for topic in TOPICS for message in topic.messages]


def cases(*models: type[BaseModel]) -> list[Any]:
    return [
        pytest.param(model, body, id=f"{message_name(model)}-{name}")
        for model in models
        for name, body in examples(model).items()
    ]


def as_bytes(body: Any) -> bytes:
    return json.dumps(body, ensure_ascii=False).encode()


@pytest.mark.parametrize(("model", "body"), cases(*MESSAGES))
def test_an_example_is_what_its_model_accepts(model: type[BaseModel], body: Any) -> None:
    model.model_validate_json(as_bytes(body))


@pytest.mark.parametrize(("model", "body"), cases(*MESSAGES))
def test_an_example_is_what_its_schema_accepts(model: type[BaseModel], body: Any) -> None:
    schema = json.loads((GENERATED / schema_file(model)).read_text())
    jsonschema_rs.validate(schema, body, validate_formats=True)


@pytest.mark.parametrize(("model", "body"), cases(*MESSAGES))
def test_an_example_written_again_is_accepted_again(model: type[BaseModel], body: Any) -> None:
    read = model.model_validate_json(as_bytes(body))
    again = read.model_dump_json(by_alias=True, exclude_none=True)
    assert model.model_validate_json(again) == read


@pytest.mark.parametrize(("model", "body"), cases(Interaction))
def test_the_profile_service_understands_every_interaction(model: type[BaseModel], body: Any) -> None:
    incoming = profile_wire.decode(as_bytes(body))
    assert incoming.key == (body["source"], body["id"])
    assert incoming.envelope.time == datetime.fromisoformat(body["time"])
    assert [each.value for each in incoming.data.identifiers] == [
        each["value"] for each in body["data"].get("identifiers", [])
    ]


@pytest.mark.parametrize(("model", "body"), cases(*PROFILES.messages))
def test_the_journey_service_understands_every_profile_event(model: type[BaseModel], body: Any) -> None:
    incoming = journey_wire.decode(as_bytes(body))
    assert incoming is not None
    data = body["data"]
    belongings = [data["anchor"]] if "anchor" in data else data.get("moves", data.get("identifiers", []))
    assert set(incoming.owners) == {each["identifier"] for each in belongings}
    assert (incoming.told is not None) == (model in {InteractionAttached, InteractionWithdrawn})
    assert (incoming.pin is not None) == (model in {TraitPinned, TraitUnpinned})
    assert (incoming.policy is not None) == (model is PolicyStated)
    assert incoming.erased == set(data.get("profile_ids", ()))


@pytest.mark.parametrize(("model", "body"), cases(*JOURNEYS.messages))
def test_the_live_stream_understands_every_journey_event(model: type[BaseModel], body: Any) -> None:
    shown = live_event(Record(JOURNEYS.name, 0, 0, b"key", as_bytes(body)), {0: 1})
    assert shown is not None
    data = json.loads(shown.frame.partition(b"data: ")[2])
    assert {name: data[name] for name in body["data"]} == body["data"]


def test_there_are_examples_of_every_message_and_channel() -> None:
    assert all(examples(model) for model in MESSAGES)
    shown = examples(Interaction).values()
    assert {body["data"]["channel"] for body in shown} == {channel.value for channel in Channel}
    assert {body["type"] for body in shown} <= INTERACTION_TYPES.keys()


def test_no_folder_of_examples_is_without_a_message() -> None:
    assert {folder.name for folder in EXAMPLES.iterdir()} == {message_name(model) for model in MESSAGES}


def test_corrections_and_retractions_are_among_the_examples() -> None:
    corrected = [body["data"]["corrects"] for body in examples(JourneyTransitioned).values()]
    assert any(corrected)
    assert not all(corrected)
    assert all(body["data"]["corrects"] for body in examples(JourneyRetracted).values())
