"""A running child."""

import asyncio
import os
import signal
import sys
from contextlib import suppress
from pathlib import Path

from services.runtime.embedded import launch
from services.runtime.embedded.child import Child, ChildFailed
from services.runtime.embedded.output import Output

POLL_SECONDS = 0.03


def launch_command(command: tuple[str, ...], user: str | None, death_signal: signal.Signals) -> tuple[str, ...]:
    """The command line that runs `command` as `user`, bound to the life of this process."""
    launcher = (sys.executable, "-I", "-S", launch.__file__)
    return (*launcher, str(os.getpid()), str(int(death_signal)), user or "-", *command)


class Process:
    """A child's process, in a session of its own so that the terminal's Ctrl-C reaches the supervisor only."""

    def __init__(self, child: Child, process: asyncio.subprocess.Process, output: Output) -> None:
        self.child = child
        self._process = process
        self._output = output

    @classmethod
    async def spawn(cls, child: Child, log_file: Path) -> "Process":
        """Starts the child; its output goes to `log_file`."""
        output, writable = await Output.open(log_file)
        try:
            process = await asyncio.create_subprocess_exec(
                *launch_command(child.command, child.user, child.death_signal),
                env={**os.environ, **child.env},
                stdin=asyncio.subprocess.DEVNULL,
                stdout=writable,
                stderr=asyncio.subprocess.STDOUT,
                start_new_session=True,
            )
        finally:
            os.close(writable)
        return cls(child, process, output)

    @property
    def pid(self) -> int:
        """The process id."""
        return self._process.pid

    async def until_ready(self) -> None:
        """Raises ChildFailed when the child dies or is not ready in time."""
        try:
            async with asyncio.timeout(self.child.start_seconds):
                while not await self._is_ready():  # noqa: ASYNC110  readiness is seen from outside only
                    await asyncio.sleep(POLL_SECONDS)
        except TimeoutError:
            raise self._failed(f"was not ready after {self.child.start_seconds:.0f} s") from None

    async def exited(self) -> ChildFailed:
        """Waits for the child to end of itself; says how it did."""
        code = await self._process.wait()
        await self._output.close()
        return self._failed(_describe_exit(code))

    async def stop(self, hurry: asyncio.Event) -> bool:
        """Asks the child to end and waits; then, or when in a `hurry`, kills it. Whether it went by itself."""
        with suppress(ProcessLookupError):
            self._process.send_signal(self.child.stop_signal)
        went = await self._went_in_time(hurry)
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, signal.SIGKILL)  # also what it may have started itself
        await self._process.wait()
        await self._output.close()
        return went

    async def _is_ready(self) -> bool:
        if self._process.returncode is not None:
            raise await self.exited()
        return await self.child.ready()

    async def _went_in_time(self, hurry: asyncio.Event) -> bool:
        gone = asyncio.create_task(self._process.wait())
        hurried = asyncio.create_task(hurry.wait())
        await asyncio.wait({gone, hurried}, timeout=self.child.stop_seconds, return_when=asyncio.FIRST_COMPLETED)
        went = gone.done()
        for task in (gone, hurried):
            task.cancel()
        await asyncio.gather(gone, hurried, return_exceptions=True)
        return went

    def _failed(self, what: str) -> ChildFailed:
        return ChildFailed(self.child.name, what, self._output.last_lines)


def _describe_exit(code: int) -> str:
    if code < 0:
        return f"was ended by {signal.Signals(-code).name}"
    return f"exited with code {code}"
