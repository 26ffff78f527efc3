"""The HTTP shell that every service shares: components, problem details (RFC 9457), health, metrics."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from http import HTTPStatus
from typing import Any, Protocol

from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from pydantic import BaseModel
from starlette.exceptions import HTTPException

from services.runtime import telemetry
from services.runtime.direct import Direct, HasDirect
from services.runtime.errors import Invalid, KesherError, Rejected, TooMany, Unauthenticated, Unavailable
from services.runtime.http_metrics import SECURITY_HEADERS, HttpMetrics
from services.runtime.settings import Settings

PROBLEM = "application/problem+json"
PUBLIC_ROUTES = frozenset({"/healthz", "/readyz", "/metrics", "/openapi.json"})
"""What answers without credentials in every service: nothing there speaks of a customer."""

log = telemetry.logger(__name__)


class Problem(BaseModel):
    """What went wrong (RFC 9457), with the field that is to blame where there is one."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    field: str | None = None
    errors: list[dict[str, Any]] | None = None


class Component(Protocol):
    """The HTTP side of one service."""

    name: str
    router: APIRouter

    async def start(self) -> None:
        """Opens what the routes need. Raises Unavailable."""

    async def ready(self) -> None:
        """Returns if requests can be served now. Raises Unavailable."""

    async def stop(self) -> None:
        """Ends what is under way and lets go."""


_PROBLEM: dict[str, Any] = {"model": Problem, "content": {PROBLEM: {}}}
ERRORS: dict[int | str, dict[str, Any]] = dict.fromkeys((400, 401, 403, 404, 422, 503), _PROBLEM)
"""The `responses` of a route that may fail in the usual ways."""
ERASED: dict[int | str, dict[str, Any]] = {
    410: {**_PROBLEM, "description": "Whoever had this id was erased, or nothing is left of them"}
}
"""The same of one that is asked about a person by an id."""
CONTRADICTED: dict[int | str, dict[str, Any]] = {409: {**_PROBLEM, "description": "It cannot be as things stand"}}
"""The same of one that may be refused by what stands already."""


def create_app(title: str, components: Sequence[Component], settings: Settings) -> FastAPI:
    """One ASGI application of these components; they start in order and stop in reverse."""
    app = FastAPI(title=title, version="1", lifespan=_lifespan(components), docs_url=None, redoc_url=None)
    for component in components:
        app.include_router(component.router)
    app.include_router(_shell_routes(components))
    for error, handler in _HANDLERS.items():
        app.add_exception_handler(error, handler)
    direct = [component.direct for component in components if isinstance(component, HasDirect)]
    app.add_middleware(Direct, endpoints={path: one for those in direct for path, one in those.items()}, answer=_answer)
    app.add_middleware(HttpMetrics)
    app.state.settings = settings
    return app


def problem(status: int, detail: str, *, headers: Mapping[str, str] | None = None, **more: Any) -> JSONResponse:
    """A problem response; `more` may hold `field` and `errors`."""
    body = Problem(title=HTTPStatus(status).phrase, status=status, detail=detail, **more)
    return JSONResponse(body.model_dump(exclude_none=True), status, headers={**(headers or {})}, media_type=PROBLEM)


def _lifespan(components: Sequence[Component]) -> Any:
    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        started: list[Component] = []
        try:
            for component in components:
                await component.start()
                started.append(component)
            yield
        finally:
            for component in reversed(started):
                await component.stop()

    return lifespan


def _shell_routes(components: Sequence[Component]) -> APIRouter:
    router = APIRouter(tags=["health"])

    @router.get("/healthz", summary="Alive")
    async def healthz() -> dict[str, str]:
        return {"status": "ok"}

    @router.get("/readyz", summary="Able to serve", responses={503: ERRORS[503]})
    async def readyz() -> dict[str, str]:
        for component in components:
            await component.ready()
        return {"status": "ready"}

    @router.get("/metrics", summary="Prometheus metrics", response_class=Response)
    async def metrics() -> Response:
        return Response(generate_latest(telemetry.REGISTRY), media_type=CONTENT_TYPE_LATEST)

    return router


async def _rejected(_: Request, error: Exception) -> Response:
    assert isinstance(error, Rejected)
    headers = {}
    if isinstance(error, TooMany):
        headers["Retry-After"] = str(max(1, round(error.retry_after)))
    if isinstance(error, Unauthenticated):
        headers["WWW-Authenticate"] = "Bearer"
    return problem(error.status, str(error), headers=headers, field=error.field)


async def _unavailable(_: Request, error: Exception) -> Response:
    assert isinstance(error, Unavailable)
    return problem(503, str(error), headers={"Retry-After": str(max(1, round(error.retry_after)))})


async def _invalid(_: Request, error: Exception) -> Response:
    return problem(422, str(error))


async def _unprocessable(_: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    errors = [{"field": _dotted(e["loc"]), "error": e["msg"]} for e in error.errors()]
    first = errors[0]
    return problem(422, f"{first['field']}: {first['error']}", field=first["field"], errors=errors)


def _dotted(location: Sequence[object]) -> str:
    return ".".join(str(part) for part in location if part not in {"body", "query", "path", "header"}) or "body"


async def _http(_: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    return problem(error.status_code, str(error.detail), headers=error.headers)


async def _unexpected(_: Request, error: Exception) -> Response:
    log.error("request_failed", error=type(error).__name__)
    # Answered outside of the middleware that adds these to every other answer.
    return problem(500, "something went wrong on our side; it was recorded", headers=SECURITY_HEADERS)


async def _answer(request: Request, error: KesherError) -> Response:
    """As the framework would choose: the handler of the nearest class."""
    handler = next(_HANDLERS[kind] for kind in type(error).__mro__ if kind in _HANDLERS)
    response: Response = await handler(request, error)
    return response


_HANDLERS: dict[type[Exception], Any] = {
    Rejected: _rejected,
    Unavailable: _unavailable,
    Invalid: _invalid,
    KesherError: _invalid,
    RequestValidationError: _unprocessable,
    HTTPException: _http,
    Exception: _unexpected,
}
