"""Parts of a batch share no profile that the batch itself tells of."""

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from services.journey.lanes import LEAST, MOST, lanes
from services.journey.store import Owner
from services.journey.wire import Incoming


def message(identifier: int, profile: int, previous: int | None = None) -> Incoming:
    owners = {identifier: Owner(str(profile), 1)}
    return Incoming(owners, {} if previous is None else {identifier: str(previous)})


def met(part: list[Incoming]) -> set[tuple[str, object]]:
    """The profiles and identifiers of a part."""
    owners = {("profile", owner.profile) for one in part for owner in one.owners.values()}
    previous = {("profile", profile) for one in part for profile in one.previous.values()}
    return owners | previous | {("identifier", identifier) for one in part for identifier in one.owners}


@given(
    st.lists(
        st.builds(message, st.integers(1, 40), st.integers(1, 40), st.none() | st.integers(1, 40)),
        max_size=60,
    )
)
def test_parts_share_nothing_and_leave_nothing_out(tangled: list[Incoming]) -> None:
    batch = [*tangled, *(message(number, number) for number in range(3_000, 3_000 + LEAST))]
    parts = lanes(batch)
    assert sorted(id(one) for part in parts for one in part) == sorted(map(id, batch))
    assert all(met(one).isdisjoint(met(other)) for one, other in combinations(parts, 2))
    assert len(parts) > 1


def test_messages_of_a_profile_keep_their_order() -> None:
    batch = [message(number % 500, number % 500) for number in range(3 * MOST)]
    place = {id(one): number for number, one in enumerate(batch)}
    parts = lanes(batch)
    assert len(parts) == 3
    for part in parts:
        places: dict[int, list[int]] = {}
        for one in part:
            places.setdefault(next(iter(one.owners)), []).append(place[id(one)])
        assert all(those == sorted(those) for those in places.values())


def test_a_small_batch_is_one_part_and_an_empty_one_none() -> None:
    assert [len(part) for part in lanes([message(1, 1), message(2, 2)])] == [2]
    assert lanes([]) == []


def test_what_is_withdrawn_names_no_profile_and_is_in_a_part_all_the_same() -> None:
    batch = [Incoming({}), *(message(number, number) for number in range(LEAST))]
    assert sum(map(len, lanes(batch))) == len(batch)
