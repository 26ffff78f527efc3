"""How threads take turns in processes that answer from one event loop and compute in other threads."""

import sys

SWITCH_SECONDS = 0.000_5
"""Python's own 5 ms would be waited for after each answer of the database: a batch gets a dozen."""


def settle_threads() -> None:
    """Call it at the start of a process whose event loop must go on beside long computations."""
    sys.setswitchinterval(SWITCH_SECONDS)
