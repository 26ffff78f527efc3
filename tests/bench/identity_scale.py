"""The profile step on an empty store and on one with 1,000,000 profiles and 5,000,000 interactions, in turns."""

import os
import random
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cache
from pathlib import Path
from statistics import median

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from services.runtime.database import Database
from tests.bench.figures import Beside, in_turns
from tests.bench.options import Options
from tests.bench.profile_runner import (
    BATCH,
    Spent,
    handle_all,
    handler,
    on_log,
    prepare,
    producer,
    profile_database,
    run,
    spending,
    tend,
)
from tests.bench.replica import BLOCK, SAMPLE_BLOCK, replicate, rows_to_copy, sample
from tests.bench.report import Row, Target
from tests.bench.servers import DurablePostgres, postgres
from tests.bench.traffic import START, Traffic

NAME = "identity_scale"
SAMPLE = 8_000
"""Of the 10,000 numbers in each block; the others are of people whom nobody knows yet."""
COPIES = 124
EACH = 5
INTERACTIONS = 50_000
CUSTOMERS = 10_000
WARM_UP = 500
STRETCHES_OF_USE = 8
"""By when the large store's server, which begins with nothing in memory, has there what such traffic needs most."""
LATER = START + timedelta(days=60)
TEMPLATE = "bench_scale"
AIM_RATIO = round(1 / 1.5, 3)
MEBIBYTE = 1024 * 1024


