"""The processes that `kesher web` and `kesher work` become."""

import asyncio
import gc
import os
import signal
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

import uvicorn

from services.journey.worker import work as journey_work
from services.origin import origin
from services.profile.worker import work as profile_work
from services.runtime.embedded.checks import READY_FILE
from services.runtime.settings import Settings
from services.runtime.telemetry import configure_logging

GRACEFUL_SECONDS = 10
YOUNG_OBJECTS = 200_000

WORKERS: dict[str, Callable[[Settings, asyncio.Event], Awaitable[None]]] = {
    "profile": profile_work,
    "journey": journey_work,
}


def serve(services: Sequence[str]) -> None:
    """Serves HTTP until told to stop: finishes what was accepted, then lets go."""
    configure_logging(process="web")
    settings = Settings()
    uvicorn.run(
        origin(settings, services),
        host=settings.host,
        port=settings.port,
        access_log=False,
        log_level="warning",
        server_header=False,
        timeout_graceful_shutdown=GRACEFUL_SECONDS,
        backlog=4096,
    )


def consume(service: str) -> None:
    """Consumes until told to stop and the backlog is done. Raises TooManyDeadLetters."""
    configure_logging(process=f"work-{service}")
    settle_garbage_collector()
    with asyncio.Runner(loop_factory=_loop) as runner:
        runner.run(_until_told(WORKERS[service], Settings()))


def settle_garbage_collector() -> None:
    """Batches make many objects and hardly a cycle: looking for cycles so often was a third of the profile step."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG_OBJECTS, 20, 50)


def _loop() -> asyncio.AbstractEventLoop:
    import uvloop  # noqa: PLC0415 -- not there on every platform that uvicorn runs on

    return uvloop.new_event_loop()


async def _until_told(work: Callable[[Settings, asyncio.Event], Awaitable[None]], settings: Settings) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    if ready_file := os.environ.get(READY_FILE):
        Path(ready_file).write_text("starting")  # noqa: ASYNC240 -- one small file
    await work(settings, stop)
