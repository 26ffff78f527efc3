import asyncio
import json
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import aclosing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from schemas.topics import JOURNEYS
from services.journey.announce import transitioned
from services.journey.domain.model import Position, Transition
from services.journey.live import positions
from services.journey.live.event import Filter, live_event, parse_filter
from services.journey.live.hub import Gone, Lagged, LiveHub
from services.journey.live.stream import frames
from services.journey.store import StoredTransition
from services.runtime.errors import NotFound, Rejected, Unavailable
from services.runtime.log import Message, Record
from services.runtime.memory_log import MemoryLog
from tests.journey.feed import profile_id
from tests.journey.timelines import START
from tests.support.eventually import eventually

LONG = 60.0


def message(
    number: int,
    *,
    journey: str = "rounds",
    to: str = "one",
    channel: str = "call",
    corrects: str | None = None,
    segments: Sequence[str] = (),
) -> Message:
    step = Transition(journey, 1, 1, None, to, Position(START, "/call/test", str(number)), channel)
    return transitioned(StoredTransition(f"t{number}", 0, profile_id(number), step), corrects, START, segments)


def event_ids(*those: int) -> list[str]:
    return [f"t{number}.{profile_id(number)}.0" for number in those]


@pytest.fixture
async def log() -> MemoryLog:
    return MemoryLog()


@pytest.fixture
async def hub(log: MemoryLog) -> AsyncIterator[LiveHub]:
    hub = LiveHub(log)
    await hub.start()
    yield hub
    await hub.stop()


async def settle(log: MemoryLog, hub: LiveHub) -> None:
    """Waits until the hub has read all there is."""
    end = await log.end(JOURNEYS.name)
    await eventually(lambda: hub.position == end)


async def said(log: MemoryLog, *messages: Message) -> None:
    await (await log.producer()).send(JOURNEYS.name, messages)


def blocks(data: bytes) -> list[dict[str, str]]:
    """Server-sent events of one chunk, by the rules of the HTML standard."""
    events = []
    for block in data.decode().split("\n\n"):
        fields = dict(line.split(": ", 1) for line in block.split("\n") if line and not line.startswith(":"))
        if fields:
            events.append(fields)
    return events


async def seen(
    hub: LiveHub,
    count: int,
    start: str | None = None,
    chosen: Filter | None = None,
    before: Callable[[], Any] | None = None,
) -> list[dict[str, str]]:
    """The first events that a reader gets, once `before` ran while it was reading."""
    events: list[dict[str, str]] = []
    begin = positions.read(start) if start else None
    async with asyncio.timeout(30), aclosing(frames(hub, Filter(), begin, LONG)) as stream:
        async for chunk in stream:
            events += [event for event in blocks(chunk) if "data" in event]
            if before is not None and b"here" in chunk:
                await before()
                before = None
            if len(events) >= count:
                return events
    return events


def numbers(events: list[dict[str, str]]) -> list[str]:
    return [json.loads(event["data"])["id"] for event in events]


async def test_a_reader_sees_what_is_said_from_now_on(log: MemoryLog, hub: LiveHub) -> None:
    await said(log, message(1))
    await eventually(lambda: hub.position != {0: 0, 1: 0, 2: 0, 3: 0})
    (event,) = await seen(hub, 1, before=lambda: said(log, message(2)))
    assert event["event"] == "journey.transitioned"
    assert json.loads(event["data"]) == {
        "id": event_ids(2)[0],
        "profile_id": profile_id(2),
        "journey": "rounds",
        "version": 1,
        "from": None,
        "to": "one",
        "at": "2026-03-01T09:00:00Z",
        "interaction": "/call/test 2",
        "channel": "call",
        "corrects": None,
    }


def test_an_alert_is_of_a_stage_and_of_nobody() -> None:
    example = Path(__file__).parents[3] / "schemas/examples/journey_alert_raised/v1/many-chase.json"
    event = live_event(Record(JOURNEYS.name, 0, 0, b"insurance_refund", example.read_bytes()), {0: 1})
    assert event is not None
    assert b"profile_id" not in event.frame
    for chosen, wanted in (
        ({"stage": ["chasing"]}, True),
        ({"stage": ["paid"]}, False),
        ({"kind": ["journey.alert.raised"], "journey": ["insurance_refund"]}, True),
        ({"kind": ["journey.transitioned"]}, False),
        ({"channel": ["call"]}, False),
    ):
        assert parse_filter(chosen).wants(event) is wanted


