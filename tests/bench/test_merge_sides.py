import pytest

from services.profile.domain.policy import IdentityPolicy
from services.profile.memory_store import MemoryStore
from tests.bench.merge_sides import MERGES, held_by, joining, parts
from tests.profile.running import Recorder, apply, profile_step


@pytest.mark.parametrize("size", [10, 100, 1_000])
async def test_one_identifier_at_a_time_joins_a_person_of_that_size(size: int) -> None:
    store, step = MemoryStore(Recorder()), profile_step(IdentityPolicy())
    await apply(store, step, parts([(size, 7)]))
    for merge in range(MERGES):
        before = [len(members) for members in store.tables.components.values()]
        assert max(before) == size + merge
        assert await apply(store, step, [joining(size, 7, merge)]) == ["merged"]
    assert len({member.label for member in store.tables.members.values()}) == 1


def test_no_identifier_is_stated_twice() -> None:
    assert len(set(held_by(10_000, 0))) == 10_000
