"""The command as people run it: in a process of its own, against a service on the loopback."""

import gzip
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from services.ingest.bulk.command import AWAY, DONE, SOME_REJECTED, WRONG

MAPPING = """\
title: Numbers
format: events
event: {id: "{number}", source: /x, type: call.ended, time: {zone: UTC, column: at}, data: {channel: call}}
"""
PROGRAM = """
import signal
from cyclopts import App
from services.ingest.bulk.command import import_
signal.signal(signal.SIGINT, signal.default_int_handler)  # as in a terminal, wherever the tests run
app = App()
app.command(import_, name="import")
app()
"""


class Service(ThreadingHTTPServer):
    """Accepts everything with the right key; `held` lets it wait after so many requests until it is set."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Edge)
        self.accepted: list[str] = []
        self.hold_after = 1_000_000
        self.holding = threading.Event()
        self.go_on = threading.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class _Edge(BaseHTTPRequestHandler):
    server: Service

    def do_POST(self) -> None:
        events = json.loads(self.rfile.read(int(self.headers["content-length"])))
        if self.headers["authorization"] != "Bearer secret":
            self.answer(401, {"title": "Unauthorized", "detail": "no such key"})
            return
        if len(self.server.accepted) >= self.server.hold_after:
            self.server.holding.set()
            self.server.go_on.wait(30)
        self.server.accepted += [event["id"] for event in events]
        self.answer(202, {"accepted": len(events), "rejected": []})

    def answer(self, status: int, content: Any) -> None:
        body = json.dumps(content).encode()
        self.send_response(status)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Silence."""


@pytest.fixture
def service() -> Iterator[Service]:
    server = Service()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.go_on.set()
    server.shutdown()
    thread.join()
    server.server_close()


class Folder:
    """A data folder with credentials, a mapping and a packed file of rows."""

    def __init__(self, path: Path, url: str, key: str = "secret", rows: int = 1_000) -> None:
        self.path = path
        (path / "dev-credentials.json").write_text(json.dumps({"url": url, "source_key": key}))
        (path / "numbers.yaml").write_text(MAPPING)
        lines = [f"{number},2026-01-01 00:00:00" for number in range(rows)]
        (path / "rows.csv.gz").write_bytes(gzip.compress("\n".join(["number,at", *lines, "last,never"]).encode()))

    def start(self, *options: str, file: str = "rows.csv.gz") -> subprocess.Popen[str]:
        words = [sys.executable, "-c", PROGRAM, "import", "numbers.yaml", file, "--batch-rows", "20", *options]
        pipe = subprocess.PIPE
        environment = os.environ | {"KESHER_DATA_DIR": str(self.path), "PYTHONPATH": str(Path.cwd())}
        return subprocess.Popen(words, cwd=self.path, env=environment, stdin=pipe, stdout=pipe, stderr=pipe, text=True)

    def run(self, *options: str, file: str = "rows.csv.gz", stdin: str = "") -> tuple[int, str]:
        with self.start(*options, file=file) as process:
            shown, errors = process.communicate(stdin, timeout=60)
        return process.returncode, shown + errors


def test_a_file_is_imported_and_its_bad_row_reported(tmp_path: Path, service: Service) -> None:
    code, shown = Folder(tmp_path, service.url).run()
    assert code == SOME_REJECTED
    assert sorted(service.accepted, key=int) == [str(number) for number in range(1_000)]
    assert "1,001" in shown
    assert (tmp_path / "rows.rejected.csv").read_text("utf-8-sig").splitlines()[1].startswith("1002,time,")


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
def test_an_import_that_was_ended_goes_on(tmp_path: Path, service: Service, how: signal.Signals) -> None:
    folder = Folder(tmp_path, service.url)
    service.hold_after = 400
    with folder.start() as process:
        assert service.holding.wait(30)
        process.send_signal(how)
        process.communicate(timeout=30)
    assert process.returncode == (130 if how is signal.SIGINT else -signal.SIGKILL)
    service.hold_after = 1_000_000
    service.go_on.set()
    code, shown = folder.run()
    assert code == SOME_REJECTED
    assert "Going on after row" in shown
    assert set(service.accepted) == {str(number) for number in range(1_000)}
    assert len(service.accepted) < 1_100


def test_rows_can_come_from_the_standard_input(tmp_path: Path, service: Service) -> None:
    code, _ = Folder(tmp_path, service.url).run(file="-", stdin="number,at\n1,2026-01-01 00:00:00\n")
    assert (code, service.accepted) == (DONE, ["1"])


def test_a_dry_run_sends_nothing(tmp_path: Path, service: Service) -> None:
    code, shown = Folder(tmp_path, service.url).run("--dry-run")
    assert (code, service.accepted) == (SOME_REJECTED, [])
    assert "would be sent" in shown


def test_a_wrong_key_is_told(tmp_path: Path, service: Service) -> None:
    code, shown = Folder(tmp_path, service.url, key="old").run()
    assert code == WRONG
    assert "no such key" in shown


def test_a_service_that_stays_away_is_told(tmp_path: Path) -> None:
    code, shown = Folder(tmp_path, "http://127.0.0.1:9").run("--patience-seconds", "0")
    assert code == AWAY
    assert "goes on where this one stopped" in shown


def test_a_mapping_that_does_not_fit_the_file_is_told(tmp_path: Path, service: Service) -> None:
    code, shown = Folder(tmp_path, service.url).run(file="-", stdin="no,at\n")
    assert code == WRONG
    assert "the file has no column 'number'" in shown
