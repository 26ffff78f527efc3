# ruff: noqa: RUF001 -- Hebrew is meant
import json
from typing import Any

import jsonschema_rs
import pytest
from pydantic import ValidationError

from schemas.generate import examples, json_schema
from schemas.interaction import MAX_IDENTIFIERS, MAX_TEXT, MAX_TRAITS, Interaction, interaction

EXAMPLE = examples(Interaction)["call_ended"]
MISSING = "<missing>"
DATA = ("data",)
LONG = "x" * 100_000
IDENTIFIER = {"namespace": "phone", "value": "+972541234567"}


def changed(path: tuple[str | int, ...], value: object) -> Any:
    """The example with `value` at `path`."""
    body = json.loads(json.dumps(EXAMPLE))
    place = body
    for step in path[:-1]:
        if isinstance(place, dict) and place.get(step) is None:
            place[step] = {}
        place = place[step]
    if value is MISSING:
        del place[path[-1]]
    else:
        place[path[-1]] = value
    return body


WRONG: list[tuple[tuple[str | int, ...], object]] = [
    *((("specversion",), value) for value in ("0.3", 1.0, None, MISSING)),
    *((("id",), value) for value in ("", 5, None, LONG, "line\nbreak", "nul\x00", "delete\x7f", MISSING)),
    *((("source",), value) for value in ("", "with space", "מקור", "/a?b=c", LONG, 5, MISSING)),
    *((("type",), value) for value in ("", "call", "Call.ended", "call..ended", "call.ended ", "a.b.c.d.e.f", LONG, 5)),
    *((("time",), value) for value in ("2026-11-22T10:00:00", "yesterday", "", "2026-13-01T00:00:00Z", None, MISSING)),
    *((("datacontenttype",), value) for value in ("text/plain", "", 5)),
    *((("dataschema",), value) for value in (LONG, 5)),
    *((("subject",), value) for value in ("", LONG, "tab\there")),
    *((DATA, value) for value in (None, [], "text", MISSING)),
    *(((*DATA, "channel"), value) for value in ("", "fax", "CALL", None, 5, MISSING)),
    *(((*DATA, "direction"), value) for value in ("", "in", "Inbound", 1)),
    *(((*DATA, name), value) for name in ("conversation", "agent", "queue", "name") for value in ("", LONG, 5, "a\nb")),
    *(((*DATA, name), value) for name in ("outcome", "reason") for value in ("", "עברית", "a\nb", LONG, " a", 5)),
    *(((*DATA, "text"), value) for value in ("x" * (MAX_TEXT + 1), 5, ["a"])),
    *(((*DATA, "sentiment"), value) for value in (1.01, -1.01, "good", "NaN", [0])),
    *(((*DATA, "revision"), value) for value in ("2026-11-22T10:00:00", "later")),
    *(((*DATA, "identifiers"), value) for value in ([IDENTIFIER] * (MAX_IDENTIFIERS + 1), "phone", {"phone": "1"})),
    *(((*DATA, "identifiers", 0, "namespace"), value) for value in ("", "Phone", "phone:", "a b", "x" * 41, MISSING)),
    *(((*DATA, "identifiers", 0, "value"), value) for value in ("", "x" * 321, "a\x00b", "a\nb", 5, None, MISSING)),
    *(((*DATA, "identifiers", 1, "assurance"), value) for value in ("sure", "", None, 1)),
    *(((*DATA, "measures", "wait_seconds"), value) for value in (-1, 1e9, "soon", "NaN", "Infinity")),
    *(((*DATA, "measures", "hold_seconds"), value) for value in (-0.1, [1])),
    *(((*DATA, "measures", "transfers"), value) for value in (-1, 1.5, 1_000_001, "two")),
    *(((*DATA, "money", "amount"), value) for value in ("NaN", "Infinity", "1.1234567", "1" * 19, "much")),
    ((*DATA, "survey"), {"kind": "nps"}),
]  # fmt: skip


@pytest.mark.parametrize(("path", "value"), WRONG, ids=lambda each: str(each)[:40])
def test_an_error_names_the_field_that_is_wrong(path: tuple[str | int, ...], value: object) -> None:
    with pytest.raises(ValidationError) as raised:
        Interaction.model_validate(changed(path, value))
    places = [error["loc"][: len(path)] for error in raised.value.errors()]
    assert path in places


@pytest.mark.parametrize(
    ("survey", "field"),
    [
        ({"kind": "nps"}, "score"),
        ({"score": 5}, "kind"),
        ({"kind": "stars", "score": 5}, "kind"),
        ({"kind": "nps", "score": 1_001}, "score"),
        ({"kind": "nps", "score": "NaN"}, "score"),
        ({"kind": "nps", "score": float("inf")}, "score"),
        ({"kind": "nps", "score": 5, "lowest": float("nan")}, "lowest"),
        ({"kind": "nps", "score": 5, "highest": "inf"}, "highest"),
        ({"kind": "nps", "score": 5, "comment": "x" * (MAX_TEXT + 1)}, "comment"),
    ],
)
def test_a_wrong_survey_names_its_field(survey: dict[str, Any], field: str) -> None:
    with pytest.raises(ValidationError) as raised:
        Interaction.model_validate(changed(("data", "survey"), survey))
    assert ("data", "survey", field) in [error["loc"] for error in raised.value.errors()]


