"""What every form of the journey store keeps of measures; inherited by the tests of each."""

import random
from datetime import timedelta
from itertools import chain
from typing import Any

import pytest

from services.journey.domain.definition import load_definition
from services.journey.domain.fold import fold, settled
from services.journey.domain.measures.catalogue import Measure
from services.journey.domain.measures.cells import cells
from services.journey.domain.measures.drop_off import DropOff, drop_off
from services.journey.domain.measures.figures import Dimension, Figure, figures, groups_of
from services.journey.domain.measures.funnel import funnel, grouped
from services.journey.domain.measures.journey_map import Average
from services.journey.domain.measures.measured import Measured, measured
from services.journey.domain.measures.pain_points import PainCount
from services.journey.domain.measures.snakes_and_ladders import OF_STEPS
from services.journey.measures.port import FactsAsked, FoundFact, PainsAsked
from services.journey.window import Window
from tests.contracts.journey_store import NEWER, NOW, History, Stores
from tests.journey.feed import attached, erased, moved, profile_id, withdrawn
from tests.journey.timelines import START, rounds
from tests.support.seeds import seeds

EVER = Window()
STAGES = [stage.key for stage in rounds().what.stages]


async def found(stores: Stores, measure: Measure, **asked: Any) -> list[FoundFact]:
    """All facts, read in pages of two."""
    facts: list[FoundFact] = []
    while page := await stores.store.reading.facts(
        FactsAsked("rounds", measure, asked.get("window", EVER), asked.get("by"), asked.get("group")),
        facts[-1].position if facts else None,
        2,
    ):
        facts += page
    return facts


def walk(profile: int, *hours: float) -> list[bytes]:
    """Visits and orders in turn, with waits."""
    return [
        attached(
            ("store.visited", "order.placed")[place % 2],
            anchor=profile,
            profile=profile,
            hours=hour,
            id_=f"{profile}-{hour}",
            measures={"wait_seconds": 30.0 * (place + profile)},
            reason=None if place else "billing",
            queue=f"desk {profile}",
        )
        for place, hour in enumerate(hours)
    ]


