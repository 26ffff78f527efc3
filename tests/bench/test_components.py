from collections.abc import Callable

import pytest

from services.profile.domain.policy import IdentityPolicy
from services.profile.memory_store import MemoryStore
from services.runtime import telemetry
from tests.bench.components import Component, by_name, by_number
from tests.profile.running import Recorder, apply, profile_step

IDENTIFIERS = 200
AROUND = 20


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
async def test_touches_move_some_and_resolve_those_around_or_all_of_it(make: Callable[[str, int], Component]) -> None:
    component, store, step = make("x", IDENTIFIERS), MemoryStore(Recorder()), profile_step(IdentityPolicy())
    await apply(store, step, component.values)
    resolved, moved = [], 0
    for number in range(12):
        if number >= 6:
            store.tables.large.clear()
        before, belonged = telemetry.RESOLVED_IDENTIFIERS._value.get(), dict(store.tables.members)
        await apply(store, step, [component.touch(number)])
        resolved.append(telemetry.RESOLVED_IDENTIFIERS._value.get() - before)
        moved += belonged != store.tables.members
    assert max(resolved[:6]) <= AROUND
    assert resolved[6:] == [IDENTIFIERS] * 6
    assert moved >= 6
    assert len(store.tables.identifiers) == IDENTIFIERS
