"""`kesher work`: one consumer's process. Start as many of a service as its topic has partitions."""

import asyncio
import os
import signal
from collections.abc import Awaitable, Callable
from importlib import import_module
from typing import Literal

import uvloop

from services.runtime.embedded.checks import announce_ready
from services.runtime.garbage import BATCHES, settle_garbage_collector
from services.runtime.settings import Settings
from services.runtime.telemetry import configure_logging
from services.runtime.threads import settle_threads

Work = Callable[[Settings, asyncio.Event, Callable[[], None]], Awaitable[None]]
"""What a service's worker does until told to stop; it calls the last argument once it consumes."""

WORKERS = {
    "profile": "services.profile.worker",
    "journey": "services.journey.worker",
    "duplicates": "services.profile.duplicates.worker",
}
UNHURRIED = frozenset({"duplicates"})
"""Nobody waits for what they do: where processors are few, the others come first."""
UNHURRIED_NICENESS = 10


def work(service: Literal["profile", "journey", "duplicates"]) -> None:
    """Consume the log for one service, until told to stop and the backlog is done."""
    configure_logging(process=f"work-{service}")
    if service in UNHURRIED:
        os.nice(UNHURRIED_NICENESS)
    does: Work = import_module(WORKERS[service]).work
    settle_garbage_collector(BATCHES)
    settle_threads()
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_until_told(does, Settings()))


async def _until_told(does: Work, settings: Settings) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    await does(settings, stop, announce_ready)
