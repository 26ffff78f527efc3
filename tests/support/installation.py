"""A whole installation as a person would run it: `kesher run` in a folder of its own."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import psutil

from services.runtime.embedded.ports import free_port
from tests.support.eventually import eventually

ROOT = Path(__file__).parents[2]
START_SECONDS = 180.0
STOP_SECONDS = 120.0


class Installation:
    """Processes, credentials and a client of one installation."""

    def __init__(self, folder: Path, *, demo: bool = False, **settings: str) -> None:
        self.folder = folder
        self.url = f"http://127.0.0.1:{free_port()}"
        self._env = {
            **{name: value for name, value in os.environ.items() if not name.startswith("KESHER_")},
            "KESHER_DATA_DIR": str(folder),
            "KESHER_PORT": self.url.rpartition(":")[2],
            "DEMO": str(int(demo)),
            "COLUMNS": "200",
            **settings,
        }
        self._log = folder.with_suffix(".log")
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self._log.open("wb") as log:
            command = [sys.executable, "-m", "services.cli", "run"]
            self._process = subprocess.Popen(command, cwd=ROOT, env=self._env, stdout=log, stderr=log)

    async def ready(self) -> None:
        assert self._process is not None
        await eventually(lambda: "Kesher runs" in self.output or self._process.poll() is not None, START_SECONDS)
        assert self._process.poll() is None, self.output

    def processes(self) -> list[psutil.Process]:
        assert self._process is not None
        supervisor = psutil.Process(self._process.pid)
        return [supervisor, *supervisor.children(recursive=True)]

    def stop(self) -> int:
        """Asks it to end, as Ctrl-C does; the exit code."""
        assert self._process is not None
        self._process.send_signal(signal.SIGINT)
        return self._process.wait(STOP_SECONDS)

    @property
    def output(self) -> str:
        return self._log.read_text()

    @property
    def credentials(self) -> dict[str, Any]:
        content: dict[str, Any] = json.loads((self.folder / "dev-credentials.json").read_text())
        return content

    def client(self, role: str | None = None) -> httpx.AsyncClient:
        """A client with a role's token, or with the source key."""
        token = self.credentials["tokens"][role] if role else self.credentials["source_key"]
        headers = {"Authorization": f"Bearer {token}"}
        return httpx.AsyncClient(base_url=self.url, headers=headers, timeout=30, trust_env=False)

    def kesher(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Runs another `kesher` command against it."""
        command = [sys.executable, "-m", "services.cli", *arguments]
        return subprocess.run(command, cwd=ROOT, env=self._env, capture_output=True, text=True, check=False)

    @asynccontextmanager
    async def database(self) -> AsyncIterator[asyncpg.Connection]:
        port = (self.folder / "postgres" / "postmaster.pid").read_text().splitlines()[3]
        password = (self.folder / "postgres.password").read_text()
        connection = await asyncpg.connect(f"postgresql://kesher:{password}@127.0.0.1:{port}/kesher")
        try:
            yield connection
        finally:
            await connection.close()

    async def post(self, events: Sequence[dict[str, Any]]) -> dict[str, Any]:
        """Posts CloudEvents as a batch; the answer."""
        async with self.client() as client:
            content_type = {"Content-Type": "application/cloudevents-batch+json"}
            answer = await client.post("/v1/events", content=json.dumps(events), headers=content_type)
        answer.raise_for_status()
        body: dict[str, Any] = answer.json()
        return body
