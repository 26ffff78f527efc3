"""`kesher journeys rebuild`: begins a rebuild, or goes on with the one under way, and shows how far it is.

The work is done by the journey workers and stands in the database, so that nothing is lost with this process.
Exit codes: 0 done; 2 the address, the token or what was asked is wrong; 3 the service is away; 130 it was left.
"""

import time
from typing import Annotated, Any

import httpx
from cyclopts import Parameter
from pydantic import ValidationError
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

from services.journey.rebuild.views import CountView, RebuildView
from services.journey.talking import AWAY, WRONG, check_answer, origin
from services.runtime.errors import Rejected, Unavailable

DONE, LEFT = 0, 130
PATIENCE_SECONDS = 30.0
LOOK_SECONDS = 0.5
STALLED_LOOKS = 60


def rebuild(
    *,
    from_log: bool = False,
    partial: bool = False,
    url: str | None = None,
    token: Annotated[str | None, Parameter(env_var="KESHER_TOKEN")] = None,
) -> int:
    """Makes all journeys and measures anew, while everything goes on; what differs is published as corrections.

    Parameters
    ----------
    from_log
        First read the log from its beginning, so that what the store lacks is there again.
    partial
        Also if the log does not hold its beginning any more.
    url
        The service's address; by default from dev-credentials.json in the data folder.
    token
        An admin's token; by default from dev-credentials.json in the data folder.

    """
    terminal = Console(stderr=True)
    asked = {"source": "log" if from_log else "store", "partial": partial}
    try:
        address, bearer = origin(url, token, "admin")
        headers = {"Authorization": f"Bearer {bearer}"}
        with httpx.Client(base_url=address, headers=headers, timeout=PATIENCE_SECONDS) as client:
            _follow(client, _view(client.post("/v1/rebuilds", json=asked)), terminal)
    except Rejected as error:
        return _say(terminal, str(error), WRONG)
    except (Unavailable, httpx.TransportError) as error:
        return _say(terminal, f"the service is away: {error}. What was begun goes on", AWAY)
    except KeyboardInterrupt:
        return _say(terminal, "the rebuild goes on without you; ask again with the same command", LEFT)
    return DONE


def _say(terminal: Console, message: str, code: int) -> int:
    terminal.print(message, style="red", highlight=False, markup=False, soft_wrap=True)
    return code


def _view(answer: httpx.Response) -> RebuildView:
    check_answer(answer)
    try:
        return RebuildView.model_validate_json(answer.content)
    except ValidationError as error:
        raise Unavailable("the answer is none about a rebuild") from error


def _follow(client: httpx.Client, view: RebuildView, terminal: Console) -> None:
    """Shows how far it is until it is done."""
    terminal.print(f"rebuild {view.id}, begun {view.begun_at:%Y-%m-%d %H:%M:%S}", highlight=False)
    if view.missed:
        terminal.print(f"{view.missed:,} messages are not on the log any more", style="yellow", highlight=False)
    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()
    with Progress(*columns, console=terminal) as bars:
        names = [name for name in ("read", "folded", "measured") if name != "read" or view.read]
        tasks = {name: bars.add_task(name, total=None) for name in names}
        looks, before = 0, view
        while True:
            _show(bars, tasks, view)
            if view.finished_at is not None:
                return
            looks = looks + 1 if view == before else 0
            if looks == STALLED_LOOKS:
                terminal.print("nothing moves: is there a journey worker (kesher work journey)?", highlight=False)
            before = view
            time.sleep(LOOK_SECONDS)
            view = _view(client.get(f"/v1/rebuilds/{view.id}"))


def _show(bars: Progress, tasks: dict[str, TaskID], view: RebuildView) -> None:
    for name, task in tasks.items():
        count: Any = getattr(view, name)
        if isinstance(count, CountView):
            bars.update(task, completed=count.done, total=count.of)
