"""How many random histories of the identity rules were run to their end; told when the session ends.

A test adds to the count when its example has held, so that no example counts that was rejected or failed. Under
xdist each worker brings its own count, and the session that started it adds them up.
"""

from collections import Counter
from typing import Any

import pytest

WHOLE = pytest.StashKey[Counter[str]]()
"""The examples that ran whole, by the test file that they belong to."""
_OUTPUT = "whole_histories"


def pytest_configure(config: pytest.Config) -> None:
    config.stash[WHOLE] = Counter()


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """A worker of xdist has ended; one that crashed has brought nothing."""
    node.config.stash[WHOLE].update(getattr(node, "workeroutput", {}).get(_OUTPUT, {}))


def pytest_sessionfinish(session: pytest.Session) -> None:
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput[_OUTPUT] = dict(session.config.stash[WHOLE])


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    counts = config.stash[WHOLE]
    if counts:
        each = ", ".join(f"{name} {count:,}" for name, count in sorted(counts.items()))
        terminalreporter.write_line(f"{counts.total():,} random histories of the identity rules ran whole: {each}")