async def test_the_first_word_is_where_the_reader_stands(hub: LiveHub) -> None:
    async with aclosing(frames(hub, Filter(), None, LONG)) as stream:
        assert await anext(stream) == b"retry: 1000\n"
        assert blocks(await anext(stream)) == [{"id": "0.0-1.0-2.0-3.0"}]


@pytest.mark.parametrize("ring", [1_000, 3])
async def test_resuming_loses_and_repeats_nothing(log: MemoryLog, ring: int) -> None:
    """From the ring where it reaches back far enough, else from the log until both meet."""
    hub = LiveHub(log, ring_events=ring)
    await hub.start()
    await said(log, *map(message, range(5)))
    await settle(log, hub)
    events = await seen(hub, 5, start="0.0-1.0-2.0-3.0")
    await said(log, *map(message, range(5, 20)))
    await settle(log, hub)
    for place, event in enumerate(events):
        rest = await seen(hub, 20 - place - 1, start=event["id"])
        assert sorted(numbers(events[: place + 1]) + numbers(rest)) == sorted(event_ids(*range(20)))
    await hub.stop()


async def test_an_id_of_one_process_resumes_at_another(log: MemoryLog, hub: LiveHub) -> None:
    """Positions that no moment of this hub's own reading had: ahead in one partition, behind in another."""
    await said(log, *map(message, range(40)))
    await settle(log, hub)
    end = dict(hub.position)
    start = {0: end[0], 1: 0, 2: end[2] // 2, 3: 0}
    missing = sum(end.values()) - sum(start.values())
    events = await seen(hub, missing, start=positions.written(start))
    assert len(set(numbers(events))) == missing
    assert positions.read(events[-1]["id"]) == end


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.integers(0, 30), min_size=4, max_size=4))
async def test_any_position_resumes_exactly(cuts: list[int]) -> None:
    log = MemoryLog()
    hub = LiveHub(log, ring_events=15)
    await hub.start()
    await said(log, *map(message, range(40)))
    await settle(log, hub)
    end = dict(hub.position)
    start = {partition: min(cut, end[partition]) for partition, cut in enumerate(cuts)}
    missing = sum(end.values()) - sum(start.values())
    events = await seen(hub, missing, start=positions.written(start)) if missing else []
    assert len(set(numbers(events))) == len(events) == missing
    await hub.stop()


async def test_a_reader_that_falls_behind_is_told_to_resume_and_others_are_not_slowed(log: MemoryLog) -> None:
    hub = LiveHub(log, ring_events=10)
    await hub.start()
    slow = frames(hub, Filter(), None, LONG)
    assert await anext(slow) == b"retry: 1000\n"
    (place,) = blocks(await anext(slow))
    quick = asyncio.create_task(seen(hub, 30, start=place["id"]))
    for number in range(30):
        await said(log, message(number))
        await eventually(lambda number=number: sum(hub.position.values()) == number + 1)
        await asyncio.sleep(0)
    assert len(await quick) == 30
    (last,) = [event async for chunk in slow for event in blocks(chunk)][-1:]
    assert last["event"] == "resume"
    assert json.loads(last["data"])["last_event_id"] == last["id"] == place["id"]
    assert len(await seen(hub, 30, start=last["id"])) == 30
    await hub.stop()


async def test_a_quiet_stream_says_where_it_stands(log: MemoryLog, hub: LiveHub) -> None:
    nothing = Filter(journey=frozenset({"other"}))
    async with asyncio.timeout(30), aclosing(frames(hub, nothing, None, 0.01)) as stream:
        await anext(stream)
        await anext(stream)
        await said(log, message(1))
        moved = [chunk async for chunk in _until(stream, lambda chunk: b".1" in chunk)][-1]
    assert moved.startswith(b": here\nid: ")


async def _until(stream: AsyncIterator[bytes], done: Callable[[bytes], bool]) -> AsyncIterator[bytes]:
    async for chunk in stream:
        yield chunk
        if done(chunk):
            return


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ({"journey": ["rounds"]}, event_ids(1, 2, 3)),
        ({"journey": ["other", "rounds"], "stage": ["two"]}, event_ids(2)),
        ({"channel": ["chat,web"]}, event_ids(3)),
        ({"kind": ["journey.retracted"]}, []),
        ({"kind": ["journey.transitioned"], "channel": ["call"]}, event_ids(1, 2, 4)),
    ],
)
async def test_filters(log: MemoryLog, hub: LiveHub, parameters: dict[str, list[str]], expected: list[str]) -> None:
    start = positions.written(hub.position)
    await said(log, message(1), message(2, to="two"), message(3, channel="chat"), message(4, journey="elsewhere"))
    await eventually(lambda: sum(hub.position.values()) == 4)
    events: list[dict[str, str]] = []
    async with (
        asyncio.timeout(30),
        aclosing(frames(hub, parse_filter(parameters), positions.read(start), 0.01)) as stream,
    ):
        async for chunk in stream:
            events += [event for event in blocks(chunk) if "data" in event]
            if b": here" in chunk and positions.read(blocks(chunk)[0]["id"]) == hub.position:
                break
    assert sorted(numbers(events)) == expected


