"""Starts children in order, restarts what dies, and stops all of them in order."""

import asyncio
import signal
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from typing import Protocol

from services.runtime.embedded.child import Child, ChildFailed
from services.runtime.embedded.process import Process
from services.runtime.embedded.restarts import RestartPolicy
from services.runtime.errors import KesherError

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
SAME_SIGNAL_SECONDS = 1.0


class Reporter(Protocol):
    """Tells whoever is watching."""

    def starting(self, name: str) -> None:
        """A child is being started."""

    def ready(self, name: str, seconds: float) -> None:
        """A child is ready, this long after its start."""

    def all_ready(self, seconds: float) -> None:
        """Everything runs."""

    def died(self, failure: ChildFailed, delay_seconds: float) -> None:
        """A child died and will be started again after a while."""

    def failed(self, failure: ChildFailed) -> None:
        """A child cannot be kept alive; everything stops."""

    def stopping(self, name: str) -> None:
        """A child was told to stop."""

    def stopped(self, name: str, seconds: float, *, by_itself: bool) -> None:
        """A child is gone; it had to be killed unless `by_itself`."""


class Supervisor:
    """Looks after `children` from `run` until a signal, `stop` or a child that cannot be kept alive."""

    def __init__(
        self, children: Sequence[Child], logs: Path, reporter: Reporter, policy: RestartPolicy | None = None
    ) -> None:
        self._children = children
        self._logs = logs
        self._reporter = reporter
        self._policy = policy or RestartPolicy()
        self._processes: dict[str, Process] = {}
        self._deaths: dict[str, list[float]] = defaultdict(list)
        self._stop = asyncio.Event()
        self._hurry = asyncio.Event()
        self._first_signal = -SAME_SIGNAL_SECONDS

    @property
    def pids(self) -> dict[str, int]:
        """The process id of each child by its name."""
        return {name: process.pid for name, process in self._processes.items()}

    def stop(self) -> None:
        """Begins the clean stop; called again, ends it by killing what is left."""
        if self._stop.is_set():
            self._hurry.set()
        self._stop.set()

    def _signalled(self) -> None:
        # `make`, `timeout` and a shell's job control pass on a signal that the whole process group has got already.
        now = time.monotonic()
        if not self._stop.is_set():
            self._first_signal = now
            self.stop()
        elif now - self._first_signal > SAME_SIGNAL_SECONDS:
            self.stop()

    async def run(self) -> int:
        """The exit code: 0 after a requested stop, 1 when a child could not be kept alive."""
        with self._signals():
            try:
                failures = await self._until_over()
            finally:
                await self._stop_all()
        for failure in failures:
            self._reporter.failed(failure)
        return 1 if failures else 0

    async def _until_over(self) -> Sequence[ChildFailed]:
        keeping = asyncio.create_task(self._start_and_keep_all())
        stopping = asyncio.create_task(self._stop.wait())
        await asyncio.wait({keeping, stopping}, return_when=asyncio.FIRST_COMPLETED)
        for task in (keeping, stopping):
            task.cancel()
        outcome, _ = await asyncio.gather(keeping, stopping, return_exceptions=True)
        if isinstance(outcome, BaseException) and not isinstance(outcome, asyncio.CancelledError):
            raise outcome
        return outcome if isinstance(outcome, list) else []

    async def _start_and_keep_all(self) -> list[ChildFailed]:
        failures: list[ChildFailed] = []
        began = time.monotonic()
        try:
            async with asyncio.TaskGroup() as keepers:
                for stage in _stages(self._children, "start_stage"):
                    async with asyncio.TaskGroup() as starters:
                        for child in stage:
                            starters.create_task(self._start(child))
                    for child in stage:
                        keepers.create_task(self._keep(child))
                self._reporter.all_ready(time.monotonic() - began)
        except* ChildFailed as group:
            failures.extend(_flat(group))
        return failures

    async def _start(self, child: Child) -> None:
        self._reporter.starting(child.name)
        began = time.monotonic()
        try:
            await child.prepare()
        except KesherError as error:
            raise ChildFailed(child.name, f"could not be prepared: {error}", ()) from error
        process = await Process.spawn(child, self._logs / f"{child.name}.log")
        self._processes[child.name] = process
        await process.until_ready()
        self._reporter.ready(child.name, time.monotonic() - began)

    async def _keep(self, child: Child) -> None:
        while True:
            await self._wait_before_restart(child, await self._processes[child.name].exited())
            while True:
                try:
                    await self._start(child)
                    break
                except ChildFailed as failure:
                    await self._processes[child.name].stop(self._hurry)
                    await self._wait_before_restart(child, failure)

    async def _wait_before_restart(self, child: Child, failure: ChildFailed) -> None:
        now = time.monotonic()
        self._deaths[child.name].append(now)
        delay = self._policy.delay(self._deaths[child.name], now)
        if delay is None:
            raise failure
        self._reporter.died(failure, delay)
        await asyncio.sleep(delay)

    async def _stop_all(self) -> None:
        started = [process.child for process in self._processes.values()]
        for stage in _stages(started, "stop_stage"):
            await asyncio.gather(*(self._stop_one(self._processes[child.name]) for child in stage))

    async def _stop_one(self, process: Process) -> None:
        name = process.child.name
        self._reporter.stopping(name)
        began = time.monotonic()
        by_itself = await process.stop(self._hurry)
        self._reporter.stopped(name, time.monotonic() - began, by_itself=by_itself)

    @contextmanager
    def _signals(self) -> Iterator[None]:
        loop = asyncio.get_running_loop()
        for number in SIGNALS:
            loop.add_signal_handler(number, self._signalled)
        try:
            yield
        finally:
            for number in SIGNALS:
                loop.remove_signal_handler(number)


def _stages(children: Iterable[Child], by: str) -> Iterator[list[Child]]:
    stage = attrgetter(by)
    for _, together in groupby(sorted(children, key=stage), key=stage):
        yield list(together)


def _flat(group: BaseExceptionGroup[ChildFailed]) -> Iterator[ChildFailed]:
    for inner in group.exceptions:
        if isinstance(inner, BaseExceptionGroup):
            yield from _flat(inner)
        else:
            yield inner
