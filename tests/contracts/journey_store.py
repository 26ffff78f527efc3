"""What every form of the journey store keeps; inherited by the tests of each."""

import random
from collections.abc import Sequence
from datetime import timedelta
from itertools import permutations
from typing import Any

import pytest

from services.journey.consume import JourneyHandler
from services.journey.domain import definition_rules
from services.journey.domain import fold as fold_module
from services.journey.domain.definition import load_definition
from services.journey.domain.fold import fold
from services.journey.domain.measures.flow import FlowLink
from services.journey.domain.measures.funnel import StagePart
from services.journey.domain.rule_fields import RuleProblem
from services.journey.domain.rules import Rule, compile_rule
from services.journey.domain.segments import load_segment
from services.journey.step import JourneyStep
from services.journey.store import Store
from services.journey.window import Window
from services.runtime.errors import Rejected
from services.runtime.memory_log import MemoryLog
from tests.journey.erasures import ErasedHistory
from tests.journey.feed import (
    attached,
    erased,
    moved,
    profile_id,
    published,
    records,
    replayed,
    to_be_replayed,
    withdrawn,
)
from tests.journey.timelines import ROUNDS, START, happened, rounds
from tests.support.seeds import seeds

NEWER = ROUNDS.replace("version: 1", "version: 2").replace('"order.placed"', '"order.cancelled"')
OTHER = "{key: others, version: 1, title: {en: Others}, stages: [{key: one, when: i.type == 'order.cancelled'}]}"
NOW = START + timedelta(days=400)
WITHDRAWN = 0.3
WALKS = {
    1: ["store.visited"],
    2: ["store.visited", "order.placed", "order.placed", "order.fulfilled"],
    3: ["order.placed"],
    4: ["store.visited", "order.placed", "store.visited"],
}
WALKED = [
    attached(type_, anchor=profile, profile=profile, hours=profile * 100 + hour, id_=f"{profile}-{hour}")
    for profile, types in WALKS.items()
    for hour, type_ in enumerate(types)
]
BUSY = load_segment("{key: busy, version: 1, title: {en: Busy}, when: p.figures.interactions > 2}")


class Stores:
    """A store with the log that it publishes on."""

    def __init__(self, store: Store, log: MemoryLog) -> None:
        self.store = store
        self.log = log
        self.step = JourneyStep(lambda: NOW)

    async def feed(self, *batches: Sequence[bytes]) -> None:
        for batch in batches:
            assert await JourneyHandler(self.store, self.step).handle(records(batch)) == []

    async def measure(self) -> None:
        while await self.store.run(lambda unit: self.step.measure(unit, 2)):
            pass

    async def sweep(self) -> None:
        while await self.store.run(lambda unit: self.step.sweep(unit, 1)):
            pass

    async def standing(self, *profiles: int) -> dict[str, Any]:
        """All that the store says of these profiles, and of all together."""
        definition = (await self.store.registry()).definitions["rounds"].what
        of_each = {number: await self.store.of_profile(profile_id(number), 100) for number in profiles}
        return {
            **{str(n): found._replace(profile="") if found else None for n, found in of_each.items()},
            "funnel": await self.store.funnel(definition, Window(), NOW),
            "flow": await self.store.flow(definition, Window(), NOW),
        }

    async def steps(self, profile: int) -> list[tuple[str | None, str]]:
        found = await self.store.of_profile(profile_id(profile), 100)
        if found is None or found.profile != profile_id(profile):
            return []
        return [(step.from_stage, step.to) for step in found.steps]

    async def replay(self) -> set[tuple[Any, ...]]:
        return replayed(await published(self.log))


