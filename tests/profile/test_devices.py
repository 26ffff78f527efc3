"""Devices that several people use: any history ends, and stands after each of its batches, where the rules say."""

from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from itertools import permutations
from typing import Any

import pytest
from hypothesis import event, given, settings

from services.profile import applying
from services.profile.devices import MOST_LOGINS, Devices
from services.profile.domain.logins import Login
from services.profile.domain.policy import IdentityPolicy
from services.profile.domain.resolve import Pair
from services.profile.domain.sighting import Key
from services.profile.memory_store import MemoryStore
from services.profile.memory_unit import MemoryTables
from services.profile.store import ALWAYS, MetOn, Span, Unit, Use
from services.profile.wire import decode
from services.runtime.errors import Unavailable
from tests.profile.checks import check_all, check_announced
from tests.profile.histories import Details, Happened, History, happened
from tests.profile.policies import TIGHT
from tests.profile.running import Recorder, Replay, apply, profile_step, tight_step
from tests.profile.spellings import Spelled
from tests.profile.turns import DEVICES, MAILS, PEOPLE, TABLETS, turns
from tests.support.identity import latest

MANY = settings(max_examples=10 * settings().max_examples)
AT_ONCE = 2


@pytest.fixture(scope="module", autouse=True)
def _piece_by_piece() -> Iterator[None]:
    """What changes hands does so in more than one unit."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(applying, "AT_ONCE", AT_ONCE)
        yield


@MANY
@given(history=turns())
def test_after_every_batch_everything_hangs_on_who_used_the_device(replay: Replay, history: History) -> None:
    replay(replayed(history))


async def replayed(history: History) -> None:
    log = Recorder()
    store, step = MemoryStore(log), tight_step(TIGHT.index(TABLETS))
    heard: set[int] = set()
    for batch in history.batches:
        await apply(store, step, [history.happened[place].value for place in batch])
        heard.update(batch)
        check_all(store.tables, latest(history.happened[place].said for place in sorted(heard)), TABLETS)
        check_announced(store.tables, log.messages)
    lent = Counter(one.device is not None for one in store.tables.interactions.values())
    event(f"on a login: {min(lent[True], 3)}")


def hangs(tables: MemoryTables) -> dict[str, str]:
    return {one.event_id: tables.keys[one.anchor].value for one in tables.interactions.values() if one.anchor}


@pytest.mark.parametrize("order", list(permutations(range(4))))
async def test_whatever_the_order_each_stretch_is_the_persons_who_was_logged_in(order: tuple[int, ...]) -> None:
    those = [
        happened(0, 0, [(PEOPLE[0], True), (DEVICES[0], True)]),
        happened(1, 1, [(DEVICES[0], True)]),
        happened(2, 4, [(DEVICES[0], True)]),
        happened(3, 5, [(PEOPLE[1], True), (DEVICES[0], True)]),
    ]
    store, step = MemoryStore(Recorder()), tight_step(TIGHT.index(TABLETS))
    for place in order:
        await apply(store, step, [those[place].value])
    assert hangs(store.tables) == {"e0": "c-1000", "e1": "c-1000", "e2": "c-1001", "e3": "c-1001"}


def by_mail(*, corrected: bool = False) -> list[Happened]:
    """Dana and Avi log in by e-mail on one tablet. Corrected, the second login states no name."""
    name = None if corrected else 2
    return [
        happened(0, 0, [(MAILS[0], True), (DEVICES[0], True)], Details(name=0)),
        happened(1, 1, [(DEVICES[0], True)]),
        happened(2, 4, [(DEVICES[0], True)]),
        happened(3, 5, [(MAILS[1], True), (DEVICES[0], True)], Details(name=name, revision=int(corrected))),
        happened(4, 9, [(DEVICES[0], True)]),
    ]


@pytest.mark.parametrize("order", list(permutations(range(5))))
async def test_people_who_log_in_by_mail_are_told_apart_by_what_they_state_there(order: tuple[int, ...]) -> None:
    log = Recorder()
    store, step = MemoryStore(log), profile_step(IdentityPolicy())
    those = by_mail()
    for place in order:
        await apply(store, step, [those[place].value])
    dana, avi = "dana@example.com", "avi@example.com"
    assert hangs(store.tables) == {"e0": dana, "e1": dana, "e2": avi, "e3": avi, "e4": "tablet-1"}
    check_all(store.tables, [one.said for one in those], IdentityPolicy())
    check_announced(store.tables, log.messages)


async def test_a_name_that_is_taken_back_gives_the_device_to_who_was_linked_first() -> None:
    log = Recorder()
    store, step = MemoryStore(log), profile_step(IdentityPolicy())
    silent = happened(5, 6, [(MAILS[1], True), (DEVICES[0], True)])
    await apply(store, step, [one.value for one in (*by_mail(), silent)])
    now = [*by_mail(corrected=True), silent]
    await apply(store, step, [now[3].value])
    assert [hangs(store.tables)[event_id] for event_id in ("e1", "e2", "e4")] == ["tablet-1"] * 3
    check_all(store.tables, [one.said for one in now], IdentityPolicy())
    check_announced(store.tables, log.messages)


async def test_a_name_that_is_stated_later_tells_apart_whose_links_were_shared_already() -> None:
    """Two telephones of too many people: no link of the device changes when it becomes several people's."""
    log = Recorder()
    store, step = MemoryStore(log), profile_step(IdentityPolicy())
    phones = [Spelled("phone", f"+97254123456{n}", ("phone", f"+97254123456{n}")) for n in (1, 2)]
    those = [
        happened(
            10 * n + m, 0, [(Spelled("customer_id", f"c-{n}{m}99", ("customer_id", f"c-{n}{m}99")), True), (one, True)]
        )
        for n, one in enumerate(phones)
        for m in range(4)
    ]
    those += [happened(50 + n, 3 * n, [(one, True), (DEVICES[0], True)]) for n, one in enumerate(phones)]
    those += [happened(60, 0, [(DEVICES[0], True)]), happened(61, 3, [(DEVICES[0], True)])]
    await apply(store, step, [one.value for one in those])
    named = [
        happened(70 + n, 20, [(one, True), (DEVICES[0], True)], Details(name=2 * n)) for n, one in enumerate(phones)
    ]
    for one in named:
        await apply(store, step, [one.value])
    assert [hangs(store.tables)[event_id] for event_id in ("e60", "e61")] == [one.value for one in phones]
    check_all(store.tables, [one.said for one in (*those, *named)], IdentityPolicy())
    check_announced(store.tables, log.messages)


