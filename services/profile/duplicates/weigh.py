"""Vectors weighed by what was learnt and by the counts of now."""

from collections.abc import Sequence

from services.profile.domain.matching.counts import frequencies, needed
from services.profile.domain.matching.model import Model
from services.profile.domain.matching.score import Score, weigh
from services.profile.domain.matching.vector import Vector
from services.profile.duplicates.postgres import DuplicatesUnit, WeighedPair
from services.profile.duplicates.rows import Ends, read_learnt


async def weighed(unit: DuplicatesUnit, pairs: Sequence[tuple[Ends, Vector]]) -> list[WeighedPair]:
    """The pairs with their weights; before anything is learnt, by the chances that are assumed."""
    if not pairs:
        return []
    model = await model_for(unit, list({vector for _, vector in pairs}))
    found: dict[Vector, tuple[Sequence[float], Score]] = {}
    for _, vector in pairs:  # who are compared share names, so that many differ in the same way
        if vector not in found:
            found[vector] = weigh(vector, model)
    return [WeighedPair(ends, vector, *found[vector]) for ends, vector in pairs]


async def model_for(unit: DuplicatesUnit, vectors: Sequence[Vector]) -> Model:
    """The model with the frequencies that these vectors need."""
    counted = frequencies(await unit.counts(needed(vectors)))
    learnt = await unit.model()
    return Model(counted, *read_learnt(learnt)) if learnt else Model(counted)
