"""Tells the person at the terminal what starts, what died, and how to stop."""

from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from rich.console import Console, RenderableType
from rich.markup import escape
from rich.panel import Panel
from rich.table import Table

from services.runtime.embedded.child import ChildFailed

NAME_WIDTH = 10


class TerminalReporter:
    """Lines as things happen; once all is ready, where everything is."""

    def __init__(self, console: Console, pages: Mapping[str, str], files: Mapping[str, Path]) -> None:
        self._console = console
        self._pages = pages
        self._files = files

    def starting(self, name: str) -> None:
        self._line(name, "[dim]starting[/]")

    def ready(self, name: str, seconds: float) -> None:
        self._line(name, f"[green]ready[/] after {seconds:.1f} s")

    def all_ready(self, seconds: float) -> None:
        table = Table.grid(padding=(0, 2))
        for what, address in self._pages.items():
            table.add_row(what, f"[bold]{escape(address)}[/]")
        for what, path in self._files.items():
            table.add_row(what, escape(str(path)))
        table.add_row("to stop", "Ctrl-C: takes no more events, finishes what it has, then ends")
        self._print(Panel(table, title=f"Kesher runs, after {seconds:.1f} s", title_align="left", expand=False))

    def died(self, failure: ChildFailed, delay_seconds: float) -> None:
        self._line(failure.name, f"[yellow]{escape(str(failure))}[/]; starts again in {delay_seconds:.2g} s")

    def failed(self, failure: ChildFailed) -> None:
        text = "\n".join(map(escape, failure.last_lines)) or "(it wrote nothing)"
        self._print(Panel(text, title=f"[red]{escape(str(failure))}[/]; its last lines", title_align="left"))

    def stopping(self, name: str) -> None:
        self._line(name, "[dim]stopping[/]")

    def stopped(self, name: str, seconds: float, *, by_itself: bool) -> None:
        how = "stopped" if by_itself else "[yellow]killed[/]"
        self._line(name, f"{how} after {seconds:.1f} s")

    def _line(self, name: str, text: str) -> None:
        self._print(f"{escape(name):<{NAME_WIDTH}} {text}")

    def _print(self, what: RenderableType) -> None:
        with suppress(OSError):  # the terminal may be gone; what runs must stop cleanly all the same
            self._console.print(what, highlight=False)
