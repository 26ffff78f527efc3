import json
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from schemas.catalogue import INTERACTION_TYPES
from schemas.generate import GENERATED, MODELS, documents, examples, generate, message_name, schema_file, stale
from schemas.topics import TOPICS

ASYNCAPI_RULES = json.loads((Path(__file__).parent / "asyncapi-3.0.0.json").read_text())


def document(name: str) -> Any:
    return json.loads((GENERATED / name).read_text())


def test_what_is_checked_in_is_what_the_models_say() -> None:
    assert stale(documents()) == [], "run: python -m schemas.generate"


def test_the_check_tells_what_is_stale_and_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("schemas.generate.stale", lambda wanted: stale(wanted, tmp_path))
    monkeypatch.setattr("schemas.generate.GENERATED", tmp_path)
    (tmp_path / "left_over.json").write_text("{}")
    assert generate(check=True) == 1
    assert [file.name for file in tmp_path.iterdir()] == ["left_over.json"]
    assert "left_over.json" in capsys.readouterr().out
    assert generate() == 0
    assert {file.name for file in tmp_path.iterdir()} == set(documents())
    assert generate(check=True) == 0


@pytest.mark.parametrize("model", MODELS, ids=message_name)
def test_every_schema_is_a_schema_of_its_dialect(model: Any) -> None:
    schema = document(schema_file(model))
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    jsonschema_rs.Draft202012Validator(schema)
    assert jsonschema_rs.meta.is_valid(schema)


def test_the_asyncapi_document_keeps_the_rules_of_asyncapi() -> None:
    errors = [(error.instance_path, error.message) for error in _rules().iter_errors(document("asyncapi.json"))]
    assert errors == []


@pytest.mark.parametrize("path", [("operations", "ingest_send_interactions", "action"), ("asyncapi",), ("channels",)])
def test_the_rules_of_asyncapi_would_notice(path: tuple[str, ...]) -> None:
    wrong = document("asyncapi.json")
    place = wrong
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = "wrong"
    assert not _rules().is_valid(wrong)


def _rules() -> Any:
    return jsonschema_rs.validator_for(ASYNCAPI_RULES)


def test_every_reference_leads_somewhere() -> None:
    whole = document("asyncapi.json")
    references = list(_references(whole))
    assert len(references) > 20
    for reference in references:
        if reference.startswith("./"):
            assert (GENERATED / reference).exists()
        else:
            place = whole
            for step in reference.removeprefix("#/").split("/"):
                place = place[step]


def _references(node: Any) -> Any:
    if isinstance(node, dict):
        for name, value in node.items():
            if name == "$ref":
                yield value
            else:
                yield from _references(value)
    elif isinstance(node, list):
        for value in node:
            yield from _references(value)


def test_every_topic_is_a_channel_with_its_key_partitions_and_retention() -> None:
    whole = document("asyncapi.json")
    for topic in TOPICS:
        channel = whole["channels"][topic.name]
        kafka = channel["bindings"]["kafka"]
        assert kafka["partitions"] == topic.partitions
        assert topic.retention is not None
        assert kafka["topicConfiguration"]["retention.ms"] == topic.retention.total_seconds() * 1000
        keys = {
            whole["components"]["messages"][m]["bindings"]["kafka"]["key"]["description"] for m in channel["messages"]
        }
        assert keys == {topic.key}


def test_every_writer_sends_and_every_reader_receives() -> None:
    operations = document("asyncapi.json")["operations"].values()
    said = {(operation["summary"], operation["channel"]["$ref"]) for operation in operations}
    for topic in TOPICS:
        subject = topic.name.split(".")[1]
        channel = f"#/channels/{topic.name}"
        assert (f"{topic.writer}: send {subject}", channel) in said
        assert {(f"{reader}: receive {subject}", channel) for reader in topic.readers} <= said


def test_every_message_shows_examples() -> None:
    messages = document("asyncapi.json")["components"]["messages"]
    assert messages.keys() == {message_name(message) for topic in TOPICS for message in topic.messages}
    for topic in TOPICS:
        for model in topic.messages:
            assert len(messages[message_name(model)]["examples"]) == len(examples(model)) > 0


def test_the_catalogue_is_published_whole() -> None:
    assert document("catalogue.v1.json") == {"types": INTERACTION_TYPES}
