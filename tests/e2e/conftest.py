"""One installation for all tests of a session; each test invents customers of its own."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from services.runtime.embedded.ports import free_port
from tests.support.installation import Installation

SECRET = "whsec_c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXNlY3JldA"


@pytest.fixture(scope="session")
def hooks_port() -> int:
    """Where the installation's one webhook target, `desk`, is expected to listen."""
    return free_port()


@pytest.fixture(scope="session")
def targets_file(tmp_path_factory: pytest.TempPathFactory, hooks_port: int) -> Path:
    file = tmp_path_factory.mktemp("targets") / "targets.yaml"
    file.write_text(f"desk: {{url: 'http://127.0.0.1:{hooks_port}/hooks', secret: {SECRET}}}\n", encoding="utf-8")
    return file


@pytest.fixture(scope="session")
def installation(tmp_path_factory: pytest.TempPathFactory, targets_file: Path) -> Iterator[Installation]:
    made = Installation(
        tmp_path_factory.mktemp("installation") / "data",
        KESHER_TARGETS_FILE=str(targets_file),
        KESHER_WEBHOOKS_TO_LOOPBACK="true",
    )
    made.start()
    try:
        asyncio.run(made.ready())
        yield made
    finally:
        code = made.stop()
    assert code == 0, made.output
