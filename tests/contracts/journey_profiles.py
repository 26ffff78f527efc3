"""What every form of the journey store keeps of rules that read the profile; inherited by the tests of each."""

import random
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import astuple

from services.journey.domain.definition import load_definition
from services.journey.domain.fold import Folded, fold
from services.journey.domain.measures.catalogue import Measure
from services.journey.domain.measures.figures import Dimension
from services.journey.domain.model import Interaction
from services.journey.domain.profile_figures import NO_FIGURES, as_rules_see, counted
from services.journey.domain.segments import NO_JOURNEY, in_order, load_segment, members
from services.journey.measures.port import FactsAsked
from services.journey.window import Window
from services.runtime.errors import Rejected
from tests.contracts.journey_store import History, Stores
from tests.journey.erasures import ErasedHistory
from tests.journey.feed import attached, erased, moved, profile_id, published, replayed, withdrawn
from tests.journey.timelines import ROUNDS, START
from tests.support.seeds import seeds

SEGMENTS = [
    load_segment(f"key: {key}\nversion: 1\ntitle: {{en: Any}}\nwhen: '{when}'\n")
    for key, when in (
        ("busy", 'p.figures.types["order.placed"].interactions > 1'),
        ("browsing", 'p.figures.types["page.viewed"].interactions > 2 && !("busy" in p.segments)'),
        ("quiet", '!("busy" in p.segments) && !("browsing" in p.segments)'),
    )
]
READING = load_definition(
    """
key: rounds
version: 2
title: {en: Rounds}
stages:
  - {key: one, when: 'i.type == "store.visited" && ("busy" in p.segments || p.figures.interactions > 9)'}
  - {key: two, when: 'i.type == "order.placed" || (i.type == "page.viewed" && !("quiet" in p.segments))'}
  - key: done
    when: i.type == "order.fulfilled" && j.touchpoints > p.figures.types["store.visited"].interactions
    exit: completed
abandoned_after: PT5H
pain_points:
  - {key: again, when: 'j.visits.two > 1 && "browsing" in p.segments'}
  - {key: hurt, when: i.type == "page.viewed"}
personas:
  - {key: buyer, when: '"busy" in p.segments', weights: {hurt: 7}}
  - {key: looker, when: 'p.figures.types["page.viewed"].interactions > 1', weights: {hurt: 3}}
actions:
  - {key: thank, on: entered, stage: done, when: '"busy" in p.segments', to: desk}
"""
)


def told(timeline: Sequence[Interaction]) -> tuple[tuple[str, ...], Folded]:
    """The segments of whoever did all of this, and their journeys: everything told anew, of all at once."""
    fields: dict[str, Any] = {"figures": as_rules_see(counted(NO_FIGURES, timeline))}
    within = members(in_order(SEGMENTS), fields, [])
    return within, fold(READING.of({**fields, "segments": within}), None, timeline)


