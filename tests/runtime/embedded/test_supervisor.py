import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import psutil
import pytest

from services.runtime.embedded.child import Child, ChildFailed
from services.runtime.embedded.restarts import RestartPolicy
from services.runtime.embedded.supervisor import Supervisor
from tests.support.eventually import eventually

POLITE = """
import pathlib, signal, sys, time
name, folder = sys.argv[1], pathlib.Path(sys.argv[2])
def note(what):
    with (folder / "events").open("a") as events:
        events.write(f"{name} {what}\\n")
def leave(*_):
    note("stopped")
    sys.exit(0)
signal.signal(signal.SIGTERM, leave)
note("started")
(folder / f"{name}.ready").touch()
signal.pause()
"""
STUBBORN = """
import pathlib, signal, sys
name, folder = sys.argv[1], pathlib.Path(sys.argv[2])
signal.signal(signal.SIGTERM, signal.SIG_IGN)
(folder / f"{name}.ready").touch()
while True:
    signal.pause()
"""
LEAVING_ONE_BEHIND = """
import pathlib, signal, subprocess, sys
name, folder = sys.argv[1], pathlib.Path(sys.argv[2])
left = subprocess.Popen([sys.executable, "-c", "import signal; signal.pause()"], start_new_session=True)
with (folder / "left").open("a") as those:
    those.write(f"{left.pid}\\n")
(folder / f"{name}.ready").touch()
signal.pause()
"""
CRASHING = "import sys; print('the reason'); sys.exit(3)"
QUICK = RestartPolicy(most=3, window_seconds=60.0, first_delay_seconds=0.01, longest_delay_seconds=0.02)


class Recorder:
    def __init__(self) -> None:
        self.events: list[tuple[str, str]] = []
        self.last_lines: tuple[str, ...] = ()

    def starting(self, name: str) -> None:
        self.events.append(("starting", name))

    def ready(self, name: str, seconds: float) -> None:
        self.events.append(("ready", name))

    def all_ready(self, seconds: float) -> None:
        self.events.append(("all ready", ""))

    def died(self, failure: ChildFailed, delay_seconds: float) -> None:
        self.events.append(("died", failure.name))

    def failed(self, failure: ChildFailed) -> None:
        self.events.append(("failed", str(failure)))
        self.last_lines = failure.last_lines

    def stopping(self, name: str) -> None:
        self.events.append(("stopping", name))

    def stopped(self, name: str, seconds: float, *, by_itself: bool) -> None:
        self.events.append(("stopped" if by_itself else "killed", name))

    def count(self, kind: str) -> int:
        return sum(1 for known, _ in self.events if known == kind)


def fake(
    folder: Path,
    name: str,
    program: str = POLITE,
    start_stage: int = 0,
    stop_stage: int = 0,
    stop_seconds: float = 10.0,
) -> Child:
    marker = folder / f"{name}.ready"

    async def forget() -> None:
        marker.unlink(missing_ok=True)

    async def ready() -> bool:
        return marker.exists()

    return Child(
        name=name,
        command=(sys.executable, "-I", "-S", "-c", program, name, str(folder)),
        prepare=forget,
        ready=ready,
        start_stage=start_stage,
        start_seconds=10.0,
        stop_stage=stop_stage,
        stop_seconds=stop_seconds,
    )


def supervisor(folder: Path, *children: Child) -> tuple[Supervisor, Recorder]:
    recorder = Recorder()
    return Supervisor(children, folder, recorder, QUICK), recorder


@asynccontextmanager
async def running(supervised: Supervisor, recorder: Recorder) -> AsyncIterator["asyncio.Task[int]"]:
    task = asyncio.create_task(supervised.run())
    try:
        await eventually(lambda: ("all ready", "") in recorder.events or task.done())
        yield task
    finally:
        supervised.stop()
        await task


def events(folder: Path) -> list[str]:
    return (folder / "events").read_text().splitlines()


