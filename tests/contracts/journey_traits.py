"""What every form of the journey store keeps of rules that read traits; inherited by the tests of each."""

import random
from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any

import pytest

from schemas.golden_record import Trait
from schemas.trait_rules import TraitPolicy
from services.journey.domain.definition import load_definition
from services.journey.domain.segments import load_segment
from tests.contracts.journey_store import Stores
from tests.journey.feed import (
    attached,
    erased,
    moved,
    pinned,
    policy_stated,
    profile_id,
    published,
    replayed,
    unpinned,
    withdrawn,
)
from tests.journey.stating import StatingHistory
from tests.journey.timelines import START
from tests.support.seeds import seeds

READING = [
    load_segment(f"key: {key}\nversion: 1\ntitle: {{en: Any}}\nwhen: '{when}'\n")
    for key, when in (("golden", 'p.traits["plan"] == "gold"'), ("nowhere", "!has(p.traits.city)"))
]
BY_PLAN = load_definition(
    """
key: by_plan
version: 1
title: {en: By plan}
stages:
  - {key: served, when: 'i.type == "store.visited" && p.traits.plan == "gold"'}
  - {key: other, when: i.type == "store.visited"}
"""
)
NOTHING = load_segment("{key: nowhere, version: 2, title: {en: Any}, when: p.figures.interactions == 0}")
OLD, NEW = START, START + timedelta(hours=1)


def stated(plan: str | None, number: int = 1, *, anchor: int = 1, profile: int | None = None, **more: Any) -> bytes:
    """That an identifier has this plan, so many hours after the start; each has a profile of its own."""
    more = {"verified": True, "id_": f"s{number}", "hours": number, **more}
    return attached(
        "store.visited", anchor=anchor, profile=profile or anchor, traits={"plan": plan, "shoes": 9}, **more
    )


def chosen(plan: str, anchor: tuple[int, int, int], pin: int = 1) -> bytes:
    trait = Trait(0, verified=True, time=START, event_id="s1", source="/call/test", value=f'"{plan}"')
    return pinned(pin, anchor, "plan", trait, NEW)


