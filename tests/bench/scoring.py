"""What likely duplicates cost: processor time of what `kesher work duplicates` does beside the profile step's.

And what the step gets done while that worker works beside it, which gives way.
"""

from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from schemas.topics import PROFILES
from services.profile.consume import ProfileHandler
from services.profile.decisions.decide import Decider
from services.profile.domain.policy import IdentityPolicy
from services.profile.duplicates.consume import DuplicatesHandler
from services.profile.duplicates.learn import Learner
from services.profile.duplicates.learning import Learning
from services.profile.duplicates.postgres import DuplicatesStore
from services.profile.duplicates.settle import Settler
from services.profile.duplicates.step import DuplicatesStep
from services.profile.duplicates.worker import EVERY_SECONDS, LEAST_SHARE_AWAY, Upkeep
from services.profile.linking import Linker
from services.profile.postgres_store import PostgresStore
from services.runtime import telemetry
from services.runtime.clock import SystemClock, new_id
from services.runtime.database import Database
from services.runtime.log import Message, Record
from services.runtime.outbox import Outbox
from tests.bench import scoring_beside
from tests.bench.options import Options
from tests.bench.profile_runner import (
    NoProducer,
    Spent,
    handle_all,
    handler,
    on_log,
    prepare,
    profile_database,
    run,
    spending,
)
from tests.bench.report import Row
from tests.bench.scoring_mixes import Mix, mixes
from tests.bench.servers import DurablePostgres, postgres

NAME = "scoring"
PER_SECOND = 2_000
"""As if so many came in a second: what comes in a second is read together, and upkeep is due every few seconds."""


def bench(options: Options) -> Iterator[Row]:
    with postgres(options.folder / "scoring") as server:
        those = mixes(options)
        yield from scoring_beside.rows(server, options, those)
        for case, mix in those.items():
            shares = run(lambda mix=mix: _measure(server, mix))
            yield Row(
                bench=NAME,
                case=f"all of it, now or later: {case}",
                per_second=shares.scoring.per_second,
                per_cpu_second=shares.scoring.per_cpu_second,
                share=shares.share,
                note=f"{len(mix.values):,} interactions, {shares.people:,} people entered or changed, {shares.pairs:,} "
                f"pairs compared; upkeep {shares.upkeep_share:.3f} of the share; the step serves "
                f"{shares.step.per_cpu_second:,.0f} per CPU s",
            )


@dataclass(slots=True)
class Shares:
    """Processor time of both, upkeep only as far as what it was done for has passed."""

    step: Spent
    scoring: Spent
    upkeep_cpu_seconds: float = 0.0
    people: int = 0
    pairs: int = 0

    @property
    def upkeep_share(self) -> float:
        return self.upkeep_cpu_seconds / self.step.cpu_seconds

    @property
    def share(self) -> float:
        """What likely duplicates take of what the step takes."""
        return self.scoring.cpu_seconds / self.step.cpu_seconds + self.upkeep_share


def spread(cpu_seconds: float, took: float, left: float) -> tuple[float, float]:
    """What upkeep that took so long counts in a stretch of which so many seconds are left, and when it is due again.

    The worker stays away from it for nineteen times as long, so what it costs is that of the whole pause.
    """
    pause = max(EVERY_SECONDS, LEAST_SHARE_AWAY * took)
    return cpu_seconds * min(1.0, left / pause), pause


class _Log:
    """What the profile step says, until it is read."""

    def __init__(self) -> None:
        self._messages: list[Message] = []

    async def send(self, topic: str, messages: Sequence[Message]) -> None:
        assert topic == PROFILES.name
        self._messages += messages

    async def close(self) -> None:
        """Nothing to let go of."""

    def take(self) -> list[Record]:
        """All of it, as the duplicates worker reads it."""
        taken, self._messages = self._messages, []
        return [Record(PROFILES.name, 0, place, one.key, one.value) for place, one in enumerate(taken)]


async def _measure(server: DurablePostgres, mix: Mix) -> Shares:
    template = await server.template("bench_scoring", prepare)
    async with server.fresh_database(template) as url, _both(url, server.pid) as both:
        await both.go_through(mix.before)
        return await both.go_through(mix.values)


@asynccontextmanager
async def _both(url: str, pid: int) -> AsyncIterator["_Both"]:
    async with profile_database(url) as of_step, profile_database(url) as of_scoring:
        log = _Log()
        upkeep, scoring = _scoring(of_scoring)
        await upkeep.once()  # as when it starts
        yield _Both(handler(of_step, log), scoring, upkeep, log, pid)


def _scoring(database: Database) -> tuple[Upkeep, DuplicatesHandler]:
    """Put together as the worker does it."""
    policy, clock = IdentityPolicy(), SystemClock()
    store, learning = DuplicatesStore(database), Learning(database)
    step = DuplicatesStep(store, policy)
    decider = Decider(Linker(policy, new_id), new_id, clock.now)
    profiles = PostgresStore(database, Outbox(database, NoProducer()))
    learner, settler = Learner(store, learning, policy), Settler(store, learning, profiles, decider, policy)
    return Upkeep(step, learning, learner, settler, clock), DuplicatesHandler(step)


@dataclass(slots=True)
class _Both:
    """The profile step and likely duplicates in turns, second by second of the traffic."""

    step: ProfileHandler
    scoring: DuplicatesHandler
    upkeep: Upkeep
    log: _Log
    pid: int
    upkeep_due: float = field(default=EVERY_SECONDS, init=False)
    now: float = field(default=0.0, init=False)

    async def go_through(self, values: Sequence[bytes]) -> Shares:
        """Works all of it off, with upkeep when it is due."""
        shares = Shares(Spent(len(values)), Spent(len(values)), people=-_people(), pairs=-_pairs())
        end = self.now + len(values) / PER_SECOND
        for start in range(0, len(values), PER_SECOND):
            some = values[start : start + PER_SECOND]
            await self._second(some, shares)
            self.now += len(some) / PER_SECOND
            if self.now >= self.upkeep_due:
                await self._upkeep(end - self.now, shares)
        shares.people += _people()
        shares.pairs += _pairs()
        return shares

    async def _second(self, values: Sequence[bytes], shares: Shares) -> None:
        with spending(len(values), self.pid) as spent:
            await handle_all(self.step, on_log(values))
        shares.step.add(spent)
        with spending(len(values), self.pid) as spent:
            refusals = await self.scoring.handle(self.log.take())
        shares.scoring.add(spent)
        assert not refusals, refusals

    async def _upkeep(self, left: float, shares: Shares) -> None:
        with spending(0, self.pid) as spent:
            await self.upkeep.once()
        counted, pause = spread(spent.cpu_seconds, spent.seconds, left)
        shares.upkeep_cpu_seconds += counted
        self.upkeep_due = self.now + pause


def _people() -> int:
    return int(telemetry.DUPLICATE_PEOPLE._value.get())


def _pairs() -> int:
    return int(telemetry.DUPLICATE_PAIRS._value.get())
