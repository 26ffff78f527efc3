"""What merges have cost elsewhere: wrong ones for ever, histories rewritten, second addresses and refusals lost."""

from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from services.profile.memory_store import MemoryStore
from tests.profile.checks import check_all, profiles
from tests.profile.histories import Details, Happened, happened
from tests.profile.running import Recorder, apply
from tests.profile.serving import Served, said, served
from tests.profile.test_worst_cases import KIOSK, PHONE, POLICY, A, B, World, customer, known
from tests.support.identity import latest
from tests.support.postgres import PostgresServer

MAIL, SECOND = ("email", "dana@example.com"), ("email", "dana@work.example")
CUSTOMER, MOBILE = ("customer_id", "c-1001"), ("phone", "+972541234567")
REFUSES = {"consents": [{"purpose": "marketing.email", "granted": False}]}
ALLOWS = {"consents": [{"purpose": "marketing.email", "granted": True}]}


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
async def api(postgres_server: PostgresServer, tmp_path: Path) -> AsyncIterator[Served]:
    async with served(postgres_server, tmp_path) as api:
        yield api


async def decide(api: Served, kind: str, a: tuple[str, str], b: tuple[str, str]) -> str:
    """The decision's id."""
    ends = {name: {"namespace": key[0], "value": key[1]} for name, key in (("a", a), ("b", b))}
    wish = {"kind": kind, **ends, "reason": "she said so"}
    made = await api.ask("POST", "/v1/identity/decisions", wish, status=201)
    return str(made["decision"]["id"])


async def withdraw(api: Served, decision: str) -> None:
    await api.ask("DELETE", f"/v1/identity/decisions/{decision}", {"reason": "it was a mistake"})


async def test_a_wrong_merge_is_undone_and_both_are_who_they_were(api: Served) -> None:
    await api.hear(
        said(1, CUSTOMER, traits={"city": "Haifa"}, measures={"wait_seconds": 5}, **REFUSES),
        said(2, CUSTOMER),
        said(3, MAIL, traits={"city": "Akko", "language": "he"}, measures={"wait_seconds": 7}, **ALLOWS),
    )
    before = [await api.look_up(*one) for one in (CUSTOMER, MAIL)]
    decision = await decide(api, "confirm", CUSTOMER, MAIL)
    merged = await api.look_up(*MAIL)
    assert merged == await api.look_up(*CUSTOMER)
    assert (merged["figures"]["interactions"], merged["consents"]["marketing.email"]["state"]) == (3, "refused")
    await withdraw(api, decision)
    assert [await api.look_up(*one) for one in (CUSTOMER, MAIL)] == before


async def test_what_came_while_two_were_wrongly_one_goes_to_whom_it_names(api: Served) -> None:
    await api.hear(said(1, CUSTOMER), said(2, MAIL))
    decision = await decide(api, "confirm", CUSTOMER, MAIL)
    await api.hear(said(3, CUSTOMER, traits={"city": "Haifa"}), said(4, MAIL, traits={"city": "Akko"}), said(5, MAIL))
    await withdraw(api, decision)
    parted = [await api.look_up(*one) for one in (CUSTOMER, MAIL)]
    assert [person["figures"]["interactions"] for person in parted] == [2, 3]
    assert [person["traits"]["city"]["value"] for person in parted] == ["Haifa", "Akko"]
    assert [person["traits"]["city"]["others"] for person in parted] == [[], []]


async def test_a_refusal_outlives_any_merge_and_leaves_with_its_own_side(api: Served) -> None:
    """Refused as one, allowed later as the other, in either order of the merges."""
    await api.hear(said(1, MAIL, **REFUSES), said(9, CUSTOMER, **ALLOWS), said(10, MOBILE, **ALLOWS))
    first, second = [await decide(api, "confirm", CUSTOMER, other) for other in (MOBILE, MAIL)]
    states = [(await api.look_up(*one))["consents"]["marketing.email"]["state"] for one in (MAIL, CUSTOMER, MOBILE)]
    assert states == ["refused"] * 3
    await withdraw(api, second)
    states = [(await api.look_up(*one))["consents"]["marketing.email"]["state"] for one in (MAIL, CUSTOMER, MOBILE)]
    assert states == ["refused", "granted", "granted"]
    await withdraw(api, first)
    states = [(await api.look_up(*one))["consents"]["marketing.email"]["state"] for one in (MAIL, CUSTOMER, MOBILE)]
    assert states == ["refused", "granted", "granted"]


async def test_the_second_address_stays_and_keeps_finding_the_person(api: Served) -> None:
    await api.hear(
        said(1, MAIL), said(2, SECOND, MOBILE, source="/web/site"), said(3, CUSTOMER, MAIL), said(4, CUSTOMER, SECOND)
    )
    people = [await api.look_up(*one) for one in (MAIL, SECOND, MOBILE, CUSTOMER)]
    assert [person["id"] for person in people] == [people[0]["id"]] * 4
    seen = {(one["namespace"], one["value"]): one["last_seen"][:10] for one in people[0]["identifiers"]}
    assert seen == {MAIL: "2026-01-04", SECOND: "2026-01-05", MOBILE: "2026-01-03", CUSTOMER: "2026-01-05"}
    await api.hear(said(5, SECOND), said(6, MOBILE))
    assert (await api.look_up(*MAIL))["figures"]["interactions"] == 6


