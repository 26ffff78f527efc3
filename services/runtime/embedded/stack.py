"""The whole installation on one machine: what runs, in which order, and what each part is told."""

import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from services.runtime.clock import SystemClock
from services.runtime.embedded.broker import embedded_broker
from services.runtime.embedded.checks import READY_FILE, file_removed, file_written, http_ok
from services.runtime.embedded.child import Child
from services.runtime.embedded.credentials import DevCredentials, issue_credentials
from services.runtime.embedded.folder import locked, private_folder
from services.runtime.embedded.ports import http_url, require_free
from services.runtime.embedded.postgres import embedded_postgres
from services.runtime.embedded.supervisor import Supervisor
from services.runtime.embedded.terminal import TerminalReporter

SERVICES_START_STAGE = 1  # the servers' is 0
BROKER_STOP_STAGE = 100
POSTGRES_STOP_STAGE = 101


@dataclass(frozen=True, kw_only=True)
class Role:
    """One process of ours. With `health_path` it is ready when that answers; without, when it has announced so.

    Roles of the lowest stage start and stop first: those that bring work in stop before those that do it.
    """

    name: str
    command: tuple[str, ...]
    start_stage: int = SERVICES_START_STAGE
    stop_stage: int
    stop_seconds: float
    health_path: str | None = None


@dataclass(frozen=True, kw_only=True)
class StackOptions:
    """Where to listen, where to keep things, and which servers of others to use instead of the embedded ones."""

    host: str
    port: int
    data_dir: Path
    database_url: str | None = None
    kafka_bootstrap_servers: str | None = None


async def run_stack(
    options: StackOptions,
    roles: Sequence[Role],
    pages: Mapping[str, str],
    console: Console,
) -> int:
    """Runs until told to stop; the exit code. `pages` maps titles to paths.

    Raises NotLoopback, PortTaken or FolderInUse before anything is started.
    """
    data_dir = private_folder(options.data_dir)
    require_free(options.host, options.port)
    with locked(data_dir):
        credentials = issue_credentials(data_dir, options.host, options.port, SystemClock())
        base = http_url(options.host, options.port)
        reporter = TerminalReporter(
            console,
            pages={title: base + path for title, path in pages.items()},
            files={"credentials": credentials.client_file, "logs": private_folder(data_dir / "logs")},
        )
        servers, env = _servers(options, data_dir)
        env |= _common_env(options, data_dir, credentials)
        children = [*servers, *(_child(role, env, base, data_dir) for role in roles)]
        return await Supervisor(children, data_dir / "logs", reporter).run()


def _servers(options: StackOptions, data_dir: Path) -> tuple[list[Child], dict[str, str]]:
    children, env = [], {}
    if options.database_url:
        env["KESHER_DATABASE_URL"] = options.database_url
    else:
        postgres = embedded_postgres(data_dir)
        children.append(postgres.child(POSTGRES_STOP_STAGE))
        env["KESHER_DATABASE_URL"] = postgres.url()
    if options.kafka_bootstrap_servers:
        env["KESHER_KAFKA_BOOTSTRAP_SERVERS"] = options.kafka_bootstrap_servers
    else:
        broker = embedded_broker()
        children.append(broker.child(BROKER_STOP_STAGE))
        env |= {
            "KESHER_KAFKA_BOOTSTRAP_SERVERS": broker.bootstrap_servers,
            "KESHER_KAFKA_IDEMPOTENT": "false",
            # One worker of each kind reads, and this broker looks through all batches of a partition at each fetch.
            "KESHER_KAFKA_MOST_PARTITIONS": "1",
            "KESHER_KAFKA_SESSION_SECONDS": "4",  # this broker lets a member wait for half of it before it may begin
        }
    return children, env


def _common_env(options: StackOptions, data_dir: Path, credentials: DevCredentials) -> dict[str, str]:
    own = {
        "KESHER_HOST": options.host,
        "KESHER_PORT": str(options.port),
        "KESHER_DATA_DIR": str(data_dir),
        "KESHER_DEV_JWT_KEY_FILE": str(credentials.jwt_key_file),
        "KESHER_ERASURE_KEY": os.environ.get("KESHER_ERASURE_KEY") or credentials.erasure_key,
    }
    configured = {"KESHER_SOURCES_FILE": os.environ.get("KESHER_SOURCES_FILE") or str(credentials.sources_file)}
    return own | configured


def _child(role: Role, env: Mapping[str, str], base: str, data_dir: Path) -> Child:
    ready_file = private_folder(data_dir / "ready") / role.name
    return Child(
        name=role.name,
        command=(sys.executable, *role.command),
        env={**env, READY_FILE: str(ready_file)},
        prepare=file_removed(ready_file),
        ready=http_ok(base + role.health_path) if role.health_path else file_written(ready_file),
        start_stage=role.start_stage,
        start_seconds=60.0,
        stop_stage=role.stop_stage,
        stop_seconds=role.stop_seconds,
    )
