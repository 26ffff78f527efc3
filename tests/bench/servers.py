"""The processes that are measured: started here, ended here, and bound to the life of the bench."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import psutil

from services.runtime.clock import SystemClock
from services.runtime.embedded.credentials import issue_credentials
from services.runtime.embedded.ports import LOOPBACK, free_port
from services.runtime.embedded.postgres import embedded_postgres
from services.runtime.embedded.process import launch_command
from tests.bench.generator import ROOT
from tests.support.broker import BrokerServer
from tests.support.kafka import KafkaServer, require_kafka
from tests.support.postgres import PostgresServer

START_SECONDS = 120.0
STOP_SECONDS = 120.0
POLL_SECONDS = 0.1
ROLES = {
    ("work", "profile"): "profile",
    ("work", "journey"): "journey",
    ("work", "duplicates"): "duplicates",
    ("services.cli", "web"): "web",
    ("services.cli", "demo"): "demo",
}
UNBOUNDED = {"KESHER_INGEST_EVENTS_PER_SECOND": "1000000"}
"""A source's rate is limited on purpose; here that limit would be what is measured."""


class NotStarted(Exception):
    """A process did not become ready; the message ends with what it wrote."""


class DurablePostgres(PostgresServer):
    """The tests' server as it is in earnest: a commit is on disk when it is answered."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self._server = embedded_postgres(folder)

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid


@dataclass(frozen=True)
class Access:
    """Where a running Kesher is, and what it takes to talk to it."""

    port: int
    source_key: str
    tokens: Mapping[str, str]


class Program:
    """One of our own commands; ready when `/readyz` answers on its port."""

    def __init__(self, command: Sequence[str], port: int, log: Path, env: Mapping[str, str] | None = None) -> None:
        self.port = port
        self._log = log
        with log.open("wb") as output:
            self._process = subprocess.Popen(
                launch_command((sys.executable, *command), None, signal.SIGTERM),
                cwd=ROOT,
                env={**os.environ, **UNBOUNDED, **(env or {})},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    @property
    def pid(self) -> int:
        return self._process.pid

    def until_ready(self) -> None:
        """Raises NotStarted."""
        deadline = time.monotonic() + START_SECONDS
        while not self._is_ready():
            if self._process.poll() is not None or time.monotonic() > deadline:
                self.stop()
                raise NotStarted(self._log.read_text(encoding="utf-8", errors="replace")[-3000:])
            time.sleep(POLL_SECONDS)

    def stop(self) -> None:
        """Asks, waits, then kills what is left."""
        with suppress(ProcessLookupError):
            self._process.terminate()
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()

    def _is_ready(self) -> bool:
        with suppress(httpx.TransportError):
            answer = httpx.get(f"http://{LOOPBACK}:{self.port}/readyz", trust_env=False, timeout=2.0)
            return answer.status_code == httpx.codes.OK
        return False


@contextmanager
def running(program: Program) -> Iterator[Program]:
    """The program, ready; stopped at the end."""
    try:
        program.until_ready()
        yield program
    finally:
        program.stop()


@contextmanager
def postgres(folder: Path) -> Iterator[DurablePostgres]:
    """A database server of its own."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    server = DurablePostgres(folder)
    server.start()
    try:
        yield server
    finally:
        server.stop()


@contextmanager
def broker(folder: Path, *, kafka: bool) -> Iterator[dict[str, str]]:
    """The embedded broker, or Apache Kafka; the settings that lead to it."""
    server: Any
    if kafka:
        require_kafka()
        server = KafkaServer(folder)
    else:
        server = BrokerServer()
    server.start()
    try:
        yield {
            "KESHER_KAFKA_BOOTSTRAP_SERVERS": server.bootstrap_servers,
            "KESHER_KAFKA_IDEMPOTENT": str(kafka).lower(),
        }
    finally:
        server.stop()


@contextmanager
def web(folder: Path, database_url: str, log_settings: Mapping[str, str]) -> Iterator[tuple[Program, Access]]:
    """One web process on servers that run already."""
    port = free_port()
    credentials = issue_credentials(folder, LOOPBACK, port, SystemClock())
    env = {
        **log_settings,
        "KESHER_HOST": LOOPBACK,
        "KESHER_PORT": str(port),
        "KESHER_DATA_DIR": str(folder),
        "KESHER_DATABASE_URL": database_url,
        "KESHER_DEV_JWT_KEY_FILE": str(credentials.jwt_key_file),
        "KESHER_SOURCES_FILE": str(credentials.sources_file),
    }
    with running(Program(("-m", "services.cli", "web"), port, folder / "web.log", env)) as program:
        yield program, access(folder, port)


@contextmanager
def floor(folder: Path) -> Iterator[Program]:
    """The framework's floor."""
    port = free_port()
    with running(Program(("-m", "tests.bench.floor_app", str(port)), port, folder / "floor.log")) as program:
        yield program


@contextmanager
def stack(folder: Path, *, demo: bool = False, kafka: str | None = None) -> Iterator[tuple[Program, Access]]:
    """All of Kesher, as `make run` runs it."""
    port = free_port()
    env = {
        "KESHER_HOST": LOOPBACK,
        "KESHER_PORT": str(port),
        "KESHER_DATA_DIR": str(folder),
        "DEMO": str(int(demo)),
        **({"KESHER_KAFKA_BOOTSTRAP_SERVERS": kafka} if kafka else {}),
    }
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with running(Program(("-m", "services.cli", "run"), port, folder / "run.log", env)) as program:
        yield program, access(folder, port)


def access(folder: Path, port: int) -> Access:
    """What the credentials file of a data folder says."""
    said = json.loads((folder / "dev-credentials.json").read_text(encoding="utf-8"))
    return Access(port, said["source_key"], said["tokens"])


def parts(supervisor: int) -> list[tuple[str, int]]:
    """The processes of a stack by their role, the supervisor itself first."""
    return [("supervisor", supervisor), *((_role(child), child.pid) for child in psutil.Process(supervisor).children())]


def _role(process: psutil.Process) -> str:
    with suppress(psutil.NoSuchProcess):
        command = process.cmdline()
        for words, role in ROLES.items():
            if any(tuple(command[n : n + len(words)]) == words for n in range(len(command))):
                return role
        return {"tansu": "broker"}.get(process.name(), process.name())
    return "gone"
