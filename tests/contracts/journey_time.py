"""What every form of the journey store does as time passes; inherited by the tests of each."""

import random
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from services.journey.domain.definition import load_definition
from services.journey.domain.measures.catalogue import Measure
from services.journey.domain.measures.drop_off import DropOff
from services.journey.measures.port import FactsAsked
from services.journey.step import JourneyStep
from services.journey.store import Store
from services.journey.window import Window
from services.runtime.memory_log import MemoryLog
from tests.contracts.journey_store import Stores
from tests.journey.feed import attached, erased, everything, lapses, moved, profile_id, withdrawn
from tests.journey.timelines import START
from tests.support.seeds import seeds

WAITS = """
key: waits
version: 1
title: {en: Waits}
stages:
  - {key: one, when: 'i.type == "store.visited"', expected: PT2H}
  - {key: two, when: 'i.type == "order.placed"', expected: PT6H}
  - {key: done, when: 'i.type == "order.fulfilled" && has(j.stage)', exit: completed}
stalled_after: PT3H
abandoned_after: PT10H
"""
KEEN = """
personas:
  - {key: keen, when: 'p.figures.types["order.placed"].interactions > 1', expected: {one: PT1H}}
"""
TYPES = ("store.visited", "order.placed", "order.fulfilled", "page.viewed")
EXPECTED = {"one": 2, "two": 6}
STALLED, ABANDONED = 3, 10

Told = tuple[str, str, float, float]
"""Kind and stage of a lapse, since when its clock ran, and when it came to pass; in hours after the start."""
Happened = tuple[float, str, str]
"""Hours after the start, id and type."""


class Timed(Stores):
    """A store whose time is told by the test, in hours after the start."""

    def __init__(self, store: Store, log: MemoryLog) -> None:
        super().__init__(store, log)
        self.hours = 0.0
        self.step = JourneyStep(lambda: START + timedelta(hours=self.hours))

    async def until(self, hours: float, limit: int = 2) -> None:
        """Lets time pass, and tells what it did."""
        self.hours = hours
        while (await self.store.run(lambda unit: self.step.tick(unit, limit))).profiles:
            pass

    async def told(self, profile: int = 1) -> list[Told]:
        """What stands of what was told of a profile."""
        events = await everything(self.log)
        assert len({event["id"] for event in events}) == len(events)
        return [
            (kind, stage, _hours(since), _hours(at))
            for owner, kind, stage, since, at in lapses(events)
            if owner == profile_id(profile)
        ]


def came_to_pass(timeline: Iterable[Happened], now: float) -> list[Told]:
    """What time did, told by a clock that is looked at whenever something happens, and now."""
    told: set[Told] = set()
    stage, entered, touched = "", 0.0, 0.0
    for time, _, type_ in [*sorted(timeline), (now, "", "")]:
        ends = touched + ABANDONED
        due = ("overdue", entered, entered + EXPECTED.get(stage, 0)), ("stalled", touched, touched + STALLED)
        if stage:
            told |= {(kind, stage, since, at) for kind, since, at in due if at < min(time, ends)}
        if stage and ends < time:
            told.add(("abandoned", stage, touched, ends))
            stage = ""
        to = {"store.visited": "one", "order.placed": "two"}.get(type_)
        if to:
            entered, touched = (entered if to == stage else time), time
            stage = to
        elif type_ == "order.fulfilled":
            stage = ""
    return sorted(told)