def bench(options: Options) -> Iterator[Row]:
    folder, customers = options.folder / "identity-scale", options.size(SAMPLE, 20)
    some = max(1, options.rounds // 2)
    with postgres(folder) as server:
        yield _load(server, customers)
        server.stop()  # it gives its pages as much memory as what it holds at its start asks for
        server.start()
        for case, known, cold, rounds in (
            ("strangers", False, False, options.rounds),
            ("known", True, False, some),
            ("known, cold", True, True, some),
        ):
            places = range(customers) if known else range(SAMPLE, BLOCK)
            in_use = _traffic(options, "in use", places) if known and not cold else None
            stores = _Stores(server, folder if cold else None, _traffic(options, case, places), in_use)
            yield from stores.rows(case, in_turns(rounds, stores.empty, stores.loaded))


@dataclass(frozen=True, slots=True)
class Stretch:
    """What comes in one round: a little to warm up, then what is measured."""

    warm_up: Sequence[bytes]
    values: Sequence[bytes]


def _traffic(options: Options, case: str, places: range) -> Callable[[int], Stretch]:
    """Makes the stretch of a round, the same for both stores."""
    count, people = options.size(INTERACTIONS, 2 * BATCH), options.size(CUSTOMERS, 100)

    @cache
    def stretch(number: int) -> Stretch:
        chance = random.Random(f"{case} {number}")
        traffic = Traffic(people, f"{case} {number}", start=LATER, numbers=drawn(chance, people, places))
        values = [scattered(value, chance) for value in traffic.history(WARM_UP + count)]
        return Stretch(values[:WARM_UP], values[WARM_UP:])

    return stretch


def drawn(chance: random.Random, people: int, places: range) -> list[int]:
    """Customers' numbers at such places of any block, so that they lie anywhere among those loaded."""
    all_of_them = range((COPIES + 1) * len(places))
    picked = chance.sample(all_of_them, people)
    return [(SAMPLE_BLOCK + one // len(places)) * BLOCK + places[one % len(places)] for one in picked]


def scattered(value: bytes, chance: random.Random) -> bytes:
    """The interaction with an id that lies anywhere among those loaded, as a vendor's do."""
    block, place = chance.randrange(SAMPLE_BLOCK, SAMPLE_BLOCK + COPIES + 1), chance.randrange(10**6)
    return value.replace(b'"id":"', b'"id":"r%d-%06d-' % (block, place), 1)


def _load(server: DurablePostgres, customers: int) -> Row:
    """Makes the large store in the server's own database."""
    url, copied = server.url("kesher"), COPIES + 1

    async def work() -> tuple[Spent, str]:
        await prepare(url)
        async with profile_database(url) as database, producer(None) as to:
            await handle_all(handler(database, to), on_log(sample(customers, EACH)))
            rows = await rows_to_copy(database, COPIES)
            with _progress(rows) as advance, spending(COPIES * customers * EACH, server.pid) as spent:
                await replicate(database, COPIES, advance)
            await tend(database)
            return spent, await _size(database)

    spent, size = run(work)
    return Row(
        bench=NAME,
        case="loading",
        per_second=spent.per_second,
        per_cpu_second=spent.per_cpu_second,
        note=f"{copied * customers:,} profiles, {copied * customers * EACH:,} interactions by SQL; {size}",
    )


@contextmanager
def _progress(rows: int) -> Iterator[Callable[[int], None]]:
    columns = (TextColumn("rows"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("rows", total=rows)
        yield lambda done: progress.advance(task, done)


async def _size(database: Database) -> str:
    async with database.connection() as connection:
        whole = await connection.fetchval("SELECT pg_database_size(current_database())")
        largest = await connection.fetch(
            "SELECT relname, pg_total_relation_size(oid) FROM pg_class WHERE relkind = 'r' ORDER BY 2 DESC LIMIT 4"
        )
    tables = ", ".join(f"{name} {size // MEBIBYTE:,}" for name, size in largest)
    return f"{whole // MEBIBYTE:,} MiB on disk, with indexes: {tables}"


class _Stores:
    """An empty store and the loaded one, under the same traffic; with a `folder`, the loaded one begins cold.

    With traffic `in_use` the loaded one has been serving others: before its first pass for long, and before each of
    the next on the same connections, since a worker keeps its own for days.
    """

    def __init__(
        self,
        server: DurablePostgres,
        folder: Path | None,
        stretch: Callable[[int], Stretch],
        in_use: Callable[[int], Stretch] | None,
    ) -> None:
        self._server = server
        self._folder = folder
        self._stretch = stretch
        self._in_use = in_use
        self._empties: list[Spent] = []
        self._loaded: list[Spent] = []

    def empty(self) -> float:
        """Interactions per second on a store that was made for it."""
        stretch = self._stretch(len(self._empties))
        self._empties.append(run(lambda: self._on_empty(stretch)))
        return self._empties[-1].per_second

    def loaded(self) -> float:
        """Interactions per second on the large store."""
        stretch = self._stretch(len(self._loaded))
        if self._folder:
            self._server.stop()
            forget(self._folder)
            self._server.start()
        self._loaded.append(run(lambda: self._apply(self._server.url("kesher"), stretch, self._use())))
        return self._loaded[-1].per_second

    def _use(self) -> Iterator[Sequence[bytes]]:
        """What the loaded store serves before the next pass."""
        if self._in_use:
            passes = len(self._loaded)
            for number in range(STRETCHES_OF_USE) if passes == 0 else [STRETCHES_OF_USE + passes]:
                yield self._in_use(number).values

    def rows(self, case: str, beside: Beside) -> Iterator[Row]:
        """What was measured."""
        count = len(self._stretch(0).values)
        yield _row(f"{case}: empty store", self._empties, f"{count:,} interactions")
        yield replace(
            _row(
                f"{case}: loaded",
                self._loaded,
                "the same; nothing of the store in memory" if self._folder else "the same",
            ),
            ratio=beside.ratio,
            targets=() if self._folder else (Target("ratio", ">=", AIM_RATIO),),
        )

    async def _on_empty(self, stretch: Stretch) -> Spent:
        template = await self._server.template(TEMPLATE, prepare)
        async with self._server.fresh_database(template) as url:
            return await self._apply(url, stretch)

    async def _apply(self, url: str, stretch: Stretch, before: Iterable[Sequence[bytes]] = ()) -> Spent:
        async with profile_database(url) as database, producer(None) as to:
            handling = handler(database, to)
            for values in before:
                await handle_all(handling, on_log(values))
            async with database.connection() as connection:
                await connection.execute("CHECKPOINT")  # of what came before; the same for both
            await handle_all(handling, on_log(stretch.warm_up))
            records = on_log(stretch.values)
            with spending(len(records), self._server.pid) as spent:
                await handle_all(handling, records)
            return spent


def forget(folder: Path) -> None:
    """Makes the system drop what it keeps in memory of the files in a folder; they are closed and on disk."""
    for path in folder.rglob("*"):
        if path.is_file() and path.stat().st_size:
            file = os.open(path, os.O_RDONLY)
            try:
                os.posix_fadvise(file, 0, 0, os.POSIX_FADV_DONTNEED)
            finally:
                os.close(file)


def _row(case: str, passes: Sequence[Spent], note: str) -> Row:
    rates = [spent.per_second for spent in passes]
    return Row(
        bench=NAME,
        case=case,
        per_second=median(rates),
        per_cpu_second=median(spent.per_cpu_second for spent in passes),
        rounds={"per_second": rates},
        note=note,
    )
