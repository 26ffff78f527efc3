import pytest

from services.ingest.bulk.mapping import columns, find, parse, shipped
from services.runtime.errors import Rejected

SOUND = """\
title: Visits
format: events
skip_when: row.kind == "test"
event:
  id: "{branch}-{number}"
  source: /store/visits
  type: {column: kind, table: {in: store.visited}}
  time: {zone: Asia/Jerusalem, date: day, time: clock}
  data:
    channel: store
    identifiers:
      - {namespace: loyalty_id, value: "{card}"}
    traits: {name: {join: [first, last], when: 'row.first != ""'}}
    properties: {big: {cel: 'double(row.amount) > 100.0'}}
"""


def mistakes(text: str) -> str:
    with pytest.raises(Rejected) as refused:
        parse(text, "m.yaml")
    return str(refused.value)


def test_a_sound_mapping_names_the_columns_it_reads() -> None:
    named = {column for column, _ in columns(parse(SOUND, "m.yaml"))}
    assert named == {"kind", "branch", "number", "day", "clock", "card", "first", "last", "amount"}


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("title: Visits\n", "", "m.yaml:1: the mapping: 'title' is missing"),
        ("format: events", "format: event", "m.yaml:1: the mapping: write format: events, or format: segment"),
        ("/store/visits", "/store/visits\n  sauce: x", "m.yaml:7: event.sauce: there is no such field here"),
        (
            "Asia/Jerusalem",
            "Israel/Haifa",
            "m.yaml:8: event.time.zone: no time zone 'Israel/Haifa'; write an IANA name",
        ),
        ('"{branch}-{number}"', "{branch}", 'm.yaml:5: event.id: write a text, "{column}" in quotes'),
        ('"{branch}-{number}"', '"{branch"', "m.yaml:5: event.id: expected '}' before end of string; write {column}"),
        ('"{branch}-{number}"', '"{branch:>3}"', "m.yaml:5: event.id: write {column} with nothing but"),
        ("    channel: store\n", "", "m.yaml:9: event.data: 'channel' is missing"),
        ("row.kind ==", "row.kind =", "m.yaml:3: skip_when: not a CEL expression"),
        (", time: clock", "", "m.yaml:8: event.time: write either column, or date and time together"),
        ("value:", "vale:", "m.yaml:12: event.data.identifiers.0: 'value' is missing"),
        ("table: {in: store.visited}", "otherwise: x", "m.yaml:7: event.type: otherwise is for a value that is not in"),
        ("table: {in: store.visited}", "as: date", "m.yaml:7: event.type.as: Input should be 'text', 'integer'"),
        ("title: Visits", "title: [", "m.yaml:3: expected ',' or ']'"),
    ],
)
def test_a_mistake_is_told_with_its_line_and_what_to_write(old: str, new: str, message: str) -> None:
    assert message in mistakes(SOUND.replace(old, new, 1))


def test_all_mistakes_are_told_at_once() -> None:
    two = SOUND.replace("zone: Asia/Jerusalem", "zone: Mars").replace("channel: store", "channels: store")
    assert [line.split(": ")[1] for line in mistakes(two).split("\n")] == [
        "event.time.zone",
        "event.data",
        "event.data.channels",
    ]


@pytest.mark.parametrize("name", sorted(shipped()))
def test_every_shipped_mapping_is_sound(name: str) -> None:
    file_name, text = find(name)
    assert parse(text, file_name).title


def test_an_unknown_name_tells_the_known_ones() -> None:
    with pytest.raises(Rejected, match="bank-calls, web-shop"):
        find("bank_calls")
