"""Learns the model anew when the people have become others, and weighs every pair by it."""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from itertools import combinations

from services.profile.domain.matching.compare import compare
from services.profile.domain.matching.counts import frequencies, needed
from services.profile.domain.matching.estimate import estimate
from services.profile.domain.matching.model import Model
from services.profile.domain.matching.vector import Vector
from services.profile.domain.policy import IdentityPolicy
from services.profile.duplicates.learning import Learning, Population
from services.profile.duplicates.postgres import DuplicatesStore, DuplicatesUnit
from services.profile.duplicates.rows import Ends, Learnt, Stored, text
from services.profile.duplicates.weigh import weighed

LEAST_PEOPLE = 100
"""Fewer teach nothing that the assumed chances do not know."""
GROWTH = 0.1
STRANGERS = 250
MOST_VECTORS = 50_000
PAIRS_AT_A_TIME = 2_000
_FIRST: Ends = ("00000000-0000-0000-0000-000000000000",) * 2


class Learner:
    """Makes the model. What it learns, and every weight, is a function of the people that there are."""

    def __init__(self, store: DuplicatesStore, learning: Learning, policy: IdentityPolicy) -> None:
        self._store = store
        self._learning = learning
        self._singles = [name for name, rules in policy.namespaces.items() if rules.limit == 1 and "*" not in name]

    async def learn_if_due(self, now: datetime) -> bool:
        """Learns if there are a tenth more people, or fewer, than when it was done last. Whether it was."""
        state = await self._learning.state()
        population = await self._learning.population(self._singles)
        change = abs(population.people - state.people)
        if population.people < LEAST_PEOPLE or (state.learnt and change <= GROWTH * state.people):
            return False
        await self.learn(population, now)
        return True

    async def learn(self, population: Population, now: datetime) -> None:
        """Learns from who is there now."""
        share = min(1.0, MOST_VECTORS / max(population.pairs, 1))
        vectors = await self._learning.vectors(share)
        sample = await self._learning.sample(STRANGERS)
        strangers = await asyncio.to_thread(_strangers, sample)
        counts = await self._store.run(lambda unit: unit.counts(needed([*vectors, *strangers])))
        pairs = max(_pairs(population.people) - _pairs(population.full), 1)
        model = await asyncio.to_thread(estimate, frequencies(counts), vectors, strangers, pairs=pairs, share=share)
        await self._learning.learnt(text(_learnt(model)))
        await self.weigh_all()
        await self._learning.learnt_from(population.people, now)

    async def weigh_all(self) -> None:
        """Weighs every pair, a few at a time, so that the step goes on in between."""
        place: Ends | None = _FIRST
        while place is not None:
            place = await self._store.run(lambda unit, after=place: _weigh_some(unit, after))  # type: ignore[misc]
            await asyncio.sleep(0)


async def _weigh_some(unit: DuplicatesUnit, after: Ends) -> Ends | None:
    some = await unit.pairs_after(after, PAIRS_AT_A_TIME)
    await unit.weigh(await weighed(unit, some))
    return some[-1][0] if len(some) == PAIRS_AT_A_TIME else None


def _strangers(sample: Sequence[Stored]) -> list[Vector]:
    return [compare(one.person, other.person) for one, other in combinations(sample, 2)]


def _pairs(people: int) -> int:
    return people * (people - 1) // 2


def _learnt(model: Model) -> Learnt:
    return Learnt(model.chances, model.rates)
