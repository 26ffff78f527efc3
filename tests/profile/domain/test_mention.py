"""What is left of an interaction that mentioned who was erased."""

from typing import Any

from services.profile.domain.mention import without

EVENT: dict[str, Any] = {
    "id": "e1",
    "data": {
        "channel": "call",
        "identifiers": [{"namespace": "email", "value": "a@x"}, {"namespace": "phone", "value": "1"}],
        "traits": {"name": "Avi", "friend": "A@X", "contacts": {"home": ["7", "a@x"]}, "age": 40},
        "raw": {"from": "a@x"},
    },
}


def left(gone: str, event: dict[str, Any] = EVENT) -> Any:
    return without(event, lambda stated: stated["value"] == gone, lambda text: text.lower() == gone)


def test_the_identifier_what_repeats_it_and_what_the_vendor_wrote_go() -> None:
    assert left("a@x") == {
        "id": "e1",
        "data": {
            "channel": "call",
            "identifiers": [{"namespace": "phone", "value": "1"}],
            "traits": {"name": "Avi", "age": 40},
        },
    }


def test_a_number_repeats_what_is_written_with_its_digits() -> None:
    assert set(left("40")["data"]["traits"]) == {"name", "friend", "contacts"}


def test_traits_are_not_made_up() -> None:
    event = {"data": {"channel": "chat", "identifiers": []}}
    assert left("a@x", event) == event
