"""`kesher run`: the supervisor's process, with everything else as its children."""

import asyncio
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter
from rich.console import Console

from services.runtime.embedded.stack import Role, StackOptions, run_stack

COMMAND = ("-m", "services.cli")
WEB = Role(name="web", command=(*COMMAND, "web"), stop_stage=1, stop_seconds=15.0, health_path="/readyz")
PROFILE = Role(name="profile", command=(*COMMAND, "work", "profile"), stop_stage=2, stop_seconds=60.0)
JOURNEY = Role(name="journey", command=(*COMMAND, "work", "journey"), stop_stage=3, stop_seconds=60.0)
DUPLICATES = Role(name="duplicates", command=(*COMMAND, "work", "duplicates"), stop_stage=3, stop_seconds=60.0)
DEMO = Role(name="demo", command=(*COMMAND, "demo"), start_stage=2, stop_stage=0, stop_seconds=5.0)

PAGES = {"customers": "/#/agent", "journeys, live": "/#/live", "interface": "/openapi.json"}


def run(
    *,
    host: Annotated[str, Parameter(env_var="KESHER_HOST")] = "127.0.0.1",
    port: Annotated[int, Parameter(env_var=["KESHER_PORT", "PORT"])] = 8080,
    data_dir: Annotated[Path, Parameter(env_var="KESHER_DATA_DIR")] = Path(".kesher"),
    demo: Annotated[bool, Parameter(env_var="DEMO")] = True,
    database_url: Annotated[str | None, Parameter(env_var="KESHER_DATABASE_URL", show=False)] = None,
    kafka_bootstrap_servers: Annotated[str | None, Parameter(env_var="KESHER_KAFKA_BOOTSTRAP_SERVERS")] = None,
) -> int:
    """Run everything on this machine: a database, a broker, the services, the console and demonstration traffic.

    Parameters
    ----------
    host
        A loopback address to listen on.
    port
        The port to listen on.
    data_dir
        Where everything that is kept lies.
    demo
        Whether to send demonstration traffic on all channels.
    database_url
        A PostgreSQL to use instead of the embedded one.
    kafka_bootstrap_servers
        An Apache Kafka to use instead of the embedded broker, which keeps messages in memory only.

    """
    options = StackOptions(
        host=host,
        port=port,
        data_dir=data_dir,
        database_url=database_url,
        kafka_bootstrap_servers=kafka_bootstrap_servers,
    )
    roles = [WEB, PROFILE, JOURNEY, DUPLICATES, *([DEMO] if demo else [])]
    return asyncio.run(run_stack(options, roles, PAGES, Console()))
