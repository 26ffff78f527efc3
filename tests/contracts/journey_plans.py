"""What every form of the journey store keeps of plans, and sees of their effects; inherited by the tests of each."""

import random
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

import pytest

from services.journey.domain.effects.observed import LEAST_CUSTOMERS, Observed, Place, Side, Sum, observed
from services.journey.domain.effects.subject import Subject
from services.journey.domain.effects.windows import Windows
from services.journey.domain.fold import fold
from services.journey.domain.measures.catalogue import Measure
from services.journey.domain.measures.measured import Measured, measured
from services.journey.domain.model import Pain
from services.journey.plans.port import Change, Deed, PlanFact
from services.journey.plans.wish import PlanTarget, PlanWish
from services.journey.window import Window
from tests.contracts.journey_store import Stores
from tests.journey.feed import attached, profile_id
from tests.journey.timelines import START, happened, rounds

SOON = Windows(
    Window(START, START + timedelta(hours=8)), Window(START + timedelta(hours=10), START + timedelta(hours=18))
)


def change(
    number: int, revision: int = 1, *, hours: float = 0, deed: Deed = Deed.MADE, journey: str = "rounds"
) -> Change:
    wish = PlanWish(
        pain_point="waited",
        stage="two",
        what=f"more people, {revision}",
        owner="Noa",
        target=PlanTarget(at_most=0.1),
        since=START + timedelta(hours=hours),
    )
    at = START + timedelta(hours=revision)
    return Change(profile_id(number), revision, journey, deed, wish, "noa@example.com", ("ops",), at)


TYPES = ["store.visited", "order.placed", "page.viewed", "order.fulfilled", "call.ended"]


def crowd(chance: random.Random) -> dict[int, list[dict[str, Any]]]:
    """What thirty people do within a day, most of them on both sides of the start."""
    return {
        person: [
            {
                "type_": chance.choice(
                    ["store.visited", "order.placed", "page.viewed", "order.fulfilled", "call.ended"]
                ),
                "hours": chance.randint(0, 80) / 4,
                "id_": f"{person}-{number}",
                "reason": chance.choice([None, "billing"]),
                "measures": {"wait_seconds": chance.choice([5.0, 30.0, 90.0, 400.0])},
            }
            for number in range(chance.randint(1, 12))
        ]
        for person in range(1, 31)
    }


def expected(subject: Subject, everybody: Iterable[tuple[list[Measured], list[Pain]]]) -> Observed:
    """Written down once more, customer by customer."""

    def place(time: datetime, stage: str) -> Place | None:
        here = subject.stage in {None, stage}
        for window, those in zip(SOON, ((0, 2), (1, 3)), strict=True):
            if window.holds(time):
                return Place(those[0] if here else those[1])
        return None

    def of(facts: list[Measured], pains: list[Pain], where: Place) -> Sum:
        those = [fact for fact in facts if place(fact.time, fact.stage) is where]
        if subject.measure is None:
            journeys = {fact.number for fact in those}
            met = {
                pain.number
                for pain in pains
                if pain.key == subject.pain_point and place(pain.position.time, pain.stage) is where
            }
            return Sum(len(journeys), float(len(journeys & met)), len(journeys))
        window = SOON[where % 2]
        assert window.until
        those = [
            fact
            for fact in those
            if subject.measure in fact.values
            and (
                subject.measure is not Measure.TIME_IN_STAGE
                or fact.time + timedelta(seconds=fact.values[subject.measure]) < window.until
            )
        ]
        values = [fact.values[subject.measure] for fact in those]
        return Sum(len(values), sum(values), len({fact.number for fact in those}))

    return observed([of(facts, pains, where) for where in Place] for facts, pains in everybody)


