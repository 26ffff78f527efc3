"""The loopback default's role tokens for the console: there is no identity provider to sign in with."""

import json
from ipaddress import ip_address

from fastapi import APIRouter, Request
from pydantic import BaseModel

from services.runtime.errors import Forbidden, NotFound
from services.runtime.settings import Settings

CREDENTIALS = "dev-credentials.json"


class DevSession(BaseModel):
    """A bearer token for each role."""

    tokens: dict[str, str]


def dev_session_router(settings: Settings) -> APIRouter:
    """`GET /v1/session/dev`, made only where development tokens are, and answering only callers on this machine.

    A page of another origin cannot read the answer, and a name that is pointed at this machine is refused.
    """
    router = APIRouter(tags=["session"])

    @router.get("/v1/session/dev", summary="Role tokens of the loopback default", include_in_schema=False)
    async def tokens(request: Request) -> DevSession:
        if not _on_this_machine(request):
            raise Forbidden("development tokens are for this machine only")
        try:
            credentials = json.loads((settings.data_dir / CREDENTIALS).read_text())
        except OSError as error:
            raise NotFound("there are no development credentials") from error
        return DevSession(tokens=credentials["tokens"])

    return router


def _on_this_machine(request: Request) -> bool:
    caller = request.client.host if request.client else ""
    named = request.url.hostname or ""
    return all(host == "localhost" or _is_loopback(host) for host in (caller, named))


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
