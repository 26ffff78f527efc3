"""What every form of the journey store tells of one segment: the sums of its customers; inherited by the tests."""

import random
from collections import Counter, defaultdict
from itertools import chain

import pytest

from services.journey.domain.fold import fold
from services.journey.domain.measures.blueprint import Served, System
from services.journey.domain.measures.catalogue import Measure
from services.journey.domain.measures.cells import cells
from services.journey.domain.measures.journey_map import Average
from services.journey.domain.measures.pain_points import PainCount
from services.journey.domain.model import Interaction, Pain
from services.journey.domain.segments import load_segment
from services.journey.measures.port import FactsAsked, PainsAsked
from services.journey.window import Window
from tests.contracts.journey_measures import EVER, all_measured, some_window, walk
from tests.contracts.journey_store import History, Stores
from tests.journey.feed import profile_id
from tests.journey.timelines import rounds
from tests.support.seeds import seeds

LEAST = 7
BUSY = load_segment(f"key: busy\nversion: 1\ntitle: {{en: Busy}}\nwhen: p.figures.interactions > {LEAST}\n")
FEW = load_segment("key: few\nversion: 1\ntitle: {en: Few}\nwhen: p.figures.interactions < 3\n")


def _pains(timeline: list[Interaction]) -> list[Pain]:
    return fold(rounds(), None, timeline).pains


def _counts(pains: dict[str, list[Pain]], window: Window) -> list[PainCount]:
    met: defaultdict[tuple[str, str], list[tuple[str, float]]] = defaultdict(list)
    for profile, those in pains.items():
        for pain in those:
            if window.holds(pain.position.time):
                met[pain.key, pain.stage].append((profile, pain.weight))
    return [
        PainCount(*place, len(those), len({profile for profile, _ in those}), sum(weight for _, weight in those))
        for place, those in sorted(met.items())
    ]


class JourneySegmentsContract:
    """Inherit it and provide the fixture `stores`: a factory of empty stores with `rounds` in force."""

    async def test_a_map_of_a_segment_is_of_its_customers(self, stores: Stores) -> None:
        await stores.store.accept_segment(FEW.what)
        await stores.feed(walk(1, 0, 1, 2, 3), walk(2, 0.5, 1.5))
        await stores.measure()
        reading = stores.store.reading
        cells = {cell.stage: cell for cell in await reading.cells("rounds", EVER, "few")}
        assert {stage: (cell.interactions, cell.wait, cell.queues) for stage, cell in cells.items()} == {
            "one": (1, Average(1, 60.0), ["desk 2"]),
            "two": (1, Average(1, 90.0), ["desk 2"]),
        }
        assert await reading.pain_counts("rounds", EVER, "few") == [PainCount("waited", "two", 1, 1, 0.5)]
        (met,) = await reading.pains(PainsAsked("rounds", "waited", EVER, segment="few"), None, 9)
        assert met.profile == profile_id(2)
        facts = await reading.facts(FactsAsked("rounds", Measure.WAIT, EVER, segment="few"), None, 9)
        assert [(one.profile, one.value) for one in facts] == [(profile_id(2), 60.0), (profile_id(2), 90.0)]
        behind = await stores.store.maps.behind("rounds", EVER, "few")
        none = Average()
        assert sorted(behind.served) == [
            Served("one", "desk 2", none, Average(1, 60.0), none),
            Served("two", "desk 2", none, Average(1, 90.0), none),
        ]
        assert await reading.cells("rounds", EVER, "none") == []

    @pytest.mark.parametrize("seed", seeds(3))
    async def test_sums_of_a_segment_are_those_of_its_customers(self, stores: Stores, seed: int) -> None:
        """Whoever comes into it or leaves brings and takes all that they did, corrections and merges included."""
        chance = random.Random(seed)
        await stores.store.accept_segment(BUSY.what)
        history = History(chance)
        messages = history.messages()
        chance.shuffle(messages)
        while messages:
            size = chance.randint(1, 12)
            await stores.feed(messages[:size])
            messages = messages[size:]
            if chance.random() < 1 / 3:
                await stores.store.run(lambda unit: stores.step.measure(unit, 2))
        await stores.measure()
        busy = {profile_id(n): those for n, those in history.timelines().items() if len(those) > LEAST}
        facts = {profile: all_measured(timeline) for profile, timeline in busy.items()}
        pains = {profile: _pains(timeline) for profile, timeline in busy.items()}
        for window in (EVER, *(some_window(chance) for _ in range(6))):
            inside = [one for one in chain(*facts.values()) if window.holds(one.time)]
            assert await stores.store.reading.cells("rounds", window, "busy") == cells(inside)
            assert await stores.store.reading.pain_counts("rounds", window, "busy") == _counts(pains, window)
            behind = await stores.store.maps.behind("rounds", window, "busy")
            systems = Counter((one.stage, one.position.source) for one in inside)
            assert sorted(behind.systems) == sorted(System(*place, times) for place, times in systems.items())
