"""JSON is read as other strict readers read it, and what is wrong with it is found where it lies."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.ingest.strict_json import MAX_DEPTH, flaw, read, require_sound
from services.runtime.errors import Rejected, TooLarge

values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(), inner, max_size=5),
    max_leaves=20,
)


@given(values, st.booleans(), st.sampled_from([None, 2]))
def test_sound_json_is_read_as_it_is(value: Any, ascii_only: bool, indent: int | None) -> None:
    document = read(json.dumps(value, ensure_ascii=ascii_only, indent=indent).encode())
    assert document.value == value
    assert flaw(document.value) is None
    assert require_sound(document) == value


@given(st.text(), values, values)
def test_a_key_given_twice_is_always_found(key: str, one: Any, other: Any) -> None:
    name = json.dumps(key)
    document = read(f"{{{name}:{json.dumps(one)}, {name} : {json.dumps(other)}}}".encode())
    assert not document.sound
    assert flaw(document.value) is not None


@given(st.binary(max_size=50))
def test_any_bytes_are_read_or_rejected(body: bytes) -> None:
    try:
        read(body)
    except Rejected:
        return


@pytest.mark.parametrize("depth", [MAX_DEPTH + 1, 100, 10_000])
@pytest.mark.parametrize(("opening", "closing"), [("[", "]"), ('{"a":', "}")])
def test_deep_nesting_is_too_large(depth: int, opening: str, closing: str) -> None:
    with pytest.raises(TooLarge):
        read((opening * depth + "1" + closing * depth).encode())


@pytest.mark.parametrize(("opening", "closing"), [("[", "]"), ('{"a":', "}")])
def test_nesting_up_to_the_limit_is_read(opening: str, closing: str) -> None:
    assert read((opening * MAX_DEPTH + "1" + closing * MAX_DEPTH).encode()).sound


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ('{"a": {"b": 1, "b": 2}}', "a.b"),
        ('{"a": [1, NaN]}', "a.1"),
        ('{"a": -Infinity}', "a"),
        ('{"a": 1e999}', "a"),
        (r'{"a": "\udc00"}', "a"),
        ("NaN", "body"),
    ],
)
def test_flaws_are_named(text: str, field: str) -> None:
    with pytest.raises(Rejected) as raised:
        require_sound(read(text.encode()))
    assert raised.value.field == field