class JourneyPlansContract:
    """Inherit it and provide the fixture `stores`: a factory of empty stores with `rounds` in force."""

    async def test_plans_are_kept_with_every_change(self, stores: Stores) -> None:
        plans = stores.store.plans
        for one in (change(1), change(2, hours=5), change(3), change(4, journey="other")):
            assert await plans.put(one)
        assert await plans.put(change(1, 2, hours=9, deed=Deed.CHANGED))
        assert await plans.put(change(3, 2, deed=Deed.DROPPED))
        assert await plans.of("rounds") == [change(1, 2, hours=9, deed=Deed.CHANGED), change(2, hours=5)]
        assert await plans.record("rounds", profile_id(1)) == [change(1), change(1, 2, hours=9, deed=Deed.CHANGED)]
        assert [one.deed for one in await plans.record("rounds", profile_id(3))] == [Deed.MADE, Deed.DROPPED]
        assert await plans.record("other", profile_id(1)) == []
        assert await plans.of("nothing") == []

    async def test_of_two_changes_at_once_one_is_kept(self, stores: Stores) -> None:
        plans = stores.store.plans
        assert await plans.put(change(1))
        assert await plans.put(change(1, 2, hours=1, deed=Deed.CHANGED))
        assert not await plans.put(change(1, 2, hours=2, deed=Deed.CHANGED))
        assert [one.wish.since for one in await plans.of("rounds")] == [START + timedelta(hours=1)]

    @pytest.mark.parametrize(
        "subject",
        [
            Subject(pain_point="waited"),
            Subject(pain_point="again", stage="one"),
            Subject(measure=Measure.WAIT, stage="two"),
            Subject(measure=Measure.EFFORT),
            Subject(measure=Measure.TIME_IN_STAGE, stage="one"),
            Subject(measure=Measure.REPEAT_CONTACTS, stage="two"),
        ],
        ids=lambda subject: f"{subject.measure or subject.pain_point}-{subject.stage}",
    )
    async def test_what_is_observed_is_what_the_facts_are(self, stores: Stores, subject: Subject) -> None:
        everybody = []
        for person, deeds in crowd(random.Random(5)).items():
            await stores.feed([attached(**deed, anchor=person, profile=person) for deed in deeds])
            timeline = sorted((happened(**deed) for deed in deeds), key=lambda one: one.position)
            folded = fold(rounds(), None, timeline)
            everybody.append((measured(timeline, [(rounds(), folded)]), folded.pains))
        await stores.measure()
        wanted = expected(subject, everybody)
        assert sum(side.facts for side in wanted.sides) > 0
        found = await stores.store.plans.observed("rounds", subject, SOON)
        assert (found.sides, found.here, found.anywhere) == (wanted.sides, wanted.here, wanted.anywhere)
        assert list(found.products) == pytest.approx(wanted.products)
        for window, side in zip(SOON, found.sides[:2], strict=True):
            facts = await _opened(stores, subject, window)
            opened = Side(
                len(facts),
                sum(fact.value for fact in facts),
                len({fact.profile for fact in facts}),
                len({(fact.profile, fact.number) for fact in facts}),
            )
            assert opened == side

    async def test_what_a_journey_is_opened_to_is_its_first_interaction_in_the_window(self, stores: Stores) -> None:
        waits = {"wait_seconds": 90.0}
        await stores.feed([attached("store.visited"), attached("order.placed", hours=1, measures=waits)])
        await stores.feed([attached("order.placed", hours=2, id_="again"), attached("store.visited", hours=11)])
        await stores.measure()
        subject = Subject(pain_point="waited", stage="two")
        (met,) = await _opened(stores, subject, SOON.before)
        assert (met.profile, met.number, met.position.id, met.stage, met.value) == (
            *(profile_id(1), 1, "order.placed@1", "two", 1.0),
        )
        assert await _opened(stores, subject, SOON.after) == []

    async def test_a_pain_point_is_met_or_not_by_a_journey(self, stores: Stores) -> None:
        waits = {"wait_seconds": 90.0}
        people = LEAST_CUSTOMERS + 2
        for person in range(1, people + 1):
            visits = [
                attached(
                    "store.visited" if hour in {1, 11} else "order.placed",
                    anchor=person,
                    profile=person,
                    hours=hour,
                    id_=f"{person}-{hour}",
                    measures=waits if person <= (3 if hour < 10 else 1) else None,
                )
                for hour in (1, 2, 2.5, 11, 12)
            ]
            await stores.feed(visits)
        await stores.measure()
        found = await stores.store.plans.observed("rounds", Subject(pain_point="waited", stage="two"), SOON)
        before, after, before_elsewhere, _ = found.sides
        assert (before.facts, before.total, before.customers) == (people, 3.0, people)
        assert (after.facts, after.total, after.journeys) == (people, 1.0, people)
        assert (before_elsewhere.facts, before_elsewhere.total) == (people, 3.0)
        assert await stores.store.plans.first_fact("rounds") == START + timedelta(hours=1)
        assert await stores.store.plans.first_fact("other") is None


async def _opened(stores: Stores, subject: Subject, window: Window) -> list[PlanFact]:
    """All facts, in pages of two."""
    facts: list[PlanFact] = []
    while page := await stores.store.plans.facts("rounds", subject, window, facts[-1].position if facts else None, 2):
        facts += page
    assert [fact.position for fact in facts] == sorted({fact.position for fact in facts})
    return facts
