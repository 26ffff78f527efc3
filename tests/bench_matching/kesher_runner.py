"""Kesher over a data set, as it comes in a stream."""

import gc
import random
import time
from collections.abc import Mapping, Sequence
from hashlib import blake2b
from itertools import combinations
from typing import NamedTuple

from services.profile.domain.matching.blocking import Blocks, blocking_keys
from services.profile.domain.matching.compare import compare
from services.profile.domain.matching.estimate import estimate
from services.profile.domain.matching.frequencies import Frequencies
from services.profile.domain.matching.model import Model
from services.profile.domain.matching.rivals import weigh_rivals
from services.profile.domain.matching.score import Score, score
from services.profile.domain.matching.vector import Vector
from tests.bench_matching.datasets import Dataset, Pair, ordered

SAMPLE = 350


class Run(NamedTuple):
    """`streamed` holds the seconds of each record's step in the stream; `seconds` is of everything."""

    scores: Mapping[Pair, Score]
    model: Model
    compared: int
    seconds: float
    stream_seconds: float


def run(dataset: Dataset, order: int) -> Run:
    """Streams the records in random order `order`, then learns the model and weighs what the stream kept."""
    entries = sorted(dataset.people)
    random.Random(order).shuffle(entries)
    gc.collect()
    started = time.perf_counter()
    vectors, frequencies = _stream(dataset, entries)
    streamed = time.perf_counter() - started
    model = estimate(frequencies, vectors.values(), _strangers(dataset), pairs=dataset.pairs())
    scores = _weighed(dataset, vectors, model)
    return Run(scores, model, len(vectors), time.perf_counter() - started, streamed)


def _weighed(dataset: Dataset, vectors: Mapping[Pair, Vector], model: Model) -> dict[Pair, Score]:
    def weight(one: str, other: str) -> float:
        pair = ordered(one, other)
        vector = vectors.get(pair) or compare(dataset.people[one], dataset.people[other])
        return score(vector, model).weight

    return weigh_rivals({pair: score(vector, model) for pair, vector in vectors.items()}, weight)


def _stream(dataset: Dataset, entries: Sequence[str]) -> tuple[dict[Pair, Vector], Frequencies]:
    blocks: Blocks[str] = Blocks()
    frequencies = Frequencies()
    vectors: dict[Pair, Vector] = {}
    for entry in entries:
        one = dataset.people[entry]
        frequencies.add(one)
        blocks.put(entry, blocking_keys(one))
        for other in blocks.candidates(entry):
            if dataset.comparable(entry, other):
                vectors[ordered(entry, other)] = compare(one, dataset.people[other])
    return {pair: vector for pair, vector in vectors.items() if blocks.paired(*pair)}, frequencies


def _strangers(dataset: Dataset) -> list[Vector]:
    """Pairs among the records whose ids have the least hashes: a fair sample that no order changes."""
    sample = sorted(sorted(dataset.people, key=_hash)[:SAMPLE])
    return [
        compare(dataset.people[a], dataset.people[b]) for a, b in combinations(sample, 2) if dataset.comparable(a, b)
    ]


def _hash(entry: str) -> bytes:
    return blake2b(entry.encode(), digest_size=8).digest()
