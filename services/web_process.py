"""`kesher web`: the process that answers HTTP."""

from typing import Literal

import uvicorn

from services.origin import ALL, origin
from services.runtime.garbage import REQUESTS, settle_garbage_collector
from services.runtime.settings import Settings
from services.runtime.telemetry import configure_logging

GRACEFUL_SECONDS = 10
BACKLOG = 4_096


def web(*services: Literal["ingest", "profile", "journey"]) -> None:
    """Serve HTTP for the services named; for all of them, and the console, when none is."""
    configure_logging(process="web")
    settings = Settings()
    application = origin(settings, services or ALL)
    settle_garbage_collector(REQUESTS)
    uvicorn.run(
        application,
        host=settings.host,
        port=settings.port,
        access_log=False,
        log_level="warning",
        server_header=False,
        timeout_graceful_shutdown=GRACEFUL_SECONDS,
        backlog=BACKLOG,
    )