async def test_visits_are_counted_once_however_often_they_come_and_whoever_is_merged(api: Served) -> None:
    visits = [said(number, (MAIL, CUSTOMER)[number % 2], measures={"wait_seconds": 2}) for number in range(5)]
    joining = said(9, MAIL, CUSTOMER)
    assert await api.hear(*visits, *visits) == ["created"] * 2 + ["attached"] * 3 + ["duplicate"] * 5
    assert await api.hear(joining, joining, *visits, *visits[::-1]) == ["merged"] + ["duplicate"] * 11
    figures = (await api.look_up(*MAIL))["figures"]
    assert (figures["interactions"], figures["channels"]["call"]["wait_seconds"]) == (6, 10)
    decision = await decide(api, "separate", MAIL, CUSTOMER)
    await api.hear(*visits, joining)
    await withdraw(api, decision)
    assert (await api.look_up(*CUSTOMER))["figures"] == figures


async def rows(api: Served) -> list[tuple[Any, ...]]:
    """Where each row of what was said lies, and which transaction wrote it: another place or writer is a rewrite."""
    async with api.kept.database.connection() as connection:
        found = [
            await connection.fetch(f"SELECT ctid::text, xmin::text FROM {table} ORDER BY ctid")
            for table in ("interaction", "trait", "consent")
        ]
    return [tuple(row) for table in found for row in table]


async def test_no_row_of_a_history_is_written_by_a_merge_or_its_undoing(api: Served) -> None:
    await api.hear(
        *(said(number, (MAIL, CUSTOMER)[number % 2], traits={"city": "Haifa"}, **ALLOWS) for number in range(20))
    )
    before = await rows(api)
    await withdraw(api, await decide(api, "confirm", MAIL, CUSTOMER))
    assert await rows(api) == before
    assert await api.hear(said(99, MAIL, CUSTOMER)) == ["merged"]
    assert set(before) < set(await rows(api))


async def test_a_merge_rewrites_no_history_however_long_it_is(world: World) -> None:
    await world.hear(*([A] for _ in range(1_000)))
    await world.hear(*([B] for _ in range(500)))
    tables = world.store.tables
    before, versions = dict(tables.interactions), {node: member.version for node, member in tables.members.items()}
    sent = len(world.log.messages)
    assert await world.hear([A, B]) == ["merged"]
    assert all(tables.interactions[event] is kept for event, kept in before.items())
    assert len(world.log.messages) - sent == 2
    assert sum(member.version != versions[node] for node, member in tables.members.items()) <= 1
    world.check()


def eventful() -> list[Happened]:
    """A customer and a stranger on one phone, who name themselves, allow, refuse and wait."""
    return [
        happened(0, 0, [(A, True)], Details(name=0, consents=((0, True),))),
        happened(1, 1, [(A, True), (PHONE, True)], Details(seconds=1.5, source=1)),
        happened(2, 2, [(customer(1), True), (PHONE, True)], Details(name=0, trust=1)),
        happened(3, 3, [(customer(2), True), (PHONE, True)], Details(name=2, consents=((1, True),))),
        happened(4, 4, [(KIOSK, True), (A, False)], Details(source=2)),
        happened(5, 5, [(PHONE, True), (B, True)], Details(seconds=33.25, consents=((0, False),))),
        happened(6, 6, [(known("loyalty_id", "card 17"), True), (B, True)], Details(name=1, born=0)),
    ]


async def replayed(batches: Sequence[Sequence[Happened]]) -> Any:
    """What is known in the end."""
    store, step = MemoryStore(Recorder()), World().step
    for batch in batches:
        await apply(store, step, [one.value for one in batch])
    check_all(store.tables, latest(one.said for one in eventful()), POLICY)
    return profiles(store.tables)


async def test_a_history_told_backwards_ends_as_the_one_told_forwards() -> None:
    forwards = eventful()
    expected = await replayed([[one] for one in forwards])
    assert await replayed([[one] for one in reversed(forwards)]) == expected
    assert await replayed([forwards[::-1]]) == expected
    assert await replayed([forwards[4:], forwards[:5], forwards]) == expected


async def test_an_address_that_a_correction_took_away_is_found_when_it_comes_back(world: World) -> None:
    await world.apply([happened(1, 0, [(A, True), (PHONE, True)])])
    old = world.profile_of(A)
    corrected = happened(1, 0, [(PHONE, True)], Details(revision=1))
    await world.apply([corrected])
    assert A.normal not in world.store.tables.identifiers
    assert world.live(old) == world.profile_of(PHONE)
    back = happened(2, 2, [(A, True)])
    await world.apply([back])
    assert world.profile_of(A) != world.profile_of(PHONE)
    await world.apply([happened(3, 3, [(A, True), (PHONE, True)])])
    assert world.profile_of(A) == world.profile_of(PHONE) == world.live(old)
    world.check()
