import io
from pathlib import Path

from rich.console import Console

from services.runtime.embedded.child import ChildFailed
from services.runtime.embedded.terminal import TerminalReporter


def reporter(file: io.TextIOBase) -> TerminalReporter:
    console = Console(file=file, width=120)  # type: ignore[arg-type]
    return TerminalReporter(console, {"customers": "http://127.0.0.1:8080/#/agent"}, {"logs": Path("/data/logs")})


def test_says_where_everything_is() -> None:
    out = io.StringIO()
    reporter(out).all_ready(2.0)
    for expected in ("after 2.0 s", "http://127.0.0.1:8080/#/agent", "/data/logs", "Ctrl-C"):
        assert expected in out.getvalue()


def test_shows_the_last_lines_as_they_are() -> None:
    out = io.StringIO()
    reporter(out).failed(ChildFailed("web", "exited with code 1", ("Traceback", "KeyError: [/red] x")))
    for expected in ("web exited with code 1", "Traceback", "KeyError: [/red] x"):
        assert expected in out.getvalue()


def test_a_terminal_that_is_gone_disturbs_nobody() -> None:
    class Gone(io.StringIO):
        def write(self, text: str) -> int:
            raise OSError(5, "Input/output error")

    reporter(Gone()).stopping("web")
