"""`kesher import`: what the command line says becomes an import.

Exit codes: 0 every row was sent or skipped; 1 some rows were rejected, and the report tells which; 2 the mapping, the
file or the key is wrong; 3 the service stayed away; 130 interrupted. After 1 correct the report and import it; after
any other the same command goes on where it stopped.
"""

import asyncio
import json
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter
from rich.console import Console

from services.ingest.bulk.display import show_rejected, show_totals
from services.ingest.bulk.mapping import find
from services.ingest.bulk.plan import Plan, Target
from services.runtime.errors import Rejected, Unavailable
from services.runtime.settings import Settings

DONE, SOME_REJECTED, WRONG, AWAY, INTERRUPTED = 0, 1, 2, 3, 130

_GOES_ON = "The same command goes on where this one stopped."


def import_(
    mapping: str,
    file: Annotated[Path, Parameter(allow_leading_hyphen=True)],
    *,
    url: str | None = None,
    key: Annotated[str | None, Parameter(env_var="KESHER_SOURCE_KEY")] = None,
    dry_run: bool = False,
    restart: bool = False,
    batch_rows: int = 500,
    patience_seconds: float = 300.0,
) -> int:
    """Imports a CSV or JSON Lines file as events.

    Parameters
    ----------
    mapping
        A mapping file, or the name of one that comes with Kesher: bank-calls, web-shop.
    file
        The file, packed with gzip or not; - is the standard input.
    url
        The service's address; by default from dev-credentials.json in the data folder.
    key
        The source's key; by default from dev-credentials.json in the data folder.
    dry_run
        Check every row and send nothing.
    restart
        Begin at the first row, though an earlier import of this file was interrupted.
    batch_rows
        Most rows of one request.
    patience_seconds
        How long to wait for a service that is away, before giving up.

    """
    terminal = Console(stderr=True)
    try:
        settings = Settings()
        name, text = find(mapping)
        target = None if dry_run else target_of(settings, url, key)
        plan = Plan(name, text, file, target, settings.data_dir / "imports", restart, batch_rows, patience_seconds)
        totals, report = asyncio.run(plan.run(terminal))
    except Rejected as error:
        return _stopped(terminal, str(error), WRONG)
    except Unavailable as error:
        return _stopped(terminal, f"{error}\n{_GOES_ON}", AWAY)
    except KeyboardInterrupt:
        return _stopped(terminal, f"Interrupted. {_GOES_ON}", INTERRUPTED)
    show_totals(Console(), totals, sent=target is not None)
    if totals.rejected:
        show_rejected(terminal, report)
    return SOME_REJECTED if totals.rejected else DONE


def target_of(settings: Settings, url: str | None, key: str | None) -> Target:
    """What the caller wrote, and for the rest the development credentials. Raises Rejected."""
    if url and key:
        return Target(url, key)
    path = settings.data_dir / "dev-credentials.json"
    try:
        known = json.loads(path.read_bytes())
        return Target(url or known["url"], key or known["source_key"])
    except (OSError, ValueError, KeyError) as error:
        raise Rejected(f"{path} cannot be read: start Kesher here, or write --url and KESHER_SOURCE_KEY") from error


def _stopped(terminal: Console, message: str, code: int) -> int:
    terminal.print(message, style="red", highlight=False, markup=False, soft_wrap=True)
    return code
