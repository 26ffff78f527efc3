"""The rules of identity are tried on ten thousand random histories with every change, whatever else is made faster."""

import importlib
import inspect
from collections.abc import Iterator
from pathlib import Path

from hypothesis import settings

ENOUGH = 10_000
FOLDER = Path(__file__).parent
_EVERY_DAY = settings.get_profile("ci").max_examples


def wholes() -> Iterator[tuple[str, int]]:
    """Every test that replays whole histories, with how many it is given every day."""
    for path in sorted(FOLDER.rglob("test_*.py")):
        if "replay: Replay" not in path.read_text(encoding="utf-8"):
            continue
        module = importlib.import_module(".".join(path.relative_to(FOLDER.parents[1]).with_suffix("").parts))
        for name, test in inspect.getmembers(module, inspect.isfunction):
            if name.startswith("test_") and "replay" in inspect.signature(test).parameters:
                its_own = vars(test)["_hypothesis_internal_use_settings"].max_examples
                yield name, its_own * _EVERY_DAY // settings().max_examples


def test_enough_whole_histories_are_tried_every_day() -> None:
    those = dict(wholes())
    assert sum(those.values()) >= ENOUGH, those
