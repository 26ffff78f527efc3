"""What senders are told: how many were accepted, and what is wrong with each of the others."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from fastapi.responses import JSONResponse
from pydantic import BaseModel

from services.ingest.channel import ItemError
from services.runtime.errors import Rejected, TooMany, Unauthenticated
from services.runtime.web import PROBLEM


class RejectedItem(BaseModel):
    """One item that was refused: its place in the request, the field that is to blame, and why."""

    index: int
    field: str | None
    error: str


class Accepted(BaseModel):
    """The accepted interactions are on the log and will not be lost."""

    accepted: int
    rejected: list[RejectedItem]


def answer(accepted: int, rejected: Sequence[ItemError], *, status: int = 202, **more: Any) -> JSONResponse:
    """Success if anything was accepted or nothing was sent; else a problem that holds the same list."""
    items = [asdict(error) for error in rejected]
    if rejected and not accepted:
        return _problem(400, "nothing in this request could be accepted", rejected[0].field, rejected=items)
    return JSONResponse({"accepted": accepted, "rejected": items, **more}, status)


def segment_problem(error: Rejected) -> JSONResponse:
    """A problem that also has what the Segment libraries look for: without `code` some of them send for ever."""
    headers = {}
    if isinstance(error, TooMany):
        headers["Retry-After"] = str(max(1, round(error.retry_after)))
    if isinstance(error, Unauthenticated):
        headers["WWW-Authenticate"] = "Basic"
    return _problem(error.status, str(error), error.field, headers, success=False)


def segment_answer(accepted: int, rejected: Sequence[ItemError]) -> JSONResponse:
    """As `answer`, with the status and the members that the Segment libraries expect."""
    return answer(accepted, rejected, status=200, success=accepted > 0 or not rejected)


def _problem(
    status: int, detail: str, field: str | None, headers: dict[str, str] | None = None, **more: Any
) -> JSONResponse:
    problem = {"type": "about:blank", "title": _TITLES.get(status, "Rejected"), "status": status, "detail": detail}
    named = {"field": field} if field else {}
    segment = {"code": f"http_{status}", "message": detail}
    return JSONResponse({**problem, **named, **segment, **more}, status, headers, media_type=PROBLEM)


_TITLES = {400: "Bad Request", 401: "Unauthorized", 413: "Content Too Large", 429: "Too Many Requests"}
