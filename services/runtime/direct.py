"""Answers the busiest routes without the framework's way to them, which costs more than what they do.

A route stays declared like any other: for its description, and for whoever walks all routes.
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import NamedTuple, Protocol, runtime_checkable

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from services.runtime.errors import KesherError

Endpoint = Callable[[Request], Awaitable[Response]]
"""A route's function that takes the bare request and checks by itself whatever there is to check."""
Answer = Callable[[Request, KesherError], Awaitable[Response]]


@runtime_checkable
class HasDirect(Protocol):
    """A component some of whose routes are answered directly."""

    direct: Mapping[str, Endpoint]
    """By path, what answers POST."""


class _Route(NamedTuple):
    """What metrics read of a route."""

    path: str


class Direct:
    """Pure ASGI middleware: these endpoints, with `answer` for our errors; everything else is passed on."""

    def __init__(self, app: ASGIApp, endpoints: Mapping[str, Endpoint], answer: Answer) -> None:
        self._app = app
        self._endpoints = {path: (_Route(path), endpoint) for path, endpoint in endpoints.items()}
        self._answer = answer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers, or passes on."""
        found = self._endpoints.get(scope["path"]) if scope["type"] == "http" and scope["method"] == "POST" else None
        if found is None:
            await self._app(scope, receive, send)
            return
        scope["route"], endpoint = found
        request = Request(scope, receive)
        try:
            response = await endpoint(request)
        except KesherError as error:
            response = await self._answer(request, error)
        await response(scope, receive, send)
