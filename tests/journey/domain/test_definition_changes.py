import pytest

from services.journey.domain.definition import load_definition
from services.journey.domain.definition_changes import changed_fields
from tests.journey.timelines import REFUND

PAID = '  - {key: paid, when: i.type == "refund.sent", exit: completed}\n'
LONG_WAIT = "  - {key: long_wait, when: i.measures.wait_seconds > 120.0, weight: 2}\n"


@pytest.mark.parametrize(
    ("old", "new", "changed"),
    [
        ("", "", []),
        ("expected: P1D", "expected: P2D", ["stages.approved.expected"]),
        ("    importance: 3\n", "", ["stages.approved.importance"]),
        ("abandoned_after: P30D\n", "", ["abandoned_after"]),
        ("weight: 2", "weight: 3", ["pain_points.long_wait.weight"]),
        (LONG_WAIT, "", ["pain_points.long_wait"]),
        (PAID, PAID.replace("paid", "settled"), ["stages.settled", "stages.paid"]),
        ("he: אושר", "he: אישור", ["stages.approved.title.he"]),
    ],
)
def test_what_differs_is_named_by_its_place(old: str, new: str, changed: list[str]) -> None:
    before = load_definition(REFUND).what
    after = load_definition(REFUND.replace(old, new).replace("version: 3", "version: 4")).what
    assert changed_fields(before, after) == changed


def test_another_order_is_a_change() -> None:
    before = load_definition(REFUND).what
    assert changed_fields(before, before.model_copy(update={"stages": before.stages[::-1]})) == ["stages"]
