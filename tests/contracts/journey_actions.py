"""What every form of the journey store does about actions; inherited by the tests of each."""

from datetime import timedelta
from typing import Any

import pytest

from services.journey.actions.acting import decide_waiting
from services.journey.actions.port import ActedOn, ActionsAsked
from services.journey.domain.acting import lot
from services.journey.domain.definition import load_definition
from services.journey.domain.segments import load_segment
from services.journey.store import Window
from services.journey.webhooks.port import DEAD, DELIVERED, Attempt, DeadDelivery
from tests.contracts.journey_time import Timed
from tests.journey.feed import attached, erased, everything, moved, profile_id
from tests.journey.timelines import START

STAGES = """
key: refund
version: {version}
title: {{en: Refund}}
stages:
  - {{key: approved, when: 'i.type == "claim.approved"', expected: PT2H}}
  - {{key: chasing, when: 'i.type == "call.ended"'}}
  - {{key: paid, when: 'i.type == "refund.sent"', exit: completed}}
pain_points:
  - {{key: waited, when: i.measures.wait_seconds > 60.0}}
  - {{key: moved, when: i.type == "call.transferred"}}
actions:
"""
QUIET = "quiet_hours: {begin: '13:00', end: '15:00', zone: Asia/Jerusalem}"
"""Two hours ahead of UTC the start of the tests is eleven o'clock: from the second hour on, until the fourth."""
OVERDUE = "{key: hurry, on: overdue, stage: approved, to: desk, outcome_within: PT5H}"


class Acting(Timed):
    """A store whose actions are decided by the test, at its own time."""

    async def put(self, *actions: str) -> None:
        """Puts the refund journey in force with these actions."""
        known = (await self.store.registry()).definitions.get("refund")
        version = known.version + 1 if known else 1
        listed = "".join(f"  - {action}\n" for action in actions)
        await self.store.accept(load_definition(STAGES.format(version=version) + listed).what)

    async def act(self, hours: float) -> None:
        """Lets time pass, tells what it did, and decides what that calls for."""
        await self.until(hours)
        while await self.store.run(lambda unit: decide_waiting(unit, self.step.now(), 2)):
            pass

    async def requested(self) -> list[tuple[str, str, str]]:
        """Profile, action and what it was called for by, as they were asked for."""
        return [
            (event["data"]["profile_id"], event["data"]["action"], event["data"]["on"])
            for event in await everything(self.log)
            if event["type"] == "journey.action.requested"
        ]

    async def parts(self, since: float | None = None) -> list[tuple[Any, ...]]:
        """Action, state, times, watched and contacted."""
        definition = (await self.store.registry()).definitions["refund"].what
        window = Window(None if since is None else START + timedelta(hours=since))
        return [tuple(part) for part in await self.store.actions(definition, window, self.step.now())]

    async def called_for(self, action: str, state: str, **asked: Any) -> list[tuple[int, bool | None]]:
        """Anchors of customers, and whether they made contact, read in pages of two."""
        definition = (await self.store.registry()).definitions["refund"].what
        within = next(one.outcome_within for one in definition.actions if one.key == action)
        window = asked.pop("window", Window())
        found: list[ActedOn] = []
        while page := await self.store.acted.customers(
            ActionsAsked("refund", action, state, within, window, **asked),
            self.step.now(),
            found[-1].position if found else None,
            2,
        ):
            found += page
        return [(next(n for n in range(1, 50) if profile_id(n) == one.profile), one.contacted) for one in found]

    async def states(self) -> dict[str, int]:
        """How many actions have which state."""
        return {part[1]: part[2] for part in await self.parts()}


ONE = profile_id(1)
BOTH = [
    next(n for n in range(1, 50) if (lot("refund", "chase", profile_id(n)) < 0.5) is held_out)
    for held_out in (True, False)
]
"""Customers of whom the first is held out of `chase`, by a lot for one half, and the second is not."""
AGAIN = ("claim.approved", "call.ended")


CLAIMANT = load_segment("key: claimant\nversion: 1\ntitle: {en: Claimant}\nwhen: p.figures.interactions > 0\n")


