from collections.abc import Sequence
from datetime import UTC, datetime
from typing import cast

from hypothesis import given
from hypothesis import strategies as st

from services.profile.domain.sighting import Key, Sighting
from services.profile.lanes import LANES, Lanes
from services.profile.wire import Incoming
from services.profile.work import Spotted

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
KIOSK = Key("device", "kiosk-1")


def seen(*keys: str | Key, claimed: Sequence[str] = ()) -> Spotted:
    every = [key if isinstance(key, Key) else Key("email", key) for key in (*keys, *claimed)]
    return Spotted(cast("Incoming", None), Sighting(NOON, tuple(every), len(keys), ()))


def verified(part: Sequence[Spotted]) -> set[Key]:
    return {key for one in part for key in one.sighting.keys[: one.sighting.verified]}


@given(st.lists(st.lists(st.lists(st.integers(0, 60), unique=True, max_size=3), max_size=40), min_size=1, max_size=4))
def test_parts_share_nobody_and_lose_nothing(batches: list[list[list[int]]]) -> None:
    lanes = Lanes()
    for batch in batches:
        given_in = [seen(*map(str, keys)) for keys in batch]
        parts, left_over = lanes.split(given_in)
        assert sorted(map(id, [one for part in (*parts, left_over) for one in part])) == sorted(map(id, given_in))
        for place, part in enumerate(parts):
            assert not any(verified(part) & verified(other) for other in parts[place + 1 :])


def test_strangers_are_shared_out_evenly() -> None:
    parts, left_over = Lanes().split([seen(str(number)) for number in range(10)])
    assert [len(part) for part in parts] == [10 // LANES] * LANES
    assert left_over == []


def test_who_was_seen_together_once_stays_together() -> None:
    lanes = Lanes()
    lanes.split([seen("phone", "mail")])
    mail, stranger, phone = seen("mail"), seen("stranger"), seen("phone")
    assert list(lanes.split([mail, stranger, phone]).parts) == [[mail, phone], [stranger]]


def test_what_connects_the_parts_is_left_over() -> None:
    both = seen("a", "b")
    parts, left_over = Lanes().split([*(seen(name) for name in "abcdef"), both])
    assert left_over == [both]
    assert len(parts) == LANES


def test_a_batch_that_hangs_together_is_not_split() -> None:
    batch = [seen("a"), seen("b"), seen("a", "b"), seen("b", "a")]
    assert Lanes().split(batch) == ([batch], [])


def test_a_shared_identifier_connects_nobody() -> None:
    lanes = Lanes()
    batch = [seen(str(number), KIOSK) for number in range(4)]
    assert len(lanes.split(batch).parts) == 1
    lanes = Lanes()
    lanes.learn_shared([KIOSK])
    assert [len(part) for part in lanes.split(batch).parts] == [2, 2]


def test_a_claim_connects_nobody() -> None:
    batch = [seen(str(number), claimed=["typed@example.com"]) for number in range(4)]
    assert [len(part) for part in Lanes().split(batch).parts] == [2, 2]


def test_the_way_to_a_customer_stays_short_however_many_share_an_identifier() -> None:
    class Counted(dict[Key, Key]):
        steps = 0

        def __getitem__(self, key: Key) -> Key:
            self.steps += 1
            return super().__getitem__(key)

    lanes, people = Lanes(), 2_000
    lanes._joined = joined = Counted()
    lanes.split([seen(f"person {number}", "everybody's") for number in range(people)])
    lanes.split([seen(f"person {number}") for number in range(people)])
    assert joined.steps < 10 * people
