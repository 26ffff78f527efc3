"""Times every request by its route template, so that no id and no personal data becomes a label."""

from time import perf_counter

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services.runtime import telemetry

_SECURITY_HEADERS = [
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-frame-options", b"DENY"),
]


class HttpMetrics:
    """Pure ASGI middleware: duration until the response is complete, and the headers that keep browsers careful."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes everything on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = perf_counter()
        status = 500

        async def sending(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message.get("headers", ()), *_SECURITY_HEADERS]
            await send(message)

        try:
            await self._app(scope, receive, sending)
        finally:
            route = getattr(scope.get("route"), "path", "unknown")
            labels = (route, scope["method"] if route != "unknown" else "any", f"{status // 100}xx")
            telemetry.HTTP_SECONDS.labels(*labels).observe(perf_counter() - started)
