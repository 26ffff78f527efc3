"""What every form of the journey store keeps about rebuilding; inherited by the tests of each."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from schemas.topics import PROFILES
from services.journey.consume import JourneyHandler
from services.journey.rebuild.port import Stretch
from services.journey.rebuild.rereading import Rereader, whole
from services.journey.store import Store, Unit
from services.runtime.errors import Contradicted
from services.runtime.log import Message
from services.runtime.memory_log import MemoryLog
from tests.contracts.journey_store import History, Stores
from tests.journey.feed import everything, profile_id, records

PROFILES_OF_HISTORY = (1, 2, 3, 4)
BATCH = 7


class Rebuilding(Stores):
    """A store with the log that it reads and publishes on; `damage` spoils all that follows from interactions.

    `lose` forgets half of the interactions, as a store does that was brought back from an older copy.
    """

    def __init__(self, store: Store, log: MemoryLog) -> None:
        super().__init__(store, log)
        self.damage: Callable[[], Awaitable[None]]
        self.lose: Callable[[], Awaitable[None]]

    async def happens(self, *messages: bytes) -> None:
        """The profile service says it, and it is consumed."""
        await self.log.append(PROFILES.name, [Message(None, message) for message in messages])
        for at in range(0, len(messages), BATCH):
            await self.feed(messages[at : at + BATCH])

    async def finish(self, rebuild: int) -> None:
        """Does all that workers do for it."""
        rereader = Rereader(self.log, self.store, self.step)
        while await rereader.once():
            pass
        await rereader.close()
        await self.sweep()
        await self.measure()
        progress = await self.store.rebuilds.progress(rebuild)
        assert progress is not None
        assert progress.done

    async def all_of_it(self) -> dict[str, Any]:
        """All that is said of everybody, measures too."""
        figures = {n: await self.store.measures_of(profile_id(n)) for n in PROFILES_OF_HISTORY}
        return {**await self.standing(*PROFILES_OF_HISTORY), "figures": figures}


class JourneyRebuildContract:
    """Inherit it and provide the fixture `rebuilding`, of an empty store with `rounds` in force."""

    @pytest.fixture
    async def rebuilding(self) -> Rebuilding:
        raise NotImplementedError

    @pytest.mark.parametrize("seed", range(3))
    async def test_what_follows_from_interactions_is_made_anew(self, rebuilding: Rebuilding, seed: int) -> None:
        await rebuilding.happens(*History(random.Random(seed)).messages())
        await rebuilding.measure()
        undisturbed, said = await rebuilding.all_of_it(), await rebuilding.replay()
        await rebuilding.damage()
        assert await rebuilding.all_of_it() != undisturbed
        await rebuilding.finish((await rebuilding.store.rebuilds.begin(None)).id)
        assert await rebuilding.all_of_it() == undisturbed
        assert await rebuilding.replay() == said

    async def test_a_second_time_nothing_is_said(self, rebuilding: Rebuilding) -> None:
        await rebuilding.happens(*History(random.Random(7)).messages())
        before = len(await everything(rebuilding.log))
        for _ in range(2):
            await rebuilding.finish((await rebuilding.store.rebuilds.begin(None)).id)
            await rebuilding.finish((await rebuilding.store.rebuilds.begin(await whole(rebuilding.log))).id)
        assert len(await everything(rebuilding.log)) == before

    async def test_several_at_once_are_one(self, rebuilding: Rebuilding) -> None:
        await rebuilding.happens(*History(random.Random(8)).messages())
        begun = await asyncio.gather(*[rebuilding.store.rebuilds.begin(None) for _ in range(4)])
        assert len({one.id for one in begun}) == 1
        with pytest.raises(Contradicted, match="a rebuild from the store is under way"):
            await rebuilding.store.rebuilds.begin(await whole(rebuilding.log))
        await rebuilding.finish(begun[0].id)
        assert (await rebuilding.store.rebuilds.begin(None)).id != begun[0].id

    async def test_how_far_it_is(self, rebuilding: Rebuilding) -> None:
        await rebuilding.happens(*History(random.Random(9)).messages())
        await rebuilding.measure()
        rebuild = await rebuilding.store.rebuilds.begin(None)
        assert await self.counts(rebuilding, rebuild.id) == (4, 0, 0)
        await rebuilding.store.run(lambda unit: rebuilding.step.sweep(unit, 1))
        await rebuilding.store.run(lambda unit: rebuilding.step.measure(unit, 1))
        assert await self.counts(rebuilding, rebuild.id) == (4, 1, 1)
        await rebuilding.finish(rebuild.id)
        latest = await rebuilding.store.rebuilds.latest()
        assert latest is not None
        assert latest.finished_at is not None
        assert await self.counts(rebuilding, rebuild.id) == (4, 4, 4)
        assert await rebuilding.store.rebuilds.progress(rebuild.id + 1) is None

    @staticmethod
    async def counts(rebuilding: Rebuilding, rebuild: int) -> tuple[int, int, int]:
        progress = await rebuilding.store.rebuilds.progress(rebuild)
        assert progress is not None
        return progress.customers, progress.folded, progress.measured

    @pytest.mark.parametrize("seed", range(3))
    async def test_what_the_store_lacks_comes_from_the_log(self, rebuilding: Rebuilding, seed: int) -> None:
        await rebuilding.happens(*History(random.Random(seed)).messages())
        await rebuilding.measure()
        undisturbed, said = await rebuilding.all_of_it(), await rebuilding.replay()
        await rebuilding.lose()
        await rebuilding.damage()
        await rebuilding.finish((await rebuilding.store.rebuilds.begin(await whole(rebuilding.log))).id)
        assert await rebuilding.all_of_it() == undisturbed
        assert await rebuilding.replay() == said

    async def test_reading_goes_on_where_it_was_left_whoever_reads(self, rebuilding: Rebuilding) -> None:
        messages = History(random.Random(3)).messages()
        await rebuilding.happens(*messages)
        rebuild = await rebuilding.store.rebuilds.begin(await whole(rebuilding.log))
        assert rebuild.messages == len(messages)

        async def fails(unit: Unit) -> None:
            left = await unit.rebuild.claim(rebuild.id)
            assert left is not None
            await unit.rebuild.advance(rebuild.id, left._replace(start=left.until))
            raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            await rebuilding.store.run(fails)
        first, second = (Rereader(rebuilding.log, rebuilding.store, rebuilding.step) for _ in range(2))
        while any([await first.once(), await second.once()]):
            pass
        latest = await rebuilding.store.rebuilds.latest()
        assert latest is not None
        assert latest.log is not None
        assert latest.log.read
        assert latest.revision is not None

    async def test_what_comes_meanwhile_is_consumed_as_ever(self, rebuilding: Rebuilding) -> None:
        messages = History(random.Random(4)).messages()
        half = len(messages) // 2
        await rebuilding.happens(*messages[:half])
        rebuild = await rebuilding.store.rebuilds.begin(await whole(rebuilding.log))
        await rebuilding.damage()
        rereader = Rereader(rebuilding.log, rebuilding.store, rebuilding.step)

        async def consume() -> None:
            for at in range(half, len(messages), 3):
                await rebuilding.log.append(PROFILES.name, [Message(None, one) for one in messages[at : at + 3]])
                handler = JourneyHandler(rebuilding.store, rebuilding.step)
                assert await handler.handle(records(messages[at : at + 3])) == []

        async def make_anew() -> None:
            while await rereader.once():
                pass
            await rebuilding.sweep()

        await asyncio.gather(consume(), make_anew())
        await rebuilding.finish(rebuild.id)
        history = History(random.Random(4))
        history.messages()
        for profile, steps in history.expected().items():
            assert await rebuilding.steps(profile) == [(step.from_stage, step.to) for step in steps]
        assert {(said[0], said[2]) for said in await rebuilding.replay()} == {
            (profile_id(profile), " ".join(step.position[1:]))
            for profile, steps in history.expected().items()
            for step in steps
        }

    async def test_a_log_that_was_cut_is_read_from_where_it_begins(self, rebuilding: Rebuilding) -> None:
        messages = History(random.Random(5)).messages()
        await rebuilding.happens(*messages)
        before = await rebuilding.all_of_it()
        rebuild = await rebuilding.store.rebuilds.begin(await whole(rebuilding.log))
        rebuilding.log.cut(PROFILES.name, {0: 3, 1: 2})
        assert await whole(rebuilding.log) == Stretch(
            {0: 3, 1: 2, 2: 0, 3: 0}, await rebuilding.log.end(PROFILES.name), missed=5
        )
        await rebuilding.finish(rebuild.id)
        latest = await rebuilding.store.rebuilds.latest()
        assert latest is not None
        assert latest.log is not None
        assert latest.log.missed == 5
        assert (await rebuilding.all_of_it())["funnel"] == before["funnel"]
