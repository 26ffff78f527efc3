"""Whom a message is about, and what of it was stated before."""

import json
from typing import Any

import pytest

from services.profile.duplicates.consume import FEW, DuplicatesHandler, Known
from services.profile.duplicates.step import Done, Found
from services.profile.duplicates.wire import Touched, decode
from services.runtime.errors import Invalid
from services.runtime.log import Record

ONE, OTHER = "00000001-0000-7000-8000-000000000001", "00000001-0000-7000-8000-000000000002"


def attached(profile: str = ONE, version: int = 1, mail: str = "d@example.com", **traits: Any) -> bytes:
    interaction = {"data": {"identifiers": [{"namespace": "email", "value": mail}], "traits": traits}}
    anchor = {"identifier": 7, "profile_id": profile, "version": version}
    data = {"anchor": anchor, "outcome": "attached", "interaction": interaction}
    return json.dumps({"type": "profile.interaction.attached", "data": data}).encode()


def moved() -> bytes:
    move = {"identifier": 7, "profile_id": ONE, "version": 2, "previous": OTHER}
    return json.dumps({"type": "profile.identifiers.moved", "data": {"moves": [move]}}).encode()


def test_a_move_is_about_both() -> None:
    assert decode(moved()).profiles == {ONE, OTHER}


def test_what_was_corrected_is_not_known_any_more() -> None:
    withdrawn = {"profile_id": ONE, "source": "/call", "id": "e1", "placed": 3}
    taken = decode(json.dumps({"type": "profile.interaction.withdrawn", "data": withdrawn}).encode())
    assert taken == Touched(frozenset((ONE,)), corrects=True)
    placed = json.loads(attached(name="Dana"))
    placed["data"]["placed"] = 3
    assert decode(json.dumps(placed).encode()) == taken
    known = Known()
    known.add([decode(attached(name="Dana"))], Found())
    known.add([taken], Found())
    assert decode(attached(name="Dana")) not in known


def test_an_event_of_another_kind_is_about_nobody() -> None:
    assert decode(b'{"type": "profile.praised", "data": {}}') == Touched(frozenset())


def test_who_was_erased_is_looked_at_again_under_every_id() -> None:
    data = {"profile_ids": [ONE, OTHER], "identifiers": [{"identifier": 7, "version": 3}]}
    erased = decode(json.dumps({"type": "profile.erased", "data": data}).encode())
    assert erased == Touched(frozenset((ONE, OTHER)), corrects=True)


@pytest.mark.parametrize(
    "value", [b"", b"{}", b"\xff", attached(profile="nobody"), attached(profile=ONE.upper() + "A")]
)
def test_what_is_no_event_is_refused(value: bytes) -> None:
    with pytest.raises(Invalid):
        decode(value)


def test_what_was_stated_is_known_again() -> None:
    known = Known()
    known.add([decode(attached(name="Dana", language="he"))], Found())
    assert decode(attached()) in known
    assert decode(attached(name="Dana", language="en")) in known  # nothing is made of the language
    assert decode(attached(name="Noa")) not in known
    assert decode(attached(version=2)) not in known
    assert decode(attached(mail="n@example.com")) not in known
    assert decode(attached(profile=OTHER)) not in known
    assert decode(moved()) not in known


def test_of_whom_two_values_compete_nothing_is_taken_as_known() -> None:
    known = Known()
    known.add([decode(attached(name="Dana"))], Found())
    known.add([decode(attached(name="Noa"))], Found(contested={ONE}))
    assert decode(attached(name="Dana")) not in known
    assert decode(attached(name="Noa")) not in known
    assert decode(attached()) in known


def test_an_identifier_of_the_profiles_own_is_known_wherever_it_is_stated() -> None:
    known = Known()
    own = frozenset(hash(("email", mail)) for mail in ("d@example.com", "n@example.com"))
    known.add([decode(attached())], Found({ONE: own}))
    assert decode(attached(mail="n@example.com", version=2)) in known
    assert decode(attached(mail="x@example.com")) not in known
    assert decode(attached(mail="n@example.com", profile=OTHER)) not in known
    assert decode(attached(mail="n@example.com", name="Dana")) not in known


def test_after_a_move_only_what_is_found_then_is_the_profiles_own() -> None:
    known = Known()
    mail = frozenset((hash(("email", "n@example.com")),))
    known.add([decode(attached())], Found({ONE: mail, OTHER: mail}))
    known.add([decode(moved())], Found({ONE: frozenset()}))
    assert decode(attached(mail="n@example.com")) not in known
    assert decode(attached(mail="n@example.com", profile=OTHER)) not in known


def test_of_whoever_has_many_identifiers_only_what_was_stated_is_known() -> None:
    known = Known()
    known.add(
        [decode(attached())], Found({ONE: frozenset(hash(("email", f"{n}@example.com")) for n in range(FEW + 1))})
    )
    assert decode(attached(mail="1@example.com")) not in known
    assert decode(attached()) in known


async def test_a_bad_message_costs_only_itself() -> None:
    class Step:
        def __init__(self) -> None:
            self.asked: list[str] = []

        async def run(self, profiles: list[str]) -> Done:
            self.asked += profiles
            return Done()

    step = Step()
    records = [Record("t", 0, place, None, value) for place, value in enumerate([attached(), b"?", moved()])]
    refused = await DuplicatesHandler(step).handle(records)  # type: ignore[arg-type]
    assert [one.record.offset for one in refused] == [1]
    assert step.asked == [ONE, OTHER]