class JourneyMeasuresContract:
    """Inherit it and provide the fixture `stores`: a factory of empty stores with `rounds` in force."""

    async def test_figures_are_made_of_facts_that_can_be_looked_at(self, stores: Stores) -> None:
        await stores.feed(walk(1, 0, 1, 2), walk(2, 0.5, 1.5))
        await stores.measure()
        by_stage = await stores.store.reading.figures("rounds", EVER, Dimension.STAGE)
        waits = [one for one in by_stage if one.measure is Measure.WAIT]
        assert waits == [
            Figure("one", Measure.WAIT, 3, 180.0, 60.0, 90.0),
            Figure("two", Measure.WAIT, 2, 150.0, 60.0, 90.0),
        ]
        facts = await found(stores, Measure.WAIT, by=Dimension.STAGE, group="two")
        assert [(fact.profile, fact.position.id, fact.value, fact.touchpoint) for fact in facts] == [
            (profile_id(1), "1-1", 60.0, "order.placed"),
            (profile_id(2), "2-1.5", 90.0, "order.placed"),
        ]

    async def test_what_has_no_group_is_a_group(self, stores: Stores) -> None:
        await stores.feed(walk(1, 0, 1), walk(2, 0.5))
        await stores.measure()
        by_reason = await stores.store.reading.figures("rounds", EVER, Dimension.REASON)
        assert [(one.group, one.facts) for one in by_reason if one.measure is Measure.WAIT] == [
            (None, 1),
            ("billing", 2),
        ]
        (fact,) = await found(stores, Measure.WAIT, by=Dimension.REASON)
        assert fact.position.id == "1-1"

    async def test_a_map_is_made_of_cells(self, stores: Stores) -> None:
        came = attached("store.visited", hours=2, id_="again", channel="store", sentiment=1.0)
        await stores.feed(walk(1, 0, 1), walk(2, 0.5), [came])
        await stores.measure()
        found = await stores.store.reading.cells("rounds", EVER)
        cells = {(cell.stage, cell.touchpoint, cell.channel): cell for cell in found}
        assert list(cells) == sorted(cells)
        visits = cells["one", "store.visited", "call"]
        assert (visits.interactions, visits.wait, visits.queues) == (2, Average(2, 90.0), ["desk 1", "desk 2"])
        assert cells["two", "order.placed", "call"].wait == Average(1, 60.0)
        assert sum(cell.emotion.facts for cell in cells.values()) == 1
        assert all(cell.sources for cell in cells.values())
        window = Window(START + timedelta(hours=1), START + timedelta(hours=2))
        assert [cell.touchpoint for cell in await stores.store.reading.cells("rounds", window)] == ["order.placed"]

    async def test_a_window_holds_what_happened_in_it(self, stores: Stores) -> None:
        await stores.feed(walk(1, 0, 1, 2))
        await stores.measure()
        window = Window(START + timedelta(hours=1), START + timedelta(hours=2))
        (wait,) = [
            one for one in await stores.store.reading.figures("rounds", window, None) if one.measure is Measure.WAIT
        ]
        assert (wait.group, wait.facts, wait.total) == (None, 1, 60.0)
        assert [fact.position.id for fact in await found(stores, Measure.WAIT, window=window)] == ["1-1"]

    async def test_what_comes_later_changes_what_wasall_measured(self, stores: Stores) -> None:
        def call(hours: float) -> bytes:
            return attached("call.ended", hours=hours, reason="billing")

        await stores.feed([attached("store.visited"), call(1)])
        await stores.measure()
        assert [fact.value for fact in await found(stores, Measure.FIRST_CONTACT_RESOLUTION)] == [1.0]
        await stores.feed([call(3)])
        await stores.measure()
        assert [fact.value for fact in await found(stores, Measure.FIRST_CONTACT_RESOLUTION)] == [0.0]

    async def test_a_customer_is_measured_once_for_all_changes(self, stores: Stores) -> None:
        await stores.feed(walk(1, 0), walk(1, 1))
        assert await stores.store.run(lambda unit: stores.step.measure(unit, 10)) == 1
        assert await stores.store.run(lambda unit: stores.step.measure(unit, 10)) == 0

    async def test_merged_customers_have_the_facts_of_the_common_timeline(self, stores: Stores) -> None:
        await stores.feed(walk(1, 0), walk(2, 1))
        await stores.measure()
        await stores.feed([moved((2, 1, 2, 2))])
        await stores.measure()
        assert [fact.profile for fact in await found(stores, Measure.WAIT)] == [profile_id(1)] * 2

    @pytest.mark.parametrize("late", [False, True])
    async def test_erased_and_withdrawn_interactions_leave_no_fact_even_before_the_next_measuring(
        self, stores: Stores, *, late: bool
    ) -> None:
        await stores.feed(walk(1, 0), walk(2, 0.5, 1.5))
        await stores.measure()
        await stores.feed([erased((1, 5))], [withdrawn("2-1.5", 4, profile=2)])
        if late:
            await stores.measure()
        assert [fact.position.id for fact in await found(stores, Measure.WAIT)] == (["2-0.5"] if late else [])

    async def test_facts_follow_a_new_version_of_the_definition(self, stores: Stores) -> None:
        await stores.feed([attached("store.visited"), attached("order.cancelled", hours=1)])
        await stores.measure()
        await stores.store.accept(load_definition(NEWER).what)
        assert await stores.store.run(lambda unit: stores.step.measure(unit, 10)) == 0
        await stores.sweep()
        await stores.measure()
        (stay,) = await found(stores, Measure.TIME_IN_STAGE)
        assert (stay.stage, stay.value) == ("one", 3_600.0)

    async def test_pain_points_and_who_met_them(self, stores: Stores) -> None:
        await stores.feed(walk(1, 0, 1, 2, 3), walk(2, 0.5, 1.5))
        counts = await stores.store.reading.pain_counts("rounds", EVER)
        assert counts == [
            PainCount("again", "one", 1, 1, 1.0),
            PainCount("again", "two", 1, 1, 1.0),
            PainCount("waited", "one", 1, 1, 0.5),
            PainCount("waited", "two", 2, 2, 1.0),
        ]
        asked = PainsAsked("rounds", "waited", EVER)
        first = await stores.store.reading.pains(asked, None, 2)
        rest = await stores.store.reading.pains(asked, first[-1].position, 2)
        assert [(one.profile, one.position.id, one.weight) for one in (*first, *rest)] == [
            (profile_id(2), "2-1.5", 0.5),
            (profile_id(1), "1-2", 0.5),
            (profile_id(1), "1-3", 0.5),
        ]
        for key, stage, times, *_ in counts:
            there = await stores.store.reading.pains(PainsAsked("rounds", key, EVER, stage), None, 10)
            assert [one.stage for one in there] == [stage] * times

    async def test_the_figures_of_one_customer(self, stores: Stores) -> None:
        await stores.feed(walk(1, 0, 1), walk(2, 0.5), [moved((2, 1, 2, 2))], walk(3, 5))
        await stores.measure()
        found = await stores.store.measures_of(profile_id(2))
        assert found is not None
        profile, of_customer = found
        assert profile == profile_id(1)
        waits = [one for one in of_customer if one.measure is Measure.WAIT]
        assert waits == [Figure("rounds", Measure.WAIT, 3, 150.0, 60.0, 60.0)]
        assert await stores.store.measures_of(profile_id(404)) is None

    async def test_drop_off(self, stores: Stores) -> None:
        await stores.feed(walk(1, 0, 1), walk(2, 0.5), walk(3, 24 * 399.9))
        assert await stores.store.drop_off(rounds().what, EVER, NOW) == [
            DropOff("one", 3, 1),
            DropOff("two", 1, 1),
            DropOff("done", 0, 0),
        ]

    @pytest.mark.parametrize("seed", seeds(4))
    async def test_any_order_of_messages_measures_the_same(self, stores: Stores, seed: int) -> None:
        """Measured now and then in between, and once at the end: = what the final timelines measure."""
        chance = random.Random(seed)
        history = History(chance)
        final = history.messages()
        messages = [*final, *chance.choices(final, k=5)]
        chance.shuffle(messages)
        while messages:
            size = chance.randint(1, 12)
            await stores.feed(messages[:size])
            messages = messages[size:]
            if chance.random() < 1 / 2:
                await stores.store.run(lambda unit: stores.step.measure(unit, 2))
            if chance.random() < 1 / 3:
                await stores.store.run(lambda unit: unit.sum_up(chance.choice((3, 1_000))))
        await stores.measure()
        expected = {profile_id(n): all_measured(timeline) for n, timeline in history.timelines().items()}
        for by in (None, *Dimension):
            assert await stores.store.reading.figures("rounds", EVER, by) == figures(chain(*expected.values()), by)
        journeys = [
            settled(rounds().what, one, NOW)
            for timeline in history.timelines().values()
            for one in fold(rounds(), None, timeline).journeys.values()
        ]
        for window in (EVER, *(some_window(chance) for _ in range(8))):
            inside = [one for one in chain(*expected.values()) if window.holds(one.time)]
            assert await stores.store.reading.cells("rounds", window) == cells(inside)
            assert await stores.store.reading.touchpoints("rounds", window) == [
                one for one in figures(inside, Dimension.TOUCHPOINT) if one.measure in OF_STEPS
            ]
            groups = grouped(one for one in journeys if window.holds(one.opened_at))
            assert await stores.store.funnel(rounds().what, window, NOW) == funnel(STAGES, groups)
            assert await stores.store.drop_off(rounds().what, window, NOW) == drop_off(STAGES, groups)
        for measure in Measure:
            facts = await found(stores, measure)
            assert {(one.profile, one.position, one.value) for one in facts} == {
                (profile, one.position, one.values[measure])
                for profile, those in expected.items()
                for one in those
                if measure in one.values
            }
            assert [fact.position for fact in facts] == sorted({fact.position for fact in facts})


def some_window(chance: random.Random) -> Window:
    """Of whole days or not, of whole hours or not, without an end or with both."""
    apart = chance.choice((timedelta(days=1), timedelta(hours=1), timedelta(minutes=7)))
    since, until = sorted(chance.sample(range(-5, int(timedelta(days=6) / apart)), 2))
    begin = START.replace(hour=0) if apart.days else START
    return Window(
        None if chance.random() < 1 / 5 else begin + since * apart,
        None if chance.random() < 1 / 5 else begin + until * apart,
    )


def all_measured(timeline: list[Any]) -> list[Measured]:
    found = measured(timeline, [(rounds(), fold(rounds(), None, timeline))])
    assert all(groups_of(one, Dimension.STAGE) for one in found)
    return found
