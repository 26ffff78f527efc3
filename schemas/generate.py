"""Writes the documents that others read instead of our Python: `python -m schemas.generate [--check]`.

JSON Schemas (draft 2020-12) of every message, the catalogue of interaction types and an AsyncAPI 3.0 document, all in
`schemas/generated/`. What lies there is checked in, and a test compares it with the models.
"""

import json
import re
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from cyclopts import App
from pydantic import BaseModel
from rich.console import Console

from schemas.catalogue import INTERACTION_TYPES
from schemas.journey_definition import JourneyDefinition
from schemas.segment_definition import SegmentDefinition
from schemas.topics import TOPICS, Topic

HERE = Path(__file__).parent
GENERATED = HERE / "generated"
EXAMPLES = HERE / "examples"
DIALECT = "https://json-schema.org/draft/2020-12/schema"
CLOUDEVENTS = "application/cloudevents+json"
KAFKA_BINDING = "0.5.0"
MODELS: tuple[type[BaseModel], ...] = (
    *(message for topic in TOPICS for message in topic.messages),
    JourneyDefinition,
    SegmentDefinition,
)

Document = dict[str, Any]

app = App(name="schemas.generate", help=__doc__)


def documents() -> dict[str, str]:
    """The text of every generated document by its file's name."""
    made: dict[str, Document] = {schema_file(model): json_schema(model) for model in MODELS}
    made["catalogue.v1.json"] = {"types": INTERACTION_TYPES}
    made["asyncapi.json"] = asyncapi()
    return {name: json.dumps(made[name], ensure_ascii=False, indent=2) + "\n" for name in sorted(made)}


def message_name(model: type[BaseModel]) -> str:
    """`InteractionAttached` is called `interaction_attached`, in documents and in the folder of its examples."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", model.__name__).lower()


def schema_file(model: type[BaseModel]) -> str:
    """Where the JSON Schema of `model` is written."""
    return f"{message_name(model)}.v1.schema.json"


def json_schema(model: type[BaseModel]) -> Document:
    """What a reader accepts as `model`."""
    schema = model.model_json_schema(by_alias=True, mode="validation")
    return {"$schema": DIALECT, "$id": f"urn:kesher:schema:{message_name(model)}:v1", **schema}


def examples(model: type[BaseModel]) -> dict[str, Document]:
    """The published examples of `model` by name."""
    folder = EXAMPLES / message_name(model) / "v1"
    return {file.stem: json.loads(file.read_text(encoding="utf-8")) for file in sorted(folder.glob("*.json"))}


def asyncapi() -> Document:
    """The topics, who writes and who reads them, and what is written there."""
    messages = {message: topic for topic in TOPICS for message in topic.messages}
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Kesher",
            "version": "1",
            "description": "What the services of Kesher say to one another over the log. All values are CloudEvents "
            "1.0 in structured mode. Delivery is at least once; readers accept every example of every version.",
            "license": {"name": "Apache-2.0"},
        },
        "defaultContentType": CLOUDEVENTS,
        "channels": {topic.name: _channel(topic) for topic in TOPICS},
        "operations": dict(_operations(TOPICS)),
        "components": {"messages": {message_name(model): _message(model, topic) for model, topic in messages.items()}},
    }


def _channel(topic: Topic) -> Document:
    keep = -1 if topic.retention is None else int(topic.retention.total_seconds() * 1000)
    kafka = {
        "topic": topic.name,
        "partitions": topic.partitions,
        "topicConfiguration": {"cleanup.policy": ["delete"], "retention.ms": keep},
        "bindingVersion": KAFKA_BINDING,
    }
    return {
        "address": topic.name,
        "description": topic.description,
        "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in map(message_name, topic.messages)},
        "bindings": {"kafka": kafka},
        "x-compatibility": topic.compatibility,
    }


def _operations(topics: Iterable[Topic]) -> Iterable[tuple[str, Document]]:
    for topic in topics:
        yield _operation("send", topic.writer, topic)
        for reader in topic.readers:
            yield _operation("receive", reader, topic)


def _operation(action: str, who: str, topic: Topic) -> tuple[str, Document]:
    subject = topic.name.split(".")[1]
    channel = f"#/channels/{topic.name}"
    return f"{who.replace(' ', '_')}_{action}_{subject}", {
        "action": action,
        "channel": {"$ref": channel},
        "summary": f"{who}: {action} {subject}",
        "messages": [{"$ref": f"{channel}/messages/{message_name(model)}"} for model in topic.messages],
    }


def _message(model: type[BaseModel], topic: Topic) -> Document:
    return {
        "name": message_name(model),
        "title": model.__name__,
        "summary": (model.__doc__ or "").strip().splitlines()[0],
        "contentType": CLOUDEVENTS,
        "payload": {"$ref": f"./{schema_file(model)}"},
        "bindings": {"kafka": {"key": {"type": "string", "description": topic.key}, "bindingVersion": KAFKA_BINDING}},
        "examples": [{"name": name, "payload": payload} for name, payload in examples(model).items()],
    }


def stale(wanted: Mapping[str, str], folder: Path = GENERATED) -> list[str]:
    """The names of the files that differ from `wanted`, are missing, or should not be there."""
    there = {file.name: file.read_text(encoding="utf-8") for file in folder.glob("*.json")}
    return sorted(name for name in wanted.keys() | there.keys() if wanted.get(name) != there.get(name))


@app.default
def generate(*, check: bool = False) -> int:
    """Write the documents; or only tell which ones are out of date, with exit code 1 if there are any."""
    console = Console()
    wanted = documents()
    differing = stale(wanted)
    for name in differing:
        console.print(f"{'out of date' if check else 'written' if name in wanted else 'removed'}: {name}")
        if not check and name in wanted:
            GENERATED.mkdir(exist_ok=True)
            (GENERATED / name).write_text(wanted[name], encoding="utf-8")
        elif not check:
            (GENERATED / name).unlink()
    return int(check and bool(differing))


if __name__ == "__main__":
    sys.exit(app())
