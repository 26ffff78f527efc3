"""What stewards may do about identity: try a decision, make it, take it back; each comes with all that it changes."""

from collections.abc import Awaitable, Callable, Sequence
from uuid import UUID

from services.profile.decisions.decide import Decider, Effect, Wish
from services.profile.domain.normalise import Normaliser
from services.profile.domain.policy import IdentityPolicy
from services.profile.reading import present
from services.profile.reading.normal import normal_key
from services.profile.reading.port import DecisionRow, Note, ProfileReads
from services.profile.reading.port import Person as Resolved
from services.profile.reading.views import (
    DecisionRequest,
    DecisionView,
    EffectAnswer,
    JourneyStage,
    MoveView,
    PersonAfter,
    PreviewRequest,
    Profile,
    WithdrawalRequest,
    WithdrawalTrial,
)
from services.profile.store import Store
from services.runtime.access import Person
from services.runtime.clock import Clock
from services.runtime.errors import NotFound

JourneysIf = Callable[[Sequence[Sequence[int]]], Awaitable[Sequence[Sequence[JourneyStage]]]]
"""Where people made of these identifiers stand, or would stand, in their journeys; the origin hands it over."""


class Stewards:
    """Decisions and their trials. Every decision is kept with its author and reason, every look at a person noted."""

    def __init__(
        self,
        store: Store,
        reads: ProfileReads,
        decider: Decider,
        policy: IdentityPolicy,
        clock: Clock,
        journeys_if: JourneysIf,
    ) -> None:
        self._store = store
        self._reads = reads
        self._decider = decider
        self._policy = policy
        self._normaliser = Normaliser(policy)
        self._clock = clock
        self._journeys_if = journeys_if

    async def preview(self, asked: PreviewRequest, steward: Person) -> EffectAnswer:
        """What a decision would change. Raises what making it would raise."""
        if isinstance(asked, WithdrawalTrial):
            return await self._withdraw(asked.decision, asked, steward, trial=True)
        return await self._decide(asked, steward, trial=True)

    async def decide(self, asked: DecisionRequest, steward: Person) -> EffectAnswer:
        """Makes a decision. Raises Rejected, NotFound or Contradicted, naming the field."""
        return await self._decide(asked, steward, trial=False)

    async def withdraw(self, decision: UUID, asked: WithdrawalRequest, steward: Person) -> EffectAnswer:
        """Takes a decision back. Raises NotFound or Contradicted."""
        return await self._withdraw(decision, asked, steward, trial=False)

    async def _decide(self, asked: DecisionRequest, steward: Person, *, trial: bool) -> EffectAnswer:
        a, b = (normal_key(self._normaliser, end, f"{name}.") for name, end in (("a", asked.a), ("b", asked.b)))
        wish, seal = Wish(asked.kind, a, b, asked.reason), None if trial else asked.seal
        try:
            done = await self._store.run(
                lambda unit: self._decider.decide(unit, wish, steward.subject, trial=trial, seal=seal)
            )
        except NotFound:
            await self._note(steward, trial=trial)
            raise
        return await self._answer(done, steward, trial=trial)

    async def _withdraw(
        self, decision: UUID, asked: WithdrawalRequest, steward: Person, *, trial: bool
    ) -> EffectAnswer:
        seal = None if trial else asked.seal
        done = await self._store.run(
            lambda unit: self._decider.withdraw(
                unit, str(decision), asked.reason, steward.subject, trial=trial, seal=seal
            )
        )
        return await self._answer(done, steward, trial=trial)

    async def _answer(self, effect: Effect, steward: Person, *, trial: bool) -> EffectAnswer:
        await self._note(steward, *effect.before, trial=trial)
        before, after = await self._people(effect)
        unborn = effect.made if trial else frozenset[str]()
        return EffectAnswer(
            decision=None if trial else _decision(effect),
            seal=effect.seal if trial else None,
            moves=[
                MoveView(
                    identifier=present.view(effect.keys[node], masked=False),
                    previous=left,
                    profile_id=None if came in unborn else came,
                )
                for node, left, came in effect.moves
            ],
            before=before,
            after=[
                PersonAfter(**{**dict(person), "id": None if person.id in unborn else person.id}) for person in after
            ],
        )

    async def _note(self, steward: Person, *profiles: str, trial: bool) -> None:
        action = "preview" if trial else "decision"
        note = Note(self._clock.now(), steward.subject, sorted(steward.roles), action)
        await self._reads.note(note, *profiles)

    async def _people(self, effect: Effect) -> tuple[list[Profile], list[Profile]]:
        """What everybody concerned looks like before and after: the same identifiers, grouped anew."""
        holdings = await self._reads.holdings(sorted({node for nodes in effect.before.values() for node in nodes}))
        groups = [*effect.before.items(), *effect.after.items()]
        journeys = await self._journeys_if([sorted(nodes) for _, nodes in groups])
        people = [
            self._shown(Resolved(profile, {node: holdings[node] for node in sorted(nodes)}), standing)
            for (profile, nodes), standing in zip(groups, journeys, strict=True)
        ]
        return people[: len(effect.before)], people[len(effect.before) :]

    def _shown(self, person: Resolved, standing: Sequence[JourneyStage]) -> Profile:
        return present.profile(person, standing, self._policy, masked=False)


def _decision(effect: Effect) -> DecisionView:
    made = effect.decision
    return present.decision(DecisionRow(made, effect.keys[made.a], effect.keys[made.b]), masked=False)


async def no_journeys_if(groups: Sequence[Sequence[int]]) -> Sequence[Sequence[JourneyStage]]:
    """Where the journey service is not in this process."""
    return [() for _ in groups]
