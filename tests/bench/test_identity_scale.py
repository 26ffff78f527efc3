import random

import msgspec

from schemas.interaction import Interaction
from tests.bench.identity_scale import COPIES, SAMPLE, drawn, scattered
from tests.bench.replica import BLOCK, SAMPLE_BLOCK, moved, sample
from tests.bench.traffic import Traffic


def test_strangers_lie_among_those_loaded_and_are_none_of_them() -> None:
    strangers = drawn(random.Random(1), 5_000, range(SAMPLE, BLOCK))
    known = drawn(random.Random(1), 5_000, range(SAMPLE))

    assert len(set(strangers)) == len(set(known)) == 5_000
    assert all(number % BLOCK >= SAMPLE for number in strangers)
    assert all(number % BLOCK < SAMPLE for number in known)
    blocks = set(range(SAMPLE_BLOCK, SAMPLE_BLOCK + COPIES + 1))
    assert {number // BLOCK for number in strangers} == {number // BLOCK for number in known} == blocks


def test_a_known_customer_is_one_of_those_copied() -> None:
    copies = [moved(value.decode(), SAMPLE_BLOCK + 7) for value in sample(20, 1)]
    number = (SAMPLE_BLOCK + 7) * BLOCK + 3
    (introduction,) = Traffic(1, "t", numbers=[number]).introductions()

    assert _identifiers(copies[3].encode()) == _identifiers(introduction.body)


def test_scattered_ids_differ_and_nothing_else_does() -> None:
    chance = random.Random(1)
    values = Traffic(20, "t").history(500)
    spread = [msgspec.json.decode(scattered(value, chance)) for value in values]

    assert len({one["id"] for one in spread}) == len(values)
    assert len({one["id"][:4] for one in spread}) > COPIES // 2
    assert [{**one, "id": None} for one in spread] == [{**msgspec.json.decode(one), "id": None} for one in values]


def test_the_sample_is_what_ingest_accepts() -> None:
    for value in sample(20, 5):
        Interaction.model_validate_json(moved(value.decode(), SAMPLE_BLOCK + COPIES))


def _identifiers(value: bytes) -> object:
    return msgspec.json.decode(value)["data"]["identifiers"]
