"""What an import shows on the terminal while it runs, and when it is done."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.table import Table

from services.ingest.bulk.checkpoint import Totals
from services.ingest.bulk.rows import RowFile


class Meter:
    """The progress bar: how much of the file is read, how many rows are settled, how fast, how long yet."""

    def __init__(self, progress: Progress, rows: RowFile) -> None:
        self._progress = progress
        self._rows = rows
        self._before = 0
        self._task = progress.add_task("importing", total=rows.size, rows=0, rate="")

    def begin(self, totals: Totals) -> None:
        """Says where an interrupted import goes on."""
        self._before = totals.rows
        if totals.rows:
            self._progress.console.print(f"Going on after row {totals.rows:,}.", style="yellow", highlight=False)

    def advance(self, totals: Totals) -> None:
        """Shows the rows settled so far."""
        seconds = self._progress.tasks[self._task].elapsed or 0
        rate = f"{(totals.rows - self._before) / seconds:,.0f}/s" if seconds >= 1 else ""
        self._progress.update(
            self._task, description="importing", completed=self._rows.position, rows=totals.rows, rate=rate
        )

    def wait(self, seconds: float, reason: str) -> None:
        """Says why nothing moves."""
        self._progress.update(self._task, description=f"waiting {seconds:.0f} s ({reason})")


@contextmanager
def meter(terminal: Console, rows: RowFile) -> Iterator[Meter]:
    """A progress bar on `terminal` while inside."""
    shown = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        TextColumn("{task.fields[rows]:,} rows  {task.fields[rate]}"),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*shown, console=terminal) as progress:
        yield Meter(progress, rows)


def show_totals(terminal: Console, totals: Totals, *, sent: bool) -> None:
    """A table of what became of the rows."""
    table = Table()
    table.add_column("rows")
    table.add_column(f"{totals.rows:,}", justify="right")
    table.add_row("sent" if sent else "would be sent", f"{totals.sent:,}")
    for name, number in sorted(totals.types.items()):
        table.add_row(f"  {name}", f"{number:,}", style="dim")
    table.add_row("skipped", f"{totals.skipped:,}")
    table.add_row("rejected", f"{totals.rejected:,}", style="red" if totals.rejected else None)
    terminal.print(table)


def show_rejected(terminal: Console, report: Path) -> None:
    """Where the rejected rows lie."""
    terminal.print(
        f"The rejected rows and their reasons: {report}\nCorrect them there, and import that file.",
        style="red",
        highlight=False,
        markup=False,
        soft_wrap=True,
    )
