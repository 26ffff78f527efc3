"""Who joins a customer: told as new to them at the end of their timeline, else the customer is folded anew."""

import random
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from typing import Any

import pytest

from services.journey.domain.fold import fold
from services.journey.domain.model import Interaction
from services.journey.step import JourneyStep
from services.journey.store import Unit
from tests.contracts.journey_store import Stores
from tests.journey.feed import attached, moved, profile_id, published, to_be_replayed
from tests.journey.timelines import START, happened, rounds
from tests.support.seeds import seeds

CUSTOMER, STRANGER = 1, 2
TYPES = ("store.visited", "order.placed", "page.viewed", "order.fulfilled")
Asked = Callable[[], set[str]]


def of_customer(type_: str, hours: float, **data: Any) -> bytes:
    return attached(type_, anchor=1, profile=CUSTOMER, hours=hours, **data)


def of_stranger(type_: str, hours: float, **data: Any) -> bytes:
    return attached(type_, anchor=2, profile=STRANGER, hours=hours, **data)


JOINS = moved((2, CUSTOMER, 2, STRANGER))


class JourneyJoiningContract:
    """Inherit it beside the fixture `stores`, with `rounds` in force."""

    @pytest.fixture
    async def folded_anew(self, stores: Stores, monkeypatch: pytest.MonkeyPatch) -> Asked:
        """Whose whole timelines were asked for since the last time."""
        asked: set[str] = set()

        async def kind(unit: Unit) -> type[Unit]:
            return type(unit)

        which = await stores.store.run(kind)
        timelines = which.timelines

        async def noted(unit: Unit, profiles: Sequence[str]) -> dict[str, list[Interaction]]:
            asked.update(profiles)
            return await timelines(unit, profiles)

        monkeypatch.setattr(which, "timelines", noted)

        def since() -> set[str]:
            those = set(asked)
            asked.clear()
            return those

        return since

    async def test_what_hangs_on_identifiers_is_told_by_each(self, stores: Stores) -> None:
        await stores.feed([of_customer("store.visited", 0), of_stranger("order.placed", 1)])
        hanging = await stores.store.run(lambda unit: unit.hanging([2, 3]))
        assert {anchor: [one.position.id for one in those] for anchor, those in hanging.items()} == {
            2: ["order.placed@1"]
        }
        assert dict(await stores.store.run(lambda unit: unit.hanging([]))) == {}

    async def test_who_joins_after_all_that_a_customer_did_is_gone_on_with(
        self, stores: Stores, folded_anew: Asked
    ) -> None:
        await stores.feed([of_customer("store.visited", 0)], [of_stranger("order.placed", 1)])
        await stores.feed([JOINS])
        assert folded_anew() == {profile_id(STRANGER)}
        assert (await stores.steps(CUSTOMER), await stores.steps(STRANGER)) == ([(None, "one"), ("one", "two")], [])
        events = await published(stores.log)
        assert len(events) == 3
        (correction,) = [event for event in events if event["data"]["corrects"]]
        (told,) = [event for event in events if event["data"]["profile_id"] == profile_id(STRANGER)]
        assert (correction["type"], correction["data"]["corrects"]) == ("journey.transitioned", told["id"])
        assert (correction["data"]["profile_id"], correction["data"]["from"]) == (profile_id(CUSTOMER), "one")
        await stores.feed([of_customer("order.placed", 2), of_customer("order.fulfilled", 3)])
        assert folded_anew() == set()
        assert await stores.steps(CUSTOMER) == [(None, "one"), ("one", "two"), ("two", "done")]

    async def test_what_was_only_a_strangers_step_is_taken_back(self, stores: Stores, folded_anew: Asked) -> None:
        await stores.feed([of_customer("order.placed", 0)], [of_stranger("order.placed", 1)])
        await stores.feed([JOINS])
        assert folded_anew() == {profile_id(STRANGER)}
        events = await published(stores.log)
        (retraction,) = [event for event in events if event["data"]["corrects"]]
        (told,) = [event for event in events if event["id"] == retraction["data"]["corrects"]]
        assert (retraction["type"], told["data"]["profile_id"]) == ("journey.retracted", profile_id(STRANGER))
        assert await stores.steps(CUSTOMER) == [(None, "two")]

    async def test_what_comes_with_the_news_and_before_it_is_told_once(
        self, stores: Stores, folded_anew: Asked
    ) -> None:
        await stores.feed([of_customer("store.visited", 0)], [of_stranger("page.viewed", 2)])
        await stores.feed(
            [JOINS, attached("order.placed", anchor=2, profile=CUSTOMER, version=2, hours=3), of_customer("a.b", 1)]
        )
        assert folded_anew() == {profile_id(STRANGER)}
        found = await stores.store.of_profile(profile_id(CUSTOMER), 10)
        assert found is not None
        timeline = [("store.visited", 0), ("a.b", 1), ("page.viewed", 2), ("order.placed", 3)]
        folded = fold(rounds(), None, [happened(type_, hours=hours) for type_, hours in timeline])
        assert [row.journey for row in found.journeys] == [*folded.journeys.values()]

    async def test_who_joins_and_leaves_and_joins_again_has_other_words_for_it(self, stores: Stores) -> None:
        await stores.feed([of_customer("store.visited", 0)], [of_stranger("order.placed", 1)])
        for version in range(2, 6):
            to, previous = (CUSTOMER, STRANGER) if version % 2 == 0 else (STRANGER, CUSTOMER)
            await stores.feed([moved((2, to, version, previous))])
            assert await stores.steps(to) == ([(None, "one"), ("one", "two")] if to == CUSTOMER else [(None, "two")])
        events = await published(stores.log)
        assert len({event["id"] for event in events}) == len(events)

    @pytest.mark.parametrize("id_", ["a", "z"])
    async def test_of_two_at_the_same_moment_ids_tell_which_was_later(
        self, stores: Stores, folded_anew: Asked, id_: str
    ) -> None:
        await stores.feed([of_customer("order.placed", 1, id_="m")], [of_stranger("store.visited", 1, id_=id_)])
        await stores.feed([JOINS])
        assert folded_anew() == {profile_id(STRANGER)} | ({profile_id(CUSTOMER)} if id_ < "m" else set())
        steps = [(None, "one"), ("one", "two")] if id_ < "m" else [(None, "two"), ("two", "one")]
        assert await stores.steps(CUSTOMER) == steps

    async def test_who_was_there_before_the_customers_last_has_them_folded_anew(
        self, stores: Stores, folded_anew: Asked
    ) -> None:
        visited = [of_stranger("store.visited", 0.5), of_stranger("page.viewed", 2)]
        await stores.feed([of_customer("order.placed", 1)], visited)
        await stores.feed([JOINS])
        assert folded_anew() == {profile_id(CUSTOMER), profile_id(STRANGER)}
        assert await stores.steps(CUSTOMER) == [(None, "one"), ("one", "two")]

    async def test_who_takes_something_along_leaves_both_folded_anew(self, stores: Stores, folded_anew: Asked) -> None:
        await stores.feed([of_customer("store.visited", 0), attached("order.placed", anchor=3, hours=0.5)])
        await stores.feed([of_stranger("order.placed", 1)], [moved((2, CUSTOMER, 2, STRANGER), (3, 4, 2, CUSTOMER))])
        assert folded_anew() == {profile_id(CUSTOMER), profile_id(STRANGER)}
        assert await stores.steps(CUSTOMER) == [(None, "one"), ("one", "two")]
        assert await stores.steps(4) == [(None, "two")]

    async def test_what_time_told_of_a_stranger_has_the_customer_folded_anew(
        self, stores: Stores, folded_anew: Asked
    ) -> None:
        await stores.feed([of_customer("store.visited", 0)], [of_stranger("order.placed", 1)])
        later = JourneyStep(lambda: START + timedelta(hours=8))
        await stores.store.run(lambda unit: later.tick(unit, 10))
        await stores.feed([of_customer("store.visited", 20), attached("a.b", anchor=2, profile=STRANGER, hours=21)])
        folded_anew()
        await stores.feed([JOINS])
        assert folded_anew() == {profile_id(CUSTOMER), profile_id(STRANGER)}

    @pytest.mark.parametrize("seed", seeds(12))
    async def test_customers_whom_strangers_join_have_the_journeys_of_all_that_they_did(
        self, stores: Stores, folded_anew: Asked, seed: int
    ) -> None:
        joining = Joining(random.Random(seed))
        for batch in joining.batches():
            await stores.feed(batch)
        after = {
            profile: fold(rounds(), None, sorted(timeline, key=lambda one: one.position))
            for profile, timeline in joining.timelines().items()
        }
        for profile, folded in after.items():
            assert await stores.steps(profile) == [(step.from_stage, step.to) for step in folded.transitions]
            found = await stores.store.of_profile(profile_id(profile), 100)
            assert found is not None
            assert {row.journey.number: row.journey for row in found.journeys} == folded.journeys
        assert await stores.replay() == to_be_replayed({one: folded.transitions for one, folded in after.items()})
        joined = {profile_id(stranger) for stranger in joining.strangers}
        assert len(folded_anew() - joined) < len(after), "some must have been gone on with"


