"""The embedded broker for the tests."""

import asyncio
import subprocess

from services.runtime.embedded.broker import embedded_broker
from services.runtime.embedded.process import launch_command
from tests.support.eventually import eventually


class BrokerServer:
    """Started outside of any event loop, so that it serves all tests of a session. It makes topics on first use."""

    def __init__(self) -> None:
        self._broker = embedded_broker()
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def bootstrap_servers(self) -> str:
        return self._broker.bootstrap_servers

    def start(self) -> None:
        child = self._broker.child()
        self._process = subprocess.Popen(
            launch_command(child.command, child.user, child.death_signal),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        asyncio.run(self._until_ready())

    def stop(self) -> None:
        assert self._process is not None
        self._process.terminate()
        self._process.wait(10)

    async def _until_ready(self) -> None:
        await eventually(self._broker.ready)
