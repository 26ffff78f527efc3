"""Columns of a batch as PostgreSQL array literals, to be read with `$1::text::bigint[]`.

asyncpg looks into each element of a list for nested arrays, which for numbers costs more than the encoding
itself. Lists of strings are spared the look and are passed as they are; a None among them is not spared.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def literal(values: Iterable[int]) -> str:
    """Integers or booleans as an array literal."""
    return "{" + str(list(values))[1:-1] + "}"


def moments(times: Iterable[datetime]) -> str:
    """Aware times as an array literal of microseconds since 1970, exactly.

    One is read back as `'epoch'::timestamptz` plus `x / 1000000` seconds plus `x % 1000000` microseconds,
    in two parts since intervals are multiplied in floating point, which would round far times.
    """
    return literal((time - _EPOCH) // _MICROSECOND for time in times)
