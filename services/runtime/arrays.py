"""Columns of a batch as PostgreSQL array literals, to be read with `$1::text::bigint[]` or `$1::text::text[]`.

Only as a table, with `unnest`: what is compared with one (`= ANY`) has it read anew for each row.

asyncpg looks into each element of a list for nested arrays, which costs more than the encoding itself. JSON's arrays
are nearly PostgreSQL's, and are written fast.
"""

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import msgspec

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_encode = msgspec.json.Encoder().encode
_ONLY_JSON = re.compile(rb"\\[^\"\\]")
"""Escapes that PostgreSQL does not know; perhaps: the backslash may itself be escaped."""


def literal(values: Iterable[float | None]) -> str:
    """Integers, booleans or finite numbers as an array literal; None is NULL."""
    return "{" + _encode(list(values))[1:-1].decode() + "}"


def texts(values: Iterable[str | None]) -> str:
    """Strings as an array literal; None is NULL."""
    given = list(values)
    encoded = _encode(given)
    if _ONLY_JSON.search(encoded):
        return "{" + ",".join(map(_quoted, given)) + "}"
    return "{" + encoded[1:-1].decode() + "}"


def _quoted(value: str | None) -> str:
    return "NULL" if value is None else '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'


def times(values: Iterable[datetime | None]) -> str:
    """Aware times as a literal of `timestamptz[]`; None is NULL."""
    return "{" + _encode(list(values))[1:-1].decode() + "}"


def moments(times: Iterable[datetime]) -> str:
    """Aware times as an array literal of microseconds since 1970, exactly.

    One is read back as `'epoch'::timestamptz` plus `x / 1000000` seconds plus `x % 1000000` microseconds,
    in two parts since intervals are multiplied in floating point, which would round far times.
    """
    return literal((time - _EPOCH) // _MICROSECOND for time in times)
