"""What every form of the journey store tells maps; inherited by the tests of each."""

from datetime import timedelta

from services.journey.domain.measures.blueprint import Served, System
from services.journey.domain.measures.journey_map import Average
from services.journey.maps.port import Way
from services.journey.window import Window
from tests.contracts.journey_store import Stores
from tests.journey.feed import attached, erased, profile_id
from tests.journey.timelines import START

EVER = Window()
NONE = Average()


def way(number: int = 1, profile: int = 1) -> Way:
    return Way(profile_id(profile), "rounds", number)


class JourneyMapsContract:
    """Inherit it and provide the fixture `stores`: a factory of empty stores with `rounds` in force."""

    async def test_groups_of_agents_and_systems_stand_behind_stages(self, stores: Stores) -> None:
        await stores.feed([
            attached("store.visited", queue="desk", measures={"handle_seconds": 60.0, "transfers": 1}),
            attached("store.visited", hours=0.5, queue="desk", measures={"wait_seconds": 30.0}),
            attached("store.visited", hours=0.7, measures={"handle_seconds": 10.0}),
            attached("order.placed", hours=1),
        ])  # fmt: skip
        await stores.measure()
        found = await stores.store.maps.behind("rounds", EVER)
        assert sorted(found.served, key=str) == sorted(
            [
                Served("one", "desk", Average(1, 60.0), Average(1, 30.0), NONE),
                Served("one", None, Average(1, 10.0), NONE, NONE),
                Served("two", None, NONE, NONE, NONE),
            ],
            key=str,
        )
        assert sorted(found.systems) == [System("one", "/call/test", 3), System("two", "/call/test", 1)]
        later = await stores.store.maps.behind("rounds", Window(START + timedelta(hours=1)))
        assert later.systems == [System("two", "/call/test", 1)]

    async def test_a_way_is_told_interaction_by_interaction(self, stores: Stores) -> None:
        await stores.feed([
            attached("store.visited", sentiment=1.0, agent="Noa", queue="desk"),
            attached("order.placed", hours=1, measures={"wait_seconds": 90.0}),
            attached("store.visited", hours=20, id_="again"),
            attached("store.visited", anchor=2, profile=2, id_="other"),
        ])  # fmt: skip
        await stores.measure()
        first, second = await stores.store.maps.encounters(way(), 10)
        assert (first.position.id, first.stage, first.queue, first.agent) == ("store.visited@0", "one", "desk", "Noa")
        assert (first.emotion, first.wait, first.effort) == (1.0, None, 0.0)
        assert (second.stage, second.wait, second.effort, second.agent) == ("two", 90.0, 0.5, None)
        assert [one.position.id for one in await stores.store.maps.encounters(way(2), 10)] == ["again"]
        assert await stores.store.maps.encounters(way(), 1) == [first]
        assert await stores.store.maps.encounters(way(3), 10) == []

    async def test_of_the_erased_nothing_is_told(self, stores: Stores) -> None:
        await stores.feed([attached("store.visited", agent="Noa")])
        await stores.measure()
        await stores.feed([erased((1, 5))])
        assert await stores.store.maps.encounters(way(), 10) == []
