"""Yes is only said after the log said yes."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.interaction import interaction
from services.ingest.publish import ENOUGH, Encoder, Publisher
from services.ingest.settings import IngestSettings
from services.runtime.errors import Unavailable
from services.runtime.log import Message
from tests.ingest.conftest import MakeIngest
from tests.ingest.test_events import event, post
from tests.support.eventually import eventually

NOW = datetime(2026, 11, 22, 10, tzinfo=UTC)


class GatedProducer:
    """A log that acknowledges when the test says so, and fails when told."""

    def __init__(self) -> None:
        self.gate = asyncio.Event()
        self.error: Exception | None = None
        self.sent: list[list[bytes]] = []

    async def send(self, topic: str, messages: Sequence[Message]) -> None:
        self.sent.append([message.value for message in messages])
        await self.gate.wait()
        if self.error:
            raise self.error

    async def close(self) -> None: ...


@pytest.fixture
def producer() -> GatedProducer:
    return GatedProducer()


async def test_no_answer_before_the_log_has_acknowledged(make_ingest: MakeIngest, producer: GatedProducer) -> None:
    ingest = make_ingest(producer)
    answering = asyncio.create_task(post(ingest, event()))
    await eventually(lambda: producer.sent)
    assert not answering.done()
    producer.gate.set()
    assert (await answering).status_code == 202


@pytest.mark.parametrize("error", [Unavailable("away", retry_after=3), OSError("gone"), ValueError("surprise")])
async def test_a_failing_log_is_never_a_yes(make_ingest: MakeIngest, producer: GatedProducer, error: Exception) -> None:
    producer.error = error
    producer.gate.set()
    answer = await post(make_ingest(producer), event())
    assert answer.status_code == (503 if isinstance(error, Unavailable) else 500)
    if isinstance(error, Unavailable):
        assert answer.headers["retry-after"] == "3"


async def test_a_hanging_log_is_a_no_in_time(make_ingest: MakeIngest, producer: GatedProducer) -> None:
    answer = await post(make_ingest(producer, publish_timeout_seconds=0.05), event())
    assert (answer.status_code, "retry-after" in answer.headers) == (503, True)


async def test_after_a_failure_the_next_request_is_served(make_ingest: MakeIngest, producer: GatedProducer) -> None:
    ingest = make_ingest(producer, publish_timeout_seconds=0.05)
    await post(ingest, event())
    producer.gate.set()
    assert (await post(ingest, event())).status_code == 202


async def test_requests_that_wait_together_are_sent_together(producer: GatedProducer) -> None:
    publisher = Publisher(producer, IngestSettings())
    first = asyncio.create_task(publisher.publish([Message(None, b"1")]))
    await eventually(lambda: producer.sent)
    others = [asyncio.create_task(publisher.publish([Message(None, b"%d" % n)])) for n in (2, 3)]
    await asyncio.sleep(0)
    producer.gate.set()
    await asyncio.gather(first, *others)
    assert producer.sent == [[b"1"], [b"2", b"3"]]


@pytest.mark.parametrize(
    ("at_first", "sent"),
    [(1, [[b"0"], [b"a"], [b"b"]]), (2, [[b"0", b"1"], [b"a", b"b"]])],
    ids=["who is alone never waits", "where several come, more gather before the next send"],
)
async def test_the_next_send(producer: GatedProducer, at_first: int, sent: list[list[bytes]]) -> None:
    producer.gate.set()
    publisher = Publisher(producer, IngestSettings())
    await asyncio.gather(*[publisher.publish([Message(None, b"%d" % n)]) for n in range(at_first)])
    later = asyncio.create_task(publisher.publish([Message(None, b"a")]))
    for _ in range(10):
        await asyncio.sleep(0)
    await asyncio.gather(later, publisher.publish([Message(None, b"b")]))
    assert producer.sent == sent


async def test_enough_do_not_wait_for_more(producer: GatedProducer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.ingest.publish.GATHER_SECONDS", 3600.0)
    producer.gate.set()
    publisher = Publisher(producer, IngestSettings())
    for _ in range(3):
        await asyncio.gather(*[publisher.publish([Message(None, b"x")]) for _ in range(ENOUGH)])
    assert [len(sent) for sent in producer.sent] == [ENOUGH] * 3


async def test_a_caller_who_leaves_does_not_cost_the_others(producer: GatedProducer) -> None:
    publisher = Publisher(producer, IngestSettings())
    leaving, staying = (asyncio.create_task(publisher.publish([Message(None, b"x")])) for _ in range(2))
    await eventually(lambda: producer.sent)
    leaving.cancel()
    producer.gate.set()
    await staying
    assert leaving.cancelled()


async def test_large_requests_go_in_chunks(producer: GatedProducer) -> None:
    producer.gate.set()
    publisher = Publisher(producer, IngestSettings(publish_chunk_messages=2))
    await publisher.publish([Message(None, b"%d" % n) for n in range(5)])
    assert [len(chunk) for chunk in producer.sent] == [2, 2, 1]


async def test_nothing_is_sent_for_nothing(producer: GatedProducer) -> None:
    await Publisher(producer, IngestSettings()).publish([])
    assert producer.sent == []


def key_of(*identifiers: tuple[str, str], secret: str | None = None, **data: Any) -> bytes | None:
    listed = [{"namespace": namespace, "value": value} for namespace, value in identifiers]
    fields = {"id": data.pop("id", "1"), "source": "/s", "type": "call.ended", "time": NOW}
    made = interaction(fields, {"channel": "call", "identifiers": listed, **data})
    message = Encoder(IngestSettings(partition_secret=secret)).encode(0, made, NOW)
    assert isinstance(message, Message)
    return message.key


class TestKey:
    LADDER = (
        ("customer_id", "c"),
        ("loyalty_id", "l"),
        ("email", "e"),
        ("phone", "p"),
        ("handle:x", "h"),
        ("device", "d"),
    )

    @given(st.permutations(LADDER), st.integers(0, 5))
    def test_strongest_identifier_decides_in_any_order(self, order: list[tuple[str, str]], weakest: int) -> None:
        kept = [pair for pair in order if pair in self.LADDER[weakest:]]
        assert key_of(*kept) == key_of(self.LADDER[weakest])

    def test_case_of_an_identifier_does_not_matter(self) -> None:
        assert key_of(("email", "Dana@Example.org")) == key_of(("email", "dana@example.org"))

    def test_conversation_decides_without_identifiers(self) -> None:
        assert key_of(conversation="c", id="1") == key_of(conversation="c", id="2")

    def test_id_decides_without_both(self) -> None:
        assert key_of(id="1") != key_of(id="2")

    def test_key_says_nothing_of_the_customer(self) -> None:
        key = key_of(("email", "dana@example.org"))
        assert key is not None
        assert b"dana" not in key

    def test_secret_keys_the_hash(self) -> None:
        assert key_of(("email", "e"), secret="one") != key_of(("email", "e"), secret="two")