async def test_starts_in_order_and_stops_by_stage(tmp_path: Path) -> None:
    stages = (("web", 3, 1), ("store", 1, 3), ("worker", 2, 2))
    children = [fake(tmp_path, name, start_stage=start, stop_stage=stop) for name, start, stop in stages]
    supervised, recorder = supervisor(tmp_path, *children)
    async with running(supervised, recorder) as task:
        pids = supervised.pids.values()
        supervised.stop()
        assert await task == 0
    assert events(tmp_path) == [
        *("store started", "worker started", "web started"),
        *("web stopped", "worker stopped", "store stopped"),
    ]
    assert not any(psutil.pid_exists(pid) for pid in pids)


async def test_a_stage_starts_only_when_the_one_before_is_ready(tmp_path: Path) -> None:
    first, second = fake(tmp_path, "first"), fake(tmp_path, "second", start_stage=1)
    supervised, recorder = supervisor(tmp_path, first, second)
    async with running(supervised, recorder):
        assert recorder.events.index(("ready", "first")) < recorder.events.index(("starting", "second"))


async def test_children_of_one_stage_start_together(tmp_path: Path) -> None:
    supervised, recorder = supervisor(tmp_path, fake(tmp_path, "one"), fake(tmp_path, "two"))
    async with running(supervised, recorder):
        assert recorder.events[:2] == [("starting", "one"), ("starting", "two")]


async def test_restarts_what_dies(tmp_path: Path) -> None:
    supervised, recorder = supervisor(tmp_path, fake(tmp_path, "worker"), fake(tmp_path, "other"))
    async with running(supervised, recorder) as task:
        before = dict(supervised.pids)
        os.kill(before["worker"], signal.SIGKILL)
        await eventually(lambda: recorder.events[-1] == ("ready", "worker"))
        assert supervised.pids["worker"] != before["worker"]
        assert supervised.pids["other"] == before["other"]
        supervised.stop()
        assert await task == 0


async def test_a_crash_loop_stops_all_and_shows_the_last_lines(tmp_path: Path) -> None:
    once = tmp_path / "once"
    dies_after_first_start = f"""
import pathlib, sys
once, marker = pathlib.Path({str(once)!r}), pathlib.Path(sys.argv[2], sys.argv[1] + ".ready")
once.touch()
marker.touch()
print("the reason", flush=True)
sys.stdin.read()
sys.exit(3)
"""
    looping = fake(tmp_path, "looping", dies_after_first_start)
    supervised, recorder = supervisor(tmp_path, fake(tmp_path, "steady"), looping)
    assert await asyncio.wait_for(supervised.run(), 20) == 1
    assert recorder.events[-1][0] == "failed"
    assert "looping" in recorder.events[-1][1]
    assert "the reason" in recorder.last_lines
    assert ("stopped", "steady") in recorder.events


async def test_a_failing_first_start_is_not_tried_again(tmp_path: Path) -> None:
    supervised, recorder = supervisor(tmp_path, fake(tmp_path, "steady"), fake(tmp_path, "broken", CRASHING, 1))
    assert await asyncio.wait_for(supervised.run(), 20) == 1
    assert recorder.events[-1] == ("failed", "broken exited with code 3")
    assert recorder.last_lines == ("the reason",)
    assert recorder.count("died") == 0
    assert ("stopped", "steady") in recorder.events


async def test_a_child_that_is_never_ready_fails(tmp_path: Path) -> None:
    async def never() -> bool:
        return False

    child = Child(
        name="slow", command=(sys.executable, "-c", "import signal; signal.pause()"), ready=never, start_seconds=0.2
    )
    supervised, recorder = supervisor(tmp_path, child)
    assert await asyncio.wait_for(supervised.run(), 20) == 1
    assert recorder.events[-1] == ("failed", "slow was not ready after 0 s")


async def test_what_does_not_stop_in_time_is_killed(tmp_path: Path) -> None:
    supervised, recorder = supervisor(tmp_path, fake(tmp_path, "stubborn", STUBBORN, stop_seconds=0.1))
    async with running(supervised, recorder) as task:
        supervised.stop()
        assert await task == 0
    assert ("killed", "stubborn") in recorder.events


