"""What every form of the journey store does about alerts; inherited by the tests of each."""

import asyncio
import json
import random
from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest

from services.journey.alerts.evaluating import evaluate
from services.journey.domain.alerts.contributions import of_lapses, of_pains, of_steps
from services.journey.domain.alerts.folding import AlertFold
from services.journey.domain.alerts.levels import begins, slot_of, summed
from services.journey.domain.definition import Definition, load_definition
from services.journey.domain.fold import fold
from services.journey.domain.lapses import due
from services.journey.window import Window
from tests.contracts.journey_time import Timed
from tests.journey.feed import alerts, attached, erased, everything, moved, profile_id
from tests.journey.timelines import START, happened

WATCHED = """
key: shop
version: {version}
title: {{en: Shop}}
stages:
  - {{key: visit, when: 'i.type == "store.visited"'}}
  - {{key: order, when: 'i.type == "order.placed"'}}
abandoned_after: PT6H
pain_points:
  - {{key: waited, when: i.measures.wait_seconds > 60.0, weight: 2}}
alerts:
{alerts}
"""
MANY = "{key: many, stage: visit, measure: volume, to: [ops, desk]}"
PAINFUL = "{key: painful, stage: visit, measure: pain_point, pain_point: waited}"
SLOW = "{key: slow, stage: visit, measure: dwell}"
LOST = "{key: lost, stage: visit, measure: drop_off}"
ALL = (MANY, PAINFUL, SLOW, LOST)
DAYS = 12
AFTERWARDS = 3
BUSY = DAYS * 24 + 5
"""The hour at which something unusual begins."""

Happened = tuple[int, str, float, dict[str, Any]]
"""Profile, type, hours after the start, and data."""


def written(*listed: str, version: int = 1) -> Definition:
    lines = "".join(f"  - {alert}\n" for alert in listed)
    return load_definition(WATCHED.format(version=version, alerts=lines) if listed else _without(version))


def _without(version: int) -> str:
    return WATCHED.format(version=version, alerts="").replace("alerts:\n", "")


def quiet_days(customers: int = 12) -> list[Happened]:
    """Every day so many customers come, at hours of their own, and go on to an order after about twenty minutes."""
    chance, found = random.Random(7), list[Happened]()
    for number in range((DAYS + AFTERWARDS) * customers):
        hours = number // customers * 24 + chance.random() * 24
        found.append((number + 1, "store.visited", hours, {}))
        found.append((number + 1, "order.placed", hours + 0.2 + chance.random() / 3, {}))
    return found


def burst(customers: int = 40, **data: Any) -> list[Happened]:
    return [(1_000 + n, "store.visited", BUSY + n / customers, dict(data)) for n in range(customers)]


def messages(those: Sequence[Happened]) -> list[bytes]:
    return [
        attached(type_, anchor=who, profile=who, hours=hours, id_=f"{type_}-{who}-{hours}", **data)
        for who, type_, hours, data in those
    ]


class Alerting(Timed):
    """A store whose alerts are looked at by the test, at its own time."""

    async def put(self, *listed: str, version: int = 1) -> None:
        """Puts the shop in force with these alerts."""
        await self.store.accept(written(*listed, version=version).what)

    async def look(self, hours: float, targets: Sequence[str] = ()) -> int:
        """Lets time pass, tells what it did, and folds alerts on; how many readings were taken."""
        await self.until(hours, 50)
        readings, busy = 0, True
        while busy:
            done = await self.store.run(lambda unit: evaluate(unit, self.step.now(), targets))
            readings, busy = readings + done.quarters, done.busy
        return readings

    async def standing(self, *_: int) -> Any:
        """The alerts that stand by what was published: key, side, when raised and when cleared."""
        return alerts(await everything(self.log))

    async def kept(self) -> list[tuple[str, str, str, str | None]]:
        """The same by what is answered."""
        found = await self.store.alerts.alerts("shop", Window())
        return sorted(
            (
                one.told.key,
                one.told.alert.side,
                _at(one.told.alert.raised),
                None if one.told.alert.cleared is None else _at(one.told.alert.cleared),
            )
            for one in found
        )

    async def said(self) -> Counter[str]:
        """What was published of alerts, by kind."""
        events = await everything(self.log)
        return Counter(event["type"] for event in events if event["type"].startswith("journey.alert."))


