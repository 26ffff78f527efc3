"""What runs the random histories."""

import asyncio
from collections.abc import Coroutine, Iterator
from typing import Any

import pytest

from tests.profile.running import Replay
from tests.support.whole import WHOLE


@pytest.fixture(scope="module")
def replay(request: pytest.FixtureRequest) -> Iterator[Replay]:
    """Runs one history in this module's event loop."""
    with asyncio.Runner() as runner:

        def run(history: Coroutine[Any, Any, None]) -> None:
            runner.run(history)
            request.config.stash[WHOLE][request.path.stem] += 1

        yield run