class JourneyStoreContract:
    """Inherit it and provide the fixture `stores`: a factory of empty stores with `rounds` in force."""

    @pytest.fixture
    async def stores(self) -> Stores:
        raise NotImplementedError

    async def test_interactions_become_journeys_and_events(self, stores: Stores) -> None:
        await stores.feed(
            [attached("store.visited"), attached("order.placed", hours=1, measures={"wait_seconds": 90.0})],
            [attached("order.fulfilled", hours=2), attached("order.placed", hours=3)],
        )
        found = await stores.store.of_profile(profile_id(1), 10)
        assert found is not None
        (row,) = found.journeys
        assert (row.definition, row.version, row.journey.stage, row.journey.status) == ("rounds", 1, "two", "active")
        assert (row.journey.visits, row.journey.touchpoints) == ({"one": 1, "two": 2}, 3)
        assert [(pain.key, pain.weight, pain.stage) for pain in found.pains] == [("waited", 0.5, "two")]
        events = await published(stores.log)
        assert [(event["data"]["from"], event["data"]["to"]) for event in events] == [(None, "one"), ("one", "two")]
        assert events[1]["data"]["interaction"] == "/call/test order.placed@1"

    async def test_everybodys_timelines_come_in_pages(self, stores: Stores) -> None:
        came = [
            attached("store.visited", anchor=n, profile=n, hours=hours, id_=f"{n}-{hours}")
            for n in (3, 1, 2)
            for hours in (1, 0)
        ]
        await stores.feed(came)
        assert await stores.store.customers() == 3
        first = await stores.store.timelines(None, 2)
        assert list(first) == [profile_id(1), profile_id(2)]
        assert [one.position.id for one in first[profile_id(1)]] == ["1-0", "1-1"]
        second = await stores.store.timelines(profile_id(2), 2)
        assert list(second) == [profile_id(3)]
        assert await stores.store.timelines(profile_id(3), 2) == {}

    async def test_a_duplicate_changes_nothing(self, stores: Stores) -> None:
        one = attached("store.visited")
        await stores.feed([one, one], [one])
        before = await stores.standing(1)
        await stores.feed([one])
        assert await stores.standing(1) == before
        assert len(await published(stores.log)) == 1

    async def test_a_late_interaction_corrects_what_was_said(self, stores: Stores) -> None:
        await stores.feed([attached("order.placed", hours=2)], [attached("store.visited", hours=1)])
        assert await stores.steps(1) == [(None, "one"), ("one", "two")]
        events = await published(stores.log)
        said = [(event["data"]["from"], event["data"]["to"], event["data"]["corrects"]) for event in events]
        assert said == [(None, "two", None), (None, "one", None), ("one", "two", events[0]["id"])]

    async def test_a_late_interaction_can_take_a_step_back(self, stores: Stores) -> None:
        await stores.feed([attached("page.viewed", hours=3), attached("store.visited", hours=2)])
        assert await stores.steps(1) == [(None, "one"), ("one", "two")]
        await stores.feed([attached("order.placed", hours=2.5)])
        assert await stores.steps(1) == [(None, "one"), ("one", "two")]
        *_, last = await published(stores.log)
        assert last["type"] == "journey.transitioned"
        retraction = next(e for e in await published(stores.log) if e["type"] == "journey.retracted")
        assert (retraction["data"]["from"], retraction["data"]["to"]) == ("two", None)

    async def test_merging_gives_the_journeys_of_the_common_timeline(self, stores: Stores) -> None:
        await stores.feed(
            [attached("store.visited", anchor=1, profile=1), attached("page.viewed", anchor=2, profile=2, hours=1)],
        )
        assert await stores.steps(2) == []
        await stores.feed([moved((2, 1, 2, 2))])
        assert await stores.steps(1) == [(None, "one"), ("one", "two")]
        old = await stores.store.of_profile(profile_id(2), 10)
        assert old is not None
        assert old.profile == profile_id(1)

    async def test_splitting_takes_journeys_apart(self, stores: Stores) -> None:
        await stores.feed(
            [attached("store.visited", anchor=1), attached("order.placed", anchor=2, hours=1)],
            [moved((2, 7, 2, 1))],
        )
        assert await stores.steps(1) == [(None, "one")]
        assert await stores.steps(7) == [(None, "two")]
        events = await published(stores.log)
        (correction,) = [event for event in events if event["data"]["corrects"]]
        (corrected,) = [event for event in events if event["id"] == correction["data"]["corrects"]]
        assert (corrected["data"]["profile_id"], corrected["data"]["to"]) == (profile_id(1), "two")
        assert (correction["data"]["profile_id"], correction["data"]["to"]) == (profile_id(7), "two")
        await stores.feed([moved((2, 1, 3, 7))])
        assert await stores.steps(1) == [(None, "one"), ("one", "two")]
        assert len({event["id"] for event in await published(stores.log)}) == len(await published(stores.log))

    async def test_the_highest_version_of_a_belonging_wins(self, stores: Stores) -> None:
        await stores.feed(
            [moved((1, 2, 5, 1))],
            [attached("store.visited", anchor=1, profile=1, version=4)],
        )
        assert await stores.steps(2) == [(None, "one")]
        assert {data[0] for data in await stores.replay()} == {profile_id(2)}
        moved_on = await stores.store.of_profile(profile_id(1), 10)
        assert moved_on is not None
        assert moved_on.profile == profile_id(2)

    async def test_what_was_placed_last_replaces_an_interaction_and_what_was_before_does_not(
        self, stores: Stores
    ) -> None:
        def placed(type_: str, number: int, anchor: int = 1) -> bytes:
            return attached(type_, id_="case", anchor=anchor, profile=anchor, placed=number)

        await stores.feed([placed("store.visited", 0)], [placed("order.placed", 5)], [placed("store.visited", 3)])
        assert await stores.steps(1) == [(None, "two")]
        await stores.feed([placed("store.visited", 6, anchor=2), placed("store.visited", 2)])
        assert (await stores.steps(1), await stores.steps(2)) == ([], [(None, "one")])

    @pytest.mark.parametrize("late", [False, True])
    async def test_what_was_withdrawn_is_nobodys_and_stays_so(self, stores: Stores, *, late: bool) -> None:
        first, gone = attached("store.visited", id_="case"), withdrawn("case", 4)
        await stores.feed([gone] if late else [first], [first] if late else [gone], [first])
        assert await stores.steps(1) == []
        assert await stores.replay() == set()
        await stores.feed([attached("store.visited", id_="case", placed=4, anchor=2, profile=2)], [gone])
        assert (await stores.steps(1), await stores.steps(2)) == ([], [(None, "one")])

    async def test_what_is_withdrawn_as_its_identifier_moves_is_taken_from_whom_it_was_with(
        self, stores: Stores
    ) -> None:
        await stores.feed([attached("store.visited", id_="case", anchor=2, profile=2)])
        await stores.feed([moved((2, 1, 2, 2)), withdrawn("case", 4, profile=1)])
        assert await stores.replay() == set()
        assert (await stores.standing(1))["flow"] == []

    @pytest.mark.parametrize("order", list(permutations(range(3))))
    async def test_an_id_follows_its_own_identifier_and_not_whoever_left(
        self, stores: Stores, order: Sequence[int]
    ) -> None:
        """Of identifier 9, whose profile 2 is, nothing was ever told: it stays behind, and then it moves too."""
        told = [
            attached("store.visited", anchor=4, profile=2),
            moved((4, 3, 5, 2), follows=9),
            attached("order.placed", anchor=4, profile=3, version=5, hours=1),
        ]
        await stores.feed(*[[told[place]] for place in order])
        assert await stores.store.of_profile(profile_id(2), 10) is None
        assert await stores.store.standing(profile_id(2)) == []
        assert len(await stores.store.standing(profile_id(3))) == 1
        await stores.feed([moved((9, 6, 7, 2), follows=9)], [attached("page.viewed", anchor=9, profile=6, version=7)])
        found = await stores.store.of_profile(profile_id(2), 10)
        assert found is not None
        assert found.profile == profile_id(6)

    @pytest.mark.parametrize("order", list(permutations(range(4))))
    async def test_who_was_erased_stays_away_whatever_comes_first(self, stores: Stores, order: Sequence[int]) -> None:
        """Profile 1 had identifiers 1 and, after a merge, 2; afterwards 2 is profile 3's, who goes on with it."""
        told = [
            [attached("store.visited", anchor=1), attached("order.placed", anchor=2, profile=2, hours=1)],
            [moved((2, 1, 2, 2))],
            [erased((1, 5), (2, 5), profiles=(1, 2))],
            [moved((2, 3, 6, 9)), attached("order.placed", anchor=2, profile=3, version=6, hours=2)],
        ]
        await stores.feed(*[told[place] for place in order], *[told[place] for place in order])
        assert [await stores.store.of_profile(profile_id(n), 10) for n in (1, 2)] == [None, None]
        assert [await stores.store.standing(profile_id(n)) for n in (1, 2)] == [[], []]
        assert [await stores.store.erased(profile_id(n)) for n in (1, 2, 3, 4)] == [True, True, False, False]
        assert await stores.steps(3) == [(None, "two")]
        assert {said[0] for said in await stores.replay()} == {profile_id(3)}

    async def test_in_one_batch_the_erased_are_gone_too(self, stores: Stores) -> None:
        await stores.feed([attached("store.visited"), erased((1, 5)), attached("order.placed", hours=1)])
        assert await stores.store.of_profile(profile_id(1), 10) is None
        assert await published(stores.log) == []

    async def test_a_correction_that_led_to_the_erased_leads_back_to_nobody(self, stores: Stores) -> None:
        """In one batch with its erasure, the word of the correction's new place hides that of its old one."""
        first = attached("store.visited", id_="case", anchor=5, profile=5)
        corrected = attached("store.visited", id_="case", anchor=1, profile=1, placed=7)
        await stores.feed([first], [withdrawn("case", 7, profile=5), corrected, erased((1, 8))])
        assert await stores.steps(5) == []
        assert await stores.replay() == set()

    @pytest.mark.parametrize("order", list(permutations(range(3))))
    async def test_what_a_correction_hung_on_the_erased_does_not_go_back_to_whom_it_was_with(
        self, stores: Stores, order: Sequence[int]
    ) -> None:
        told = [
            attached("store.visited", id_="case", anchor=5, profile=5),
            attached("order.placed", id_="case", placed=7),
            erased((1, 8)),
        ]
        await stores.feed(*[[told[place]] for place in order], *[[told[place]] for place in order])
        assert await stores.steps(5) == []
        assert await stores.replay() == set()
        later = attached("store.visited", id_="case", anchor=5, profile=5, placed=9)
        await stores.feed([later])
        assert await stores.steps(5) == [(None, "one")]

    async def test_a_withdrawal_of_what_was_gone_and_came_again_is_of_what_it_was_before(self, stores: Stores) -> None:
        """It has another number since; the message that placed it the first time may come once more."""
        first = attached("store.visited", id_="case")
        again = attached("store.visited", id_="case", number=2, anchor=2, profile=2, placed=9)
        await stores.feed([again], [withdrawn("case", 4)], [erased((2, 10), profiles=(2,))], [first])
        assert (await stores.steps(1), await stores.steps(2)) == ([], [])

    @pytest.mark.parametrize("late", [False, True])
    async def test_who_has_an_identifier_of_the_erased_goes_on_since_the_same_version(
        self, stores: Stores, *, late: bool
    ) -> None:
        gone, next_ = erased((2, 5)), attached("store.visited", anchor=2, profile=3, version=5)
        await stores.feed([next_] if late else [gone], [gone] if late else [next_])
        assert await stores.steps(3) == [(None, "one")]

    async def test_a_profile_stands_where_its_latest_journey_does(self, stores: Stores) -> None:
        await stores.feed(
            [attached("store.visited"), attached("order.placed", hours=1), attached("page.viewed", anchor=2, profile=2)]
        )
        (standing,) = await stores.store.standing(profile_id(1))
        assert (standing.journey, standing.stage, standing.entered_at) == ("rounds", "two", START + timedelta(hours=1))

    async def test_a_profile_stands_where_the_journey_that_it_began_last_does(self, stores: Stores) -> None:
        await stores.feed([attached("store.visited"), attached("order.placed", hours=24 * 400)])
        found = await stores.store.of_profile(profile_id(1), 10)
        assert found is not None
        assert len(found.journeys) > 1
        (standing,) = await stores.store.standing(profile_id(1))
        assert standing.entered_at == START + timedelta(hours=24 * 400)

    async def test_an_id_of_old_stands_where_its_profile_does(self, stores: Stores) -> None:
        await stores.feed(
            [attached("store.visited", anchor=1, profile=1), attached("page.viewed", anchor=2, profile=2, hours=1)],
            [moved((2, 1, 2, 2))],
        )
        assert await stores.store.standing(profile_id(2)) == await stores.store.standing(profile_id(1)) != []

    async def test_people_who_might_be_stand_where_the_fold_of_all_they_did_ends(self, stores: Stores) -> None:
        await stores.feed(
            [
                attached("store.visited", anchor=1),
                attached("order.placed", anchor=2, profile=2, hours=1),
                attached("page.viewed", anchor=3, profile=3),
            ]
        )
        together, first, nobody = await stores.store.supposed([[2, 1], [1], [404]])
        assert [(one.journey, one.stage) for one in together] == [("rounds", "two")]
        assert first == await stores.store.standing(profile_id(1))
        assert nobody == []

    async def test_an_unknown_profile_has_no_journeys(self, stores: Stores) -> None:
        assert await stores.store.of_profile(profile_id(404), 10) is None
        assert await stores.store.standing(profile_id(404)) == []

    async def test_funnel_and_flow(self, stores: Stores) -> None:
        await stores.feed(WALKED)
        definition, now = rounds().what, START + timedelta(hours=404)
        assert await stores.store.funnel(definition, Window(), now) == [
            StagePart("one", entered=3, reached=4, now=1, left=1),
            StagePart("two", entered=3, reached=3, now=0, left=1),
            StagePart("done", entered=1, reached=1, now=0, left=0),
        ]
        assert await stores.store.flow(definition, Window(), now) == [
            FlowLink(None, "one", 3),
            FlowLink("one", "two", 2),
            FlowLink(None, "two", 1),
            FlowLink("done", None, 1),
            FlowLink("one", None, 1),
            FlowLink("two", None, 1),
            FlowLink("two", "done", 1),
            FlowLink("two", "one", 1),
        ]
        window = Window(START + timedelta(hours=200), START + timedelta(hours=300))
        assert [part.entered for part in await stores.store.funnel(definition, window, now)] == [1, 1, 1]
        assert sum(link.times for link in await stores.store.flow(definition, window, now)) == 4

    async def test_funnel_and_flow_of_a_segment(self, stores: Stores) -> None:
        await stores.store.accept_segment(BUSY.what)
        await stores.feed(WALKED)
        definition, now = rounds().what, START + timedelta(hours=404)
        assert await stores.store.funnel(definition, Window(), now, "busy") == [
            StagePart("one", entered=2, reached=2, now=1, left=0),
            StagePart("two", entered=2, reached=2, now=0, left=0),
            StagePart("done", entered=1, reached=1, now=0, left=0),
        ]
        assert await stores.store.flow(definition, Window(), now, "busy") == [
            FlowLink(None, "one", 2),
            FlowLink("one", "two", 2),
            FlowLink("done", None, 1),
            FlowLink("two", "done", 1),
            FlowLink("two", "one", 1),
        ]
        window = Window(START + timedelta(hours=100), START + timedelta(hours=300))
        assert [part.entered for part in await stores.store.funnel(definition, window, now, "busy")] == [1, 1, 1]
        assert sum(link.times for link in await stores.store.flow(definition, window, now, "busy")) == 4
        assert not any(part.entered for part in await stores.store.funnel(definition, Window(), now, "idle"))
        assert not any(one.abandoned for one in await stores.store.drop_off(definition, Window(), now, "busy"))
        assert any(one.abandoned for one in await stores.store.drop_off(definition, Window(), now))
        assert await stores.store.flow(definition, Window(), now, "idle") == []

    async def test_a_new_version_folds_everybody_anew(self, stores: Stores) -> None:
        await stores.feed(
            [attached("store.visited", anchor=n, profile=n, id_=str(n)) for n in range(1, 4)],
            [attached("order.cancelled", hours=1)],
        )
        newer = load_definition(NEWER)
        assert await stores.store.accept(newer.what)
        assert not await stores.store.accept(newer.what)
        await stores.sweep()
        assert await stores.steps(1) == [(None, "one"), ("one", "two")]
        assert await stores.steps(3) == [(None, "one")]
        found = await stores.store.of_profile(profile_id(3), 10)
        assert found is not None
        assert [row.version for row in found.journeys] == [2]
        assert len(await published(stores.log)) == 4

    async def test_a_profile_met_before_the_sweep_is_folded_anew_at_once(self, stores: Stores) -> None:
        await stores.feed([attached("store.visited"), attached("order.cancelled", hours=1)])
        newer = load_definition(NEWER)
        await stores.store.accept(newer.what)
        await stores.feed([attached("order.fulfilled", hours=2)])
        assert await stores.steps(1) == [(None, "one"), ("one", "two")]

    async def test_a_version_must_grow(self, stores: Stores) -> None:
        other = load_definition(ROUNDS.replace("Rounds", "Other rounds"))
        with pytest.raises(Rejected, match="write version: 2") as caught:
            await stores.store.accept(other.what)
        assert caught.value.field == "version"

    async def test_failing_rules_are_counted_by_name(self, stores: Stores) -> None:
        failing = ROUNDS.replace("version: 1", "version: 2").replace("i.measures.wait_seconds > 60.0", "i.name > 1")
        await stores.store.accept(load_definition(failing).what)
        await stores.feed([attached("store.visited", name="a"), attached("order.placed", hours=1, name="b")])
        (failures,) = await stores.store.rule_failures("rounds")
        assert (failures.rule, failures.times, failures.last_at) == (
            "pain_points.waited",
            2,
            START + timedelta(hours=1),
        )
        assert await stores.steps(1) == [(None, "one"), ("one", "two")]

    async def test_a_rule_on_too_much_is_stopped_by_name_and_the_rest_goes_on(self, stores: Stores) -> None:
        pairs = "'i.properties.a.exists(x, i.properties.a.exists(y, x == y && false))'"
        costly = ROUNDS.replace("version: 1", "version: 2").replace("i.measures.wait_seconds > 60.0", pairs)
        await stores.store.accept(load_definition(costly).what)
        much = [{"n": number} for number in range(5_000)]
        await stores.feed(
            [attached("store.visited", properties={"a": much[:10]}), attached("page.viewed", hours=1)],
            [attached("order.placed", hours=2, properties={"a": much}), attached("order.placed", hours=3)],
        )
        (failures,) = await stores.store.rule_failures("rounds")
        assert (failures.rule, failures.times) == ("pain_points.waited", 1)
        assert failures.reason == "would take more than 100,000 steps: what it reads is too large here"
        assert await stores.steps(1) == [(None, "one"), ("one", "two")]

    async def test_a_rule_that_is_understood_no_more_fails_by_name_and_the_rest_goes_on(
        self, stores: Stores, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """As after an upgrade that reads rules otherwise."""

        def compile_otherwise(name: str, text: str) -> Rule:
            if name == "pain_points.waited":
                raise RuleProblem("there is no i.measures; write i.figures")
            return compile_rule(name, text)

        monkeypatch.setattr(definition_rules, "compile_rule", compile_otherwise)
        await stores.store.accept(load_definition(OTHER).what)  # makes the store read all of them again
        await stores.feed([attached("store.visited")], [attached("order.placed", hours=1)])
        await stores.sweep()
        await stores.measure()
        (failures,) = await stores.store.rule_failures("rounds")
        assert (failures.rule, failures.reason) == (
            "pain_points.waited",
            "is no longer understood: there is no i.measures; write i.figures",
        )
        assert await stores.steps(1) == [(None, "one"), ("one", "two")]

    async def test_an_interaction_that_a_definition_cannot_be_folded_with_does_nothing_in_it(
        self, stores: Stores, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        transition = fold_module._transition

        def fails_on_the_second(definition: Any, interaction: Any, journey: Any, came_from: str | None) -> Any:
            if interaction.position.id == "broken":
                raise OverflowError("date value out of range")
            return transition(definition, interaction, journey, came_from)

        monkeypatch.setattr(fold_module, "_transition", fails_on_the_second)
        await stores.store.accept(load_definition(OTHER).what)
        await stores.feed(
            [attached("store.visited", id_="well"), attached("order.placed", hours=1, id_="broken")],
            [attached("page.viewed", hours=2, id_="seen")],
            [attached("store.visited", hours=-1, id_="late")],
        )
        assert await stores.steps(1) == [(None, "one"), ("one", "two")]
        (failures,) = await stores.store.rule_failures("rounds")
        assert (failures.rule, failures.reason) == ("fold", "OverflowError")
        said = {(interaction, to) for _, _, interaction, _, to, _ in await stores.replay()}
        assert said == {("/call/test late", "one"), ("/call/test seen", "two")}

    async def test_a_large_batch_applied_in_parts_ends_like_one_message_after_another(self, stores: Stores) -> None:
        """400 identifiers, each with a profile of its own until every other one is merged into the one before it."""
        types, chance = ["store.visited", "order.placed", "page.viewed", "order.fulfilled"], random.Random(1)
        timelines: dict[int, list[Any]] = {profile: [] for profile in range(1, 401, 2)}
        messages = [moved((anchor, anchor - 1, 2, anchor)) for anchor in range(2, 401, 2)]
        for number in range(1_200):
            type_, anchor, hours, id_ = chance.choice(types), chance.randint(1, 400), chance.randint(0, 60), str(number)
            messages.append(attached(type_, anchor=anchor, profile=anchor, hours=hours, id_=id_))
            timelines[anchor - (anchor % 2 == 0)].append(happened(type_, hours=hours, id_=id_))
        chance.shuffle(messages)
        await stores.feed(messages, messages[:100])
        for profile, timeline in timelines.items():
            expected = fold(rounds(), None, sorted(timeline, key=lambda one: one.position)).transitions
            assert await stores.steps(profile) == [(step.from_stage, step.to) for step in expected]
        assert len(await stores.replay()) == sum([len(await stores.steps(profile)) for profile in timelines])

    @pytest.mark.parametrize("seed", seeds(6))
    async def test_any_order_of_messages_ends_the_same(self, stores: Stores, seed: int) -> None:
        """Belongings with their final versions, duplicates, merges and splits: = the fold of the final timelines."""
        chance = random.Random(seed)
        history = History(chance)
        final = history.messages()
        messages = [*final, *chance.choices(final, k=5)]
        chance.shuffle(messages)
        while messages:
            size = chance.randint(1, 12)
            await stores.feed(messages[:size])
            messages = messages[size:]
        for profile, expected in history.expected().items():
            assert await stores.steps(profile) == [(step.from_stage, step.to) for step in expected]
        events = await published(stores.log)
        chance.shuffle(events)
        assert replayed(events) == to_be_replayed(history.expected())
        assert len({event["id"] for event in events}) == len(events)

    @pytest.mark.parametrize("seed", seeds(12))
    async def test_whoever_is_erased_among_others_leaves_the_fold_of_what_is_left(
        self, stores: Stores, seed: int
    ) -> None:
        history = ErasedHistory(random.Random(seed))
        for batch in history.deliveries():
            await stores.feed(batch)
        left = {
            profile: fold(rounds(), None, timeline).transitions for profile, timeline in history.timelines().items()
        }
        for profile in history.profiles:
            expected = [(step.from_stage, step.to) for step in left.get(profile, ())]
            assert await stores.steps(profile) == expected, profile
        assert await stores.replay() == to_be_replayed(left)


Place = tuple[str, int, float, str]
"""Type, identifier, hours after the start, and id."""


class History:
    """Five identifiers that wander among four profiles while interactions hang on them."""

    def __init__(self, chance: random.Random) -> None:
        types = ["store.visited", "order.placed", "page.viewed", "order.fulfilled"]
        self._owners = {identifier: [chance.randint(1, 4)] for identifier in range(1, 6)}
        for _ in range(6):
            self._owners[chance.randint(1, 5)].append(chance.randint(1, 4))
        self._happened = [
            (chance.choice(types), chance.randint(1, 5), chance.randint(0, 60) / 2, str(number)) for number in range(30)
        ]
        self._chance = chance
        self._placed = [(one[3], self._corrections(chance, one)) for one in self._happened]

    @staticmethod
    def _corrections(chance: random.Random, first: Place) -> list[Place | None]:
        """Where an interaction was placed, one after the other; None where it was withdrawn."""
        type_, _, _, id_ = first
        again = chance.choice((0, 0, 0, 1, 2))
        moved = [(type_, chance.randint(1, 5), chance.randint(0, 60) / 2, id_) for _ in range(again)]
        return [first, *[None if chance.random() < WITHDRAWN else one for one in moved]]

    def messages(self) -> list[bytes]:
        moves = [
            moved((identifier, owners[version], version + 1, owners[version - 1]))
            for identifier, owners in self._owners.items()
            for version in range(1, len(owners))
        ]
        return moves + [
            self._attached(*one, placed=placed) if one else withdrawn(id_, placed)
            for id_, places in self._placed
            for placed, one in enumerate(places)
        ]

    def _attached(self, type_: str, identifier: int, hours: float, id_: str, placed: int) -> bytes:
        owners = self._owners[identifier]
        version = self._chance.randint(1, len(owners))
        return attached(
            type_,
            anchor=identifier,
            profile=owners[version - 1],
            version=version,
            hours=hours,
            id_=id_,
            placed=placed,
        )

    def expected(self) -> dict[int, list[Any]]:
        return {profile: fold(rounds(), None, timeline).transitions for profile, timeline in self.timelines().items()}

    def timelines(self) -> dict[int, list[Any]]:
        """What each profile did in the end, in order."""
        timelines: dict[int, list[Any]] = {profile: [] for profile in range(1, 5)}
        for type_, identifier, hours, id_ in filter(None, [places[-1] for _, places in self._placed]):
            timelines[self._owners[identifier][-1]].append(happened(type_, hours=hours, id_=id_))
        return {profile: sorted(timeline, key=lambda one: one.position) for profile, timeline in timelines.items()}
