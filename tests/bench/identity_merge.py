"""Identity resolution where it works hardest: chains, merges, contested components, junk that everybody shares."""

import random
from collections.abc import Iterator, Sequence
from statistics import median

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
from tests.bench.report import Row
from tests.bench.servers import DurablePostgres, postgres
from tests.bench.stated import Identifiers, stating

NAME = "identity_merge"
TEMPLATE = "bench_identity"
CHAIN_LENGTH = 40
TOUCHES = 20


def bench(options: Options) -> Iterator[Row]:
    cases = {
        "chains": (chains(options.size(250, 5)), f"{CHAIN_LENGTH} devices in a row, links in any order"),
        "merges": (merges(options.size(5_000, 100)), "two known profiles become one with every third interaction"),
        "contested": (contested(options.size(500, 5)), f"two customer numbers on a phone, met {TOUCHES} times more"),
        "shared": (shared(options.size(20_000, 100)), "everybody on one e-mail address"),
    }
    with postgres(options.folder / "identity") as server:
        for case, (histories, note) in cases.items():
            values = [stating(f"i-{number}", number, identifiers) for number, identifiers in enumerate(histories)]
            passes = [_pass(server, values) for _ in range(max(1, options.rounds // 2))]
            yield Row(
                bench=NAME,
                case=case,
                per_second=median(spent.per_second for spent in passes),
                per_cpu_second=median(spent.per_cpu_second for spent in passes),
                rounds={"per_second": [spent.per_second for spent in passes]},
                note=f"{len(values):,} interactions; {note}",
            )


def chains(count: int) -> list[Identifiers]:
    """Links of device chains, all of them shuffled together."""
    links = [
        [("device", f"dev-{chain}-{place}"), ("device", f"dev-{chain}-{place + 1}")]
        for chain in range(count)
        for place in range(CHAIN_LENGTH - 1)
    ]
    random.Random(1).shuffle(links)
    return list(links)


def merges(count: int) -> list[Identifiers]:
    """Everybody by telephone, then everybody by e-mail, then by both."""
    phones = [("phone", f"+97254{customer:07d}") for customer in range(count)]
    emails = [("email", f"user{customer}@example.com") for customer in range(count)]
    both = [[phone, email] for phone, email in zip(phones, emails, strict=True)]
    return [*([phone] for phone in phones), *([email] for email in emails), *both]


def contested(count: int) -> list[Identifiers]:
    """Couples on one telephone, each of whom brings ever new devices: every interaction resolves the couple anew."""
    couples = [
        [("customer_id", f"c-{couple:05d}-{partner}"), ("phone", f"+97254{couple:07d}")]
        for partner in "ab"
        for couple in range(count)
    ]
    touches = [
        [("customer_id", f"c-{couple:05d}-{'ab'[touch % 2]}"), ("device", f"dev-{couple}-{touch}")]
        for touch in range(TOUCHES)
        for couple in range(count)
    ]
    return [*couples, *touches]


def shared(count: int) -> list[Identifiers]:
    """Customers whose address is that of the branch."""
    return [[("customer_id", f"c-{customer:07d}"), ("email", "branch@example.com")] for customer in range(count)]


def _pass(server: DurablePostgres, values: Sequence[bytes]) -> Spent:
    async def work() -> Spent:
        template = await server.template(TEMPLATE, prepare)
        async with (
            server.fresh_database(template) as url,
            profile_database(url) as database,
            producer(None) as to,
        ):
            handling = handler(database, to)
            with spending(len(values), server.pid) as spent:
                await handle_all(handling, on_log(values))
            return spent

    return run(work)
