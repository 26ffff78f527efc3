import asyncio
import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import product
from pathlib import Path
from subprocess import CompletedProcess
from types import SimpleNamespace
from typing import Any

import asyncpg
import psutil
import pytest

from services.runtime.embedded.child import ChildFailed
from services.runtime.embedded.postgres import EmbeddedPostgres, PasswordLost, embedded_postgres, ensure_system_user
from services.runtime.embedded.process import Process
from tests.support.eventually import eventually


@asynccontextmanager
async def started(server: EmbeddedPostgres, folder: Path) -> AsyncIterator[Process]:
    child = server.child()
    await child.prepare()
    process = await Process.spawn(child, folder / "postgres.log")
    try:
        await process.until_ready()
        yield process
    finally:
        await process.stop(asyncio.Event())


async def query(url: str, sql: str) -> Any:
    connection = await asyncpg.connect(url)
    try:
        return await connection.fetchval(sql)
    finally:
        await connection.close()


def servers_of(folder: Path) -> list[psutil.Process]:
    return [
        process
        for process in psutil.process_iter(["name", "cmdline"])
        if process.info["name"] == "postgres" and str(folder) in (process.info["cmdline"] or [])
    ]


async def test_keeps_its_data_over_a_restart_on_another_port(tmp_path: Path) -> None:
    first = embedded_postgres(tmp_path)
    async with started(first, tmp_path):
        await query(first.url(), "CREATE TABLE kept AS SELECT 'שלום'::text AS word")
    assert servers_of(first.folder) == []
    again = embedded_postgres(tmp_path)
    async with started(again, tmp_path):
        assert await query(again.url(), "SELECT word FROM kept") == "שלום"


async def test_durable_unless_told_otherwise(tmp_path: Path) -> None:
    server = embedded_postgres(tmp_path)
    async with started(server, tmp_path):
        for setting in ("fsync", "synchronous_commit", "full_page_writes", "data_checksums"):
            assert await query(server.url(), f"SHOW {setting}") == "on"


async def test_two_side_by_side(tmp_path: Path) -> None:
    folders = [tmp_path / name for name in ("one", "two")]
    for folder in folders:
        folder.mkdir()
    one, two = (embedded_postgres(folder, durable=False) for folder in folders)
    async with started(one, folders[0]), started(two, folders[1]):
        await query(one.url(), "CREATE TABLE mine (n int)")
        assert await query(one.url(), "SELECT to_regclass('mine') IS NOT NULL")
        assert await query(two.url(), "SELECT to_regclass('mine') IS NULL")


async def test_nobody_comes_in_without_the_password(tmp_path: Path) -> None:
    server = embedded_postgres(tmp_path, durable=False)
    async with started(server, tmp_path):
        for password, host in product(("", "wrong"), (str(server.folder), "127.0.0.1")):
            with pytest.raises(asyncpg.InvalidPasswordError):
                await asyncpg.connect(server.url(), password=password, host=host, port=server.port)
        assert await query(server.url(), "SHOW unix_socket_directories") == str(server.folder)
        assert await query(server.url(), "SHOW listen_addresses") == "127.0.0.1"
        assert server.folder.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("name", "network"), [("של דנה 100% & co?", None), ("d" * 100, "127.0.0.1"), ("a,b", "127.0.0.1")]
)
async def test_is_reached_wherever_its_folder_lies(
    tmp_path_factory: pytest.TempPathFactory, name: str, network: str | None
) -> None:
    folder = _made(tmp_path_factory.mktemp("data") / name)
    server = embedded_postgres(folder, durable=False)
    async with started(server, folder):
        assert await query(server.url(), "SELECT host(inet_client_addr())") == network


async def test_clears_the_sockets_of_killed_servers(tmp_path: Path) -> None:
    server = embedded_postgres(tmp_path, durable=False)
    async with started(server, tmp_path) as process:
        assert await query(server.url(), "SELECT 1") == 1
        os.kill(process.pid, signal.SIGKILL)
        await process.exited()
    assert len(list(server.folder.glob(".s.PGSQL.*"))) == 2
    again = embedded_postgres(tmp_path, server.port + 1, durable=False)
    await again.prepare()
    assert list(server.folder.glob(".s.PGSQL.*")) == []


