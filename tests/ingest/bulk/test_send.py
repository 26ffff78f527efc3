import json
from collections.abc import Callable

import httpx
import pytest

from services.ingest.bulk.send import ENDPOINTS, Refusal, Sender
from services.runtime.errors import Rejected, Unauthenticated, Unavailable

Answer = Callable[[httpx.Request], httpx.Response]


class Service:
    """A fake of the service's edge that answers as it is told to, and remembers."""

    def __init__(self, *answers: Answer) -> None:
        self.answers = list(answers)
        self.requests: list[httpx.Request] = []
        self.waits: list[float] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        return (self.answers.pop(0) if len(self.answers) > 1 else self.answers[0])(request)

    async def send(self, *items: bytes, wire_format: str = "events", patience: float = 100) -> list[Refusal]:
        async def sleep(seconds: float) -> None:
            self.waits.append(seconds)

        async with httpx.AsyncClient(transport=httpx.MockTransport(self), base_url="http://k") as client:
            sender = Sender(
                client,
                ENDPOINTS[wire_format],
                "the-key",
                patience_seconds=patience,
                on_wait=lambda _seconds, _reason: None,
                sleep=sleep,
            )
            return await sender.send(items)


def items_of(request: httpx.Request) -> list[int]:
    body = json.loads(request.content)
    return list(body["batch"] if isinstance(body, dict) else body)


def accept(request: httpx.Request) -> httpx.Response:
    return httpx.Response(202, json={"accepted": len(items_of(request)), "rejected": []})


def answer(status: int, **headers: str) -> Answer:
    return lambda _request: httpx.Response(status, headers=headers, json={"title": "no", "detail": "because"})


def lost(request: httpx.Request) -> httpx.Response:
    raise httpx.ConnectError("refused", request=request)


async def test_events_go_as_a_batch_with_the_key() -> None:
    service = Service(accept)
    assert await service.send(b"1", b"2") == []
    request = service.requests[0]
    assert (request.url.path, items_of(request)) == ("/v1/events", [1, 2])
    assert request.headers["content-type"] == "application/cloudevents-batch+json"
    assert request.headers["authorization"] == "Bearer the-key"


async def test_segment_calls_go_as_a_batch_with_the_write_key() -> None:
    service = Service(accept)
    assert await service.send(b"1", wire_format="segment") == []
    assert service.requests[0].url.path == "/v1/batch"
    assert service.requests[0].headers["authorization"] == httpx.BasicAuth("the-key", "")._auth_header


async def test_nothing_is_not_sent() -> None:
    service = Service(accept)
    assert await service.send() == []
    assert service.requests == []


async def test_refused_items_are_told_by_index() -> None:
    rejected = [{"index": 1, "field": "data.channel", "error": "unknown"}]
    service = Service(lambda _request: httpx.Response(202, json={"accepted": 1, "rejected": rejected}))
    assert await service.send(b"1", b"2") == [Refusal(1, "data.channel", "unknown")]


async def test_retry_after_is_obeyed() -> None:
    service = Service(answer(429, **{"retry-after": "3"}), answer(503, **{"retry-after": "1.5"}), accept)
    assert await service.send(b"1") == []
    assert service.waits == [3.0, 1.5]


async def test_lost_connections_and_faults_are_tried_again_more_and_more_slowly() -> None:
    service = Service(lost, answer(500), answer(502), accept)
    assert await service.send(b"1") == []
    assert service.waits == [0.5, 1.0, 2.0]


async def test_patience_ends() -> None:
    service = Service(lost)
    with pytest.raises(Unavailable, match="cannot reach http://k"):
        await service.send(b"1", patience=3)
    assert sum(service.waits) <= 3


async def test_a_refused_key_stops_at_once() -> None:
    service = Service(answer(401))
    with pytest.raises(Unauthenticated, match="refuses the key: because"):
        await service.send(b"1")
    assert len(service.requests) == 1


@pytest.mark.parametrize(
    "odd",
    [
        answer(404),
        lambda _request: httpx.Response(200, text="<html>"),
        lambda _request: httpx.Response(202, json={"accepted": 1, "rejected": []}),
    ],
)
async def test_a_stranger_at_the_address_is_no_success(odd: Answer) -> None:
    with pytest.raises(Rejected):
        await Service(odd).send(b"1", b"2")


@pytest.mark.parametrize("status", [400, 413, 422])
async def test_a_batch_refused_as_a_whole_is_divided_down_to_the_one_at_fault(status: int) -> None:
    def pick(request: httpx.Request) -> httpx.Response:
        return answer(status)(request) if 3 in items_of(request) else accept(request)

    assert await Service(pick).send(*(str(number).encode() for number in range(5))) == [Refusal(3, None, "because")]


async def test_a_batch_that_is_all_bad_is_told_item_by_item() -> None:
    rejected = [{"index": index, "field": "time", "error": "late"} for index in range(2)]
    service = Service(lambda _request: httpx.Response(400, json={"detail": "nothing", "rejected": rejected}))
    assert await service.send(b"1", b"2") == [Refusal(0, "time", "late"), Refusal(1, "time", "late")]
    assert len(service.requests) == 1
