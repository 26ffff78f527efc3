"""What a preview tells is what then happens, and what is undone was never: of people whole, with their journeys.

Both services are there: profiles in PostgreSQL, whose messages the journey step reads.
"""

from collections.abc import AsyncIterator, Sequence
from random import Random
from typing import Any
from uuid import UUID

import pytest

from services.journey.consume import JourneyHandler
from services.journey.domain.definition import load_definition
from services.journey.domain.segments import load_segment
from services.journey.memory_store import MemoryStore as Journeys
from services.journey.step import JourneyStep
from services.profile.decisions.decide import Decider
from services.profile.decisions.stewards import Stewards
from services.profile.domain.policy import IdentityPolicy
from services.profile.linking import Linker
from services.profile.reading.queries import PostgresReads
from services.profile.reading.service import Profiles
from services.profile.reading.views import (
    DecisionRequest,
    EffectAnswer,
    JourneyStage,
    WithdrawalRequest,
    WithdrawalTrial,
)
from services.runtime.access import Person, Role
from services.runtime.clock import new_id
from services.runtime.errors import Rejected
from tests.journey.feed import records
from tests.profile.histories import Details, Happened, happened
from tests.profile.policies import TIGHT
from tests.profile.postgres_tables import KeptInPostgres, migrated, opened
from tests.profile.running import NOW, Recorder, apply, profile_step
from tests.profile.serving import Ticking
from tests.profile.spellings import POOL
from tests.support.postgres import PostgresServer
from tests.support.seeds import seeds

SEEDS = 12
INTERACTIONS = 18
DEEDS = 10
MOST = 100
STEWARD = Person("maya", frozenset({Role.STEWARD}))
ROUND = load_definition("""
key: round
version: 1
title: {en: From channel to channel}
stages:
  - {key: called, when: 'i.channel == "call"'}
  - {key: surfed, when: 'i.channel == "web" && j.stage != "bought"'}
  - {key: bought, when: 'i.channel == "store" && (j.stage == "surfed" || j.visits.called > 1)'}
""")
HURRY = load_definition("""
key: hurry
version: 1
title: {en: Who waits}
entry: i.measures.wait_seconds > 1.0
stages:
  - {key: waiting, when: i.measures.wait_seconds > 1.0}
  - {key: served, when: i.measures.wait_seconds < 1.0, exit: completed}
""")
REGULARS = load_definition("""
key: regulars
version: 1
title: {en: Who comes again and again}
stages:
  - {key: ours, when: '"often" in p.segments && p.figures.channels.web.interactions > 1'}
  - {key: known, when: 'p.traits.name == "Dana" || p.figures.interactions > 4'}
  - {key: met, when: i.type != ""}
""")
SEGMENTS = [
    load_segment(f"key: {key}\nversion: 1\ntitle: {{en: Any}}\nwhen: '{when}'\n")
    for key, when in (("often", "p.figures.interactions > 2"), ("danas", 'p.traits.name == "Dana"'))
]
OF_ITS_WORLD = {"profile_id", "interaction_number", "outcome"}
"""Ids differ from world to world; an outcome says what an interaction did when it came."""


