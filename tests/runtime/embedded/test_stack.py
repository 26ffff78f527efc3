"""The whole embedded stack, with fake roles."""

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import asyncpg
import psutil
import pytest

from services.runtime.embedded.ports import free_port
from tests.support.eventually import eventually

STACK = """
import asyncio, os, sys
from pathlib import Path
from rich.console import Console
from services.runtime.embedded.stack import Role, StackOptions, run_stack
from services.runtime.errors import KesherError
worker = "import json, os, signal; "
worker += "json.dump(dict(os.environ), open(os.environ['KESHER_DATA_DIR'] + '/env', 'w')); "
worker += "open(os.environ['KESHER_READY_FILE'], 'w').close(); signal.pause()"
options = StackOptions(host="127.0.0.1", port=int(sys.argv[1]), data_dir=Path(sys.argv[2]))
roles = [Role(name="worker", command=("-c", worker), stop_stage=0, stop_seconds=10.0)]
try:
    sys.exit(asyncio.run(run_stack(options, roles, {"customers": "/#/agent"}, Console())))
except KesherError as error:
    sys.exit(str(error))
"""


@contextmanager
def stack(port: int, data_dir: Path) -> Iterator["subprocess.Popen[str]"]:
    command = [sys.executable, "-c", STACK, str(port), str(data_dir)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


async def environment(data_dir: Path, process: "subprocess.Popen[str]") -> dict[str, str]:
    """What the worker was told, once it is ready."""
    ready = data_dir / "ready" / "worker"
    await eventually(lambda: ready.exists() or process.poll() is not None, timeout=90.0)
    assert ready.exists(), process.communicate()[0]
    told: dict[str, str] = json.loads((data_dir / "env").read_text())
    return told


async def can_be_used(env: dict[str, str]) -> None:
    connection = await asyncpg.connect(env["KESHER_DATABASE_URL"])
    await connection.close()
    host, _, port = env["KESHER_KAFKA_BOOTSTRAP_SERVERS"].partition(":")
    with socket.create_connection((host, int(port))):
        pass


def files_exist(*paths: str) -> bool:
    return all(Path(path).exists() for path in paths)


async def test_two_run_side_by_side_and_leave_nothing(tmp_path: Path) -> None:
    folders = [tmp_path / "one", tmp_path / "two"]
    with stack(free_port(), folders[0]) as one, stack(free_port(), folders[1]) as two:
        for folder, process in zip(folders, (one, two), strict=True):
            env = await environment(folder, process)
            await can_be_used(env)
            assert env["KESHER_DATA_DIR"] == str(folder)
            assert env["KESHER_KAFKA_IDEMPOTENT"] == "false"
            assert env["KESHER_KAFKA_MOST_PARTITIONS"] == "1"
            assert files_exist(env["KESHER_DEV_JWT_KEY_FILE"], env["KESHER_SOURCES_FILE"])
        started = [child for process in (one, two) for child in psutil.Process(process.pid).children(recursive=True)]
        for process in (one, two):
            process.send_signal(signal.SIGINT)
        assert [process.wait(30) for process in (one, two)] == [0, 0]
    assert not any(child.is_running() for child in started)
    assert not any((folder / "supervisor.lock").exists() for folder in folders)
    assert not any((folder / "postgres" / "postmaster.pid").exists() for folder in folders)


async def test_runs_again_after_everything_was_killed(tmp_path: Path) -> None:
    with stack(free_port(), tmp_path) as process:
        await environment(tmp_path, process)
        started = psutil.Process(process.pid).children(recursive=True)
        for pid in (process.pid, *(child.pid for child in started)):
            with suppress(ProcessLookupError):  # a child dies with its parent, perhaps sooner than we ask
                os.kill(pid, signal.SIGKILL)
    await eventually(lambda: not any(child.is_running() for child in started))
    assert (tmp_path / "postgres" / "postmaster.pid").exists()
    (tmp_path / "ready" / "worker").unlink()
    with stack(free_port(), tmp_path) as process:
        await can_be_used(await environment(tmp_path, process))
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0


async def test_a_killed_supervisor_takes_all_with_it(tmp_path: Path) -> None:
    with stack(free_port(), tmp_path) as process:
        await environment(tmp_path, process)
        started = psutil.Process(process.pid).children(recursive=True)
        assert len(started) > 3
        process.kill()
    await eventually(lambda: not any(child.is_running() for child in started))


@pytest.mark.parametrize("what", ["port", "folder"])
async def test_says_what_is_taken(tmp_path: Path, what: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, stack(free_port(), tmp_path / "first") as first:
        await environment(tmp_path / "first", first)
        port = server.getsockname()[1] if what == "port" else free_port()
        with stack(port, tmp_path / ("second" if what == "port" else "first")) as second:
            output, _ = second.communicate(timeout=90)
        assert second.returncode == 1
        assert {"port": f"port {port}", "folder": f"in use by process {first.pid}"}[what] in output