@pytest.mark.parametrize("currency", ["", "ils", "ILSX", "₪", None, 376])
def test_a_wrong_currency_is_named(currency: object) -> None:
    with pytest.raises(ValidationError) as raised:
        Interaction.model_validate(changed(("data", "money"), {"amount": "1.00", "currency": currency}))
    assert [error["loc"] for error in raised.value.errors()] == [("data", "money", "currency")]


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
@pytest.mark.parametrize("path", [("sentiment",), ("measures", "wait_seconds")])
def test_numbers_that_are_none_are_refused(path: tuple[str, ...], value: float) -> None:
    with pytest.raises(ValidationError) as raised:
        Interaction.model_validate(changed(("data", *path), value))
    assert [error["loc"] for error in raised.value.errors()] == [("data", *path)]


@pytest.mark.parametrize("path", [("data",), ("data", "measures"), ("data", "identifiers", 0)])
def test_an_unknown_field_within_data_is_named(path: tuple[str | int, ...]) -> None:
    with pytest.raises(ValidationError) as raised:
        Interaction.model_validate(changed((*path, "wait_second"), 1))
    assert [error["loc"] for error in raised.value.errors()] == [(*path, "wait_second")]


def test_too_many_traits_are_refused() -> None:
    with pytest.raises(ValidationError) as raised:
        Interaction.model_validate(changed(("data", "traits"), {f"t{n}": n for n in range(MAX_TRAITS + 1)}))
    assert [error["loc"] for error in raised.value.errors()] == [("data", "traits")]


@pytest.mark.parametrize("name", ["", "שם", "a\nb", "x" * 101, " a"])
def test_a_wrong_name_of_a_trait_is_named(name: str) -> None:
    with pytest.raises(ValidationError) as raised:
        Interaction.model_validate(changed(("data", "traits"), {name: 1}))
    assert raised.value.errors()[0]["loc"][:3] == ("data", "traits", name)


@pytest.mark.parametrize("name", ["Region", "my_region", "my-region", "", "x" * 33, "אזור"])
def test_an_extension_attribute_has_a_name_that_cloudevents_allows(name: str) -> None:
    with pytest.raises(ValidationError, match="unknown field"):
        Interaction.model_validate({**EXAMPLE, name: "IL"})


@pytest.mark.parametrize("value", [None, 1.5, [], {}, "x" * 1_001, "a\x00b", "a\nb", 2**31, -(2**31) - 1])
def test_an_extension_attribute_has_a_value_that_cloudevents_allows(value: object) -> None:
    with pytest.raises(ValidationError, match="region"):
        Interaction.model_validate({**EXAMPLE, "region": value})


@pytest.mark.parametrize("value", ["IL", "", 5, True, "x" * 1_000, 2**31 - 1, -(2**31), "שלום"])
def test_extension_attributes_are_kept(value: object) -> None:
    event = Interaction.model_validate({**EXAMPLE, "region": value})
    assert json.loads(event.to_json())["region"] == value


@pytest.mark.parametrize("text", ["👋🏽", "שלום, מה המצב?", "line one\nline two\ttab", "", "\u200fמימין לשמאל"])
def test_text_may_hold_whatever_people_write(text: str) -> None:
    assert Interaction.model_validate(changed(("data", "text"), text)).data.text == text


@pytest.mark.parametrize("name", ["דנה כהן", "O'Brien", "agent 👩‍💻", "x" * 200])
def test_names_may_be_in_any_script(name: str) -> None:
    assert Interaction.model_validate(changed(("data", "agent"), name)).data.agent == name


def test_as_many_identifiers_as_allowed_pass() -> None:
    body = changed(("data", "identifiers"), [IDENTIFIER] * MAX_IDENTIFIERS)
    assert len(Interaction.model_validate(body).data.identifiers) == MAX_IDENTIFIERS


def test_times_are_kept_with_their_offset() -> None:
    event = Interaction.model_validate(changed(("time",), "2026-11-22T12:00:00+02:00"))
    assert event.time.isoformat() == "2026-11-22T12:00:00+02:00"


def test_absent_fields_are_left_out_on_the_log() -> None:
    event = interaction(
        {"id": "1", "source": "web", "type": "page.viewed", "time": "2026-11-22T00:00:00Z"}, {"channel": "web"}
    )
    assert json.loads(event.to_json()).keys() == {
        "specversion",
        "id",
        "source",
        "type",
        "time",
        "datacontenttype",
        "data",
    }


def test_an_event_cannot_be_changed() -> None:
    event = Interaction.model_validate(EXAMPLE)
    with pytest.raises(ValidationError):
        event.id = "other"  # type: ignore[misc]


SCHEMA = jsonschema_rs.Draft202012Validator(json_schema(Interaction), validate_formats=True)
BEYOND_JSON_SCHEMA = {"a\nb", "line\nbreak", "nul\x00", "delete\x7f", "tab\there", "a\x00b", "2026-11-22T10:00:00"}
"""JSON Schema has no words for these: control characters, and times without an offset to those who check no formats."""


@pytest.mark.parametrize(
    ("path", "value"),
    [(path, value) for path, value in WRONG if not (isinstance(value, str) and value in BEYOND_JSON_SCHEMA)],
    ids=lambda each: str(each)[:40],
)
def test_the_schema_refuses_it_too(path: tuple[str | int, ...], value: object) -> None:
    assert not SCHEMA.is_valid(changed(path, value))