class Town:
    """Both services with a steward, all of whose words are tried before they count."""

    def __init__(self, kept: KeptInPostgres, policy: IdentityPolicy) -> None:
        self.kept = kept
        self._step = profile_step(policy, new_id)
        self._journeys = Journeys(Recorder())
        self._handler = JourneyHandler(self._journeys, JourneyStep(lambda: NOW))
        self._told = 0
        reads = PostgresReads(kept.database)
        self._profiles = Profiles(reads, policy, Ticking(), self._standing)
        decider = Decider(Linker(policy, new_id), new_id, lambda: NOW)
        self._stewards = Stewards(kept.store, reads, decider, policy, Ticking(), self._supposed)

    async def open(self) -> None:
        for segment in SEGMENTS:
            await self._journeys.accept_segment(segment.what)
        for definition in (ROUND, HURRY, REGULARS):
            await self._journeys.accept(definition.what)

    async def hear(self, *those: Happened) -> None:
        await apply(self.kept.store, self._step, [one.value for one in those])
        await self._follow()

    async def decide(self, asked: DecisionRequest) -> str | None:
        """The decision's id; None where it is refused, as its trial is."""
        try:
            tried = await self._stewards.preview(asked, STEWARD)
        except Rejected as refusal:
            with pytest.raises(type(refusal)):
                await self._stewards.decide(asked, STEWARD)
            return None
        done = await self._stewards.decide(asked.model_copy(update={"seal": tried.seal}), STEWARD)
        await self._check(tried, done)
        assert done.decision is not None
        return done.decision.id

    async def withdraw(self, decision: str) -> None:
        trial = WithdrawalTrial(kind="withdraw", decision=UUID(decision), reason="not so")
        tried = await self._stewards.preview(trial, STEWARD)
        done = await self._stewards.withdraw(
            UUID(decision), WithdrawalRequest(reason="not so", seal=tried.seal), STEWARD
        )
        await self._check(tried, done)

    async def people(self) -> list[dict[str, Any]]:
        """Everybody as the API shows them, with what happened to them and their segments, but for their ids."""
        members = (await self.kept.tables()).members.values()
        return _without_ids([await self._whole(profile) for profile in {member.profile for member in members}])

    async def _whole(self, profile: str) -> dict[str, Any]:
        found = await self._journeys.of_profile(profile, MOST)
        segments = found.known.segments if found and found.known else ()
        timeline = await self._profiles.timeline(profile, None, MOST, None, STEWARD)
        happened = [{name: one[name] for name in one.keys() - OF_ITS_WORLD} for one in timeline.items]
        happened.sort(key=lambda one: (one["time"], one["id"]), reverse=True)  # at one moment in the order of numbers
        return {**await self._shown(profile), "timeline": happened, "segments": segments}

    async def _check(self, tried: EffectAnswer, done: EffectAnswer) -> None:
        await self._follow()
        assert tried.decision is None
        assert _without_ids(_dumped(tried.before)) == _without_ids(_dumped(done.before))
        assert _without_ids(_dumped(tried.after)) == _without_ids(_dumped(done.after))
        assert [(one.identifier, one.previous) for one in tried.moves] == [
            (one.identifier, one.previous) for one in done.moves
        ]
        for person in _dumped(done.after):
            assert await self._shown(person["id"]) == person

    async def _shown(self, profile: str) -> dict[str, Any]:
        return (await self._profiles.profile(profile, STEWARD)).model_dump()

    async def _follow(self) -> None:
        messages = self.kept.log.messages
        news, self._told = messages[self._told :], len(messages)
        assert await self._handler.handle(records([one.value for one in news])) == []

    async def _standing(self, profile: str) -> Sequence[JourneyStage]:
        return [JourneyStage(**one._asdict()) for one in await self._journeys.standing(profile)]

    async def _supposed(self, groups: Sequence[Sequence[int]]) -> Sequence[Sequence[JourneyStage]]:
        return [[JourneyStage(**one._asdict()) for one in those] for those in await self._journeys.supposed(groups)]


def _dumped(people: Sequence[Any]) -> list[dict[str, Any]]:
    return [person.model_dump() for person in people]


def _without_ids(people: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    shown = [{**person, "id": None, "identifiers": sorted(person["identifiers"], key=str)} for person in people]
    return sorted(shown, key=lambda person: str(person["identifiers"]))


def history(random: Random) -> list[Happened]:
    pool = random.sample([one for one in POOL if one.normal], k=random.randint(3, 8))
    return [
        happened(
            number,
            random.randint(0, 9),
            [(random.choice(pool), random.random() < 0.8) for _ in range(random.randint(1, 3))],
            Details(
                source=random.randint(0, 2),
                name=random.choice((None, None, 0, 1, 2)),
                seconds=random.choice((None, 0.0, 33.25)),
                consents=((random.randint(0, 1), random.random() < 0.5),) if random.random() < 0.3 else (),
                conversation=random.choice((None, None, 0)),
            ),
        )
        for number in range(INTERACTIONS)
    ]


def wish(random: Random, those: Sequence[Happened]) -> DecisionRequest:
    stated = sorted({identifier for one in those for identifier, _ in one.said.identifiers})
    a, b = ({"namespace": key[0], "value": key[1]} for key in (random.choice(stated), random.choice(stated)))
    kind = random.choice(("confirm", "separate"))
    return DecisionRequest.model_validate({"kind": kind, "a": a, "b": b, "reason": "she said so"})


@pytest.fixture
async def towns(postgres_server: PostgresServer) -> AsyncIterator[list[KeptInPostgres]]:
    template = await migrated(postgres_server)
    async with (
        postgres_server.fresh_database(template) as url,
        postgres_server.fresh_database(template) as other_url,
        opened(url, Recorder()) as kept,
        opened(other_url, Recorder()) as other,
    ):
        yield [kept, other]


@pytest.mark.parametrize("seed", seeds(SEEDS))
async def test_a_preview_tells_everything_that_then_happens_and_what_is_undone_never_was(
    towns: list[KeptInPostgres], seed: int
) -> None:
    random, policy = Random(seed), TIGHT[seed % len(TIGHT)]
    town, innocent = (Town(kept, policy) for kept in towns)
    those = history(random)
    await town.open()
    await innocent.open()
    standing: list[str] = []
    await town.hear(*those[:6])
    for number in range(DEEDS):
        if standing and random.random() < 0.4:
            await town.withdraw(standing.pop(random.randrange(len(standing))))
        elif made := await town.decide(wish(random, those[:6])):
            standing.append(made)
        await town.hear(those[6 + number])
    for decision in standing:
        await town.withdraw(decision)
    await town.hear(*those[6 + DEEDS :])
    await innocent.hear(*those)
    assert await town.people() == await innocent.people()