def _at(slot: int) -> str:
    return begins(slot).isoformat().replace("+00:00", "Z")


def expected(definition: Definition, those: Sequence[Happened], now: datetime) -> Any:
    """The alerts by one fold over everything, in whatever order it came."""
    found = []
    for who in {one[0] for one in those}:
        timeline = sorted(
            (
                happened(type_, hours=hours, id_=f"{type_}-{who}-{hours}", **data)
                for n, type_, hours, data in those
                if n == who
            ),
            key=lambda one: one.position,
        )
        folded = fold(definition, None, timeline)
        ahead = due(definition, folded.latest) if folded.latest else []
        found += of_steps((profile_id(who), step) for step in folded.transitions)
        found += of_pains(folded.pains)
        found += of_lapses([*folded.lapses, *(lapse for lapse in ahead if lapse.at < now)])
    levels = list(summed(one.level for one in found).values())
    first, until = min(level.slot for level in levels), slot_of(now - timedelta(minutes=1))
    past = [level for level in levels if level.slot < until]
    folded = AlertFold(definition.what.alerts, past, first).on(first, {}, until)
    return sorted(
        (key, one.side, _at(one.raised), None if one.cleared is None else _at(one.cleared))
        for key, those in folded.alerts.items()
        for one in those
    )


class JourneyAlertsContract:
    """Inherit it and provide the fixture `alerting`: a factory of empty stores."""

    @pytest.fixture
    async def alerting(self) -> Alerting:
        raise NotImplementedError

    async def test_what_is_far_from_usual_is_raised_once_and_cleared_once(self, alerting: Alerting) -> None:
        await alerting.put(MANY)
        await alerting.feed(messages(quiet_days()))
        await alerting.look(BUSY)
        assert await alerting.standing() == []
        await alerting.feed(messages(burst()))
        for _ in range(3):
            await alerting.look(BUSY + 2)
        ((key, side, _, cleared),) = await alerting.standing()
        assert (key, side, cleared) == ("many", "high", None)
        for hours in (BUSY + 3, BUSY + 30, BUSY + 30.1, BUSY + 40):
            await alerting.look(hours)
        assert await alerting.said() == {"journey.alert.raised": 1, "journey.alert.cleared": 1}
        assert await alerting.standing() == await alerting.kept()
        assert await alerting.standing() == expected(
            written(MANY), quiet_days() + burst(), START + timedelta(hours=BUSY + 40)
        )

    async def test_it_says_what_is_and_what_is_usual_and_names_nobody(self, alerting: Alerting) -> None:
        await alerting.put(MANY)
        await alerting.feed(messages(quiet_days() + burst()))
        await alerting.look(BUSY + 2)
        (event,) = [one for one in await everything(alerting.log) if one["type"] == "journey.alert.raised"]
        data = event["data"]
        assert (data["journey"], data["stage"], data["measure"]) == ("shop", "visit", "volume")
        assert data["value"] > data["high"] > data["usual"] >= data["low"]
        assert (data["window_seconds"], data["usual"]) == (86_400, 12.0)
        assert "profile_id" not in data
        (stored,) = await alerting.store.alerts.alerts("shop", Window())
        assert (event["id"], stored.told.alert.reading.n) == (f"{stored.id}.raised.1", data["cases"])

    async def test_three_customers_at_night_raise_nothing(self, alerting: Alerting) -> None:
        await alerting.put(*ALL)
        await alerting.feed(messages(quiet_days(3) + burst(3, measures={"wait_seconds": 500.0})))
        await alerting.look(BUSY + 40)
        assert await alerting.standing() == []

    async def test_each_measure_is_watched(self, alerting: Alerting) -> None:
        await alerting.put(*ALL)
        await alerting.feed(messages(quiet_days() + burst(measures={"wait_seconds": 90.0})))
        await alerting.look(BUSY + 12)
        assert [key for key, *_ in await alerting.standing()] == ["lost", "many", "painful"]
        late = [(who, "order.placed", hours + 5.5, {}) for who, _, hours, _ in burst()]
        await alerting.feed(messages(late))
        await alerting.look(BUSY + 24)
        assert [key for key, *_ in await alerting.standing()] == ["many", "painful", "slow"]
        assert await alerting.standing() == await alerting.kept()

    async def test_what_comes_late_is_told_and_what_becomes_untrue_is_taken_back(self, alerting: Alerting) -> None:
        await alerting.put(MANY)
        await alerting.feed(messages(quiet_days()))
        await alerting.look(BUSY + 30)
        assert await alerting.standing() == []
        await alerting.feed(messages(burst()))
        await alerting.look(BUSY + 30.5)
        told = await alerting.standing()
        assert [(key, side) for key, side, *_ in told] == [("many", "high")]
        who = range(1_000, 1_040)
        await alerting.feed([erased(*[(n, 2) for n in who], profiles=who)])
        await alerting.look(BUSY + 31)
        assert await alerting.standing() == await alerting.kept() == []
        assert (await alerting.said())["journey.alert.retracted"] >= 1

    async def test_a_merge_that_changes_nothing_of_it_says_nothing(self, alerting: Alerting) -> None:
        await alerting.put(MANY)
        await alerting.feed(messages(quiet_days() + burst()))
        await alerting.look(BUSY + 2)
        before = await alerting.said()
        await alerting.feed([moved((1_000, 2_000, 2, 1_000))])
        await alerting.look(BUSY + 2.5)
        assert await alerting.said() == before

    @pytest.mark.parametrize("seed", range(3))
    async def test_whatever_the_order_of_arrival(self, alerting: Alerting, seed: int) -> None:
        chance = random.Random(seed)
        await alerting.put(*ALL)
        those = quiet_days() + burst(measures={"wait_seconds": 90.0})
        those += [(who, "order.placed", hours + 4, {}) for who, _, hours, _ in burst()[::2]]
        coming = messages(those)
        if seed:
            chance.shuffle(coming)
        hours = BUSY - 20.0
        for start in range(0, len(coming), 90):
            await alerting.feed(coming[start : start + 90])
            hours += chance.choice((0.1, 0.5, 3.0))
            await alerting.look(hours)
        await alerting.look(BUSY + 60)
        wanted = expected(written(*ALL), those, START + timedelta(hours=BUSY + 60))
        assert await alerting.standing() == await alerting.kept() == wanted
        assert {key for key, *_ in wanted} >= {"many", "painful"}

    async def test_workers_at_once_tell_it_once(self, alerting: Alerting) -> None:
        await alerting.put(MANY)
        await alerting.feed(messages(quiet_days() + burst()))
        await asyncio.gather(*(alerting.look(BUSY + 2) for _ in range(4)))
        assert await alerting.said() == {"journey.alert.raised": 1}

    async def test_a_new_version_corrects_what_it_sees_differently(self, alerting: Alerting) -> None:
        await alerting.put(MANY)
        await alerting.feed(messages(quiet_days() + burst()))
        await alerting.look(BUSY + 2)
        await alerting.put(MANY.replace("volume", "volume, minimum: 500"), version=2)
        await alerting.look(BUSY + 3)
        assert await alerting.said() == {"journey.alert.raised": 1}, "not while customers are folded anew"
        await alerting.sweep()
        await alerting.look(BUSY + 3)
        assert await alerting.standing() == await alerting.kept() == []
        await alerting.put(MANY, version=3)
        await alerting.sweep()
        await alerting.look(BUSY + 4)
        assert len(await alerting.standing()) == 1
        assert await alerting.standing() == await alerting.kept()

    async def test_what_is_not_asked_for_any_more_is_cleared(self, alerting: Alerting) -> None:
        await alerting.put(MANY)
        await alerting.feed(messages(quiet_days() + burst()))
        await alerting.look(BUSY + 2)
        await alerting.put(PAINFUL, version=2)
        await alerting.sweep()
        await alerting.look(BUSY + 3)
        ((*_, cleared),) = await alerting.standing()
        assert cleared == _at(slot_of(START + timedelta(hours=BUSY + 3, minutes=-1)))
        assert await alerting.standing() == await alerting.kept()

    async def test_targets_are_told_of_what_is_recent(self, alerting: Alerting) -> None:
        await alerting.put(MANY)
        await alerting.feed(messages(quiet_days() + burst()))
        await alerting.look(BUSY + 2, ["ops", "desk", "others"])
        now = alerting.step.now()
        for target in ("ops", "desk"):
            (one,) = await alerting.store.run(lambda unit, to=target: unit.webhooks.claim(to, now, now, 10))  # type: ignore[misc]
            assert (one.journey, one.type, one.about) == ("shop", "journey.alert.raised", "many")
            assert json.loads(one.body)["data"]["key"] == "many"
        assert await alerting.store.run(lambda unit: unit.webhooks.claim("others", now, now, 10)) == []

    async def test_targets_are_not_told_of_what_was_imported(self, alerting: Alerting) -> None:
        await alerting.put(MANY)
        await alerting.feed(messages(quiet_days() + burst()))
        await alerting.look(BUSY + 24 * 30, ["ops"])
        now = alerting.step.now()
        assert len(await alerting.standing()) >= 1
        sent = await alerting.store.run(lambda unit: unit.webhooks.claim("ops", now, now, 10))
        assert [json.loads(one.body)["type"] for one in sent] == []

    async def test_it_opens_to_the_customers_behind_it(self, alerting: Alerting) -> None:
        await alerting.put(*ALL)
        late = [(who, "order.placed", hours + 5.5, {}) for who, _, hours, _ in burst()[:20]]
        await alerting.feed(messages(quiet_days() + burst(measures={"wait_seconds": 90.0}) + late))
        await alerting.look(BUSY + 12)
        window = Window(START + timedelta(hours=BUSY), START + timedelta(hours=BUSY + 12))
        reading = alerting.store.alerts
        found = {one.told.key: one for one in await reading.alerts("shop", window)}
        customers = {profile_id(n) for n in range(1_000, 1_040)}
        many = await reading.behind("shop", found["many"].watching, window, None, 100)
        assert {one.profile for one in many} > customers
        assert {one.value for one in many} == {1.0}
        page = await reading.behind("shop", found["many"].watching, window, many[9].position, 5)
        assert page == many[10:15]
        painful = await reading.behind("shop", found["painful"].watching, window, None, 100)
        assert ({one.profile for one in painful}, {one.value for one in painful}) == (customers, {2.0})
        lost = await reading.behind("shop", found["lost"].watching, window, None, 100)
        assert {one.profile for one in lost} == {profile_id(n) for n in range(1_020, 1_040)}
        assert {one.position.source for one in lost} == {""}
        slow = found["many"].watching._replace(measure="dwell")
        stays = await reading.behind("shop", slow, window, None, 100)
        of_late = [one.value for one in stays if int(one.profile[-4:], 16) >= 1_000]
        assert (len(of_late), set(of_late)) == (20, {5.5 * 3_600})

    async def test_without_alerts_nothing_is_counted(self, alerting: Alerting) -> None:
        await alerting.put()
        await alerting.feed(messages(quiet_days()))
        assert await alerting.look(BUSY) == 0
        assert await alerting.store.alerts.history("shop") is None

    async def test_a_silence_of_years_is_passed_over(self, alerting: Alerting) -> None:
        await alerting.put(MANY)
        await alerting.feed(messages(quiet_days()))
        readings = await alerting.look(24 * 365 * 3)
        assert readings < 96 * 120
        assert await alerting.look(24 * 365 * 3 + 0.5) < 10
