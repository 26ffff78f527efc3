"""Events over HTTP to a running ingest, with the patience that a long import needs."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

import httpx

from services.runtime.errors import Rejected, Unauthenticated, Unavailable

_BACK_OFF_SECONDS = (0.5, 1.0, 2.0, 5.0, 10.0)
_LONGEST_WAIT_SECONDS = 60.0
_DIVISIBLE = frozenset({400, 413, 415, 422})


@dataclass(frozen=True, slots=True)
class Endpoint:
    """How one wire format is posted: its path, and a body made of ready items."""

    path: str
    content_type: str
    opening: bytes
    closing: bytes
    basic: bool

    def body(self, items: Sequence[bytes]) -> bytes:
        """One request's body."""
        return self.opening + b",".join(items) + self.closing


ENDPOINTS = {
    "events": Endpoint("/v1/events", "application/cloudevents-batch+json", b"[", b"]", basic=False),
    "segment": Endpoint("/v1/batch", "application/json", b'{"batch":[', b"]}", basic=True),
}


@dataclass(frozen=True, slots=True)
class Refusal:
    """One item that the service did not take."""

    index: int
    field: str | None
    reason: str


class Sender:
    """Posts batches until they are answered for.

    A request is tried again after 429, 503, other server errors and lost connections, for at most `patience_seconds`
    of waiting in a row; `on_wait` is told of each wait. A batch that is refused as a whole is divided, down to the
    one item that is at fault.
    """

    def __init__(
        self,
        client: httpx.AsyncClient,
        endpoint: Endpoint,
        key: str,
        *,
        patience_seconds: float,
        on_wait: Callable[[float, str], None],
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._client = client
        self._endpoint = endpoint
        self._auth = httpx.BasicAuth(key, "") if endpoint.basic else None
        self._headers = {"content-type": endpoint.content_type}
        if not endpoint.basic:
            self._headers["authorization"] = f"Bearer {key}"
        self._patience_seconds = patience_seconds
        self._on_wait = on_wait
        self._sleep = sleep

    async def send(self, items: Sequence[bytes]) -> list[Refusal]:
        """The items that the service refused; it has all others.

        Raises Unauthenticated, Rejected when the service refuses the whole in a way that no row explains, and
        Unavailable when it stayed away for too long.
        """
        if not items:
            return []
        response = await self._answer(items)
        if response.is_success:
            return _answered(response, len(items))
        if all_refused := _refusals(response, len(items)):
            return all_refused
        if response.status_code in {401, 403}:
            raise Unauthenticated(f"the service refuses the key: {_detail(response)}")
        if response.status_code not in _DIVISIBLE:
            raise Rejected(f"{response.url} answers {response.status_code}: {_detail(response)}")
        if len(items) == 1:
            return [Refusal(0, None, _detail(response))]
        middle = len(items) // 2
        first = await self.send(items[:middle])
        second = await self.send(items[middle:])
        return first + [Refusal(refusal.index + middle, refusal.field, refusal.reason) for refusal in second]

    async def _answer(self, items: Sequence[bytes]) -> httpx.Response:
        body = self._endpoint.body(items)
        waited = 0.0
        attempt = 0
        while True:
            response, reason = await self._attempt(body)
            if response is not None and not _passing(response):
                return response
            seconds = _wait_seconds(response, attempt)
            if waited + seconds > self._patience_seconds:
                raise Unavailable(f"no luck for {waited:.0f} s: {reason}")
            self._on_wait(seconds, reason)
            await self._sleep(seconds)
            waited += seconds
            attempt += 1

    async def _attempt(self, body: bytes) -> tuple[httpx.Response | None, str]:
        auth = self._auth or httpx.USE_CLIENT_DEFAULT
        try:
            response = await self._client.post(self._endpoint.path, content=body, headers=self._headers, auth=auth)
        except httpx.TransportError as error:
            return None, f"cannot reach {self._client.base_url}: {error or type(error).__name__}"
        return response, f"{response.status_code} {_detail(response)}"


def _passing(response: httpx.Response) -> bool:
    return response.status_code == httpx.codes.TOO_MANY_REQUESTS or response.is_server_error


def _wait_seconds(response: httpx.Response | None, attempt: int) -> float:
    asked = response.headers.get("retry-after", "") if response is not None else ""
    try:
        return min(max(float(asked), 0.1), _LONGEST_WAIT_SECONDS)
    except ValueError:
        return _BACK_OFF_SECONDS[min(attempt, len(_BACK_OFF_SECONDS) - 1)]


def _answered(response: httpx.Response, items: int) -> list[Refusal]:
    answer = _json(response)
    if not isinstance(answer, dict) or not isinstance(answer.get("accepted"), int):
        raise Rejected(f"{response.url} does not answer as Kesher does: is the address right?")
    return _refusals(response, items - answer["accepted"])


def _refusals(response: httpx.Response, expected: int) -> list[Refusal]:
    """The refused items, when the answer lists as many as are expected; else none. Raises Rejected of a success."""
    answer = _json(response)
    listed = answer.get("rejected") if isinstance(answer, dict) else None
    rejected = listed if isinstance(listed, list) else []
    if len(rejected) == expected:
        return [Refusal(int(item["index"]), item.get("field"), str(item.get("error", ""))) for item in rejected]
    if response.is_success:
        raise Rejected(
            f"the service answers for {len(rejected)} events that it did not accept, and there are {expected}"
        )
    return []


def _detail(response: httpx.Response) -> str:
    answer = _json(response)
    if isinstance(answer, dict):
        return str(answer.get("detail") or answer.get("title") or response.reason_phrase)
    return response.reason_phrase


def _json(response: httpx.Response) -> Any:
    try:
        return response.json()
    except ValueError:
        return None
