"""What every form of the journey store tells of one person, whole and in pages; inherited by the tests of each."""

from collections.abc import Sequence
from datetime import timedelta
from random import Random
from typing import Any

import pytest

from schemas.exported_journeys import KeptOfJourneys
from services.journey.actions.acting import decide_waiting
from services.journey.records import memory, postgres
from services.journey.webhooks.port import DELIVERED, Attempt
from tests.contracts.journey_actions import CLAIMANT, Acting
from tests.journey.erasures import ErasedHistory
from tests.journey.feed import attached, erased, moved, profile_id
from tests.journey.timelines import START, rounds
from tests.support.seeds import seeds

SORRY = "{key: sorry, on: pain_point, pain_point: waited, to: desk}"
HURRY = "{key: hurry, on: overdue, stage: approved, to: desk, consent: reminders}"


def at(hours: float) -> str:
    return (START + timedelta(hours=hours)).isoformat().replace("+00:00", "Z")


class JourneyRecordsContract:
    """Inherit it and provide the fixture `acting`: a factory of empty stores."""

    @pytest.fixture
    async def acting(self) -> Acting:
        raise NotImplementedError

    async def everything(self, acting: Acting, profile: int) -> dict[str, list[dict[str, Any]]]:
        parts = acting.store.records.of(profile_id(profile), acting.step.now())
        assert list(parts) == list(KeptOfJourneys.model_fields)
        found = {name: [one async for page in pages for one in page] for name, pages in parts.items()}
        told = {name: [one.model_dump(mode="json", by_alias=True) for one in those] for name, those in found.items()}
        KeptOfJourneys.model_validate(told)
        return told

    async def reads(self, acting: Acting, *profiles: int) -> list[tuple[str, list[str]]]:
        pages = acting.store.records.reads([profile_id(one) for one in profiles])
        return [(one.person, one.roles) async for page in pages for one in page]

    async def live(self, acting: Acting) -> None:
        """A claim that waited too long, and then a call that did."""
        await acting.store.accept_segment(CLAIMANT.what)
        await acting.put(SORRY, HURRY)
        await acting.feed([attached("claim.approved")])
        await acting.act(3)
        await acting.feed([attached("call.ended", hours=4, measures={"wait_seconds": 90.0})])
        await acting.measure()

    async def sent(self, acting: Acting) -> None:
        """What waits is decided and posted to the desk, which takes it at once."""
        acting.hours = 4.1
        now = acting.step.now()
        await acting.store.run(lambda unit: decide_waiting(unit, now, 10, {"desk"}))
        (claimed,) = await acting.store.run(lambda unit: unit.webhooks.claim("desk", now, now, 10))
        attempt = Attempt(claimed.id, DELIVERED, now, None)
        await acting.store.run(lambda unit: unit.webhooks.attempted([attempt]))

    async def test_a_journey_is_told_with_its_steps_and_what_they_rest_on(self, acting: Acting) -> None:
        await self.live(acting)
        told = await self.everything(acting, 1)
        (journey,) = told["journeys"]
        assert (journey["journey"], journey["number"], journey["version"]) == ("refund", 1, 1)
        assert (journey["stage"], journey["status"], journey["opened_at"]) == ("chasing", "active", at(0))
        assert (journey["visits"], journey["met"]) == ({"approved": 1, "chasing": 1}, {"waited": 1})
        assert [(one["from"], one["to"], one["at"], one["interaction"], one["version"]) for one in told["steps"]] == [
            (None, "approved", at(0), "claim.approved@0", 1),
            ("approved", "chasing", at(4), "call.ended@4", 1),
        ]
        assert told["segments"] == [{"segment": "claimant"}]

    async def test_pain_points_lapses_and_measures_are_told(self, acting: Acting) -> None:
        await self.live(acting)
        told = await self.everything(acting, 1)
        (pain,), (lapse,) = told["pain_points"], told["lapses"]
        assert (pain["key"], pain["stage"], pain["at"], pain["source"]) == ("waited", "chasing", at(4), "/call/test")
        assert (lapse["kind"], lapse["stage"], lapse["since"], lapse["at"]) == ("overdue", "approved", at(0), at(2))
        (waited,) = [one for one in told["measures"] if "wait" in one["values"]]
        assert (waited["values"]["wait"], waited["interaction"]) == (90.0, "call.ended@4")
        assert waited["segments"] == ["claimant"]

    async def test_actions_are_told_with_why_and_what_was_sent(self, acting: Acting) -> None:
        await self.live(acting)
        await self.sent(acting)
        refused, asked = (await self.everything(acting, 1))["actions"]
        assert (refused["action"], refused["cause"], refused["state"]) == ("hurry", "overdue", "no_consent")
        assert (refused["delivery"], refused["decided_at"]) == (None, at(3))
        assert (asked["action"], asked["state"], asked["pain_point"]) == ("sorry", "requested", "waited")
        assert (asked["source"], asked["interaction"]) == ("/call/test", "call.ended@4")
        assert (asked["delivery"]["target"], asked["delivery"]["state"]) == ("desk", "delivered")
        assert (asked["delivery"]["attempts"], asked["delivery"]["message"]["data"]["action"]) == (1, "sorry")

    async def test_whether_somebody_came_back_is_told_once_the_time_is_over(self, acting: Acting) -> None:
        await acting.put("{key: sorry, on: pain_point, pain_point: waited, to: desk, outcome_within: PT5H}")
        for profile, last in enumerate((2, 9), start=1):
            whose = {"anchor": profile, "profile": profile}
            await acting.feed([attached("claim.approved", id_=f"a{profile}", **whose)])
            await acting.feed([attached("call.ended", id_=f"b{profile}", measures={"wait_seconds": 90.0}, **whose)])
            await acting.act(0.1)
            await acting.feed([attached("call.ended", hours=last, id_=f"c{profile}", **whose)])
        acting.hours = 5
        assert await self.outcomes(acting) == [None, None]
        acting.hours = 6
        assert await self.outcomes(acting) == [True, False]

    async def outcomes(self, acting: Acting) -> list[bool | None]:
        told = [await self.everything(acting, profile) for profile in (1, 2)]
        return [one["contacted"] for of_one in told for one in of_one["actions"]]

    async def test_pages_of_any_size_tell_the_same(self, acting: Acting, monkeypatch: pytest.MonkeyPatch) -> None:
        await acting.put(SORRY, HURRY)
        types = ("claim.approved", "call.ended", "refund.sent")
        await acting.feed(
            [
                attached(types[number % 3], hours=number // 2 * 3, id_=f"i{number}", measures={"wait_seconds": 90.0})
                for number in range(30)
            ]
        )
        await acting.act(100)
        await acting.measure()
        await self.note(acting, *([1] * 5))
        whole, reads = await self.everything(acting, 1), await self.reads(acting, 1)
        assert len(whole["steps"]) > 10
        assert all(whole[name] for name in whole if name != "segments")
        for size in (1, 3):
            self.cut(monkeypatch, size)
            assert await self.everything(acting, 1) == whole
            assert await self.reads(acting, 1) == reads

    def cut(self, monkeypatch: pytest.MonkeyPatch, size: int) -> None:
        for form in (memory, postgres):
            monkeypatch.setattr(form, "AT_A_TIME", size)

    async def note(self, acting: Acting, *profiles: int) -> None:
        for number, profile in enumerate(profiles):
            await acting.store.note_read(f"maya-{number}", ["agent"], [profile_id(profile), profile_id(99)])

    async def test_whoever_read_is_told_of_the_profiles_that_were_read(self, acting: Acting) -> None:
        await self.note(acting, 1, 2, 1, 3)
        assert await self.reads(acting, 1, 2) == [("maya-0", ["agent"]), ("maya-1", ["agent"]), ("maya-2", ["agent"])]
        assert await self.reads(acting, 4) == []

    async def test_an_old_id_tells_of_who_has_it_now(self, acting: Acting) -> None:
        await self.live(acting)
        await acting.feed([attached("claim.approved", anchor=2, profile=2, id_="hers")])
        await acting.feed([moved((1, 2, 2, 1))])
        assert await self.everything(acting, 1) == await self.everything(acting, 2)
        assert len((await self.everything(acting, 1))["steps"]) >= 2

    async def test_of_the_erased_nothing_is_told(self, acting: Acting) -> None:
        await self.live(acting)
        await self.sent(acting)
        await acting.feed([attached("claim.approved", anchor=2, profile=2, id_="his")])
        before = await self.everything(acting, 2)
        await acting.feed([erased((1, 9))])
        assert not any((await self.everything(acting, 1)).values())
        assert await self.everything(acting, 2) == before

    @pytest.mark.parametrize("seed", seeds(3))
    async def test_of_everybody_all_steps_are_told(
        self, acting: Acting, seed: int, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        await acting.store.accept(rounds().what)
        self.cut(monkeypatch, 2)
        history = ErasedHistory(Random(seed))
        for batch in history.deliveries():
            await acting.feed(batch)
        for profile in history.profiles:
            if await acting.steps(profile):
                assert self.walked(await self.everything(acting, profile)) == await acting.steps(profile)

    def walked(self, told: dict[str, list[dict[str, Any]]]) -> Sequence[tuple[str | None, str]]:
        return [(one["from"], one["to"]) for one in sorted(told["steps"], key=self._position)]

    def _position(self, step: dict[str, Any]) -> tuple[str, str, str]:
        return step["at"], step["source"], step["interaction"]
