"""What the commands have in common that talk to a service."""

import json

import httpx

from services.runtime.errors import Rejected, Unavailable
from services.runtime.settings import Settings

WRONG, AWAY = 2, 3
"""Exit codes: what was given is wrong; the service is away."""


def origin(url: str | None, token: str | None, role: str = "steward") -> tuple[str, str]:
    """The address and a token; what is not given is that of the service on this machine. Raises Rejected."""
    if url and token:
        return url, token
    path = Settings().data_dir / "dev-credentials.json"
    try:
        known = json.loads(path.read_bytes())
        return url or known["url"], token or known["tokens"][role]
    except (OSError, ValueError, KeyError) as error:
        raise Rejected(f"{path} cannot be read: start Kesher here, or write --url and KESHER_TOKEN") from error


def check_answer(answer: httpx.Response) -> None:
    """Raises Rejected or Unavailable for an answer that is none."""
    if answer.is_success:
        return
    said = answer.read().decode(errors="replace")
    if answer.is_server_error:
        raise Unavailable(f"HTTP {answer.status_code}")
    try:
        said = json.loads(said)["detail"]
    except (ValueError, KeyError, TypeError):
        said = said[:200]
    raise Rejected(f"HTTP {answer.status_code}: {said}")
