"""One installation for all tests of a session; each test invents customers of its own."""

import asyncio
from collections.abc import Iterator

import pytest

from tests.support.installation import Installation


@pytest.fixture(scope="session")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    made = Installation(tmp_path_factory.mktemp("installation") / "data")
    made.start()
    try:
        asyncio.run(made.ready())
        yield made
    finally:
        code = made.stop()
    assert code == 0, made.output