class JourneyTraitsContract:
    """Inherit it and provide the fixture `stores`: a factory of empty stores."""

    @pytest.fixture
    async def stores(self) -> Stores:
        raise NotImplementedError

    @pytest.fixture
    async def reading(self, stores: Stores) -> Stores:
        for segment in READING:
            assert await stores.store.accept_segment(segment.what)
        assert await stores.store.accept(BY_PLAN.what)
        return stores

    async def traits(self, stores: Stores, profile: int = 1) -> dict[str, Any] | None:
        found = await stores.store.of_profile(profile_id(profile), 10)
        if found is None or found.profile != profile_id(profile) or found.known is None:
            return None
        traits = found.known.p["traits"]
        assert isinstance(traits, dict)
        assert set(found.known.segments) == set(self._segments(traits))
        return traits

    @staticmethod
    def _segments(traits: dict[str, Any]) -> Iterable[str]:
        yield from ["golden"] if traits.get("plan") == "gold" else []
        yield from ["nowhere"] if traits.get("city") is None else []

    async def test_what_the_golden_record_shows_is_what_rules_read(self, reading: Stores) -> None:
        await reading.feed([stated("gold", trust=2)], [stated("basic", 2, trust=1, source="/web/site")])
        assert await self.traits(reading) == {"plan": "gold"}
        assert await reading.store.members() == {"golden": 1, "nowhere": 1}
        await reading.feed([stated(None, 3, trust=3, source="/crm/main")])
        assert await self.traits(reading) == {"plan": None}
        assert await reading.store.members() == {"nowhere": 1}

    async def test_only_traits_that_rules_name_are_kept(self, reading: Stores) -> None:
        await reading.feed([stated("gold")])
        found = await reading.store.of_profile(profile_id(1), 10)
        assert found is not None
        assert found.known is not None
        assert [one.name for one in found.known.traits.stated] == ["plan"]

    async def test_where_no_rule_reads_traits_nothing_is_kept_and_later_all_is_there(self, stores: Stores) -> None:
        await stores.store.accept_segment(NOTHING.what)
        await stores.feed([stated("gold"), stated("basic", 2)], [chosen("gold", (1, 1, 1))])
        found = await stores.store.of_profile(profile_id(1), 10)
        assert found is not None
        assert found.known is not None
        assert found.known.p["traits"] == {}
        await stores.store.accept_segment(READING[0].what)
        await stores.sweep()
        assert (await stores.store.members())["golden"] == 1

    async def test_a_value_that_lost_wins_after_a_split(self, reading: Stores) -> None:
        await reading.feed([stated("gold", 1), stated("basic", 2, anchor=2)])
        assert [await self.traits(reading, n) for n in (1, 2)] == [{"plan": "gold"}, {"plan": "basic"}]
        await reading.feed([moved((2, 1, 2, 2))])
        assert await self.traits(reading) == {"plan": "basic"}
        await reading.feed([moved((2, 2, 3, 1))])
        assert [await self.traits(reading, n) for n in (1, 2)] == [{"plan": "gold"}, {"plan": "basic"}]

    async def test_journeys_are_folded_anew_when_what_they_read_changes(self, reading: Stores) -> None:
        await reading.feed([stated("basic")], [stated("gold", 2)])
        events = [one for one in await published(reading.log) if one["data"]["journey"] == "by_plan"]
        assert [(one["data"]["from"], one["data"]["to"]) for one in events] == [(None, "other"), (None, "served")]
        assert {said[4] for said in replayed(events)} == {"served"}

    async def test_what_is_withdrawn_or_replaced_states_nothing_any_more(self, reading: Stores) -> None:
        await reading.feed([stated("basic"), stated("gold", 2)])
        assert await self.traits(reading) == {"plan": "gold"}
        await reading.feed([stated("silver", 2, placed=4)])
        assert await self.traits(reading) == {"plan": "silver"}
        await reading.feed([withdrawn("s2", 5)])
        assert await self.traits(reading) == {"plan": "basic"}

    @pytest.mark.parametrize("late", [False, True])
    async def test_a_pin_wins_until_it_is_undone_whichever_is_told_first(self, reading: Stores, *, late: bool) -> None:
        await reading.feed([stated("basic"), stated("gold", 2)])
        words = [chosen("basic", (1, 1, 1)), unpinned(1, (1, 1, 1))]
        await reading.feed([words[late]])
        assert await self.traits(reading) == {"plan": "gold" if late else "basic"}
        await reading.feed([words[not late]], [words[0]])
        assert await self.traits(reading) == {"plan": "gold"}

    async def test_a_pin_that_comes_before_all_else_counts(self, reading: Stores) -> None:
        await reading.feed([chosen("basic", (1, 1, 1))], [stated("gold")])
        assert await self.traits(reading) == {"plan": "basic"}

    async def test_a_pin_moves_with_its_identifier_also_where_nothing_hangs_on_it(self, reading: Stores) -> None:
        await reading.feed([stated("gold", anchor=2)], [chosen("basic", (1, 1, 1))], [moved((1, 2, 2, 1))])
        assert await self.traits(reading, 2) == {"plan": "basic"}
        together, alone = await reading.store.supposed([[1, 2], [2]])
        assert ({one.stage for one in together}, {one.stage for one in alone}) == ({"other", "one"}, {"served", "one"})

    async def test_a_pin_moves_with_an_identifier_of_which_all_is_news(self, reading: Stores) -> None:
        await reading.feed([stated("gold")], [chosen("basic", (2, 2, 1))], [stated("gold", 2, anchor=2)])
        await reading.feed([moved((2, 1, 2, 2))])
        assert await self.traits(reading) == {"plan": "basic"}

    async def test_whoever_is_erased_is_pinned_to_nothing_whenever_that_is_told(self, reading: Stores) -> None:
        await reading.feed([stated("gold"), chosen("basic", (1, 1, 1))], [erased((1, 5))])
        await reading.feed([chosen("gold", (1, 1, 1), pin=2)], [stated("silver", 3, profile=7, version=5)])
        assert await self.traits(reading, 7) == {"plan": "silver"}
        assert await reading.store.pins([profile_id(7)]) == {}

    async def test_a_policy_takes_over_for_everybody_and_an_older_one_does_not(self, reading: Stores) -> None:
        await reading.feed([stated("gold", trust=2), stated("basic", 2, source="/web/site")])
        newest = {"plan": TraitPolicy(order=("recency",))}
        for policies, plan in (([(7, newest)], "basic"), ([(6, {}), (7, {})], "basic"), ([(8, {})], "gold")):
            await reading.feed([policy_stated(version, traits) for version, traits in policies])
            await reading.sweep()
            assert await self.traits(reading) == {"plan": plan}

    async def test_the_same_policy_told_again_folds_nobody_anew(self, reading: Stores) -> None:
        before = (await reading.store.registry()).revision
        await reading.feed([policy_stated(3, {})], [policy_stated(4, {})])
        assert (await reading.store.registry()).revision == before

    async def test_of_what_came_before_it_was_told_what_traits_are_worth_the_identifiers_say(
        self, reading: Stores
    ) -> None:
        shown = [{"namespace": "email", "value": "dana@example.com", "assurance": "verified"}]
        await reading.feed(
            [
                stated("gold", 1, verified=None, identifiers=shown),
                stated("basic", 2, verified=None, source="/web/site"),
            ]
        )
        assert await self.traits(reading) == {"plan": "gold"}

    @pytest.mark.parametrize("seed", seeds(6))
    async def test_in_any_order_of_messages_traits_end_as_the_golden_record(self, reading: Stores, seed: int) -> None:
        chance = random.Random(seed)
        history = StatingHistory(chance, erasing=False)
        final = history.messages()
        messages = [*final, *chance.choices(final, k=5)]
        chance.shuffle(messages)
        await self._agrees(reading, history, _batches(messages, chance))

    @pytest.mark.parametrize("seed", seeds(10))
    async def test_with_erasures_traits_end_as_the_golden_record(self, reading: Stores, seed: int) -> None:
        history = StatingHistory(random.Random(seed))
        await self._agrees(reading, history, history.deliveries())

    async def _agrees(self, stores: Stores, history: StatingHistory, batches: Iterable[Sequence[bytes]]) -> None:
        for batch in batches:
            await stores.feed(batch)
        await stores.sweep()
        for profile, shown in history.shown().items():
            assert (await self.traits(stores, profile) or {}) == shown


def _batches(messages: list[bytes], chance: random.Random) -> Iterable[Sequence[bytes]]:
    while messages:
        size = chance.randint(1, 12)
        yield messages[:size]
        messages = messages[size:]
