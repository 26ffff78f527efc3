"""What is about a crowd goes last, whatever was heard of crowds; the end is the same."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from contextlib import AbstractAsyncContextManager
from typing import Any

import pytest

from schemas.topics import INTERACTIONS
from services.profile.consume import ProfileHandler
from services.profile.crowded import Crowded
from services.profile.crowds_heard import crowds_heard
from services.profile.domain.policy import IdentityPolicy
from services.profile.domain.sighting import Key
from services.profile.memory_store import MemoryStore
from services.profile.store import Unit
from services.profile.turn import Turn
from services.profile.wire import decode
from services.runtime.database import Database
from services.runtime.errors import Unavailable
from services.runtime.log import Record
from tests.profile.duplicates.invented import interaction, office
from tests.profile.histories import Details, happened
from tests.profile.running import Recorder, profile_step
from tests.profile.spellings import POOL
from tests.support.eventually import eventually
from tests.support.postgres import PostgresServer

STEP = profile_step(IdentityPolicy())
DIFFERENT = [*{one.normal: one for one in POOL if one.normal}.values()]


class Heard(Crowded):
    """Remembers what it heard last, and how often it did."""

    def __init__(self) -> None:
        super().__init__()
        self.last: set[Key] = set()
        self.times = 0

    def hear(self, keys: Iterable[Key]) -> None:
        self.last, self.times = set(keys), self.times + 1


class FailsOnce:
    """A database that gives a connection at first, then fails once."""

    def __init__(self, database: Database, failure: Exception) -> None:
        self._database = database
        self._failure = failure
        self.asked = 0

    def connection(self) -> AbstractAsyncContextManager[Any]:
        self.asked += 1
        if self.asked == 2:
            raise self._failure
        return self._database.connection()


def record(number: int, *places: int, seconds: float = 1.0) -> Record:
    value = happened(number, 0, [(DIFFERENT[place], True) for place in places], Details(seconds=seconds)).value
    return Record(INTERACTIONS.name, 0, number, None, value)


def keys_of(place: int) -> tuple[Key, ...]:
    return STEP.spot(decode(record(0, place).value)).sighting.keys


def hearing(*places: int) -> Crowded:
    crowded = Crowded()
    crowded.hear(key for place in places for key in keys_of(place))
    return crowded


def parts(crowded: Crowded, *records: Record) -> list[list[str]]:
    return [
        [one.incoming.key[1] for one in part]
        for part in crowded.apart([STEP.spot(decode(one.value)) for one in records])
    ]


def test_what_is_about_a_crowd_goes_last() -> None:
    assert parts(hearing(0), record(1, 0), record(2, 1), record(3, 2, 0), record(4, 3)) == [["e2", "e4"], ["e1", "e3"]]


def test_without_crowds_and_with_nothing_else_a_batch_is_one_part() -> None:
    assert parts(Crowded(), record(1, 0), record(2, 1)) == [["e1", "e2"]]
    assert parts(hearing(3), record(1, 0), record(2, 1)) == [["e1", "e2"]]
    assert parts(hearing(0), record(1, 0), record(2, 0, 1)) == [["e1", "e2"]]
    assert parts(hearing(0)) == [[]]


def test_what_has_one_id_keeps_its_order() -> None:
    assert parts(hearing(0), record(1, 0), record(2, 1), record(1, 1)) == [["e2"], ["e1", "e1"]]


async def test_others_are_committed_first_and_the_first_content_counts() -> None:
    class Noting(MemoryStore):
        def __init__(self) -> None:
            super().__init__(Recorder())
            self.after: list[set[str]] = []

        async def run(self, step: Callable[[Unit], Awaitable[Any]], turn: Turn | None = None) -> Any:
            result = await super().run(step, turn)
            self.after.append({one.event_id for one in self.tables.interactions.values()})
            return result

    store = Noting()
    first, second = record(1, 0), record(1, 1, seconds=33.25)
    handler = ProfileHandler(store, STEP, hearing(0))
    assert await handler.handle([first, record(2, 1), second, record(3, 5)]) == []
    assert store.after[0] == {"e2", "e3"}
    assert store.after[-1] == {"e1", "e2", "e3"}
    assert [one.body for one in store.tables.interactions.values() if one.event_id == "e1"] == [first.value]
    assert list(store.tables.variants.values()) == [second.value]


async def test_where_the_others_cannot_be_stored_nobody_waits_for_ever() -> None:
    class Away(MemoryStore):
        away = True

        async def run(self, step: Callable[[Unit], Awaitable[Any]], turn: Turn | None = None) -> Any:
            await asyncio.sleep(0)
            if self.away:
                raise Unavailable("the database is away")
            return await super().run(step, turn)

    store = Away(Recorder())
    handler = ProfileHandler(store, STEP, hearing(0))
    with pytest.raises(Unavailable):
        await handler.handle([record(1, 0), record(2, 1)])
    assert len(asyncio.all_tasks()) == 1
    store.away = False
    assert await handler.handle([record(1, 0), record(2, 1)]) == []
    assert len(store.tables.interactions) == 2


async def test_the_worker_hears_who_stands_among_people_kept_apart(postgres_server: PostgresServer) -> None:
    phone = {"phone": "+972541234501"}
    async with office(postgres_server) as one:
        heard = Heard()
        async with crowds_heard(one.kept.database, heard, every_seconds=0.01):
            assert heard.last == set()
            await one.happen(
                interaction(1, {"customer_id": "C-1", "email": "alone@example.com"}),
                interaction(2, {"customer_id": "C-2", **phone}),
                interaction(3, {"customer_id": "C-3", **phone}),
            )
            await eventually(lambda: bool(heard.last))
        assert heard.last == {("customer_id", "c-2"), ("customer_id", "c-3"), ("phone", phone["phone"])}


@pytest.mark.parametrize("failure", [Unavailable("the database is away"), ValueError("a flaw of ours")])
async def test_hearing_goes_on_after_a_failure(postgres_server: PostgresServer, failure: Exception) -> None:
    async with office(postgres_server) as one:
        database, heard = FailsOnce(one.kept.database, failure), Heard()
        async with crowds_heard(database, heard, every_seconds=0.01):  # type: ignore[arg-type]
            await eventually(lambda: heard.times > 1)
        assert database.asked > heard.times
