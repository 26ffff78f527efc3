"""One new identifier joins a person who has ten, a hundred, a thousand, ten thousand: what the larger side costs."""

from collections.abc import Iterator, Sequence
from statistics import median

from services.runtime.database import Database
from tests.bench.figures import latency
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
from tests.bench.servers import DurablePostgres, postgres
from tests.bench.stated import Identifiers, stating

NAME = "merge_sides"
SIZES = (10, 100, 1_000, 10_000)
PEOPLE = 10
MERGES = 6
"""The first of each person warms up."""
STATED_TOGETHER = 20
HANDLES = 10
"""As many of one application as the rules leave one person."""
AIM_RATIO = 0.5

Seconds = dict[int, list[float]]


def bench(options: Options) -> Iterator[Row]:
    people = options.size(PEOPLE, 2)
    with postgres(options.folder / "merge-sides") as server:
        seconds = run(lambda: _merge(server, people))
    least = median(seconds[SIZES[0]])
    for size, those in seconds.items():
        larger = size > SIZES[0]
        yield Row(
            bench=NAME,
            case=f"1 with {size:,}",
            per_second=1 / median(those),
            ratio=least / median(those) if larger else None,
            latency=latency(those),
            targets=(Target("ratio", ">=", AIM_RATIO),) if larger else (),
            rounds={"seconds": those},
            note="identifiers, a batch of its own; the floor is 1 with 10" if larger else "",
        )


async def _merge(server: DurablePostgres, people: int) -> Seconds:
    """How long the batch of each merge took, by the larger side's identifiers: all sizes in turns on one store."""
    everybody = [(size, person) for size in SIZES for person in range(people)]
    seconds: Seconds = {size: [] for size in SIZES}
    template = await server.template("bench_merge_sides", prepare)
    async with server.fresh_database(template) as url, profile_database(url) as database, producer(None) as to:
        handling = handler(database, to)
        await handle_all(handling, on_log(parts(everybody)))
        await tend(database)
        for merge in range(MERGES):
            for person in range(people):
                for size in SIZES:
                    taken = await timed(handling, on_log([joining(size, person, merge)]))
                    seconds[size] += [taken] if merge else []
        await _check(database, MERGES * len(everybody))
    return seconds


def parts(everybody: Sequence[tuple[int, int]]) -> list[bytes]:
    """Interactions that make these people of so many identifiers each, and those who are to become part of them."""
    values = []
    for size, person in everybody:
        number, *handles = held_by(size, person)
        for start in range(0, len(handles), STATED_TOGETHER):
            name = f"large-{size}-{person}-{start}"
            values.append(stating(name, start, [number, *handles[start : start + STATED_TOGETHER]]))
        values += [
            stating(f"small-{size}-{person}-{merge}", 0, [_small(size, person, merge)]) for merge in range(MERGES)
        ]
    return values


def held_by(size: int, person: int) -> Identifiers:
    """A customer number and handles of many applications."""
    handles = [
        (f"handle:app-{place // HANDLES}", f"user {size} {person} {place % HANDLES}") for place in range(size - 1)
    ]
    return [("customer_id", f"c-{size}-{person:04d}"), *handles]


def joining(size: int, person: int, merge: int) -> bytes:
    """The interaction that shows that one of the small ones is this person."""
    return stating(f"merge-{size}-{person}-{merge}", 1, [held_by(size, person)[0], _small(size, person, merge)])


def _small(size: int, person: int, merge: int) -> tuple[str, str]:
    return "device", f"small-{size}-{person}-{merge}"


async def _check(database: Database, merges: int) -> None:
    async with database.connection() as connection:
        outcomes = await connection.fetch("SELECT outcome FROM interaction WHERE event_id LIKE 'merge-%'")
    assert [row[0] for row in outcomes] == ["merged"] * merges
