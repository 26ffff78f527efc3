"""The traffic that likely duplicates are measured on."""

from collections.abc import Sequence
from typing import NamedTuple

import msgspec

from tests.bench.names import Names
from tests.bench.options import Options
from tests.bench.traffic import Traffic

INTERACTIONS = 40_000
CUSTOMERS = 10_000
PEOPLE = 20_000


class Mix(NamedTuple):
    """Traffic; what comes `before` it is not measured."""

    before: Sequence[bytes]
    values: Sequence[bytes]


def mixes(options: Options) -> dict[str, Mix]:
    """Customers who are known; and people of whom each is new, with or without a customer number."""
    interactions = options.size(INTERACTIONS, 400)
    known = Traffic(options.size(CUSTOMERS, 100), "known")
    introductions = [event.body for event in known.introductions()]
    names = Names(seed=1)
    new = [named(event.body, names) for event in Traffic(options.size(PEOPLE, 200), "new").introductions()]
    return {
        "known": Mix([*introductions, *known.history(interactions)], known.history(interactions)),
        "new, with customer number": Mix([], new),
        "new, without": Mix([], [without_number(value) for value in new]),
    }


def named(value: bytes, names: Names) -> bytes:
    """The interaction of somebody with a name of their own."""
    event = msgspec.json.decode(value)
    event["data"]["traits"]["name"] = names.draw()
    return msgspec.json.encode(event)


def without_number(value: bytes) -> bytes:
    """The interaction of somebody who gives no customer number."""
    event = msgspec.json.decode(value)
    event["data"]["identifiers"] = [one for one in event["data"]["identifiers"] if one["namespace"] != "customer_id"]
    return msgspec.json.encode(event)
