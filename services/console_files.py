"""Serves the built console: its files as they are, and its one page for every address that it routes itself."""

from pathlib import Path

from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route, Router
from starlette.types import ASGIApp, Scope

NOT_BUILT = "The console is not built: `make run` builds it, and `make install` too."
_API = ("v1/", "healthz", "readyz", "metrics")
_POLICY = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'"


class _Console(StaticFiles):
    async def get_response(self, path: str, scope: Scope) -> Response:
        try:
            response = await super().get_response(path, scope)
        except HTTPException as error:
            if error.status_code != 404 or path.startswith(_API) or "." in path.rsplit("/", 1)[-1]:  # noqa: PLR2004
                raise
            response = await super().get_response("index.html", scope)
        response.headers["Content-Security-Policy"] = _POLICY
        return response


def console_routes(files: Path) -> ASGIApp:
    """The console in `files`; while there is none, a page that says how to build it."""
    if not (files / "index.html").exists():
        return Router([Route("/", lambda _: PlainTextResponse(NOT_BUILT, 503))])
    return _Console(directory=files, html=True)
