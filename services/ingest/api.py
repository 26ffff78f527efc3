"""The routes through which interactions come in. Each finds its source itself: by API key or vendor signature."""

from collections.abc import Awaitable, Callable
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import PlainTextResponse

from services.ingest.answers import Accepted, answer, segment_answer, segment_problem
from services.ingest.intake import SEGMENT, Intake
from services.ingest.registry import ADAPTERS
from services.runtime.direct import Endpoint
from services.runtime.errors import NotFound, Rejected
from services.runtime.web import ERRORS, PROBLEM, Problem

SEGMENT_CALLS = ("track", "identify", "page", "screen", "group", "alias")
_RESPONSES: dict[int | str, dict[str, Any]] = {
    **{status: ERRORS[status] for status in (400, 401, 503)},
    413: {"model": Problem, "content": {PROBLEM: {}}, "description": "Over a limit, which is named"},
    429: {"model": Problem, "content": {PROBLEM: {}}, "description": "Over the source's rate; see Retry-After"},
}


EVENTS = "/v1/events"


def events_endpoint(intake: Callable[[], Intake]) -> Endpoint:
    """What answers `EVENTS`."""

    async def events(request: Request) -> Response:
        outcome = await intake().events(request)
        return answer(outcome.accepted, outcome.rejected)

    return events


def ingest_router(intake: Callable[[], Intake]) -> APIRouter:
    """The routes, on whatever `intake` gives once the service has started."""
    router = APIRouter(tags=["ingest"])

    router.add_api_route(
        EVENTS,
        events_endpoint(intake),
        methods=["POST"],
        summary="CloudEvents: structured, binary or batch",
        status_code=202,
        response_model=Accepted,
        responses=_RESPONSES,
        openapi_extra=_body("application/cloudevents+json", "application/cloudevents-batch+json", "application/json"),
    )

    @router.post(
        "/v1/channels/{adapter}",
        summary="A vendor's own payload, verified by its signature",
        status_code=202,
        response_model=Accepted,
        responses={**_RESPONSES, 404: ERRORS[404]},
        openapi_extra=_body("application/json", "application/x-www-form-urlencoded"),
    )
    async def deliver(adapter: str, request: Request) -> Response:
        outcome = await intake().channel(_known(adapter), request)
        return answer(outcome.accepted, outcome.rejected, status=ADAPTERS[adapter].success_status)

    @router.get(
        "/v1/channels/{adapter}",
        summary="A vendor's handshake",
        response_class=PlainTextResponse,
        responses={**{s: _RESPONSES[s] for s in (400, 401)}, 404: ERRORS[404]},
    )
    async def handshake(adapter: str, request: Request) -> Response:
        shake = ADAPTERS[_known(adapter)].handshake
        if shake is None:
            raise NotFound("this adapter has no handshake")
        return PlainTextResponse(shake(request.query_params, intake().sources.verify_tokens(adapter)))

    @router.head("/v1/channels/{adapter}", summary="Whether there is such an adapter", responses={404: ERRORS[404]})
    async def exists(adapter: str) -> Response:
        intake().sources.verify_tokens(_known(adapter))
        return Response()

    _add_segment_routes(router, intake)
    return router


def _add_segment_routes(router: APIRouter, intake: Callable[[], Intake]) -> None:
    def endpoint(kind: str | None) -> Callable[[Request], Awaitable[Response]]:
        async def call(request: Request) -> Response:
            try:
                outcome = await intake().channel(SEGMENT, request, kind)
            except Rejected as error:
                return segment_problem(error)
            return segment_answer(outcome.accepted, outcome.rejected)

        return call

    for path, kind in (("batch", None), ("import", None), *((call, call) for call in SEGMENT_CALLS)):
        router.add_api_route(
            f"/v1/{path}",
            endpoint(kind),
            methods=["POST"],
            name=f"segment_{path}",
            summary=f"Segment wire format: {path}",
            response_model=Accepted,
            responses=_RESPONSES,
            openapi_extra=_body("application/json"),
        )


def _known(adapter: str) -> str:
    if adapter not in ADAPTERS:
        raise NotFound("there is no such adapter", field="adapter")
    return adapter


def _body(*media_types: str) -> dict[str, Any]:
    schema = {"schema": {"type": "object"}}
    return {"requestBody": {"required": True, "content": dict.fromkeys(media_types, schema)}}
