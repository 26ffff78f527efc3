"""A contested component of 1,000 identifiers: how long it takes to resolve, and who else waits for it."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from itertools import count

from services.profile.crowded import Crowded
from services.profile.crowds_heard import crowds_heard
from services.runtime.database import Database
from tests.bench.components import Component, by_name
from tests.bench.figures import in_turns, latency
from tests.bench.generator import steady
from tests.bench.options import Options
from tests.bench.profile_runner import (
    handle_all,
    handler,
    on_log,
    prepare,
    producer,
    profile_database,
    run,
    tend,
    timed,
)
from tests.bench.report import Row, Target
from tests.bench.resolve_again import IDENTIFIERS, Resolving, contested_component, touch, touch_whole
from tests.bench.servers import postgres
from tests.bench.told import Told
from tests.bench.traffic import Traffic

NAME = "contested"
TIMES = 200
WARM_UP = 5
AIM_MS = 100
CUSTOMERS = 5_000
SECONDS = 15.0
BATCHES_PER_SECOND = 10
BATCH = 50
AIM_RATIO = 0.5

Beside = Callable[[Resolving], AbstractAsyncContextManager[None]]
Work = Callable[[], Awaitable[Sequence[float]]]


def bench(options: Options) -> Iterator[Row]:
    numbers, names = contested_component(), by_name("name", IDENTIFIERS)
    with postgres(options.folder / "contested") as server:
        contest = _Contest(server.url("kesher"), options.seconds(SECONDS))
        run(lambda: contest.begin([numbers, names]))
        times = options.size(TIMES, 10)
        for apart, component in (("customer numbers", numbers), ("given names", names)):
            for whole in (True, False):
                seconds = run(lambda of=component, whole=whole: contest.resolve(of, times, whole=whole))
                yield _resolved(f"apart by {apart}" + ", whole" * whole, component, seconds)
        run(contest.others)  # so that everybody is known
        rounds = max(1, options.rounds // 2)
        yield from _others(contest, rounds, "in another process", lambda: contest.others(Resolving.apart))
        yield from _others(
            contest, rounds, "in the same process, whole", lambda: contest.others(Resolving.here, whole=True)
        )
        yield from _others(contest, rounds, "in the same process", lambda: contest.others(Resolving.here))
        yield from _others(contest, rounds, "in their batches", lambda: contest.others(within=True))


def _resolved(case: str, component: Component, seconds: Sequence[float]) -> Row:
    return Row(
        bench=NAME,
        case=case,
        latency=latency(seconds),
        targets=(Target("p99", "<", AIM_MS),),
        rounds={"seconds": seconds},
        note=f"a batch of one interaction, in a component of {component.identifiers:,} identifiers",
    )


def _others(contest: "_Contest", rounds: int, where: str, with_it: Work) -> Iterator[Row]:
    """The others without and with it, in turns."""
    alone, beside = list[float](), list[float]()

    def pace(seconds: list[float], work: Work) -> float:
        """Batches a second, were all as slow as the slowest hundredth."""
        found = run(work)
        seconds += found
        percentiles = latency(found)
        assert percentiles is not None
        return 1000 / percentiles.p99

    before = contest.touches
    turns = in_turns(rounds, lambda: pace(alone, contest.others), lambda: pace(beside, with_it))
    without, times = latency(alone), contest.touches - before
    assert without is not None
    yield Row(
        bench=NAME,
        case=f"others, it is {where}",
        ratio=turns.ratio,
        latency=latency(beside),
        targets=(Target("ratio", ">=", AIM_RATIO),),
        rounds={"alone": turns.floor, "beside": turns.step},
        note=f"batches of {BATCH} at {BATCHES_PER_SECOND}/s while it was resolved {times:,} times; "
        f"without it p50 {without.p50}, p99 {without.p99} ms, which is the floor",
    )


@asynccontextmanager
async def _nothing(_: Resolving) -> AsyncIterator[None]:
    yield


class _Contest:
    """One store with contested components, and customers who have nothing to do with them."""

    def __init__(self, url: str, seconds: float) -> None:
        self._url = url
        self._seconds = seconds
        self._runs = count()
        self.touches = 0

    async def begin(self, components: Sequence[Component]) -> None:
        """Makes the components."""
        await prepare(self._url)
        async with profile_database(self._url) as database, producer(None) as to:
            for component in components:
                await handle_all(handler(database, to), on_log(component.values))
            await tend(database)

    async def resolve(self, component: Component, times: int, *, whole: bool) -> list[float]:
        """Seconds that each of so many batches took."""
        async with profile_database(self._url) as database, producer(None) as to:
            handling = handler(database, to)
            first = self.touches + WARM_UP
            self.touches = first + times
            for number in range(first - WARM_UP, first):
                await touch(handling, component, number)
            return [
                await (
                    touch_whole(database, handling, component, number) if whole else touch(handling, component, number)
                )
                for number in range(first, self.touches)
            ]

    async def others(
        self, contested: Beside = _nothing, *, within: bool = False, whole: bool = False
    ) -> Sequence[float]:
        """Seconds from when each batch of the others was due to when what it says was sent, after its commit.

        `contested` resolves the component meanwhile; or each of the batches does, which has a touch of it `within`.
        """
        resolving, crowded = Resolving(self._url, self.touches, whole=whole), Crowded()
        async with (
            profile_database(self._url) as database,
            crowds_heard(database, crowded),
            contested(resolving),
        ):
            seconds = await self._offer(database, crowded, self._touches(resolving) if within else None)
        self.touches += resolving.times
        return seconds

    def _touches(self, resolving: Resolving) -> Iterator[bytes]:
        component = contested_component()
        while True:
            resolving.times += 1
            yield component.touch(self.touches + resolving.times - 1)

    async def _offer(self, database: Database, crowded: Crowded, touches: Iterator[bytes] | None) -> Sequence[float]:
        name, schedule, told = f"others{next(self._runs)}", steady(BATCHES_PER_SECOND, self._seconds), Told()
        handling = handler(database, told, crowded)
        values = Traffic(CUSTOMERS, name).history(len(schedule) * BATCH)
        batches = [values[place * BATCH : (place + 1) * BATCH] for place in range(len(schedule))]
        records = [on_log([*batch, next(touches)] if touches else batch) for batch in batches]
        start = time.perf_counter()

        async def due(place: int, seconds: float) -> None:
            await asyncio.sleep(start + seconds - time.perf_counter())
            await timed(handling, records[place])

        await asyncio.gather(*(due(place, seconds) for place, seconds in enumerate(schedule)))
        ends = told.ends(name, BATCH, len(schedule))
        return [end - start - seconds for end, seconds in zip(ends, schedule, strict=True)]