@pytest.mark.parametrize(
    ("parameters", "wanted"),
    [
        ({"segment": ["vip"]}, {1, 2, 4, 5}),
        ({"segment": ["at_risk,vip"], "stage": ["one"]}, {1, 2, 4, 5}),
        ({"segment": ["at_risk"], "stage": ["two"]}, {4, 5}),
        ({"channel": ["chat"]}, {3, 4, 5}),
        ({"segment": ["vip"], "journey": ["rounds"]}, {1, 2, 4}),
        ({"segment": ["vip"], "kind": ["journey.retracted"]}, set()),
    ],
)
def test_a_correction_is_for_whoever_was_sent_what_it_corrects(
    parameters: dict[str, list[str]], wanted: set[int]
) -> None:
    messages = {
        1: message(1, segments=["vip"]),
        2: message(2, segments=["at_risk", "vip"]),
        3: message(3, channel="chat"),
        4: message(4, corrects="t1"),
        5: message(5, journey="other", corrects="t1"),
    }
    chosen = parse_filter(parameters)
    events = {
        number: live_event(Record(JOURNEYS.name, 0, number, said.key, said.value), {0: number})
        for number, said in messages.items()
    }
    assert {number for number, event in events.items() if event is not None and chosen.wants(event)} == wanted


def test_an_unknown_parameter_is_refused_by_name() -> None:
    with pytest.raises(Rejected, match="'persona'") as caught:
        parse_filter({"persona": ["vip"]})
    assert caught.value.field == "persona"


@pytest.mark.parametrize("word", ["x", "0.1-", "-1.2", "0.1 1.2", "0.1" * 3_000, "0.99999999999999999999"])
def test_an_id_that_is_none_is_refused(word: str) -> None:
    with pytest.raises(Rejected) as caught:
        positions.read(word)
    assert caught.value.field == "Last-Event-ID"


class ShortLog(MemoryLog):
    """A log that forgot its beginning."""

    async def reader(self, topic: str, start: Any = None) -> Any:
        if start is not None and min(start.values()) < 2:
            raise NotFound("gone")
        return await super().reader(topic, start)


async def test_a_position_that_the_log_no_longer_holds_is_gone(log: MemoryLog) -> None:
    short = ShortLog()
    await said(short, *map(message, range(60)))
    hub = LiveHub(short)
    await hub.start()
    with pytest.raises(Gone, match="start anew"):
        await hub.check({0: 0, 1: 5, 2: 5, 3: 5})
    with pytest.raises(Gone):
        await hub.check({0: 10_000})
    await hub.check(hub.position)
    await hub.stop()


async def test_places_are_bounded(log: MemoryLog) -> None:
    hub = LiveHub(log, most_readers=1)
    hub.enter()
    assert hub.full
    with pytest.raises(Unavailable) as caught:
        hub.enter()
    assert caught.value.retry_after > 0
    hub.leave()
    hub.enter()
    hub.leave()


class FlakyLog(MemoryLog):
    """A log whose readers break now and then."""

    breaks = 3

    async def reader(self, topic: str, start: Any = None) -> Any:
        if self.breaks:
            self.breaks -= 1
            raise Unavailable("away", retry_after=0.0)
        return await super().reader(topic, start)


async def test_the_hub_outlives_a_log_that_is_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.journey.live.hub.RETRY_SECONDS", 0.0)
    flaky = FlakyLog()
    hub = LiveHub(flaky)
    await hub.start()
    assert len(await seen(hub, 3, before=lambda: said(flaky, *map(message, range(3))))) == 3
    await hub.stop()


async def test_lagging_is_an_error_of_its_own(log: MemoryLog) -> None:
    hub = LiveHub(log, ring_events=1)
    await hub.start()
    follower = hub.follow(None, LONG)
    await anext(follower)
    await said(log, *map(message, range(3)))
    await eventually(lambda: sum(hub.position.values()) == 3)
    with pytest.raises(Lagged):
        await anext(follower)
    await hub.stop()
