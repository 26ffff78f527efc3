"""What has broken systems that merge identities in a stream, by name."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest
from pydantic import TypeAdapter

from schemas.profile_events import IdentifiersMoved, InteractionAttached, InteractionWithdrawn
from services.profile.announce import MOVES_PER_MESSAGE
from services.profile.domain.labels import Label
from services.profile.domain.policy import IdentityPolicy
from services.profile.memory_store import MemoryStore
from services.profile.store import Changes
from services.runtime import telemetry
from tests.profile.checks import check_all, check_announced, held, profiles, shown_traits
from tests.profile.histories import PLAIN, Details, Happened, happened, wire
from tests.profile.policies import tight
from tests.profile.running import Recorder, apply, profile_step
from tests.profile.spellings import Spelled
from tests.support.identity import Said

POLICY = IdentityPolicy()
published: TypeAdapter[object] = TypeAdapter(InteractionAttached | InteractionWithdrawn | IdentifiersMoved)
JUNK = ("null", "NULL", "undefined", "guest", "Anonymous", "-1", "0000000", "  ", "unknown", "None", "111111")


def known(namespace: str, value: str) -> Spelled:
    return Spelled(namespace, value, (namespace, value))


def junk(namespace: str, value: str) -> Spelled:
    return Spelled(namespace, value, None)


def customer(number: int) -> Spelled:
    return known("customer_id", f"c-{1000 + number}")


PHONE = known("phone", "+972541234567")
KIOSK = known("device", "kiosk-7")
A, B, C = (known("email", f"{name}@example.com") for name in ("dana", "avia", "noga"))


@dataclass
class World:
    """A store that remembers all it was told, to be compared with the rules."""

    log: Recorder = field(default_factory=Recorder)
    said: dict[tuple[str, str], Said] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.store = MemoryStore(self.log)
        self.step = profile_step(POLICY)
        self.number = 0

    async def hear(self, *stated: Sequence[Spelled], days: int = 0) -> list[str]:
        """The outcomes of one batch, each interaction naming these identifiers as verified."""
        return await self.apply([self.next(one, days) for one in stated])

    def next(self, stated: Sequence[Spelled], days: int = 0, *, verified: bool = True) -> Happened:
        self.number += 1
        return happened(self.number, days, [(one, verified) for one in stated])

    async def apply(self, those: Sequence[Happened]) -> list[str]:
        self.said.update({(one.said.source, one.said.id): one.said for one in those})
        return await apply(self.store, self.step, [one.value for one in those])

    def profile_of(self, spelled: Spelled) -> str:
        assert spelled.normal is not None
        tables = self.store.tables
        return tables.members[tables.identifiers[spelled.normal]].profile  # type: ignore[index]

    def hangs_on(self, event_id: str) -> tuple[str, str]:
        """On whom an interaction hangs."""
        tables = self.store.tables
        (anchor,) = [one.anchor for one in tables.interactions.values() if one.event_id == event_id]
        return tables.keys[anchor]  # type: ignore[index]

    def live(self, profile: str) -> str:
        """Where an old profile id leads, in one hop."""
        tables = self.store.tables
        return tables.members[tables.labels[profile].founder].profile

    def check(self) -> None:
        check_all(self.store.tables, self.said.values(), POLICY)
        check_announced(self.store.tables, self.log.messages)
        for message in self.log.messages:
            published.validate_json(message.value)


@pytest.fixture
def world() -> World:
    return World()


@pytest.mark.parametrize("value", JUNK)
@pytest.mark.parametrize("namespace", ["customer_id", "loyalty_id", "email", "phone", "handle:whatsapp", "device"])
async def test_junk_ids_glue_nobody_together(world: World, namespace: str, value: str) -> None:
    outcomes = await world.hear([junk(namespace, value), A], [junk(namespace, value), B], [junk(namespace, value)])
    assert outcomes == ["created", "created", "blocked"]
    assert profiles(world.store.tables) == {frozenset({A.normal}), frozenset({B.normal})}
    world.check()


async def test_an_interaction_of_nobody_is_kept_as_unidentified(world: World) -> None:
    assert await world.hear([]) == ["unidentified"]
    assert len(world.store.tables.interactions) == 1
    world.check()


async def test_a_kiosk_used_by_many_customers_ends_up_with_none(world: World) -> None:
    for number in range(20):
        await world.hear([customer(number), KIOSK])
        world.check()
    tables = world.store.tables
    assert len(profiles(tables)) == 21
    assert set(held(tables).values()) == {"shared"}
    assert len(held(tables)) == 20


async def test_a_phone_on_four_customer_numbers_falls_apart(world: World) -> None:
    mails = [known("email", f"mail{number}@example.com") for number in range(4)]
    for number in range(3):
        await world.hear([customer(number), mails[number], PHONE])
    assert world.profile_of(PHONE) == world.profile_of(customer(0))
    assert set(held(world.store.tables).values()) == {"limit:customer_id"}
    await world.hear([customer(3), mails[3], PHONE])
    assert len({world.profile_of(PHONE), *(world.profile_of(customer(number)) for number in range(4))}) == 5
    assert all(world.profile_of(customer(number)) == world.profile_of(mails[number]) for number in range(4))
    assert list(held(world.store.tables).values()) == ["shared"] * 4
    world.check()


async def test_what_a_shared_identifier_had_joined_comes_apart(world: World) -> None:
    """The phone alone held a device to a customer; once it is shared, the device stands alone again."""
    await world.hear([customer(0), PHONE])
    await world.hear([PHONE, KIOSK])
    assert world.profile_of(KIOSK) == world.profile_of(customer(0))
    await world.hear(*([customer(number), PHONE] for number in range(1, 4)))
    assert world.profile_of(KIOSK) not in {world.profile_of(customer(0)), world.profile_of(PHONE)}
    world.check()


async def test_twenty_thousand_customers_on_one_address_cost_little_each(world: World) -> None:
    office = known("email", "office@example.com")
    before = telemetry.RESOLVED_IDENTIFIERS._value.get()
    for start in range(0, 20_000, 1_000):
        await world.hear(*([customer(number), office] for number in range(start, start + 1_000)))
    tables = world.store.tables
    resolved = telemetry.RESOLVED_IDENTIFIERS._value.get() - before
    assert resolved <= 20_001
    assert max(len(members) for members in tables.components.values()) == 1
    assert len({member.label for member in tables.members.values()}) == 20_001
    assert sum(link.held == "shared" for link in tables.links.values()) == 20_000


async def test_one_at_a_time_a_component_never_grows_past_sixteen(world: World) -> None:
    office = known("email", "office@example.com")
    largest = 0
    for number in range(200):
        before = telemetry.RESOLVED_IDENTIFIERS._value.get()
        await world.hear([known("loyalty_id", f"card {1000 + number}"), office])
        largest = max(largest, telemetry.RESOLVED_IDENTIFIERS._value.get() - before)
    assert largest <= 16
    world.check()


async def test_a_merged_into_b_merged_into_c_answers_in_one_hop(world: World) -> None:
    await world.hear([A], [B], [C], [B, C], [C, customer(1)])
    first = {world.profile_of(one) for one in (A, B, C)}
    await world.hear([A, B], [B, C], [C, A])
    assert {world.live(profile) for profile in world.store.tables.labels} == {world.profile_of(C)}
    assert first <= world.store.tables.labels.keys()
    world.check()


@pytest.mark.parametrize("order", [[(A, B), (B, C)], [(C, B), (B, A)], [(B, C), (A, B)], [(B, A), (C, B)]])
async def test_old_ids_answer_whatever_the_order_of_merges(world: World, order: list[tuple[Spelled, Spelled]]) -> None:
    await world.hear([A])
    await world.hear([B])
    await world.hear([C])
    old = [world.profile_of(one) for one in (A, B, C)]
    for merge in order:
        await world.hear(merge)
        world.check()
    assert {world.live(profile) for profile in old} == {world.profile_of(B)}
    assert world.profile_of(B) in old


async def test_an_old_id_comes_back_to_life_after_a_split(world: World) -> None:
    await world.hear([KIOSK])
    old = world.profile_of(KIOSK)
    await world.hear([customer(0), A])
    await world.hear([A, KIOSK])
    assert world.profile_of(KIOSK) != old
    assert world.live(old) == world.profile_of(customer(0))
    await world.hear(*([known("email", f"mail{number}@example.com"), KIOSK] for number in range(15)))
    assert world.profile_of(KIOSK) == old == world.live(old)
    world.check()


async def test_a_merge_moves_the_smaller_side(world: World) -> None:
    await world.hear([A, B, C], [KIOSK])
    large, small = world.profile_of(A), world.profile_of(KIOSK)
    sent = len(world.log.messages)
    assert await world.hear([C, KIOSK]) == ["merged"]
    assert world.profile_of(KIOSK) == large
    moved = [json.loads(one.value)["data"] for one in world.log.messages[sent:]]
    assert [move["previous"] for data in moved for move in data.get("moves", ())] == [small]
    world.check()


async def test_a_large_move_is_announced_in_several_messages(world: World) -> None:
    world.step = profile_step(tight(99, email=2, device=1_000, handle=1_000))
    size = MOVES_PER_MESSAGE + 2
    await world.hear(*([A, known("device", f"dev-{number}")] for number in range(size)))
    await world.hear(*([B, known("handle:x", f"someone-{number}")] for number in range(size + 1)))
    assert await world.hear([A, B]) == ["merged"]
    moves = [json.loads(one.value)["data"]["moves"] for one in world.log.messages if b'"moves"' in one.value]
    assert sorted(map(len, moves)) == [size + 1 - MOVES_PER_MESSAGE, MOVES_PER_MESSAGE]
    check_announced(world.store.tables, world.log.messages)


async def test_a_self_merge_is_a_no_op(world: World) -> None:
    assert await world.hear([A]) == ["created"]
    before = dict(world.store.tables.members)
    assert await world.hear([A, A], [A, known("email", "dana@example.com"), A]) == ["attached", "attached"]
    assert world.store.tables.members == before
    assert world.store.tables.links == {}
    world.check()


async def test_two_customer_numbers_are_never_one_profile(world: World) -> None:
    await world.hear([customer(1), customer(2)])
    await world.hear([customer(1), A], [customer(2), A], [customer(1), PHONE], [customer(2), PHONE])
    assert world.profile_of(customer(1)) != world.profile_of(customer(2))
    assert set(held(world.store.tables).values()) == {"limit:customer_id"}
    world.check()


async def test_a_late_event_decides_as_if_it_had_come_in_time(world: World) -> None:
    await world.hear([customer(1), PHONE], days=5)
    assert world.profile_of(PHONE) == world.profile_of(customer(1))
    assert await world.hear([customer(2), PHONE], days=1) == ["created"]
    assert world.profile_of(PHONE) == world.profile_of(customer(2))
    world.check()


async def test_a_late_witness_makes_a_link_older(world: World) -> None:
    await world.hear([customer(1), PHONE], [customer(2), PHONE], days=5)
    assert world.profile_of(PHONE) == world.profile_of(customer(1))
    await world.hear([customer(2), PHONE], days=1)
    assert world.profile_of(PHONE) == world.profile_of(customer(2))
    world.check()


async def test_what_shows_somebody_else_stays_off_the_timeline_of_an_address_that_was_typed(world: World) -> None:
    await world.hear([customer(1), A])
    assert await world.apply([happened(99, 0, [(A, False), (KIOSK, True)])]) == ["held"]
    assert world.profile_of(KIOSK) != world.profile_of(A)
    assert world.hangs_on("e99") == KIOSK.normal
    world.check()


async def test_what_shows_nothing_but_a_typed_address_hangs_on_it_and_joins_nobody(world: World) -> None:
    await world.hear([customer(1), A])
    assert await world.apply([happened(99, 0, [(A, False), (KIOSK, False)])]) == ["held"]
    assert world.profile_of(KIOSK) != world.profile_of(A)
    assert world.hangs_on("e99") == A.normal
    world.check()


@pytest.mark.parametrize("order", [(0, 1, 2), (1, 0, 2), (2, 1, 0)])
async def test_a_name_typed_with_somebodys_address_does_not_tear_them_apart(
    world: World, order: tuple[int, ...]
) -> None:
    """Whoever types an address may say any name: it is kept, marked as claimed, and says nothing of who it is."""
    dana = happened(1, 0, [(customer(1), True), (A, True)], Details(name=0, born=0))
    again = happened(2, 5, [(A, True)], Details(name=0))
    typed = happened(3, 9, [(A, False)], Details(name=2, born=1, source=1))
    for place in order:
        await world.apply([(dana, again, typed)[place]])
        world.check()
    assert profiles(world.store.tables) == {frozenset({customer(1).normal, A.normal})}
    assert held(world.store.tables) == {}
    shown = shown_traits(world.store.tables, frozenset({customer(1).normal, A.normal}))  # type: ignore[arg-type]
    assert {name: json.loads(value) for name, (_, value) in shown.items()} == {
        "name": "Dana",
        "birth_date": "1980-02-29",
    }


async def test_a_name_keeps_people_apart_while_its_source_vouches_for_the_address(world: World) -> None:
    dana = happened(1, 0, [(customer(1), True), (A, True)], Details(name=0))
    vouched = happened(2, 5, [(A, True)], Details(name=2, revision=1))
    typed = happened(2, 5, [(A, False)], Details(name=2, revision=2))
    await world.apply([dana, vouched])
    assert list(held(world.store.tables).values()) == ["names_differ"]
    await world.apply([typed])
    assert held(world.store.tables) == {}
    world.check()


async def test_a_claim_joins_once_it_is_verified(world: World) -> None:
    await world.apply([world.next([A, B], verified=False)])
    assert world.profile_of(A) != world.profile_of(B)
    assert await world.hear([A, B]) == ["merged"]
    assert world.profile_of(A) == world.profile_of(B)
    world.check()


async def test_a_second_content_under_one_id_is_kept_and_changes_nothing(world: World) -> None:
    first = world.next([A, B])
    other = wire(first.said, [(A, True), (C, True)], PLAIN)
    assert await world.apply([first]) == ["created"]
    assert await apply(world.store, world.step, [other, first.value, other]) == ["duplicate"] * 3
    tables = world.store.tables
    assert list(tables.variants.values()) == [other]
    assert C.normal not in tables.identifiers
    world.check()


async def test_two_contents_under_one_id_in_one_batch_keep_the_first(world: World) -> None:
    first = world.next([A, B])
    other = wire(first.said, [(A, True), (C, True)], PLAIN)
    outcomes = await apply(world.store, world.step, [first.value, other])
    world.said[first.said.source, first.said.id] = first.said
    assert outcomes == ["created", "duplicate"]
    assert list(world.store.tables.variants.values()) == [other]
    world.check()


async def test_one_id_from_two_sources_is_two_interactions(world: World) -> None:
    one = happened(1, 0, [(A, True)], PLAIN)
    other = happened(1, 0, [(A, True)], PLAIN._replace(source=1))
    assert await world.apply([one, other]) == ["created", "attached"]
    world.check()


async def test_an_empty_batch_does_nothing(world: World) -> None:
    assert await world.hear() == []
    assert world.log.sent == []


async def test_labels_survive_a_founder_shared_by_two(world: World) -> None:
    """Two labels on one founder, as an undone merge may leave them, still answer both."""
    await world.hear([A])
    founder = world.store.tables.labels[world.profile_of(A)].founder
    second = Label("00000000-0000-7000-8000-999999999999", founder)
    await world.store.run(lambda unit: unit.write(Changes(new_labels=[second])))
    assert world.live(second.profile) == world.profile_of(A)
    world.check()