class Joining:
    """Three customers in the order of time; now and then one is a stranger for a while, before it is told who it is."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self._told: list[bytes] = []
        self._of: dict[int, list[Interaction]] = {1: [], 2: [], 3: []}
        self.strangers: list[int] = []
        hour = 0.0
        for visit in range(24):
            hour += chance.choice((0.25, 1, 6))
            self._visit(chance.randint(1, 3), visit, hour)

    def _visit(self, customer: int, visit: int, hour: float) -> None:
        if self._chance.random() < 0.5:
            self._happens(customer, customer, customer, hour, visit)
            return
        stranger = 10 + visit
        self.strangers.append(stranger)
        for place in range(self._chance.randint(1, 3)):
            self._happens(stranger, stranger, customer, hour + place / 100, visit)
        if self._chance.random() < 0.3:
            self._happens(customer, customer, customer, hour + self._chance.choice((-0.1, 0.005, 0.2)), visit)
        self._told.append(moved((stranger, customer, 2, stranger)))

    def _happens(self, anchor: int, profile: int, customer: int, hour: float, visit: int) -> None:
        type_ = self._chance.choice(TYPES)
        id_ = f"{visit}-{len(self._told)}"
        self._told.append(attached(type_, anchor=anchor, profile=profile, hours=hour, id_=id_))
        self._of[customer].append(happened(type_, hours=hour, id_=id_))

    def batches(self) -> Iterator[list[bytes]]:
        """In order, in batches of any size; some messages twice."""
        told = list(self._told)
        while told:
            size = self._chance.randint(1, 6)
            yield [*told[:size], *self._chance.choices(told[:size], k=self._chance.randint(0, 1))]
            told = told[size:]

    def timelines(self) -> dict[int, list[Interaction]]:
        """What each customer did, whoever they were taken for."""
        return {customer: those for customer, those in self._of.items() if those}
