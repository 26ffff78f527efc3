from typing import Any

import pytest

from services.ingest.bulk.fields import Column, Expression, Join, Moment
from services.ingest.bulk.rows import Row
from services.ingest.bulk.values import condition, value_of
from services.runtime.errors import Rejected


def row(**values: Any) -> Row:
    return Row(7, values)


DAY = {"zone": "Asia/Jerusalem", "date": "d", "time": "t"}
IN_TABLE = {"column": "a", "table": {"x": "X", "n": None}}


@pytest.mark.parametrize(
    ("source", "values", "expected"),
    [
        ("call", {}, "call"),
        (3, {}, 3),
        (False, {}, False),
        (None, {}, None),
        ("{a}-{b}", {"a": " 1 ", "b": "2"}, "1-2"),
        ("{a}-{b}", {"a": "1", "b": " "}, None),
        ("{{{a}}}", {"a": "1"}, "{1}"),
        ("{a}@{@line}", {"a": "1"}, "1@7"),
        ("{a.b}", {"a": {"b": 5}}, "5"),
        ("{a.b}", {"a.b": "whole"}, "whole"),
        ("{a.b}", {"a": "text"}, None),
        (Column(column="a"), {"a": "  שלום "}, "שלום"),
        (Column(column="a", none=("0",)), {"a": "0"}, None),
        (Column(column="a", form="integer"), {"a": "12.0"}, 12),
        (Column(column="a", form="number"), {"a": "1.50"}, 1.5),
        (Column(column="a", form="boolean"), {"a": "Yes"}, True),
        (Column(column="a", form="boolean"), {"a": False}, False),
        (Column(**IN_TABLE), {"a": "x"}, "X"),
        (Column(**IN_TABLE), {"a": "n"}, None),
        (Column(**IN_TABLE, otherwise="?"), {"a": "y"}, "?"),
        (Column(**IN_TABLE, otherwise=None), {"a": "y"}, None),
        (Column(**IN_TABLE), {"a": ""}, None),
        (Column(column="a", when='row.b == "1"'), {"a": "x", "b": "1"}, "x"),
        (Column(column="a", when='row.b == "1"'), {"a": "x", "b": "2"}, None),
        (Join(join=("a", "b", "c")), {"a": "Dana", "b": " ", "c": "Cohen"}, "Dana Cohen"),
        (Join(join=("a",)), {"a": ""}, None),
        (Expression(cel='row["a b"] + "!"'), {"a b": "x"}, "x!"),
        (Expression(cel="size(row)"), {"a": "x", "b": "y"}, 2),
        (Moment(**DAY), {"d": "2010-08-01", "t": "0:10:10"}, "2010-08-01T00:10:10+03:00"),
        (Moment(**DAY), {"d": "2010-12-01", "t": "10:10:10"}, "2010-12-01T10:10:10+02:00"),
        (Moment(**DAY, none=("0:00:00",)), {"d": "2010-08-01", "t": "0:00:00"}, None),
        (Moment(**DAY), {"d": "2010-08-01", "t": ""}, None),
        (Moment(**DAY, after="s"), {"d": "2010-08-01", "t": "0:03:00", "s": "23:59:00"}, "2010-08-02T00:03:00+03:00"),
        (Moment(**DAY, after="s"), {"d": "2010-08-01", "t": "12:03:00", "s": "12:04:00"}, "2010-08-01T12:03:00+03:00"),
        (Moment(**DAY, after="s"), {"d": "2010-08-01", "t": "12:03:00", "s": ""}, "2010-08-01T12:03:00+03:00"),
        (Moment(zone="UTC", column="a"), {"a": "2024-03-13 10:21:14"}, "2024-03-13T10:21:14+00:00"),
        (Moment(zone="UTC", column="a"), {"a": "2024-03-13T10:21:14+02:00"}, "2024-03-13T10:21:14+02:00"),
        (
            Moment(zone="UTC", column="a", format="%d/%m/%Y %H:%M"),
            {"a": "13/03/2024 10:21"},
            "2024-03-13T10:21:00+00:00",
        ),
    ],
)
def test_what_a_source_gives(source: Any, values: dict[str, Any], expected: Any) -> None:
    given = value_of(source)(row(**values))
    assert given == expected
    assert type(given) is type(expected)


@pytest.mark.parametrize(
    ("source", "values", "message"),
    [
        (Column(column="a", form="integer"), {"a": "1.5"}, "must be a whole number"),
        (Column(column="a", form="number"), {"a": "many"}, "must be a number"),
        (Column(column="a", form="number"), {"a": "Infinity"}, "must be a number"),
        (Column(column="a", form="boolean"), {"a": "perhaps"}, "must be true or false"),
        (Column(**IN_TABLE), {"a": "y"}, "is not in the table"),
        (Moment(zone="UTC", column="a"), {"a": "yesterday"}, "is not a time in ISO 8601"),
        (Moment(zone="UTC", column="a", format="%d/%m/%Y"), {"a": "2010-08-01"}, "is not a time written as"),
        (Moment(**DAY, after="s"), {"d": "2010-08-01", "t": "1:00:00", "s": "late"}, "is not a time of day"),
        (Expression(cel="row.b"), {"a": "x"}, "which the row has not"),
        (Expression(cel="int(row.a)"), {"a": "x"}, "cannot be worked out"),
        ("{a}", {"a": [1]}, "holds several values"),
    ],
)
def test_what_a_source_refuses(source: Any, values: dict[str, Any], message: str) -> None:
    with pytest.raises(Rejected, match=message):
        value_of(source)(row(**values))


def test_a_condition_must_give_a_truth_value() -> None:
    with pytest.raises(Rejected, match="must give true or false"):
        condition("row.a")(row(a="x"))


def test_a_condition_told_once_is_told_again_alike() -> None:
    holds = condition('row.a == "x"')
    assert [holds(row(a=text)) for text in "xyxy"] == [True, False, True, False]
