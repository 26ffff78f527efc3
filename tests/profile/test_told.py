"""Many names at the logins of one identifier on one device: a bounded number is kept, and no order tells."""

import json
from collections.abc import AsyncIterator, Sequence
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.profile.corrections.recount_logins import LoginRecounter
from services.profile.domain.claims import MOST_TOLD, Claim, least
from services.profile.domain.policy import IdentityPolicy
from services.profile.linking import LARGE
from services.profile.memory_store import MemoryStore
from services.profile.memory_unit import MemoryTables
from services.profile.step import ProfileStep
from services.profile.store import Store
from tests.profile.histories import START, cut
from tests.profile.postgres_tables import KeptInPostgres, migrated, opened
from tests.profile.running import Recorder, Replay, apply, ids, profile_step
from tests.support.postgres import PostgresServer

POLICY = IdentityPolicy()
DANA, TABLET = ("email", "dana@example.com"), ("device", "tablet-1")
NAMES = [f"dana {chr(ord('b') + n)}na" for n in range(MOST_TOLD + 4)]
"""Spellings of one given name apart from their order: none contradicts what the same address stated."""
_claims = st.frozensets(st.builds(Claim, st.sampled_from(("given", "born")), st.text(max_size=2)), max_size=40)


def login(number: int, *keys: tuple[str, str], name: str | None = None, revision: int | None = None) -> bytes:
    data: dict[str, Any] = {
        "channel": "web",
        "identifiers": [{"namespace": n, "value": v, "assurance": "verified"} for n, v in keys],
        "traits": {"first_name": name} if name else {},
    }
    if revision:
        data["revision"] = (START + timedelta(days=revision)).isoformat()
    time = (START + timedelta(minutes=number)).isoformat()
    envelope = {"specversion": "1.0", "id": f"e{number}", "source": "/web/shop", "type": "page.viewed", "time": time}
    return json.dumps({**envelope, "data": data}).encode()


def logins(names: int) -> list[bytes]:
    return [login(number, DANA, TABLET, name=NAMES[number]) for number in range(names)]


LOOK = login(100, TABLET)


def seen(tables: MemoryTables) -> Any:
    """What was told on the link, whether the device is shared, and on what the anonymous look hangs."""
    (told,) = [link.claims for link in tables.links.values()]
    (shared,) = [member.shared for node, member in tables.members.items() if tuple(tables.keys[node]) == TABLET]
    (anchor,) = [one.anchor for one in tables.interactions.values() if one.event_id == "e100"]
    return told, shared, tables.keys[anchor or 0].namespace


@given(_claims, _claims, _claims)
def test_what_is_kept_of_a_union_is_what_is_kept_of_what_was_kept(
    one: frozenset[Claim], other: frozenset[Claim], third: frozenset[Claim]
) -> None:
    assert least(least(one | other) | third) == least(one | least(other | third)) == least(one | other | third)
    assert len(least(one)) == min(len(one), MOST_TOLD + 1)


@given(
    st.integers(MOST_TOLD - 1, len(NAMES)),
    st.randoms(use_true_random=False),
    st.sets(st.integers(1, 2 * len(NAMES)), max_size=6),
    st.sampled_from((2, LARGE)),
)
def test_whatever_the_order_too_many_names_of_one_make_a_device_several_peoples(
    replay: Replay, names: int, random: Any, cuts: set[int], large_from: int
) -> None:
    those = [*logins(names), LOOK]
    those += random.sample(those, random.randint(0, names))
    random.shuffle(those)
    step = ProfileStep(POLICY, ids(), lambda: START, None, large_from)
    replay(told_in_this_order(step, cut_in(those, cuts), names))


def cut_in(those: Sequence[bytes], cuts: set[int]) -> list[list[bytes]]:
    places = cut(range(len(those)), {place for place in cuts if place < len(those)})
    return [[those[place] for place in batch] for batch in places]


async def told_in_this_order(step: ProfileStep, batches: Sequence[Sequence[bytes]], names: int) -> None:
    store = MemoryStore(Recorder())
    for batch in batches:
        await apply(store, step, batch)
    check(store.tables, names)


def check(tables: MemoryTables, names: int) -> None:
    kept = frozenset(Claim("given", name) for name in NAMES[: min(names, MOST_TOLD + 1)])
    too_many = names > MOST_TOLD
    assert seen(tables) == (kept, too_many, "email" if too_many else "device")


@pytest.fixture
async def kept(postgres_server: PostgresServer) -> AsyncIterator[KeptInPostgres]:
    async with postgres_server.fresh_database(await migrated(postgres_server)) as url, opened(url, Recorder()) as kept:
        yield kept


async def one_by_one(store: Store, step: ProfileStep, those: Sequence[bytes]) -> None:
    for one in those:
        await apply(store, step, [one])


async def test_a_name_that_is_taken_back_is_one_less_also_of_those_that_were_not_kept(kept: KeptInPostgres) -> None:
    step, names = profile_step(POLICY), len(NAMES)
    await one_by_one(kept.store, step, [*reversed(logins(names)), LOOK])
    check(await kept.tables(), names)
    for number in range(names - MOST_TOLD - 1):
        await apply(kept.store, step, [login(number, DANA, TABLET, revision=1)])
        told, shared, hangs = seen(await kept.tables())
        assert (len(told), shared, hangs) == (MOST_TOLD + 1, True, "email")
    await apply(kept.store, step, [login(names - 1, DANA, TABLET, revision=1)])
    told, shared, hangs = seen(await kept.tables())
    assert (len(told), shared, hangs) == (MOST_TOLD, False, "device")


async def test_a_link_that_kept_more_is_counted_anew(kept: KeptInPostgres) -> None:
    step, names = profile_step(POLICY), len(NAMES)
    await one_by_one(kept.store, step, [*logins(names), LOOK])
    async with kept.database.connection() as connection:
        await connection.execute("UPDATE link SET claims = claims || ARRAY['given zzz', 'given zzzz']")
        await connection.execute("UPDATE membership SET shared = false")
        await connection.execute("INSERT INTO logins_due SELECT a, b FROM link WHERE cardinality(claims) > 16")
    assert await LoginRecounter(step).sweep(kept.store) == 1
    async with kept.database.connection() as connection:
        assert await connection.fetchval("SELECT cardinality(claims) FROM link") == MOST_TOLD + 1
    check(await kept.tables(), names)
