"""Posts requests as a vendor does: again and again until there is an answer."""

import asyncio
from collections.abc import Awaitable, Callable

import httpx

from services.demo.outgoing import Outgoing
from services.runtime import telemetry

_BACK_OFF_SECONDS = (0.5, 1.0, 2.0, 5.0)
_LONGEST_WAIT_SECONDS = 10.0

log = telemetry.logger(__name__)


class Post:
    """Waits out 429, 503 and a service that is away; what the service refuses is said in the log and left."""

    def __init__(self, client: httpx.AsyncClient, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep) -> None:
        self._client = client
        self._sleep = sleep

    async def send(self, outgoing: Outgoing) -> bool:
        """Whether the service took it."""
        attempt = 0
        while True:
            response = await self._attempt(outgoing)
            if response is not None and not _passing(response):
                break
            await self._sleep(_wait_seconds(response, attempt))
            attempt += 1
        if response.is_success:
            return True
        log.warning("demo.refused", path=outgoing.path, status=response.status_code)
        return False

    async def _attempt(self, outgoing: Outgoing) -> httpx.Response | None:
        try:
            return await self._client.post(outgoing.path, content=outgoing.body, headers=dict(outgoing.headers))
        except httpx.TransportError:
            return None


def _passing(response: httpx.Response) -> bool:
    return response.status_code == httpx.codes.TOO_MANY_REQUESTS or response.is_server_error


def _wait_seconds(response: httpx.Response | None, attempt: int) -> float:
    asked = response.headers.get("retry-after", "") if response is not None else ""
    try:
        return min(max(float(asked), 0.1), _LONGEST_WAIT_SECONDS)
    except ValueError:
        return _BACK_OFF_SECONDS[min(attempt, len(_BACK_OFF_SECONDS) - 1)]
