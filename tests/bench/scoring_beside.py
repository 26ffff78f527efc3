"""The profile step alone, and with `kesher work duplicates` beside it, which reads what the step says from a broker."""

import asyncio
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext
from pathlib import Path
from statistics import median

from services.runtime.embedded.ports import free_port
from tests.bench.figures import in_turns
from tests.bench.machine import cpu_seconds
from tests.bench.options import Options
from tests.bench.profile_runner import (
    Spent,
    handle_all,
    handler,
    on_log,
    prepare,
    producer,
    profile_database,
    run,
    spending,
)
from tests.bench.report import Row, Target
from tests.bench.scoring_mixes import Mix
from tests.bench.servers import DurablePostgres, Program, broker

TEMPLATE = "bench_scoring"
AIM_RATIO = round(1 / 1.2, 3)
"""It adds at most a fifth to what the step takes."""
ANYBODY = "SELECT EXISTS (SELECT FROM duplicate_person)"
QUIET_SECONDS = 2.0
RESTS_AT_MOST = 0.3
"""Share of a core, over one look: a poll of the log and of the database now and then is no work."""
POLL_SECONDS = 0.1


def rows(server: DurablePostgres, options: Options, mixes: Mapping[str, Mix]) -> Iterator[Row]:
    """One row for each kind of traffic."""
    for case, mix in mixes.items():
        passes = _Passes(server, options.folder / "scoring-beside", mix)
        beside = in_turns(max(1, options.rounds // 2), passes.alone, passes.beside)
        yield Row(
            bench="scoring",
            case=f"the step, with it beside: {case}",
            per_second=median(beside.step),
            ratio=beside.ratio,
            targets=(Target("ratio", ">=", AIM_RATIO),),
            rounds={"floor": beside.floor, "step": beside.step},
            note=f"{len(mix.values):,} interactions as fast as they go; the floor is the step alone, "
            f"{median(beside.floor):,.0f}/s; the worker was done {median(passes.later):,.1f} s after it",
        )


class _Passes:
    """Passes in fresh databases and on fresh logs; `later` is how many seconds the worker went on after each."""

    def __init__(self, server: DurablePostgres, folder: Path, mix: Mix) -> None:
        self._server = server
        self._folder = folder
        self._mix = mix
        self.later: list[float] = []

    def alone(self) -> float:
        """Interactions per second."""
        with broker(self._folder, kafka=False) as log:
            return run(lambda: self._pass(log, worker=False)).per_second

    def beside(self) -> float:
        """Interactions per second while the worker works beside the step."""
        with broker(self._folder, kafka=False) as log:
            return run(lambda: self._pass(log, worker=True)).per_second

    async def _pass(self, log: Mapping[str, str], *, worker: bool) -> Spent:
        """Raises AssertionError if a worker did nothing."""
        template = await self._server.template(TEMPLATE, prepare)
        async with (
            self._server.fresh_database(template) as url,
            profile_database(url) as database,
            producer(log["KESHER_KAFKA_BOOTSTRAP_SERVERS"]) as to,
        ):
            handling = handler(database, to)
            await handle_all(handling, on_log(self._mix.before))
            with self._working(log, url) if worker else nullcontext() as program:
                if program:
                    await self._until_quiet(program)
                records = on_log(self._mix.values)
                with spending(len(records), self._server.pid) as spent:
                    await handle_all(handling, records)
                if program:
                    self.later.append(await self._until_quiet(program))
                    async with database.connection() as connection:
                        assert await connection.fetchval(ANYBODY), "the worker entered nobody"
            return spent

    @contextmanager
    def _working(self, log: Mapping[str, str], url: str) -> Iterator[Program]:
        self._folder.mkdir(parents=True, exist_ok=True)
        command, env = ("-m", "services.cli", "work", "duplicates"), {**log, "KESHER_DATABASE_URL": url}
        program = Program(command, free_port(), self._folder / "duplicates.log", env)
        try:
            yield program
        finally:
            program.stop()

    async def _until_quiet(self, program: Program) -> float:
        """Seconds until it and the database began to rest."""
        began = time.perf_counter()
        rested, taken = began, self._taken(program)
        while (now := time.perf_counter()) - rested < QUIET_SECONDS:
            await asyncio.sleep(POLL_SECONDS)
            more = self._taken(program)
            if more - taken > RESTS_AT_MOST * POLL_SECONDS:
                rested = now + POLL_SECONDS
            taken = more
        return max(0.0, rested - began)

    def _taken(self, program: Program) -> float:
        return cpu_seconds(program.pid) + cpu_seconds(self._server.pid)
