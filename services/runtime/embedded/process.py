"""A running child."""

import asyncio
import os
import signal
import sys
from contextlib import suppress
from pathlib import Path

from services.runtime.embedded import launch
from services.runtime.embedded.bounded_log import BoundedLog
from services.runtime.embedded.child import Child, ChildFailed

POLL_SECONDS = 0.03
EXIT_POLL_SECONDS = 0.1
CHUNK_BYTES = 65_536


def launch_command(command: tuple[str, ...], user: str | None, death_signal: signal.Signals) -> tuple[str, ...]:
    """The command line that runs `command` as `user`, bound to the life of this process."""
    launcher = (sys.executable, "-I", "-S", launch.__file__)
    return (*launcher, str(os.getpid()), str(int(death_signal)), user or "-", *command)


class Process:
    """A child's process, in a session of its own so that the terminal's Ctrl-C reaches the supervisor only."""

    def __init__(self, child: Child, process: asyncio.subprocess.Process, log: BoundedLog) -> None:
        self.child = child
        self._process = process
        self._log = log
        self._pump = asyncio.create_task(self._copy_output())

    @classmethod
    async def spawn(cls, child: Child, log_file: Path) -> "Process":
        """Starts the child; its output goes to `log_file`."""
        process = await asyncio.create_subprocess_exec(
            *launch_command(child.command, child.user, child.death_signal),
            env={**os.environ, **child.env},
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            start_new_session=True,
        )
        return cls(child, process, BoundedLog(log_file))

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
        code = await self._exit_code()
        await self._settle_output()
        return self._failed(_describe_exit(code))

    async def stop(self, hurry: asyncio.Event) -> bool:
        """Asks the child to end and waits; then, or when in a `hurry`, kills it. Whether it went by itself."""
        with suppress(ProcessLookupError):
            self._process.send_signal(self.child.stop_signal)
        went = await self._went_in_time(hurry)
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, signal.SIGKILL)  # also what it may have started itself
        await self._exit_code()
        await self._settle_output()
        return went

    async def _is_ready(self) -> bool:
        if self._process.returncode is not None:
            raise await self.exited()
        return await self.child.ready()

    async def _went_in_time(self, hurry: asyncio.Event) -> bool:
        gone = asyncio.create_task(self._exit_code())
        hurried = asyncio.create_task(hurry.wait())
        await asyncio.wait({gone, hurried}, timeout=self.child.stop_seconds, return_when=asyncio.FIRST_COMPLETED)
        went = gone.done()
        for task in (gone, hurried):
            task.cancel()
        await asyncio.gather(gone, hurried, return_exceptions=True)
        return went

    async def _exit_code(self) -> int:
        """Python's own `wait` may also wait until nobody holds the output, which a grandchild may do for ever."""
        while (code := self._process.returncode) is None:  # noqa: ASYNC110  it has no event
            await asyncio.sleep(EXIT_POLL_SECONDS)
        return code

    async def _copy_output(self) -> None:
        assert self._process.stdout is not None
        while chunk := await self._process.stdout.read(CHUNK_BYTES):
            self._log.write(chunk)

    async def _settle_output(self) -> None:
        await asyncio.wait({self._pump}, timeout=1.0)  # a grandchild may hold the pipe open
        self._pump.cancel()
        self._log.close()

    def _failed(self, what: str) -> ChildFailed:
        return ChildFailed(self.child.name, what, self._log.last_lines)


def _describe_exit(code: int) -> str:
    if code < 0:
        return f"was ended by {signal.Signals(-code).name}"
    return f"exited with code {code}"