class JourneyTimeContract:
    """Inherit it and provide the fixture `timed`: a factory of empty stores with `waits` in force."""

    @pytest.fixture
    async def timed(self) -> Timed:
        raise NotImplementedError

    async def test_time_alone_makes_journeys_overdue_stalled_and_abandoned(self, timed: Timed) -> None:
        await timed.feed([attached("store.visited")])
        await timed.until(2)
        assert await timed.told() == []
        await timed.until(2.01)
        assert await timed.told() == [("overdue", "one", 0, 2)]
        await timed.until(11)
        assert await timed.told() == came_to_pass([(0, "", "store.visited")], 11)
        events = [event for event in await everything(timed.log) if event["type"] != "journey.transitioned"]
        assert [event["type"] for event in events] == ["journey.overdue", "journey.stalled", "journey.abandoned"]
        assert [event["data"]["to"] for event in events] == ["one", "one", None]

    async def test_a_persona_has_its_own_time_and_who_is_it_no_more_has_it_no_more(self, timed: Timed) -> None:
        await timed.store.accept(load_definition(WAITS.replace("version: 1", "version: 2") + KEEN).what)
        await timed.feed(
            [attached("order.placed"), attached("order.placed", hours=1), attached("store.visited", hours=2)]
        )
        await timed.until(3.5)
        assert await timed.told() == [("overdue", "one", 2, 3)]
        await timed.feed([withdrawn("order.placed@1", 5)])
        assert await timed.told() == []
        await timed.until(4.5)
        assert await timed.told() == [("overdue", "one", 2, 4)]

    async def test_what_was_told_is_not_told_again(self, timed: Timed) -> None:
        await timed.feed([attached("store.visited")])
        for hours in (2.5, 2.6, 4, 4.5):
            await timed.until(hours)
        await timed.feed([attached("store.visited", hours=5), attached("page.viewed", hours=5.5)])
        await timed.until(6)
        assert await timed.told() == [("overdue", "one", 0, 2), ("stalled", "one", 0, 3)]
        assert len(await everything(timed.log)) == 3

    async def test_a_touchpoint_in_time_leaves_nothing_to_tell(self, timed: Timed) -> None:
        await timed.feed([attached("store.visited")], [attached("order.placed", hours=1.5)])
        await timed.until(4)
        await timed.feed([attached("order.fulfilled", hours=4.4)])
        await timed.until(100)
        assert await timed.told() == []

    async def test_a_late_touchpoint_takes_back_what_it_makes_untrue(self, timed: Timed) -> None:
        await timed.feed([attached("store.visited")])
        await timed.until(4)
        await timed.feed([attached("order.placed", hours=1.5)])
        assert await timed.told() == []
        taken_back = [event for event in await everything(timed.log) if event["type"] == "journey.retracted"]
        assert [event["data"]["from"] for event in taken_back] == ["one", "one"]
        await timed.until(8)
        assert await timed.told() == [("overdue", "two", 1.5, 7.5), ("stalled", "two", 1.5, 4.5)]

    async def test_a_late_touchpoint_leaves_what_it_does_not_touch(self, timed: Timed) -> None:
        await timed.feed([attached("store.visited")])
        await timed.until(4)
        before = await everything(timed.log)
        await timed.feed([attached("store.visited", hours=2.5)])
        assert await timed.told() == [("overdue", "one", 0, 2)]
        (last,) = [event for event in await everything(timed.log) if event not in before]
        assert (last["type"], last["data"]["at"]) == ("journey.retracted", "2026-03-01T12:00:00Z")

    async def test_measures_follow_what_time_did_and_what_was_taken_back(self, timed: Timed) -> None:
        """Abandoned after ten hours, until it is known that the customer bought something in the ninth."""
        what = load_definition(WAITS).what

        async def dropped() -> list[DropOff]:
            return await timed.store.drop_off(what, Window(), START + timedelta(hours=timed.hours))

        async def stays() -> list[tuple[str, float]]:
            asked = FactsAsked("waits", Measure.TIME_IN_STAGE, Window())
            return [(fact.stage, fact.value) for fact in await timed.store.reading.facts(asked, None, 10)]

        await timed.feed([attached("store.visited")])
        await timed.until(11)
        await timed.measure()
        assert await stays() == []
        assert await dropped() == [DropOff("one", 1, 1), DropOff("two", 0, 0), DropOff("done", 0, 0)]
        await timed.feed([attached("order.placed", hours=9)])
        await timed.measure()
        assert [value for _, value in await stays()] == [9 * 3_600.0]
        assert await dropped() == [DropOff("one", 1, 0), DropOff("two", 1, 0), DropOff("done", 0, 0)]
        await timed.until(20)
        await timed.measure()
        assert [value for _, value in await stays()] == [9 * 3_600.0]
        assert await dropped() == [DropOff("one", 1, 0), DropOff("two", 1, 1), DropOff("done", 0, 0)]

    async def test_what_comes_in_bulk_is_told_of_without_a_tick(self, timed: Timed) -> None:
        await timed.feed([attached("store.visited"), attached("order.placed", hours=2.5)])
        assert await timed.told() == [("overdue", "one", 0, 2)]

    async def test_a_newer_definition_corrects_and_does_not_repeat(self, timed: Timed) -> None:
        await timed.feed([attached("store.visited")])
        await timed.until(4)
        longer = WAITS.replace("version: 1", "version: 2").replace("PT2H", "PT5H")
        await timed.store.accept(load_definition(longer).what)
        await timed.sweep()
        assert await timed.told() == [("stalled", "one", 0, 3)]
        await timed.until(5.5)
        assert await timed.told() == [("overdue", "one", 0, 5), ("stalled", "one", 0, 3)]
        assert [event["type"] for event in await everything(timed.log)].count("journey.stalled") == 1

    async def test_what_is_due_under_a_newer_definition_is_folded_anew_first(self, timed: Timed) -> None:
        await timed.feed([attached("store.visited")])
        shorter = WAITS.replace("version: 1", "version: 2").replace("PT2H", "PT1H")
        await timed.store.accept(load_definition(shorter).what)
        await timed.until(2.5)
        assert await timed.told() == [("overdue", "one", 0, 1)]

    async def test_a_merge_hands_on_what_was_told(self, timed: Timed) -> None:
        await timed.feed([attached("store.visited", anchor=2, profile=2)])
        await timed.until(2.5)
        await timed.feed([moved((2, 1, 2, 2))])
        assert (await timed.told(1), await timed.told(2)) == ([("overdue", "one", 0, 2)], [])
        assert [event["type"] for event in await everything(timed.log)].count("journey.retracted") == 0

    async def test_of_the_erased_all_is_taken_back(self, timed: Timed) -> None:
        await timed.feed([attached("store.visited")])
        await timed.until(20)
        await timed.feed([erased((1, 5))])
        await timed.until(40)
        assert await timed.told() == []

    async def test_a_clock_that_is_behind_takes_nothing_back(self, timed: Timed) -> None:
        await timed.feed([attached("store.visited")])
        await timed.until(2.5)
        timed.hours = 1
        await timed.feed([moved((3, 1, 2, 9)), attached("page.viewed", hours=0.5)])
        assert await timed.told() == [("overdue", "one", 0, 2)]
        assert [event["type"] for event in await everything(timed.log)].count("journey.overdue") == 1

    async def test_what_is_told_ahead_of_the_clock_leaves_out_nothing_before_it(self, timed: Timed) -> None:
        timed.hours = 5
        visits = [(1, 6.0), (2, 15.5), (3, 4.5)]
        await timed.feed([attached("store.visited", anchor=anchor, hours=hours) for anchor, hours in visits])
        assert ("stalled", "one", 6, 9) in await timed.told()
        await timed.feed([moved((2, 2, 2, 1)), moved((3, 2, 2, 1))])
        await timed.until(35)
        assert await timed.told() == came_to_pass([(6.0, "", "store.visited")], 35)

    @pytest.mark.parametrize("seed", seeds(6))
    async def test_whatever_the_order_it_ends_where_the_final_timelines_do(self, timed: Timed, seed: int) -> None:
        history = PassingTime(random.Random(seed))
        await history.happen(timed)
        for profile, timeline in history.timelines().items():
            assert await timed.told(profile) == came_to_pass(timeline, timed.hours), profile


