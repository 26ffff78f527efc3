"""What every form of the journey store opens counts to; inherited by the tests of each."""

import random
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from typing import TypeVar

import pytest

from services.journey.counted.port import FoundJourney, FoundStep, JourneysAsked, StepsAsked
from services.journey.domain.measures.blueprint import Served
from services.journey.domain.measures.catalogue import Measure
from services.journey.domain.measures.drop_off import DropOffCount, of_drop_off
from services.journey.domain.measures.flow import FlowLink
from services.journey.domain.measures.funnel import FunnelCount, of_funnel
from services.journey.domain.measures.those import Those
from services.journey.domain.model import Position
from services.journey.measures.port import FactsAsked, FoundFact, Narrowing
from services.journey.window import Window
from tests.contracts.journey_store import BUSY, NOW, History, Stores
from tests.journey.feed import attached, erased, moved, profile_id
from tests.journey.timelines import START, rounds
from tests.support.seeds import seeds

EVER = Window()
STAGES = [stage.key for stage in rounds().what.stages]
SOON = START + timedelta(hours=29)
"""Within what happens: some journeys are under way, some are abandoned."""
Found = TypeVar("Found", FoundJourney, FoundStep, FoundFact)


async def paged(read: Callable[[Position | None, int], Awaitable[Sequence[Found]]]) -> list[Found]:
    """All of a list, read in pages of three; none is there twice, and they are in their order."""
    found: list[Found] = []
    while page := await read(found[-1].position if found else None, 3):
        found += page
    assert [one.position for one in found] == sorted({one.position for one in found})
    return found


class JourneyCountedContract:
    """Inherit it and provide the fixture `stores`: a factory of empty stores with `rounds` in force."""

    async def test_counts_of_a_funnel_open_to_journeys(self, stores: Stores) -> None:
        await stores.feed(
            [attached("store.visited"), attached("store.visited", hours=20)],
            [attached("order.placed", anchor=2, profile=2, hours=1, id_="bought")],
        )
        those = of_funnel(STAGES, "one", FunnelCount.ENTERED)
        first, again = await stores.store.counted.journeys(
            JourneysAsked(rounds().what, those, EVER, START + timedelta(hours=21)), None, 10
        )
        assert (first.profile, first.number, first.stage, first.status) == (profile_id(1), 1, "one", "abandoned")
        assert (again.number, again.status, again.position.time) == (2, "active", START + timedelta(hours=20))

    async def test_links_of_a_flow_open_to_steps(self, stores: Stores) -> None:
        await stores.feed([
            attached("store.visited"),
            attached("order.placed", hours=1, channel="web"),
            attached("store.visited", hours=2),
            attached("order.placed", hours=3),
        ])  # fmt: skip
        asked = StepsAsked(rounds().what, "one", "two", EVER, NOW)
        steps = await stores.store.counted.steps(asked, None, 10)
        assert [(one.position.id, one.number, one.channel) for one in steps] == [
            ("order.placed@1", 1, "web"),
            ("order.placed@3", 1, "call"),
        ]
        (end,) = await stores.store.counted.steps(asked._replace(from_stage="two", to=None), None, 10)
        assert (end.position.source, end.position.time) == ("", START + timedelta(hours=8))
        came = await stores.store.counted.steps(asked._replace(from_stage=None, to="one", anywhere=True), None, 10)
        assert [one.position.id for one in came] == ["store.visited@0", "store.visited@2"]

    async def test_of_the_erased_and_of_the_merged(self, stores: Stores) -> None:
        await stores.feed(
            [attached("store.visited", anchor=n, profile=n, hours=n, id_=str(n)) for n in (1, 2, 3)],
            [moved((2, 1, 2, 2)), erased((3, 5), profiles=(3,))],
        )
        asked = JourneysAsked(rounds().what, of_funnel(STAGES, "one", FunnelCount.REACHED), EVER, NOW)
        (only,) = await stores.store.counted.journeys(asked, None, 10)
        assert (only.profile, only.number) == (profile_id(1), 1)

    @pytest.mark.parametrize("segment", [None, "busy"])
    @pytest.mark.parametrize("seed", seeds(3))
    async def test_every_count_opens_to_as_many(self, stores: Stores, seed: int, segment: str | None) -> None:
        """On histories with late interactions, merges, splits and withdrawals; in windows, too."""
        chance = random.Random(seed)
        await stores.store.accept_segment(BUSY.what)
        messages = History(chance).messages()
        chance.shuffle(messages)
        for start in range(0, len(messages), 9):
            await stores.feed(messages[start : start + 9])
        await stores.measure()
        begin, end = (START + timedelta(hours=one / 2) for one in sorted(chance.sample(range(60), 2)))
        opened: Counter[str] = Counter()
        for window, now in ((EVER, SOON), (EVER, NOW), (Window(begin), SOON), (Window(begin, end), SOON)):
            opened += await _journeys_opened(stores, window, now, segment)
            opened += await _steps_opened(stores, window, now, segment)
        assert opened.keys() == {*FunnelCount, *DropOffCount, "ends", "steps"}

    @pytest.mark.parametrize("seed", seeds(2))
    async def test_every_cell_of_a_map_opens_to_its_interactions(self, stores: Stores, seed: int) -> None:
        chance = random.Random(seed)
        await stores.feed(
            [
                attached(
                    chance.choice(("store.visited", "order.placed")),
                    anchor=anchor,
                    profile=anchor,
                    hours=chance.randint(0, 400) / 10,
                    id_=f"{anchor}-{number}",
                    channel=chance.choice(("web", "call", "store")),
                    queue=chance.choice((None, "desk")),
                    source=chance.choice(("/a", "/b")),
                    sentiment=chance.choice((None, 0.5)),
                    measures=chance.choice(({}, {"wait_seconds": 5.0}, {"handle_seconds": 9.0, "transfers": 1})),
                )
                for anchor in range(1, 6)
                for number in range(12)
            ],
            [moved((2, 1, 2, 2))],
        )
        await stores.measure()
        reading = stores.store.reading
        window = Window(START + timedelta(hours=3), START + timedelta(hours=30))

        async def facts(measure: Measure, within: dict[Narrowing, str | None]) -> list[FoundFact]:
            asked = FactsAsked("rounds", measure, window, within=within)
            return await paged(lambda *place: reading.facts(asked, *place))

        for cell in await reading.cells("rounds", window):
            where: dict[Narrowing, str | None] = {
                Narrowing.STAGE: cell.stage,
                Narrowing.TOUCHPOINT: cell.touchpoint,
                Narrowing.CHANNEL: cell.channel,
            }
            assert len(await facts(Measure.EFFORT, where)) == cell.interactions
            assert len(await facts(Measure.EMOTION, where)) == cell.emotion.facts
        behind = await stores.store.maps.behind("rounds", window)
        for served in behind.served:
            assert await _served(facts, served) == served
        for system in behind.systems:
            told = await facts(Measure.EFFORT, {Narrowing.STAGE: system.stage, Narrowing.SOURCE: system.system})
            assert len(told) == system.interactions
            assert {one.position.source for one in told} == {system.system}
        assert {one.queue for one in behind.served} == {None, "desk"}

    async def test_facts_say_which_journey_they_are_of(self, stores: Stores) -> None:
        waits = {"wait_seconds": 90.0}
        await stores.feed([attached("store.visited"), attached("order.placed", hours=20, measures=waits)])
        await stores.measure()
        (fact,) = await stores.store.reading.facts(FactsAsked("rounds", Measure.WAIT, EVER), None, 10)
        assert fact.number == 2


