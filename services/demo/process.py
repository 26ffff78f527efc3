"""`kesher demo`: the process of the demonstration traffic."""

import asyncio
import contextlib
import signal

from services.demo.command import demo as tell
from services.runtime.embedded.checks import announce_ready
from services.runtime.settings import Settings
from services.runtime.telemetry import configure_logging


def demo() -> None:
    """Send the traffic of invented customers on all channels, until told to stop."""
    configure_logging(process="demo")
    with contextlib.suppress(asyncio.CancelledError):
        asyncio.run(_until_told())


async def _until_told() -> None:
    task = asyncio.current_task()
    assert task is not None
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, task.cancel)
    announce_ready()
    await tell(Settings())
