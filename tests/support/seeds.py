"""How many random worlds are tried where each takes long."""

from hypothesis import settings

_EVERY_DAY = 100
"""Examples of the profile that `make test` runs with."""


def seeds(every_day: int) -> range:
    """So many seeds every day; in a long run as many times more as it takes more examples."""
    return range(every_day * settings().max_examples // _EVERY_DAY)