async def _served(
    facts: Callable[[Measure, dict[Narrowing, str | None]], Awaitable[list[FoundFact]]], served: Served
) -> Served:
    """As its facts tell it."""
    where: dict[Narrowing, str | None] = {Narrowing.STAGE: served.stage, Narrowing.QUEUE: served.queue}
    each = [await facts(measure, where) for measure in (Measure.HANDLE, Measure.WAIT, Measure.TRANSFERS)]
    averages = [type(served.wait)(len(those), sum(one.value for one in those)) for those in each]
    return Served(served.stage, served.queue, *averages)


async def _journeys_opened(stores: Stores, window: Window, now: datetime, segment: str | None) -> Counter[str]:
    what, opened = rounds().what, Counter[str]()
    counts: list[tuple[str, int, Those]] = [
        (count, getattr(part, count), of_funnel(STAGES, part.stage, count))
        for part in await stores.store.funnel(what, window, now, segment)
        for count in FunnelCount
    ]
    counts += [
        (count, getattr(part, count), of_drop_off(STAGES, part.stage, count))
        for part in await stores.store.drop_off(what, window, now, segment)
        for count in DropOffCount
    ]
    for count, number, those in counts:
        asked = JourneysAsked(what, those, window, now, segment)
        found = await paged(lambda *place, asked=asked: stores.store.counted.journeys(asked, *place))
        assert len(found) == number
        opened[count] += number
    return opened


async def _steps_opened(stores: Stores, window: Window, now: datetime, segment: str | None) -> Counter[str]:
    what, opened = rounds().what, Counter[str]()
    flow = await stores.store.flow(what, window, now, segment)
    for link in flow:
        asked = StepsAsked(what, link.from_stage, link.to, window, now, segment)
        taken = await paged(lambda *place, asked=asked: stores.store.counted.steps(asked, *place))
        assert FlowLink(link.from_stage, link.to, len(taken)) == link
        opened["ends" if link.to is None else "steps"] += len(taken)
    for stage in (*STAGES, None):
        asked = StepsAsked(what, None, stage, window, now, segment, anywhere=True)
        came = await paged(lambda *place, asked=asked: stores.store.counted.steps(asked, *place))
        assert len(came) == sum(link.times for link in flow if link.to == stage)
    return opened