async def test_whoever_keeps_the_output_open_keeps_nobody_waiting(tmp_path: Path) -> None:
    open_before = psutil.Process().num_fds()
    supervised, recorder = supervisor(tmp_path, fake(tmp_path, "leaving", LEAVING_ONE_BEHIND))
    try:
        async with running(supervised, recorder) as task:
            os.kill(supervised.pids["leaving"], signal.SIGKILL)
            await eventually(lambda: recorder.count("ready") == 2)
            supervised.stop()
            assert await asyncio.wait_for(task, 10) == 0
    finally:
        for left in (tmp_path / "left").read_text().splitlines():
            os.kill(int(left), signal.SIGKILL)
    assert psutil.Process().num_fds() == open_before


async def test_stopping_twice_does_not_wait(tmp_path: Path) -> None:
    supervised, recorder = supervisor(tmp_path, fake(tmp_path, "stubborn", STUBBORN, stop_seconds=60.0))
    async with running(supervised, recorder) as task:
        supervised.stop()
        await eventually(lambda: ("stopping", "stubborn") in recorder.events)
        supervised.stop()
        assert await asyncio.wait_for(task, 10) == 0
    assert ("killed", "stubborn") in recorder.events


async def test_stopping_while_starting_leaves_nothing(tmp_path: Path) -> None:
    async def never() -> bool:
        return False

    child = Child(name="slow", command=(sys.executable, "-c", "import signal; signal.pause()"), ready=never)
    supervised, _ = supervisor(tmp_path, child)
    task = asyncio.create_task(supervised.run())
    await eventually(lambda: supervised.pids)
    pid = supervised.pids["slow"]
    supervised.stop()
    assert await asyncio.wait_for(task, 10) == 0
    assert not psutil.pid_exists(pid)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
async def test_signals_stop_cleanly(tmp_path: Path, number: signal.Signals) -> None:
    supervised, recorder = supervisor(tmp_path, fake(tmp_path, "worker"))
    async with running(supervised, recorder) as task:
        os.kill(os.getpid(), number)
        assert await asyncio.wait_for(task, 10) == 0
    assert ("stopped", "worker") in recorder.events


async def test_one_signal_that_arrives_twice_is_no_hurry(tmp_path: Path) -> None:
    slow_leaver = POLITE.replace('    note("stopped")', '    time.sleep(0.3)\n    note("stopped")')
    supervised, recorder = supervisor(tmp_path, fake(tmp_path, "worker", slow_leaver))
    async with running(supervised, recorder) as task:
        os.kill(os.getpid(), signal.SIGTERM)
        await eventually(lambda: ("stopping", "worker") in recorder.events)
        os.kill(os.getpid(), signal.SIGTERM)
        assert await asyncio.wait_for(task, 10) == 0
    assert ("stopped", "worker") in recorder.events


SUPERVISED = """
import asyncio, pathlib, sys
from services.runtime.embedded.child import Child
from services.runtime.embedded.supervisor import Supervisor
class Silent:
    def __getattr__(self, name: str):
        return lambda *_, **__: None
folder = pathlib.Path(sys.argv[1])
async def main():
    child = Child(name="orphan", command=(sys.executable, "-c", "import signal; signal.pause()"))
    supervisor = Supervisor([child], folder, Silent())
    running = asyncio.create_task(supervisor.run())
    while not supervisor.pids:
        await asyncio.sleep(0.01)
    print(supervisor.pids["orphan"], flush=True)
    await running
asyncio.run(main())
"""


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel's parent-death signal is Linux's")
async def test_children_die_with_a_killed_supervisor(tmp_path: Path) -> None:
    with subprocess.Popen(  # noqa: ASYNC220  nothing else runs meanwhile
        [sys.executable, "-c", SUPERVISED, str(tmp_path)], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        orphan = psutil.Process(int(process.stdout.readline()))
        assert orphan.is_running()
        process.kill()
    await eventually(lambda: not orphan.is_running() or orphan.status() == psutil.STATUS_ZOMBIE)
