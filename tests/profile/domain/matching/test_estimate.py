import random
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.profile.domain.matching import (
    DEFAULT_THRESHOLD,
    Blocks,
    Frequencies,
    Model,
    Person,
    Score,
    Vector,
    blocking_keys,
    compare,
    estimate,
    score,
    weigh_rivals,
)
from services.profile.domain.matching.vector import Level
from tests.profile.domain.matching.populations import population

PEOPLE = population(150)
Pair = tuple[str, str]


def learnt(order: list[str], people: dict[str, Person]) -> tuple[Model, dict[Pair, Vector]]:
    blocks: Blocks[str] = Blocks(most=20)
    frequencies = Frequencies()
    vectors: dict[Pair, Vector] = {}
    for entry in order:
        frequencies.add(people[entry])
        blocks.put(entry, blocking_keys(people[entry]))
        for other in blocks.candidates(entry):
            vectors[min(entry, other), max(entry, other)] = compare(people[entry], people[other])
    kept = {pair: vector for pair, vector in vectors.items() if blocks.paired(*pair)}
    strangers = [compare(people[one], people[other]) for one, other in combinations(sorted(people)[:60], 2)]
    pairs = len(people) * (len(people) - 1) // 2
    return estimate(frequencies, kept.values(), strangers, pairs=pairs, iterations=5), kept


def scored(order: list[str], people: dict[str, Person]) -> dict[Pair, Score]:
    model, vectors = learnt(order, people)

    def weight(one: str, other: str) -> float:
        return score(compare(people[one], people[other]), model).weight

    return weigh_rivals({pair: score(vector, model) for pair, vector in vectors.items()}, weight)


@settings(max_examples=10, deadline=None)
@given(st.randoms(use_true_random=False))
def test_any_order_gives_the_same_scores(chance: random.Random) -> None:
    order = list(PEOPLE)
    chance.shuffle(order)
    assert scored(order, PEOPLE) == scored(sorted(PEOPLE), PEOPLE)


def test_duplicates_are_found_without_labels() -> None:
    truth = {(f"p{entry[1:]}", entry) for entry in PEOPLE if entry.startswith("q")}
    found = {pair for pair, one in scored(list(PEOPLE), PEOPLE).items() if one.probability >= DEFAULT_THRESHOLD}
    assert len(found & truth) >= 0.9 * len(truth)
    assert len(found - truth) <= 0.02 * len(found)


def test_chances_of_every_field_add_up() -> None:
    model, _ = learnt(list(PEOPLE), PEOPLE)
    for chances in model.chances.values():
        for levels in chances:
            assert sum(levels.values()) == pytest.approx(1)
            assert set(levels) <= set(Level)


def test_the_rate_of_matches_is_learnt() -> None:
    model, _ = learnt(list(PEOPLE), PEOPLE)
    pairs = len(PEOPLE) * (len(PEOPLE) - 1) / 2
    assert model.rates.match * pairs == pytest.approx(50, rel=0.2)


def test_nothing_to_learn_from_leaves_what_is_assumed() -> None:
    model = estimate(Frequencies(), [], [], pairs=1)
    assert not model.chances
    assert score(compare(PEOPLE["p0"], PEOPLE["p0"]), model).weight > 0


def test_families_without_duplicates_stay_families() -> None:
    homes = {
        f"{entry}-{name}": one._replace(given=name, birth_date=f"{1950 + 7 * position}-0{position + 1}-1{position}")
        for entry, one in population(120, seed=5).items()
        if entry.startswith("p")
        for position, name in enumerate(["dana", "moshe", "yael"])
    }
    found = [pair for pair, one in scored(list(homes), homes).items() if one.probability >= DEFAULT_THRESHOLD]
    assert not found
