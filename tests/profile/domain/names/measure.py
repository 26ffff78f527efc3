"""Prints precision and recall: `python -m tests.profile.domain.names.measure [development|held-out]`."""

import sys
from collections.abc import Callable

from rich.console import Console
from rich.table import Table

from services.profile.domain.names import Agreement, compare_family, compare_given
from tests.profile.domain.names import truth

COMPARE = {"given.csv": compare_given, "family.csv": compare_family}
APART = {Agreement.DIFFERENT, Agreement.UNKNOWN}


def main() -> None:
    table = Table(
        "half", "names", "kind", "same pairs", "recall", "different pairs", "wrong", "precision", "kept apart"
    )
    for half in [half for half in truth.HALVES if half in sys.argv] or truth.HALVES:
        for file, compare in COMPARE.items():
            _add_scores(table, half, file, compare)
        pairs = truth.confusable(half)
        wrong = sum(compare_given(*pair) not in APART for pair in pairs)
        apart = f"{1 - wrong / len(pairs):.3f}"
        table.add_row(half, "given", "confusable", "", "", str(len(pairs)), str(wrong), "", apart)
    Console().print(table)


def _add_scores(table: Table, half: str, file: str, compare: Callable[[str, str], Agreement]) -> None:
    scores = truth.score(truth.rows(file, half), lambda a, b: compare(a, b) not in APART)
    for kind, score in scores.items():
        if score.positives:
            same = (str(score.positives), f"{score.recall:.3f}")
            different = (str(score.negatives), str(score.wrong), f"{score.precision:.3f}", f"{score.kept_apart:.5f}")
            table.add_row(half, file.removesuffix(".csv"), kind, *same, *different)


if __name__ == "__main__":
    main()
