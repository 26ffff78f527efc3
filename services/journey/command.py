"""`kesher journeys`: definitions checked, and tried on everybody's past before they are put in force.
`kesher segments` checks segments.

Exit codes of `try`: 0 nothing would differ; 1 something would; 2 the definition, the address or the token is wrong;
3 the service is away. Of `check`: 0 all are well; 2 one is not.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Protocol, TypeVar

import httpx
from cyclopts import App, Parameter
from pydantic import ValidationError
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from services.journey.domain.definition import Definition, load_definition
from services.journey.domain.definition_text import DefinitionProblem
from services.journey.domain.segments import Segment, in_order, load_segment
from services.journey.talking import AWAY, WRONG, check_answer, origin
from services.journey.trial.display import show
from services.journey.trial.views import TrialProgress, TrialView
from services.runtime.errors import Rejected, Unavailable

SAME, DIFFERS = 0, 1
PATIENCE_SECONDS = 120.0

Loaded_co = TypeVar("Loaded_co", Definition, Segment, covariant=True)

journeys = App(name="journeys", help="Check journey definitions, try them on everybody's past, and rebuild it.")
journeys.command("services.journey.rebuild.command:rebuild", name="rebuild", help="Make all journeys anew.")


segments = App(name="segments", help="Check segments.")


@segments.command(name="check")
def check_segments(*files: Path) -> int:
    """Checks segments, also that those they name are among them; needs no service.

    Parameters
    ----------
    files
        Segments in YAML, or in JSON with a name that ends so.

    """
    terminal, wrong = Console(), Console(stderr=True)
    found = [_checked(file, load_segment, wrong) for file in files]
    if not all(found):
        return WRONG
    try:
        in_order([one for one in found if one])
    except DefinitionProblem as error:
        wrong.print(str(error), style="red", highlight=False, markup=False, soft_wrap=True)
        return WRONG
    for file, one in zip(files, found, strict=True):
        if one:
            terminal.print(
                f"{file}: {one.key} version {one.what.version}", highlight=False, markup=False, soft_wrap=True
            )
    return SAME


@journeys.command
def check(*files: Path) -> int:
    """Checks definitions; needs no service.

    Parameters
    ----------
    files
        Definitions in YAML, or in JSON with a name that ends so.

    """
    terminal, wrong = Console(), Console(stderr=True)
    found = [_checked(file, load_definition, wrong) for file in files]
    for file, definition in zip(files, found, strict=True):
        if definition:
            well = f"{file}: {definition.key} version {definition.what.version}, {len(definition.what.stages)} stages"
            terminal.print(well, highlight=False, markup=False, soft_wrap=True)
    return SAME if all(found) else WRONG


@journeys.command(name="try")
def try_(
    file: Path,
    *,
    url: str | None = None,
    token: Annotated[str | None, Parameter(env_var="KESHER_TOKEN")] = None,
    as_json: Annotated[bool, Parameter(name="--json")] = False,
) -> int:
    """Folds everybody's past with a definition, and tells what would differ. Nothing is kept.

    Parameters
    ----------
    file
        A definition in YAML, or in JSON with a name that ends so.
    url
        The service's address; by default from dev-credentials.json in the data folder.
    token
        A steward's token; by default from dev-credentials.json in the data folder.
    as_json
        Print the comparison as JSON.

    """
    wrong = Console(stderr=True)
    definition = _checked(file, load_definition, wrong)
    if definition is None:
        return WRONG
    try:
        result = _tried(file, definition.key, *origin(url, token), wrong)
    except Rejected as error:
        wrong.print(str(error), style="red", highlight=False, markup=False, soft_wrap=True)
        return WRONG
    except (Unavailable, httpx.TransportError) as error:
        wrong.print(f"the service is away: {error}", style="red", highlight=False, markup=False, soft_wrap=True)
        return AWAY
    if as_json:
        Console().print_json(result.model_dump_json())
    else:
        show(Console(), result, definition.what)
    return DIFFERS if result.different else SAME


class _Load(Protocol[Loaded_co]):
    def __call__(self, text: str, *, json: bool) -> Loaded_co: ...


def _checked(file: Path, load: _Load[Loaded_co], wrong: Console) -> Loaded_co | None:
    try:
        return load(file.read_text(encoding="utf-8"), json=file.suffix == ".json")
    except DefinitionProblem as error:
        lines = [f"{file}: {problem}" for problem in error.problems]
    except (OSError, UnicodeDecodeError) as error:
        lines = [f"{file}: cannot be read: {error}"]
    for line in lines:
        wrong.print(line, style="red", highlight=False, markup=False, soft_wrap=True)
    return None


def _tried(file: Path, key: str, url: str, token: str, terminal: Console) -> TrialView:
    """The result of a trial, with a bar while it runs. Raises Rejected, Unavailable or a transport's error."""
    kind = "application/json" if file.suffix == ".json" else "application/yaml"
    headers = {"Authorization": f"Bearer {token}", "Content-Type": kind}
    bar = TextColumn("customers"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()
    with (
        Progress(*bar, console=terminal, transient=True) as progress,
        httpx.Client(base_url=url, headers=headers, timeout=PATIENCE_SECONDS) as client,
        client.stream("POST", f"/v1/journeys/{key}/trial", content=file.read_bytes()) as answer,
    ):
        check_answer(answer)
        task = progress.add_task("customers", total=None)
        for line in _lines(answer):
            progress.update(task, completed=line.done, total=line.of)
            if line.result:
                return line.result
    raise Unavailable("the answer ended before the result")


def _lines(answer: httpx.Response) -> Iterator[TrialProgress]:
    for line in answer.iter_lines():
        try:
            yield TrialProgress.model_validate_json(line)
        except ValidationError as error:
            raise Unavailable("the answer is none of a trial") from error
