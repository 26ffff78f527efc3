import json
from datetime import timedelta

import pytest
from pydantic import HttpUrl, SecretStr

from services.journey.actions.acting import act
from services.journey.memory_store import MemoryStore
from services.journey.webhooks import delivering as delivering_module
from services.journey.webhooks.delivering import Deliverer, delivering
from services.journey.webhooks.port import Delivery
from services.journey.webhooks.targets import Target
from services.journey.webhooks.webhook import client
from services.runtime.memory_log import MemoryLog
from tests.contracts.journey_actions import Acting
from tests.journey.conftest import FixedClock
from tests.journey.feed import attached
from tests.journey.timelines import START
from tests.journey.webhooks.receiver import OK, answers, hangs, receiving
from tests.support.eventually import eventually

SECRET = SecretStr("whsec_c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXNlY3JldA")
NO = answers("HTTP/1.1 503 No")


def target(url: str, timeout_seconds: float = 5.0) -> Target:
    return Target(url=HttpUrl(url), secret=SECRET, timeout_seconds=timeout_seconds)


@pytest.fixture
async def acting() -> Acting:
    log = MemoryLog()
    return Acting(MemoryStore(await log.producer()), log)


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(START + timedelta(hours=3))


async def asked_of(acting: Acting, *targets: str) -> None:
    """One customer whom each of these targets is to be told of."""
    await acting.put(*(f"{{key: tell_{name}, on: overdue, to: {name}}}" for name in targets))
    await acting.feed([attached("claim.approved")])
    await acting.until(3)
    assert await act(acting.store, acting.step.now, targets) == len(targets)


async def test_an_action_is_delivered_once(acting: Acting, clock: FixedClock) -> None:
    await asked_of(acting, "desk")
    async with receiving() as receiver:
        where = target(receiver.url)
        deliverer = Deliverer(acting.store, "desk", where, clock, to_loopback=True)
        async with client(where) as http:
            assert [await deliverer.some(http), await deliverer.some(http)] == [1, 0]
    ((headers, body),) = receiver.received
    said = json.loads(body)
    assert (said["type"], said["timestamp"]) == ("journey.action.requested", "2026-03-01T12:00:00Z")
    assert (said["data"]["action"], said["data"]["target"]) == ("tell_desk", "desk")
    assert headers["content-type"] == "application/json"


async def test_it_is_tried_again_with_the_same_id_until_it_is_taken(acting: Acting, clock: FixedClock) -> None:
    await asked_of(acting, "desk")
    async with receiving(NO, NO, OK) as receiver:
        where = target(receiver.url)
        deliverer = Deliverer(acting.store, "desk", where, clock, to_loopback=True)
        async with client(where) as http:
            for _ in range(4):
                await deliverer.some(http)
                await deliverer.some(http)  # it is not due yet
                clock.moment += timedelta(minutes=5)
    assert len(receiver.received) == 3
    assert len({headers["webhook-id"] for headers, _ in receiver.received}) == 1
    assert await acting.store.dead_deliveries(10) == []


async def test_after_the_last_attempt_it_is_a_dead_letter_that_can_be_played_again(
    acting: Acting, clock: FixedClock
) -> None:
    await asked_of(acting, "desk")
    async with receiving(*[NO] * 8, OK) as receiver:
        where = target(receiver.url)
        deliverer = Deliverer(acting.store, "desk", where, clock, to_loopback=True)
        async with client(where) as http:
            for _ in range(10):
                await deliverer.some(http)
                clock.moment += timedelta(days=1)
            assert len(receiver.received) == 8
            (dead,) = await acting.store.dead_deliveries(10)
            told = (dead.target, dead.journey, dead.about, dead.attempts, dead.error)
            assert told == ("desk", "refund", "tell_desk", 8, "answered 503")
            assert await acting.store.replay(dead.id, clock.now())
            assert not await acting.store.replay(dead.id, clock.now())
            await deliverer.some(http)
    assert len(receiver.received) == 9
    assert await acting.store.dead_deliveries(10) == []


async def test_one_that_fails_in_an_unknown_way_is_given_up_and_the_others_are_kept(
    acting: Acting, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    await acting.put("{key: odd, on: overdue, to: desk}", "{key: even, on: overdue, to: desk}")
    await acting.feed([attached("claim.approved")])
    await acting.until(3)
    assert await act(acting.store, acting.step.now, ["desk"]) == 2
    sent: list[str] = []

    async def deliver(_: object, __: object, delivery: Delivery, *___: object, **____: object) -> None:
        if delivery.about == "odd":
            raise UnicodeError(delivery.body)
        sent.append(delivery.about)

    monkeypatch.setattr(delivering_module, "deliver", deliver)
    where = target("https://hooks.example.com/")
    deliverer = Deliverer(acting.store, "desk", where, clock)
    async with client(where) as http:
        for _ in range(10):
            await deliverer.some(http)
            clock.moment += timedelta(days=1)
    assert sent == ["even"]
    (dead,) = await acting.store.dead_deliveries(10)
    assert (dead.about, dead.attempts, dead.error) == ("odd", 8, "UnicodeError")


async def test_who_dies_in_the_middle_leaves_it_to_the_others(acting: Acting, clock: FixedClock) -> None:
    await asked_of(acting, "desk")
    now = clock.now()
    claim = acting.store.run(lambda unit: unit.webhooks.claim("desk", now, now + timedelta(minutes=1), 10))
    assert len(await claim) == 1
    async with receiving() as receiver:
        where = target(receiver.url)
        deliverer = Deliverer(acting.store, "desk", where, clock, to_loopback=True)
        async with client(where) as http:
            assert await deliverer.some(http) == 0
            clock.moment += timedelta(minutes=2)
            assert await deliverer.some(http) == 1
    assert len(receiver.received) == 1


async def test_one_that_hangs_delays_no_other(acting: Acting, clock: FixedClock) -> None:
    await asked_of(acting, "slow", "quick")
    async with receiving(hangs) as slow, receiving() as quick:
        targets = {"slow": target(slow.url, 60.0), "quick": target(quick.url)}
        async with delivering(acting.store, targets, clock, to_loopback=True, every_seconds=0.01):
            await eventually(lambda: len(slow.received) == 1 and len(quick.received) == 1)


async def test_a_target_that_nobody_configured_is_told_on_the_log_only(acting: Acting) -> None:
    await acting.put("{key: hurry, on: overdue, to: somebody}")
    await acting.feed([attached("claim.approved")])
    await acting.act(3)
    assert len(await acting.requested()) == 1
    now = acting.step.now()
    assert await acting.store.run(lambda unit: unit.webhooks.claim("somebody", now, now, 10)) == []
