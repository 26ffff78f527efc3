"""Every measure is held against a raw file; docs/journeys.md tells which. `KESHER_WRITE_DOCS=1` writes its table."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

from services.journey.domain.measures.catalogue import Measure
from services.journey.domain.measures.figures import Dimension
from tests.journey.oracle import test_bank_service as bank
from tests.journey.oracle import test_encounters_service as encounters
from tests.journey.oracle import test_shop_service as shop
from tests.journey.oracle.against import AgainstTheRawFile

PAGE = Path(__file__).parents[3] / "docs" / "journeys.md"
FILES: dict[str, tuple[type[AgainstTheRawFile], ...]] = {
    "bank calls": (bank.TestBankCalls,),
    "web shop": (shop.TestBrowsing, shop.TestRetail),
    "encounters": (encounters.TestEncounters,),
}
ANSWERS = {
    "test_funnel": "`/funnel`, by segment too",
    "test_drop_off": "`/drop-off`, by segment too",
    "test_flow_with_its_loops": "`/flow`, by segment too",
    "test_map": "`/map`",
    "test_target_map": "`/map/target`",
    "test_blueprint": "`/map/blueprint`",
    "test_pain_points": "`/pain-points`",
    "test_snakes_and_ladders": "`/snakes-and-ladders`",
    "test_effects_of_plans": "`/plans/{id}/effect`, and its facts",
    "test_actions": "`/actions`, and its customers",
    "test_the_spike_of_chats_raises_an_alert": "`/alerts`",
}
"""Of tests that a file's own or inherited suite has, what they hold."""
HELD = {True: "held", False: ""}


def table() -> str:
    rows = [("", *FILES), ("---",) * (1 + len(FILES)), *_rows()]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _rows() -> Iterator[tuple[str, ...]]:
    for measure in Measure:
        yield f"`{measure}`", *(HELD[all(measure in suite.speaks_of for suite in suites)] for suites in FILES.values())
    for by in Dimension:
        yield f"by `{by}`", *(HELD[all(by in suite.apart_by for suite in suites)] for suites in FILES.values())
    for test, answer in ANSWERS.items():
        yield answer, *(HELD[any(hasattr(suite, test) for suite in suites)] for suites in FILES.values())


def test_every_measure_and_every_group_is_held_by_some_file() -> None:
    assert [row[0] for row in _rows() if not any(row[1:])] == []


def test_every_inherited_test_is_a_row_or_is_about_measures() -> None:
    tests = {name for name in vars(AgainstTheRawFile) if name.startswith("test_")}
    about_measures = {
        "test_measures", "test_what_figures_are_made_of", "test_no_measure_is_made_up_and_none_is_missing",
        "test_what_it_is_told_apart_by",
    }  # fmt: skip
    assert tests - about_measures <= ANSWERS.keys()


def test_the_page_has_the_table() -> None:
    text = PAGE.read_text("utf-8")
    wanted = f"<!-- oracles -->\n{table()}\n<!-- /oracles -->"
    found = re.search("<!-- oracles -->.*?<!-- /oracles -->", text, re.DOTALL)
    assert found, "no place for it"
    if os.environ.get("KESHER_WRITE_DOCS"):
        PAGE.write_text(text.replace(found[0], wanted), "utf-8")
        return
    assert found[0] == wanted, "run: KESHER_WRITE_DOCS=1 pytest tests/journey/oracle/test_overview.py"
