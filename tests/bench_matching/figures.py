"""Precision and recall over all thresholds."""

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from typing import NamedTuple

from tests.bench_matching.datasets import Pair

ASKED_PRECISION = 0.99


class Quality(NamedTuple):
    threshold: float
    precision: float
    recall: float


def at_threshold(scores: Mapping[Pair, float], truth: AbstractSet[Pair], threshold: float) -> Quality:
    """The quality of all pairs scored at least `threshold`."""
    chosen = [pair for pair, score in scores.items() if score >= threshold]
    right = sum(pair in truth for pair in chosen)
    return Quality(threshold, right / len(chosen) if chosen else 1.0, right / len(truth))


def best(scores: Mapping[Pair, float], truth: AbstractSet[Pair], precision: float = ASKED_PRECISION) -> Quality:
    """The highest recall of any threshold that keeps the precision; pairs of equal score stand or fall together."""
    found = Quality(float("inf"), 1.0, 0.0)
    taken = right = 0
    for score, pairs in _by_score(scores):
        taken += len(pairs)
        right += sum(pair in truth for pair in pairs)
        if right / taken >= precision and right / len(truth) > found.recall:
            found = Quality(score, right / taken, right / len(truth))
    return found


def _by_score(scores: Mapping[Pair, float]) -> Iterable[tuple[float, list[Pair]]]:
    groups: dict[float, list[Pair]] = {}
    for pair, score in scores.items():
        groups.setdefault(score, []).append(pair)
    return sorted(groups.items(), reverse=True)
