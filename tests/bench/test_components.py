from collections.abc import Callable

import pytest

from services.profile.domain.policy import IdentityPolicy
from services.profile.memory_store import MemoryStore
from services.runtime import telemetry
from tests.bench.components import Component, by_name, by_number
from tests.profile.running import Recorder, apply, profile_step

IDENTIFIERS = 200


@pytest.mark.parametrize(("make", "reason"), [(by_number, "limit:customer_id"), (by_name, "names_differ")])
async def test_it_is_one_raw_component_that_the_rules_keep_apart(
    make: Callable[[str, int], Component], reason: str
) -> None:
    component, store, step = make("x", IDENTIFIERS), MemoryStore(Recorder()), profile_step(IdentityPolicy())
    await apply(store, step, component.values)
    tables = store.tables

    assert component.identifiers == IDENTIFIERS
    assert {len(members) for members in tables.components.values()} == {IDENTIFIERS}
    assert reason in {link.held for link in tables.links.values()}
    assert len({member.label for member in tables.members.values()}) > IDENTIFIERS // 10
    assert not any(member.shared for member in tables.members.values())


@pytest.mark.parametrize("make", [by_number, by_name])
async def test_a_touch_resolves_all_of_it_and_adds_nobody(make: Callable[[str, int], Component]) -> None:
    component, store, step = make("x", IDENTIFIERS), MemoryStore(Recorder()), profile_step(IdentityPolicy())
    await apply(store, step, component.values)
    for number in range(3):
        before = telemetry.RESOLVED_IDENTIFIERS._value.get()
        await apply(store, step, [component.touch(number)])
        assert telemetry.RESOLVED_IDENTIFIERS._value.get() - before == IDENTIFIERS
    assert len(store.tables.identifiers) == IDENTIFIERS