async def test_starts_over_the_pid_file_of_a_killed_server(tmp_path: Path) -> None:
    server = embedded_postgres(tmp_path)
    async with started(server, tmp_path) as process:
        await query(server.url(), "CREATE TABLE kept (n int)")
        os.kill(process.pid, signal.SIGKILL)
        await process.exited()
    assert (server.folder / "postmaster.pid").exists()
    async with started(server, tmp_path):
        assert await query(server.url(), "SELECT to_regclass('kept') IS NOT NULL")


async def test_starts_over_a_pid_file_whose_pid_is_in_use_again(tmp_path: Path) -> None:
    server = embedded_postgres(tmp_path, durable=False)
    async with started(server, tmp_path):
        lines = (server.folder / "postmaster.pid").read_text().splitlines()
    # A process of the server's own user, as PostgreSQL would take it for the server.
    async with started(embedded_postgres(_made(tmp_path / "other"), durable=False), tmp_path / "other") as unrelated:
        (server.folder / "postmaster.pid").write_text("\n".join([str(unrelated.pid), *lines[1:]]) + "\n")
        async with started(server, tmp_path):
            assert await query(server.url(), "SELECT 1") == 1


async def test_waits_for_a_server_that_is_still_going_down(tmp_path: Path) -> None:
    server = embedded_postgres(tmp_path, durable=False)
    async with started(server, tmp_path) as process:
        preparing = asyncio.create_task(server.prepare())
        _, pending = await asyncio.wait({preparing}, timeout=0.3)
        assert pending
        os.kill(process.pid, signal.SIGINT)
        await asyncio.wait_for(preparing, 10)
        assert servers_of(server.folder) == []


async def test_begins_anew_after_an_interrupted_first_start(tmp_path: Path) -> None:
    (tmp_path / "postgres.new").mkdir()
    (tmp_path / "postgres.new" / "PG_VERSION").write_text("18\n")
    server = embedded_postgres(tmp_path, durable=False)
    async with started(server, tmp_path):
        assert await query(server.url(), "SELECT 1") == 1


async def test_logs_no_personal_data(tmp_path: Path) -> None:
    server = embedded_postgres(tmp_path, durable=False)
    async with started(server, tmp_path):
        await query(server.url(), "CREATE TABLE people (email text PRIMARY KEY)")
        insert = "INSERT INTO people VALUES ('dana@example.org')"
        await query(server.url(), insert)
        with pytest.raises(asyncpg.UniqueViolationError):
            await query(server.url(), insert)
        log = await eventually(lambda: _with("duplicate key", tmp_path / "postgres.log"))
        assert "dana" not in log


def test_data_without_its_password_is_said_so(tmp_path: Path) -> None:
    (tmp_path / "postgres").mkdir()
    with pytest.raises(PasswordLost, match=r"postgres\.password is missing"):
        embedded_postgres(tmp_path)


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder


def _with(words: str, path: Path) -> str:
    text = path.read_text()
    return text if words in text else ""


class Machine:
    """A machine whose users we may add, and on which `useradd` says no."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *, somebody_else_adds: bool) -> None:
        self._there = False
        self._somebody_else_adds = somebody_else_adds
        monkeypatch.setattr("pwd.getpwnam", self._look)
        monkeypatch.setattr("subprocess.run", self._add)

    def _look(self, name: str) -> SimpleNamespace:
        if not self._there:
            raise KeyError(name)
        return SimpleNamespace(pw_uid=997)

    def _add(self, command: list[str], **_: object) -> CompletedProcess[str]:
        self._there = self._somebody_else_adds
        return CompletedProcess(command, 9, "", "useradd: says no")


def test_a_system_user_whom_somebody_else_makes_at_the_same_moment_is_ours_too(monkeypatch: pytest.MonkeyPatch) -> None:
    Machine(monkeypatch, somebody_else_adds=True)
    assert ensure_system_user("kesher_test") == 997


def test_a_system_user_who_cannot_be_made_is_said_so(monkeypatch: pytest.MonkeyPatch) -> None:
    Machine(monkeypatch, somebody_else_adds=False)
    with pytest.raises(ChildFailed, match=r"(?s)kesher_test.*says no"):
        ensure_system_user("kesher_test")