class JourneyProfilesContract:
    """Inherit it and provide the fixture `stores`: a factory of empty stores with `rounds` in force."""

    @pytest.fixture
    async def stores(self) -> Stores:
        raise NotImplementedError

    @pytest.fixture
    async def reading(self, stores: Stores) -> Stores:
        for segment in in_order(SEGMENTS):
            assert await stores.store.accept_segment(segment.what)
        assert await stores.store.accept(READING.what)
        return stores

    async def segments(self, stores: Stores, profile: int) -> tuple[str, ...]:
        found = await stores.store.of_profile(profile_id(profile), 10)
        return found.known.segments if found and found.known and found.profile == profile_id(profile) else ()

    async def test_who_changes_is_folded_anew_and_what_was_said_is_corrected(self, reading: Stores) -> None:
        visit = attached("store.visited")
        await reading.feed([visit, attached("order.placed", hours=1)])
        assert await self.segments(reading, 1) == ("quiet",)
        assert await reading.steps(1) == [(None, "two")]
        await reading.feed([attached("order.placed", hours=2)])
        assert await self.segments(reading, 1) == ("busy",)
        assert await reading.steps(1) == [(None, "one"), ("one", "two")]
        events = await published(reading.log)
        assert [event["data"]["corrects"] for event in events] == [None, None, events[0]["id"]]
        await reading.feed([visit, withdrawn("order.placed@2", 5)])
        assert await self.segments(reading, 1) == ("quiet",)
        assert await reading.steps(1) == [(None, "two")]

    async def test_what_is_said_names_the_segments_of_the_customer(self, reading: Stores) -> None:
        await reading.feed([attached("store.visited"), attached("order.placed", hours=1)])
        await reading.feed([attached("order.placed", hours=2)])
        said = [event["data"].get("segments", []) for event in await published(reading.log)]
        assert said == [["quiet"], ["busy"], ["busy"]]

    async def test_who_stays_the_same_is_not_folded_anew(self, reading: Stores) -> None:
        await reading.feed([attached("order.fulfilled")], [attached("order.fulfilled", hours=1)])
        found = await reading.store.run(lambda unit: unit.lock_profiles([profile_id(1)]))
        assert found[profile_id(1)].generation == 0

    async def test_merging_and_splitting_change_segments(self, reading: Stores) -> None:
        await reading.feed([attached("order.placed", anchor=n, profile=n, hours=n) for n in (1, 2)])
        assert await reading.store.members() == {"quiet": 2}
        await reading.feed([moved((2, 1, 2, 2))])
        assert await self.segments(reading, 1) == ("busy",)
        assert (await reading.store.members())["busy"] == 1
        await reading.feed([moved((2, 2, 3, 1))])
        assert [await self.segments(reading, n) for n in (1, 2)] == [("quiet",), ("quiet",)]

    async def test_who_is_erased_is_in_no_segment(self, reading: Stores) -> None:
        await reading.feed([attached("order.placed"), attached("order.placed", hours=1)], [erased((1, 5))])
        assert "busy" not in await reading.store.members()

    async def test_a_newer_segment_takes_over_for_everybody(self, reading: Stores) -> None:
        await reading.feed([attached("order.placed")])
        newer = SEGMENTS[0].what.model_copy(
            update={"version": 2, "when": 'p.figures.types["order.placed"].interactions > 0'}
        )
        assert await reading.store.accept_segment(newer)
        assert not await reading.store.accept_segment(newer)
        await reading.sweep()
        assert await self.segments(reading, 1) == ("busy",)

    async def test_a_segment_is_refused_that_cannot_be_told(self, reading: Stores) -> None:
        busy = SEGMENTS[0].what
        with pytest.raises(Rejected, match="write version: 2"):
            await reading.store.accept_segment(busy.model_copy(update={"description": "others"}))
        with pytest.raises(Rejected, match="a segment cannot depend on itself"):
            await reading.store.accept_segment(busy.model_copy(update={"version": 2, "when": '"quiet" in p.segments'}))
        with pytest.raises(Rejected, match="there is no segment 'gone'"):
            await reading.store.accept_segment(busy.model_copy(update={"key": "new", "when": '"gone" in p.segments'}))

    async def test_what_would_be_is_told_of_the_profile_that_would_be(self, reading: Stores) -> None:
        await reading.feed(
            [
                attached("store.visited", anchor=1),
                *[attached("order.placed", anchor=n, profile=n, hours=n) for n in (1, 2)],
            ]
        )
        together, first = await reading.store.supposed([[1, 2], [1]])
        assert [one.stage for one in (*together, *first)] == ["two", "two"]
        await reading.feed([moved((2, 1, 2, 2))])
        assert await reading.store.standing(profile_id(1)) == together

    async def test_figures_are_told_apart_by_segment_and_persona_and_open(self, reading: Stores) -> None:
        await reading.feed(
            [attached("order.placed", hours=hours, measures={"wait_seconds": 30.0}) for hours in (0, 1)],
            [attached("order.placed", anchor=2, profile=2, hours=2, measures={"wait_seconds": 50.0})],
        )
        await reading.measure()
        expected = {Dimension.SEGMENT: {"busy": 60.0, "quiet": 50.0}, Dimension.PERSONA: {"buyer": 60.0, None: 50.0}}
        for by, sums in expected.items():
            told = await reading.store.reading.figures("rounds", Window(), by)
            assert {one.group: one.total for one in told if one.measure is Measure.WAIT} == sums
            for group, total in sums.items():
                asked = FactsAsked("rounds", Measure.WAIT, Window(), by, group)
                assert sum(fact.value for fact in await reading.store.reading.facts(asked, None, 9)) == total
        await reading.feed([attached("order.placed", anchor=2, profile=2, hours=3)])
        await reading.measure()
        told = await reading.store.reading.figures("rounds", Window(), Dimension.SEGMENT)
        assert {one.group: one.total for one in told if one.measure is Measure.WAIT} == {"busy": 110.0}

    @pytest.mark.parametrize("seed", seeds(6))
    async def test_in_any_order_of_messages_profiles_end_the_same(self, reading: Stores, seed: int) -> None:
        chance = random.Random(seed)
        history = History(chance)
        final = history.messages()
        messages = [*final, *chance.choices(final, k=5)]
        chance.shuffle(messages)
        while messages:
            size = chance.randint(1, 12)
            await reading.feed(messages[:size])
            messages = messages[size:]
        await self._agrees(reading, history.timelines())

    @pytest.mark.parametrize("seed", seeds(10))
    async def test_whoever_is_erased_leaves_what_the_others_give(self, reading: Stores, seed: int) -> None:
        history = ErasedHistory(random.Random(seed))
        for batch in history.deliveries():
            await reading.feed(batch)
        await self._agrees(reading, history.timelines())

    async def test_rules_of_segments_and_personas_that_fail_are_counted_by_name(self, stores: Stores) -> None:
        """A trait that a source writes as text is compared with a number."""
        odd = "key: odd\nversion: {}\ntitle: {{en: Odd}}\nwhen: {}\n"
        persona = "personas:\n  - {key: odd, when: p.traits.age > 65}\n"
        await stores.store.accept(load_definition(ROUNDS.replace("version: 1", "version: 2") + persona).what)
        await stores.store.accept_segment(load_segment(odd.format(1, "p.traits.age > 60")).what)
        await stores.feed([attached("store.visited", traits={"age": "sixty"}), attached("order.placed", hours=1)])
        (of_segment,) = await stores.store.rule_failures(NO_JOURNEY)
        assert (of_segment.rule, of_segment.times) == ("segments.odd", 1)
        assert of_segment.last_at == START + timedelta(hours=1)
        (of_persona,) = await stores.store.rule_failures("rounds")
        assert (of_persona.rule, of_persona.times) == ("personas.odd", 1)
        await stores.store.accept_segment(load_segment(odd.format(2, "p.traits.age == 'sixty'")).what)
        assert await stores.store.rule_failures(NO_JOURNEY) == []

    async def _agrees(self, stores: Stores, timelines: dict[int, list[Interaction]]) -> None:
        expected = {profile: told(timeline) for profile, timeline in timelines.items()}
        for profile, (within, folded) in expected.items():
            if timelines[profile]:
                assert await self.segments(stores, profile) == within
            steps_then = [(step.from_stage, step.to) for step in folded.transitions]
            assert await stores.steps(profile) == steps_then
            found = await stores.store.of_profile(profile_id(profile), 100)
            if found and found.profile == profile_id(profile):
                assert {row.journey.number: row.journey for row in found.journeys} == folded.journeys
                assert sorted(map(astuple, found.pains)) == sorted(map(astuple, folded.pains))
        steps = {
            (profile_id(profile), " ".join(step.position[1:]))
            for profile, (_, folded) in expected.items()
            for step in folded.transitions
        }
        assert {(said[0], said[2]) for said in replayed(await published(stores.log))} == steps