class PassingTime:
    """Three identifiers that wander among two profiles, and interactions told early, late and twice, between ticks."""

    def __init__(self, chance: random.Random) -> None:
        self._owners = {identifier: [chance.randint(1, 2) for _ in range(3)] for identifier in (1, 2, 3)}
        places = [
            (str(number), chance.choice(TYPES), chance.randint(1, 3), chance.randint(0, 60) / 2) for number in range(16)
        ]
        self._last = {id_: (type_, anchor, hours) for id_, type_, anchor, hours in places}
        messages = [self._attached(chance, *place, placed=0) for place in places]
        messages += [self._corrected(chance, *place) for place in places if chance.random() < 0.3]
        messages += [
            moved((identifier, owners[version], version + 1, owners[version - 1]))
            for identifier, owners in self._owners.items()
            for version in range(1, len(owners))
        ]
        messages += chance.choices(messages, k=4)
        chance.shuffle(messages)
        self._messages = messages
        self._chance = chance

    def _corrected(self, chance: random.Random, id_: str, type_: str, anchor: int, _: float) -> bytes:
        if chance.random() < 0.3:
            del self._last[id_]
            return withdrawn(id_, 1)
        self._last[id_] = type_, anchor, chance.randint(0, 60) / 2
        return self._attached(chance, id_, *self._last[id_], placed=1)

    def _attached(
        self, chance: random.Random, id_: str, type_: str, anchor: int, hours: float, *, placed: int
    ) -> bytes:
        version = chance.randint(1, 3)
        owner = self._owners[anchor][version - 1]
        return attached(type_, anchor=anchor, profile=owner, version=version, hours=hours, id_=id_, placed=placed)

    async def happen(self, timed: Timed) -> None:
        """Tells all of it, and lets time pass in between; now and then the clock is set back."""
        messages, chance, latest = self._messages, self._chance, timed.hours
        while messages:
            size = chance.randint(1, 5)
            await timed.feed(messages[:size])
            messages = messages[size:]
            if chance.random() < 0.7:
                clock = timed.hours + chance.choice((0, 0.5, 3, 9, -0.5, -4))
                latest = max(latest, clock)
                await timed.until(clock, limit=chance.randint(1, 3))
        await timed.until(max(latest, 35))

    def timelines(self) -> dict[int, Sequence[Happened]]:
        """What happened to each profile in the end."""
        found: dict[int, Sequence[Happened]] = {}
        for profile in (1, 2):
            mine = {identifier for identifier, owners in self._owners.items() if owners[-1] == profile}
            found[profile] = [
                (hours, id_, type_) for id_, (type_, anchor, hours) in self._last.items() if anchor in mine
            ]
        return found


def _hours(time: Any) -> float:
    return (datetime.fromisoformat(time).astimezone(UTC) - START) / timedelta(hours=1)
