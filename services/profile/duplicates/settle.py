"""Weighs likely pairs against their rivals; and confirms by itself, where a policy says from which chance on."""

from collections.abc import Mapping, Sequence
from itertools import combinations

from services.profile.decisions.decide import Decider, Wish
from services.profile.domain.matching.compare import compare
from services.profile.domain.matching.rivals import weigh_rivals
from services.profile.domain.matching.score import Score, score
from services.profile.domain.policy import IdentityPolicy
from services.profile.domain.sighting import Key
from services.profile.duplicates.learning import Learning, LikelyPair
from services.profile.duplicates.postgres import DuplicatesStore, DuplicatesUnit
from services.profile.duplicates.rows import Ends, ends
from services.profile.duplicates.step import comparable
from services.profile.duplicates.weigh import model_for
from services.profile.store import Store
from services.runtime import telemetry
from services.runtime.errors import Rejected

AUTHOR = "kesher"
MOST_LIKELY = 50_000
MOST_CONFIRMED = 100
_NEVER = float("-inf")
_SAME = 1e-9

log = telemetry.logger(__name__)


class Settler:
    """Settles the queue; run it when pairs have changed."""

    def __init__(
        self, store: DuplicatesStore, learning: Learning, profiles: Store, decider: Decider, policy: IdentityPolicy
    ) -> None:
        self._store = store
        self._learning = learning
        self._profiles = profiles
        self._decider = decider
        self._policy = policy
        self._refused: set[Ends] = set()

    async def settle(self) -> int:
        """How many pairs were confirmed; none without a threshold."""
        await self.weigh_rivals()
        threshold = self._policy.confirm_duplicates_at
        return 0 if threshold is None else await self.confirm(threshold)

    async def weigh_rivals(self) -> None:
        """Lowers pairs one of whose people fits somebody else, who is another; raises them where that is over."""
        likely = await self._learning.likely(MOST_LIKELY)
        weights = {pair.ends: pair.score.weight for pair in likely}
        asked = _between_partners(likely) - weights.keys()
        if asked:
            weights |= await self._learning.weights(sorted(asked))
        if missing := sorted(asked - weights.keys()):
            weights |= await self._store.run(lambda unit: self._weigh(unit, missing))
        scores = weigh_rivals({pair.ends: pair.score for pair in likely}, lambda a, b: weights[ends(a, b)])
        await self._lower(likely, scores)

    async def confirm(self, threshold: float) -> int:
        """Decides as a steward would, once a person: what comes next is weighed first."""
        certain = await self._learning.certain(threshold, MOST_CONFIRMED)
        wanted = [(pair, found) for pair, found in certain if pair not in self._refused]
        identifiers = await self._learning.identifiers(sorted({end for pair, _ in wanted for end in pair}))
        touched: set[str] = set()
        done = 0
        for pair, found in wanted:
            if touched.isdisjoint(pair) and all(end in identifiers for end in pair):
                touched |= set(pair)
                a, b = (strongest(identifiers[end], self._policy) for end in pair)
                done += await self._decide(pair, a, b, found)
        return done

    async def _decide(self, pair: Ends, a: Key, b: Key, found: Score) -> bool:
        reason = f"likely duplicates: {found.weight:.1f} bits, probability {found.probability:.4f}"
        wish = Wish("confirm", a, b, reason)
        try:
            await self._profiles.run(lambda unit: self._decider.decide(unit, wish, AUTHOR))
        except Rejected:
            self._refused.add(pair)  # the rules know better; a person may look at it
            log.info("duplicate_not_confirmed", a=pair[0], b=pair[1])
            return False
        log.info("duplicate_confirmed", a=pair[0], b=pair[1])
        telemetry.DUPLICATES_CONFIRMED.inc()
        return True

    async def _weigh(self, unit: DuplicatesUnit, pairs: Sequence[Ends]) -> dict[Ends, float]:
        people = await unit.people({end for pair in pairs for end in pair})
        vectors = {
            (a, b): compare(people[a].person, people[b].person)
            for a, b in pairs
            if a in people and b in people and comparable(people[a].holds, people[b].holds, self._policy)
        }
        model = await model_for(unit, list(vectors.values()))
        return {pair: score(vectors[pair], model).weight if pair in vectors else _NEVER for pair in pairs}

    async def _lower(self, likely: Sequence[LikelyPair], scores: Mapping[Ends, Score]) -> None:
        changed = [
            pair._replace(rivals=rivals)
            for pair in likely
            if abs((rivals := scores[pair.ends].weight - pair.score.weight) - pair.rivals) > _SAME
        ]
        if changed:
            await self._learning.lower(changed, [scores[pair.ends].probability for pair in changed])


def strongest(identifiers: Sequence[tuple[str, str]], policy: IdentityPolicy) -> Key:
    """By which identifier to decide about a person: the strongest, of those the oldest, which comes first."""
    known = [key for key in identifiers if policy.namespace(key[0])]
    return Key(*min(known or identifiers, key=lambda key: policy.strength(key[0]) if known else 0))


def _between_partners(likely: Sequence[LikelyPair]) -> set[Ends]:
    """Pairs of people who both may be one with a third: their weight says whether they are rivals."""
    partners: dict[str, list[str]] = {}
    for pair in likely:
        for one, other in (pair.ends, pair.ends[::-1]):
            partners.setdefault(one, []).append(other)
    return {ends(one, other) for those in partners.values() for one, other in combinations(those, 2)}