async def test_what_a_crash_kept_from_being_looked_after_is_when_it_comes_again() -> None:
    store, step = MemoryStore(Recorder()), tight_step(TIGHT.index(TABLETS))
    alone = happened(0, 0, [(DEVICES[0], True)])
    logins = [happened(n, n * 3, [(PEOPLE[n], True), (DEVICES[0], True)]) for n in (1, 2)]
    near = happened(3, 4, [(DEVICES[0], True)])
    batch = [one.value for one in (alone, *logins, near)]
    await store.run(lambda unit: step.apply(unit, [step.spot(decode(value)) for value in batch]))
    assert hangs(store.tables)["e3"] == "tablet-1"
    await apply(store, step, batch)
    assert hangs(store.tables)["e3"] == "c-1001"


class Dying(MemoryStore):
    """A store whose process dies before it begins a unit alone, as often as it is told to."""

    units = 0
    dies_before: int | None = None

    async def run_alone(self, step: Callable[[Any], Awaitable[Any]]) -> Any:
        if self.units == self.dies_before:
            raise Unavailable("somebody killed it")
        self.units += 1
        return await super().run_alone(step)


@pytest.mark.parametrize("dies_before", range(5))
async def test_a_device_that_changes_hands_does_so_piece_by_piece_and_a_crash_in_between_is_made_good(
    dies_before: int,
) -> None:
    """The batch comes again, since nobody ever said that it was done."""
    log = Recorder()
    store, step = Dying(log), tight_step(TIGHT.index(TABLETS))
    those = [happened(0, 0, [(PEOPLE[0], True), (DEVICES[0], True)])]
    those += [happened(n, 5, [(DEVICES[0], True)], Details(name=0)) for n in range(1, 8)]
    await apply(store, step, [one.value for one in those])
    other = happened(9, 5, [(PEOPLE[1], True), (DEVICES[0], True)])
    store.dies_before = dies_before
    with pytest.raises(Unavailable):
        await apply(store, step, [other.value])
    moved = Counter(hangs(store.tables)[f"e{n}"] for n in range(1, 8))
    assert moved["c-1001"] == max(dies_before - 1, 0) * AT_ONCE
    store.dies_before = None
    await apply(store, step, [other.value])
    assert {hangs(store.tables)[f"e{n}"] for n in range(1, 8)} == {"c-1001"}
    check_all(store.tables, [one.said for one in (*those, other)], TABLETS)
    check_announced(store.tables, log.messages)


async def test_what_one_person_uses_alone_stays_on_it_whenever_it_was() -> None:
    store, step = MemoryStore(Recorder()), tight_step(TIGHT.index(TABLETS))
    those = [happened(0, 0, [(PEOPLE[0], True), (DEVICES[0], True)]), happened(1, 200, [(DEVICES[0], True)])]
    await apply(store, step, [one.value for one in those])
    assert hangs(store.tables)["e1"] == "tablet-1"
    assert len({member.profile for member in store.tables.members.values()}) == 1


class Spy:
    """A unit of which it is remembered what was asked about devices."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit
        self.asked: list[Any] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self._unit, name)

    async def met_on(self, identifiers: Iterable[int], most: int) -> dict[int, MetOn]:
        found = await self._unit.met_on(identifiers, most)
        self.asked.append(max(len(one.others) for one in found.values()))
        return found

    async def logins(self, pairs: Iterable[Pair], spans: Mapping[int, Span]) -> dict[int, list[Login]]:
        self.asked.append(list(pairs))
        return await self._unit.logins(pairs, spans)

    async def used(
        self, spans: Mapping[int, Span], left: AbstractSet[int], among: Sequence[int] | None = None
    ) -> list[Use]:
        found = await self._unit.used(spans, left, among)
        self.asked.append(found)
        return found


async def test_a_kiosk_of_thousands_costs_a_glance() -> None:
    """A hundred links and one are looked at, no login and nothing anonymous."""
    store, step = MemoryStore(Recorder()), profile_step(IdentityPolicy())
    those = [
        happened(n, 0, [(Spelled("customer_id", f"c-{n}17", None), True), (DEVICES[0], True)][n % 2 :])
        for n in range(2_000)
    ]
    await apply(store, step, [one.value for one in those])
    kiosk = store.tables.identifiers[Key("device", "tablet-1")]

    async def look(unit: Unit) -> list[Any]:
        spy = Spy(unit)
        assert await Devices(step).astray(spy, {kiosk: ALWAYS}) == {}
        return spy.asked

    assert await store.run(look) == [MOST_LOGINS + 1, [], []]
    assert sum(one.anchor == kiosk for one in store.tables.interactions.values()) == 1_000
