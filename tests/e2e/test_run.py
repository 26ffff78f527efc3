"""`make run`'s own promises: it starts, stays small, shows customers at once, and leaves nothing behind."""

from pathlib import Path

import psutil

from services.runtime.embedded.folder import locked
from tests.support.eventually import eventually
from tests.support.installation import Installation

GIBIBYTE = 1024**3


def memory(processes: list[psutil.Process]) -> int:
    """Bytes in all; pages that processes share count once (PSS)."""
    return sum(process.memory_full_info().pss for process in processes)


async def test_a_whole_day_of_a_demonstration(tmp_path: Path) -> None:
    installation = Installation(tmp_path / "data", demo=True)
    installation.start()
    await installation.ready()
    processes = installation.processes()

    async def customers() -> bool:
        async with installation.client("agent") as client:
            answer = await client.post("/v1/profiles/search", json={"q": "כהן"})
            return bool(answer.json()["items"])

    async def transitions() -> bool:
        async with installation.client("ops") as client:
            flow = (await client.get("/v1/journeys/customer_lifecycle/flow")).json()
            return bool(flow["links"])

    await eventually(customers, 120)
    await eventually(transitions, 120)
    assert memory(processes) < GIBIBYTE
    code = installation.stop()
    assert code == 0, installation.output
    assert [process for process in processes if process.is_running()] == []
    with locked(tmp_path / "data"):
        """The next one may begin."""
