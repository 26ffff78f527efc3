"""Two people cannot both be a third: a pair counts for less where one of the two fits somebody else, who is another."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Mapping
from math import fsum, log2
from typing import TypeVar

from services.profile.domain.matching.score import Score

Id = TypeVar("Id", bound=Hashable)

_NEGLIGIBLE = 1e-3
_CERTAIN = 1 - 1e-12


def weigh_rivals(
    scores: Mapping[tuple[Id, Id], Score], weight: Callable[[Id, Id], float]
) -> dict[tuple[Id, Id], Score]:
    """The scores, each lowered by its rivals.

    `c` is a rival of `b` for `a` when `weight(b, c)`, in bits, speaks against one person. The odds of `a` and `b` are
    divided by one plus the odds of `a` and every rival: the share of them among explanations that exclude one another.
    A function of the set of scores.
    """
    partners: defaultdict[Id, list[tuple[Id, float]]] = defaultdict(list)
    for (one, other), score in scores.items():
        if score.probability > _NEGLIGIBLE:
            odds = _odds(score)
            partners[one].append((other, odds))
            partners[other].append((one, odds))

    def rivals(mine: Id, other: Id) -> float:
        return fsum(odds for third, odds in partners[mine] if third != other and weight(other, third) < 0)

    return {
        (one, other): _lowered(score, rivals(one, other) + rivals(other, one))
        if score.probability > _NEGLIGIBLE
        else score
        for (one, other), score in scores.items()
    }


def _odds(score: Score) -> float:
    probability = min(score.probability, _CERTAIN)
    return probability / (1 - probability)


def _lowered(score: Score, rivals: float) -> Score:
    odds = _odds(score) / (1 + rivals)
    return Score(score.weight - log2(1 + rivals), odds / (1 + odds)) if rivals else score
