"""Likely duplicates: how much two records speak for one person, by Fellegi and Sunter's weights.

`person` makes features and `blocking_keys` says under which keys they are found; `compare` makes a pair's vector, which
depends on the pair alone and is stored; `estimate` learns a `Model` from a snapshot; `score`, `weigh_rivals` and
`explain` weigh vectors with it, late. So what comes out is a function of the set of people and not of their order.
Decision 16 says why; docs/matching.md says how well.
"""

from services.profile.domain.matching.blocking import Blocks, blocking_keys
from services.profile.domain.matching.compare import compare
from services.profile.domain.matching.estimate import estimate
from services.profile.domain.matching.frequencies import Frequencies
from services.profile.domain.matching.model import Model
from services.profile.domain.matching.person import Person, person
from services.profile.domain.matching.rivals import weigh_rivals
from services.profile.domain.matching.score import DEFAULT_THRESHOLD, Explanation, FieldWeight, Score, explain, score
from services.profile.domain.matching.vector import Evidence, Level, Vector

__all__ = [
    "DEFAULT_THRESHOLD",
    "Blocks",
    "Evidence",
    "Explanation",
    "FieldWeight",
    "Frequencies",
    "Level",
    "Model",
    "Person",
    "Score",
    "Vector",
    "blocking_keys",
    "compare",
    "estimate",
    "explain",
    "person",
    "score",
    "weigh_rivals",
]
