"""`GET /v1/stream`: the live stream as server-sent events."""

import asyncio
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing, suppress
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Query, Request
from fastapi.responses import StreamingResponse
from starlette.requests import ClientDisconnect
from starlette.types import Message, Receive, Scope, Send

from services.journey.live import positions
from services.journey.live.event import Filter, id_line, parse_filter
from services.journey.live.hub import Gone, Lagged, LiveHub
from services.runtime import telemetry
from services.runtime.access import Access, Role
from services.runtime.errors import Unavailable
from services.runtime.web import ERRORS

HEARTBEAT_SECONDS = 15.0
SEND_SECONDS = 30.0
RECONNECT = b"retry: 1000\n"


class LiveResponse(StreamingResponse):
    """One reader at the hub; a connection that takes nothing for too long is given up."""

    media_type = "text/event-stream"

    def __init__(self, hub: LiveHub, body: AsyncGenerator[bytes, None]) -> None:
        super().__init__(body, headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"})
        self._hub = hub
        self._body = body

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Streams until either side ends."""

        async def timed(message: Message) -> None:
            async with asyncio.timeout(SEND_SECONDS):
                await send(message)

        self._hub.enter()
        try:
            async with aclosing(self._body):
                with suppress(ClientDisconnect, TimeoutError):
                    await super().__call__(scope, receive, timed)
        finally:
            self._hub.leave()


def stream_router(hub: LiveHub, access: Access) -> APIRouter:
    """The stream's route."""
    router = APIRouter(tags=["journey"])

    @router.get(
        "/v1/stream",
        summary="Customers moving between stages, live",
        dependencies=[Depends(access.requires(Role.AGENT, Role.OPS, Role.STEWARD))],
        response_class=StreamingResponse,
        responses={
            200: {"content": {"text/event-stream": {}}, "description": "Events; their ids are for Last-Event-ID"},
            **{status: ERRORS[status] for status in (400, 401, 403, 503)},
            410: {**ERRORS[400], "description": "The log no longer holds what was missed: start anew"},
        },
    )
    async def stream(
        request: Request,
        last_event_id: Annotated[str | None, Header(description="Resume after this event")] = None,
        journey: Annotated[list[str] | None, Query(description="Keys of journeys")] = None,  # noqa: ARG001
        stage: Annotated[list[str] | None, Query(description="Stages led from or to")] = None,  # noqa: ARG001
        channel: Annotated[list[str] | None, Query(description="Channels of the touchpoint")] = None,  # noqa: ARG001
        segment: Annotated[list[str] | None, Query(description="Segments of the customer")] = None,  # noqa: ARG001
        kind: Annotated[list[str] | None, Query(description="Kinds of event")] = None,  # noqa: ARG001
    ) -> LiveResponse:
        query = request.query_params
        chosen = parse_filter({name: query.getlist(name) for name in query})
        start = positions.read(last_event_id) if last_event_id else None
        if not hub.running or hub.full:
            raise Unavailable("no place at the live stream now", retry_after=5.0)
        if start is not None:
            await hub.check(start)
        return LiveResponse(hub, frames(hub, chosen, start))

    return router


async def frames(
    hub: LiveHub, chosen: Filter, start: Mapping[int, int] | None, idle_seconds: float = HEARTBEAT_SECONDS
) -> AsyncGenerator[bytes, None]:
    """The bytes that one reader is sent, from its first id to the word that it must resume."""
    here: Mapping[int, int] = start or {}
    now = asyncio.get_running_loop().time
    heard = now()
    yield RECONNECT
    try:
        async with aclosing(hub.follow(start, idle_seconds)) as follower:
            async for here, news in follower:
                wanted = b"" if news is None else news.wanted(chosen)
                if not wanted and (news is None or now() - heard >= idle_seconds):
                    wanted = b": here\n" + id_line(here) + b"\n"
                if wanted:
                    heard = now()
                    yield wanted
    except Lagged:
        telemetry.STREAM_SHED.inc()
        yield _resume(here)
    except (Gone, Unavailable):
        yield _resume(here)


def _resume(here: Mapping[int, int]) -> bytes:
    word = positions.written(here)
    return b"event: resume\n" + id_line(here) + f'data: {{"last_event_id": "{word}"}}\n\n'.encode()