class JourneyActionsContract:
    """Inherit it and provide the fixture `acting`: a factory of empty stores."""

    @pytest.fixture
    async def acting(self) -> Acting:
        raise NotImplementedError

    async def test_an_action_names_the_segments_of_its_customer(self, acting: Acting) -> None:
        await acting.store.accept_segment(CLAIMANT.what)
        await acting.put(OVERDUE)
        await acting.feed([attached("claim.approved")])
        await acting.act(3)
        events = {event["type"]: event["data"] for event in await everything(acting.log)}
        assert events["journey.overdue"]["segments"] == events["journey.action.requested"]["segments"] == ["claimant"]

    async def test_what_has_not_happened_in_time_asks_for_an_action_once(self, acting: Acting) -> None:
        await acting.put(OVERDUE)
        await acting.feed([attached("claim.approved")])
        await acting.act(2)
        assert await acting.requested() == []
        for hours in (2.1, 2.2, 5):
            await acting.act(hours)
        (event,) = [one for one in await everything(acting.log) if one["type"] == "journey.action.requested"]
        assert event["data"] == {
            "profile_id": ONE,
            "journey": "refund",
            "version": 1,
            "from": "approved",
            "at": "2026-03-01T11:00:00Z",
            "action": "hurry",
            "on": "overdue",
            "target": "desk",
        }

    async def test_steps_and_pain_points_ask_for_actions_too(self, acting: Acting) -> None:
        await acting.put(
            "{key: came, on: entered, stage: approved, to: desk}",
            "{key: went, on: left, stage: approved, to: desk}",
            "{key: ended, on: completed, to: desk}",
            "{key: sorry, on: pain_point, pain_point: waited, to: desk}",
            "{key: never, on: entered, stage: approved, when: 'i.channel == \"web\"', to: desk}",
            "{key: twice, on: entered, when: j.touchpoints == 2, to: desk}",
        )
        await acting.feed([attached("claim.approved")])
        await acting.act(0.1)
        await acting.feed([attached("call.ended", hours=1, measures={"wait_seconds": 90.0})])
        await acting.act(1.1)
        await acting.feed([attached("refund.sent", hours=1.5)])
        await acting.act(1.6)
        assert sorted(await acting.requested()) == [
            (ONE, "came", "entered"),
            (ONE, "ended", "completed"),
            (ONE, "sorry", "pain_point"),
            (ONE, "twice", "entered"),
            (ONE, "went", "left"),
        ]

    async def test_rules_of_actions_on_time_see_the_journey_and_no_interaction(self, acting: Acting) -> None:
        await acting.put(
            "{key: calm, on: overdue, when: 'j.effort == 0.0', to: desk}",
            "{key: none, on: overdue, when: 'i.type == \"claim.approved\"', to: desk}",
        )
        await acting.feed([attached("claim.approved")])
        await acting.act(3)
        assert await acting.requested() == [(ONE, "calm", "overdue")]

    async def test_nothing_is_asked_for_once_things_have_moved_on(self, acting: Acting) -> None:
        await acting.put(OVERDUE)
        await acting.feed([attached("claim.approved")])
        await acting.until(2.1)
        await acting.feed([attached("refund.sent", hours=2.2)])
        await acting.act(2.3)
        assert await acting.states() == {"moved_on": 1}

    async def test_nothing_is_asked_for_on_what_was_taken_back(self, acting: Acting) -> None:
        await acting.put(OVERDUE)
        await acting.feed([attached("claim.approved")])
        await acting.until(2.1)
        await acting.feed([attached("claim.approved", hours=-1)])
        await acting.act(2.3)
        assert await acting.states() == {"moved_on": 1, "requested": 1}

    async def test_who_left_a_stage_meanwhile_is_not_told_of_entering_it(self, acting: Acting) -> None:
        await acting.put("{key: came, on: entered, stage: approved, to: desk, " + QUIET + "}")
        await acting.feed([attached("claim.approved", hours=2, anchor=n, profile=n, id_=str(n)) for n in (1, 2)])
        await acting.act(2.1)
        assert await acting.states() == {"waiting": 2}
        await acting.feed([attached("refund.sent", hours=3)])
        await acting.act(4)
        assert await acting.states() == {"moved_on": 1, "requested": 1}

    async def test_who_left_a_stage_and_came_back_is_told_of_coming_back(self, acting: Acting) -> None:
        await acting.put("{key: came, on: entered, stage: approved, to: desk, " + QUIET + "}")
        await acting.feed([attached("claim.approved", hours=2)], [attached("call.ended", hours=2.5)])
        await acting.feed([attached("claim.approved", hours=3)])
        await acting.act(4)
        assert await acting.states() == {"moved_on": 1, "requested": 1}

    async def test_a_step_that_went_elsewhere_after_all_calls_for_nothing(self, acting: Acting) -> None:
        await acting.put("{key: chase, on: entered, stage: chasing, to: desk, " + QUIET + "}")
        await acting.feed([attached("claim.approved")], [attached("call.ended", hours=2, id_="x", placed=1)])
        await acting.act(2.1)
        assert await acting.states() == {"waiting": 1}
        await acting.feed([attached("refund.sent", hours=2, id_="x", placed=2)])
        await acting.act(4)
        assert await acting.states() == {"moved_on": 1}
        assert await acting.requested() == []

    async def test_a_pain_point_that_was_none_calls_for_nothing_beside_another(self, acting: Acting) -> None:
        await acting.put(
            "{key: sorry, on: pain_point, pain_point: waited, to: desk, " + QUIET + "}",
            "{key: again, on: pain_point, pain_point: moved, to: desk, " + QUIET + "}",
        )
        call = {"hours": 2, "id_": "x"}
        await acting.feed([attached("claim.approved")])
        await acting.feed([attached("call.transferred", **call, placed=1, measures={"wait_seconds": 90.0})])
        await acting.act(2.1)
        await acting.feed([attached("call.transferred", **call, placed=2, measures={"wait_seconds": 3.0})])
        await acting.act(4)
        assert [part[:3] for part in await acting.parts()] == [("again", "requested", 1), ("sorry", "moved_on", 1)]

    async def test_what_was_imported_long_after_calls_for_nothing(self, acting: Acting) -> None:
        await acting.put(OVERDUE)
        acting.hours = 100
        await acting.feed([attached("claim.approved")])
        await acting.act(100)
        assert await acting.parts() == []
        assert await acting.told() == [("overdue", "approved", 0, 2)]

    async def test_what_was_met_before_an_action_was_defined_does_not_call_for_it(self, acting: Acting) -> None:
        await acting.put("{key: other, on: overdue, to: desk}")
        waited = {"measures": {"wait_seconds": 90.0}}
        await acting.feed([attached("claim.approved")], [attached("call.ended", hours=1, **waited)])
        acting.hours = 2
        await acting.put(
            "{key: sorry, on: pain_point, pain_point: waited, to: desk}",
            "{key: came, on: entered, stage: chasing, to: desk}",
        )
        await acting.sweep()
        await acting.act(2.1)
        assert await acting.requested() == []
        await acting.feed([attached("call.started", hours=0.5, **waited)])
        await acting.act(2.2)
        assert [action for _, action, _ in await acting.requested()] == ["sorry"]

    @pytest.mark.parametrize("known", [False, True], ids=["to a stranger", "to a customer"])
    async def test_what_changes_hands_calls_for_nothing_again(self, acting: Acting, *, known: bool) -> None:
        await acting.put("{key: other, on: overdue, to: desk}")
        waited = {"measures": {"wait_seconds": 90.0}}
        await acting.feed([attached("claim.approved", hours=0)] if known else [])
        await acting.feed([attached("claim.approved", anchor=2, profile=2, hours=0.5)])
        await acting.feed([attached("call.ended", anchor=2, profile=2, hours=1, **waited)])
        acting.hours = 2
        await acting.put(
            "{key: sorry, on: pain_point, pain_point: waited, to: desk}",
            "{key: chased, on: entered, stage: chasing, to: desk}",
        )
        await acting.sweep()
        await acting.feed([moved((2, 1, 2, 2))])
        await acting.act(2.1)
        assert await acting.requested() == []

    async def test_a_cooldown_and_a_cap_hold_for_the_customer(self, acting: Acting) -> None:
        await acting.put(
            "{key: cool, on: entered, stage: chasing, cooldown: PT3H, to: desk}",
            "{key: few, on: entered, stage: approved, cap: {times: 2, within: P1D}, to: desk}",
        )
        for hours in range(5):
            type_ = "call.ended" if hours % 2 else "claim.approved"
            await acting.feed([attached(type_, hours=hours)])
            await acting.act(hours + 0.1)
        assert [part[:3] for part in await acting.parts()] == [
            ("cool", "cooldown", 1),
            ("cool", "requested", 1),
            ("few", "cap", 2),
            ("few", "requested", 1),
        ]

    async def test_quiet_hours_put_off_and_then_all_is_looked_at_again(self, acting: Acting) -> None:
        await acting.put("{key: hurry, on: overdue, to: desk, " + QUIET + "}")
        await acting.feed(
            [attached("claim.approved"), attached("claim.approved", anchor=2, profile=2, id_="2")],
        )
        await acting.act(2.5)
        assert await acting.states() == {"waiting": 2}
        await acting.feed([attached("refund.sent", anchor=2, profile=2, hours=3)])
        await acting.act(3.9)
        assert await acting.states() == {"waiting": 2}
        assert sorted(await acting.called_for("hurry", "waiting")) == [(1, None), (2, None)]
        await acting.act(4)
        assert await acting.states() == {"moved_on": 1, "requested": 1}
        assert await acting.called_for("hurry", "moved_on") == [(2, None)]
        assert await acting.requested() == [(ONE, "hurry", "overdue")]

    @pytest.mark.parametrize(
        ("words", "reached"),
        [
            ([], False),
            ([("reminders", True, "verified")], True),
            ([("Reminders", True, "verified")], True),
            ([("marketing", True, "verified")], False),
            ([("reminders", True, "claimed")], False),
            ([("reminders", True, "verified"), ("reminders", False, "claimed")], False),
            ([("reminders", False, "verified"), ("reminders", True, "verified")], True),
        ],
    )
    async def test_consent_is_respected(
        self, acting: Acting, words: list[tuple[str, bool, str]], *, reached: bool
    ) -> None:
        await acting.put("{key: hurry, on: overdue, consent: reminders, to: desk}")
        said = [
            attached(
                "consent.changed",
                hours=number / 10,
                identifiers=[{"namespace": "email", "value": "a@example.com", "assurance": assurance}],
                consents=[{"purpose": purpose, "granted": granted}],
            )
            for number, (purpose, granted, assurance) in enumerate(words)
        ]
        await acting.feed([attached("claim.approved"), *said])
        await acting.act(3)
        assert await acting.states() == ({"requested": 1} if reached else {"no_consent": 1})

    async def test_who_refused_as_one_of_their_identifiers_has_refused(self, acting: Acting) -> None:
        await acting.put("{key: hurry, on: overdue, consent: reminders, to: desk}")
        said = [
            attached("consent.changed", anchor=n, id_=str(n), consents=[{"purpose": "reminders", "granted": n == 1}])
            for n in (1, 2)
        ]
        await acting.feed([attached("claim.approved"), *said])
        await acting.act(3)
        assert await acting.states() == {"no_consent": 1}

    async def test_who_is_held_out_is_drawn_by_lot_and_stays_so(self, acting: Acting) -> None:
        await acting.put("{key: hurry, on: overdue, hold_out: 0.5, to: desk}")
        people = range(1, 41)
        await acting.feed([attached("claim.approved", anchor=n, profile=n, id_=str(n)) for n in people])
        await acting.act(3)
        states = await acting.states()
        assert states["held_out"] + states["requested"] == 40
        assert 10 < states["held_out"] < 30
        await acting.feed([attached("refund.sent", anchor=n, profile=n, hours=4, id_=f"s{n}") for n in people])
        await acting.feed([attached("claim.approved", anchor=n, profile=n, hours=5, id_=f"b{n}") for n in people])
        before = {one for one, _, _ in await acting.requested()}
        await acting.act(8)
        assert {one for one, _, _ in await acting.requested()} == before

    async def test_who_is_held_out_waits_as_long_as_who_is_reached(self, acting: Acting) -> None:
        await acting.put("{key: chase, on: entered, stage: chasing, cooldown: P7D, hold_out: 0.5, to: desk}")
        for hours in range(0, 10, 2):
            for after, type_ in enumerate(AGAIN):
                ids = [(n, f"{type_}{n}{hours}") for n in BOTH]
                await acting.feed(
                    [attached(type_, anchor=n, profile=n, hours=hours + after, id_=id_) for n, id_ in ids]
                )
            await acting.act(hours + 1.1)
        assert await acting.states() == {"cooldown": 8, "held_out": 1, "requested": 1}

    @pytest.mark.parametrize("first", [0, 1])
    async def test_the_lot_outlives_a_merge(self, acting: Acting, first: int) -> None:
        await acting.put("{key: chase, on: entered, stage: chasing, hold_out: 0.5, to: desk}")
        gone, stays = BOTH[first], BOTH[1 - first]
        await acting.feed([attached("call.ended", anchor=gone, profile=gone)])
        await acting.act(0.1)
        (before,) = await acting.states()
        await acting.feed([moved((gone, stays, 2, gone))])
        await acting.feed(
            [attached(type_, anchor=gone, profile=stays, version=2, hours=n) for n, type_ in enumerate(AGAIN, 1)]
        )
        await acting.act(2.1)
        assert await acting.states() == {before: 2}

    async def test_an_action_that_is_defined_no_more_is_not_asked_for(self, acting: Acting) -> None:
        await acting.put(OVERDUE)
        await acting.feed([attached("claim.approved")])
        await acting.until(2.1)
        await acting.put("{key: other, on: overdue, to: desk}")
        await acting.act(2.2)
        assert await acting.requested() == []

    async def test_a_merge_neither_repeats_nor_forgets_what_was_asked_for(self, acting: Acting) -> None:
        await acting.put("{key: hurry, on: overdue, cooldown: P1D, to: desk}")
        await acting.feed([attached("claim.approved", anchor=2, profile=2)])
        await acting.act(3)
        await acting.feed([moved((2, 1, 2, 2))])
        await acting.act(4)
        await acting.feed([attached("refund.sent", anchor=2, hours=4), attached("claim.approved", anchor=2, hours=5)])
        await acting.act(8)
        assert await acting.requested() == [(profile_id(2), "hurry", "overdue")]
        assert await acting.states() == {"cooldown": 1, "requested": 1}

    async def test_of_the_erased_no_action_is_kept(self, acting: Acting) -> None:
        await acting.put(OVERDUE)
        await acting.feed([attached("claim.approved")])
        await acting.act(3)
        await acting.feed([erased((1, 5))])
        assert await acting.parts() == []

    async def test_who_had_to_call_nevertheless_is_counted_once_the_time_is_over(self, acting: Acting) -> None:
        await acting.put(OVERDUE)
        await acting.feed([attached("claim.approved", anchor=n, profile=n, id_=str(n)) for n in (1, 2, 3)])
        await acting.act(3)
        await acting.feed(
            [
                attached("call.ended", anchor=1, profile=1, hours=4, direction="inbound"),
                attached("call.ended", anchor=2, profile=2, hours=4, id_="out", direction="outbound"),
                attached("call.ended", anchor=3, profile=3, hours=9, id_="late", direction="inbound"),
            ]
        )
        assert await acting.parts() == [("hurry", "requested", 3, 0, 0)]
        assert {back for _, back in await acting.called_for("hurry", "requested")} == {None}
        assert await acting.called_for("hurry", "requested", watched=True) == []
        await acting.act(10)
        assert await acting.parts() == [("hurry", "requested", 3, 3, 1)]
        everybody = [(1, True), (2, False), (3, False)]
        assert sorted(await acting.called_for("hurry", "requested")) == everybody
        assert sorted(await acting.called_for("hurry", "requested", watched=True)) == everybody
        assert await acting.parts(since=5) == []
        assert await acting.called_for("hurry", "requested", window=Window(START + timedelta(hours=5))) == []

    @pytest.mark.parametrize(
        ("type_", "said", "counts"),
        [
            ("call.ended", {}, True),
            ("call.ended", {"direction": "outbound"}, False),
            ("call.ended", {"direction": "inbound", "measures": {"self_service_seconds": 30.0}}, False),
            ("chat.message.received", {"channel": "chat"}, True),
            ("email.received", {"channel": "email"}, True),
            ("consent.changed", {"direction": "inbound"}, False),
        ],
    )
    async def test_a_contact_is_what_measures_take_for_one(
        self, acting: Acting, type_: str, said: dict[str, Any], *, counts: bool
    ) -> None:
        await acting.put(OVERDUE)
        await acting.feed([attached("claim.approved")])
        await acting.act(3)
        await acting.feed([attached(type_, hours=4, **said)])
        await acting.act(10)
        assert await acting.parts() == [("hurry", "requested", 1, 1, int(counts))]

    async def test_the_conversation_that_is_under_way_is_no_contact_afterwards(self, acting: Acting) -> None:
        await acting.put("{key: sorry, on: pain_point, pain_point: moved, to: desk, outcome_within: P2D}")
        talk = {1: "one", 2: "two"}
        for n, conversation in talk.items():
            call = {"anchor": n, "profile": n, "conversation": conversation}
            await acting.feed([attached("claim.approved", anchor=n, profile=n, id_=f"a{n}")])
            await acting.feed([attached("call.transferred", hours=1, id_=f"t{n}", **call)])
        await acting.act(1.1)
        for n, (conversation, hours) in {1: ("one", 20), 2: ("three", 1.2)}.items():
            call = {"anchor": n, "profile": n, "conversation": conversation}
            await acting.feed([attached("call.ended", hours=hours, id_=f"e{n}", **call)])
        await acting.feed([attached("call.ended", hours=40, id_="e", anchor=1, conversation="one")])
        await acting.act(60)
        assert await acting.parts() == [("sorry", "requested", 2, 2, 1)]

    async def test_a_customer_is_counted_once_from_the_first_decision_on(self, acting: Acting) -> None:
        await acting.put("{key: chase, on: entered, stage: chasing, to: desk, outcome_within: PT1H}")
        for hours in range(0, 6, 2):
            for after, type_ in enumerate(AGAIN):
                await acting.feed([attached(type_, hours=hours + after)])
            await acting.act(hours + 1.1)
        await acting.act(30)
        assert await acting.parts() == [("chase", "requested", 3, 1, 0)]
        assert await acting.called_for("chase", "requested", watched=True) == [(1, False)]
        assert len(await acting.called_for("chase", "requested")) == 3
        (first,) = await acting.store.acted.customers(
            ActionsAsked("refund", "chase", "requested", timedelta(hours=1), Window(), watched=True),
            acting.step.now(),
            None,
            9,
        )
        assert (first.at, first.stage) == (START + timedelta(hours=1), "chasing")

    async def test_webhooks_are_claimed_by_one_given_up_and_played_again(self, acting: Acting) -> None:
        await acting.put("{key: hurry, on: overdue, to: desk}", "{key: other, on: overdue, to: nobody}")
        await acting.feed([attached("claim.approved", anchor=n, profile=n, id_=str(n)) for n in (1, 2)])
        await acting.until(3)
        now = acting.step.now()
        later, much_later = now + timedelta(minutes=1), now + timedelta(hours=1)
        await acting.store.run(lambda unit: decide_waiting(unit, now, 10, {"desk"}))
        first = await acting.store.run(lambda unit: unit.webhooks.claim("desk", now, later, 1))
        second = await acting.store.run(lambda unit: unit.webhooks.claim("desk", now, later, 5))
        assert [len(first), len(second), first[0].attempts] == [1, 1, 1]
        assert first[0].id != second[0].id
        assert await acting.store.run(lambda unit: unit.webhooks.claim("desk", now, later, 5)) == []
        attempts = [
            Attempt(first[0].id, DELIVERED, now, None),
            Attempt(second[0].id, DEAD, now, "answered 500"),
        ]
        await acting.store.run(lambda unit: unit.webhooks.attempted(attempts))
        assert await acting.store.run(lambda unit: unit.webhooks.claim("desk", much_later, much_later, 5)) == []
        dead = DeadDelivery(second[0].id, "desk", "refund", "journey.action.requested", "hurry", 1, "answered 500", now)
        assert await acting.store.dead_deliveries(5) == [dead]
        times = {part[:2]: part[2] for part in await acting.parts()}
        assert times == {("hurry", "requested"): 2, ("hurry", "failed"): 1, ("other", "requested"): 2}
        assert len(await acting.called_for("hurry", "failed")) == 1
        assert await acting.called_for("other", "failed") == []
        assert not await acting.store.replay(first[0].id, now)
        assert await acting.store.replay(second[0].id, later)
        assert await acting.called_for("hurry", "failed") == []
        again = await acting.store.run(lambda unit: unit.webhooks.claim("desk", later, much_later, 5))
        assert [(one.id, one.attempts, one.body) for one in again] == [(second[0].id, 1, second[0].body)]
        await acting.feed([erased((1, 5)), erased((2, 5), profiles=(2,))])
        assert await acting.store.run(lambda unit: unit.webhooks.claim("desk", much_later, much_later, 5)) == []
