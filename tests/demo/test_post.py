import httpx
import pytest

from services.demo.outgoing import Outgoing
from services.demo.post import Post

LETTER = Outgoing("/v1/events", {"content-type": "application/json"}, b"{}")


async def posted(*answers: int | None) -> tuple[bool, list[float], int]:
    waits: list[float] = []
    left = list(answers)

    def service(request: httpx.Request) -> httpx.Response:
        status = left.pop(0)
        if status is None:
            raise httpx.ConnectError("gone", request=request)
        return httpx.Response(status, headers={"retry-after": "2"} if status == 429 else {})

    async def sleep(seconds: float) -> None:
        waits.append(seconds)

    async with httpx.AsyncClient(transport=httpx.MockTransport(service), base_url="http://k") as client:
        return await Post(client, sleep).send(LETTER), waits, len(left)


@pytest.mark.parametrize("status", [200, 202])
async def test_what_is_taken_is_taken(status: int) -> None:
    assert await posted(status) == (True, [], 0)


async def test_a_service_that_is_away_or_busy_is_waited_for() -> None:
    assert await posted(None, 503, 429, None, 202) == (True, [0.5, 1.0, 2.0, 5.0], 0)


async def test_what_is_refused_is_left() -> None:
    assert await posted(400, 202) == (False, [], 1)
