from datetime import timedelta

import pytest

from services.journey.domain.definition import load_definition
from services.journey.domain.measures.funnel import StagePart
from services.journey.domain.trial import Sums, Trial
from tests.journey.timelines import REFUND, ROUNDS, START, happened, refund, rounds

NOW = START + timedelta(hours=2)
SHORTER = ROUNDS.replace("version: 1", "version: 2").replace("  - {key: again, when: j.visits.one > 1}\n", "")
WIDER = ROUNDS.replace("version: 1", "version: 2").replace(
    """i.type == "store.visited"'""", """i.type in ["store.visited", "call.ended"]'"""
)
NOBODY: dict[str, object] = {}
VISIT, CALL, ORDER = happened("store.visited"), happened("call.ended", hours=1), happened("order.placed", hours=1.5)


def test_versions_are_told_side_by_side() -> None:
    trial = Trial(rounds(), load_definition(WIDER), NOW)
    trial.add("dana", [VISIT, ORDER], NOBODY)
    trial.add("avi", [CALL], NOBODY)
    assert trial.before
    assert trial.before.sums() == Sums(1, 1, 0, 0, 2, 0, 0.0)
    assert trial.after.sums() == Sums(2, 2, 0, 0, 3, 0, 0.0)
    assert trial.after.stages()[:2] == [StagePart("one", 2, 2, 1, 0), StagePart("two", 1, 1, 1, 0)]
    assert (trial.customers, trial.elsewhere, trial.examples) == (2, 1, ["avi"])


def test_pains_that_are_gone_move_nobody_but_are_a_difference() -> None:
    trial = Trial(rounds(), load_definition(SHORTER), NOW)
    trial.add("dana", [VISIT, happened("store.visited", hours=1)], NOBODY)
    assert trial.before
    assert (trial.before.sums().pains, trial.after.sums().pains) == (1, 0)
    assert (trial.before.sums().effort, trial.after.sums().effort) == (1.0, 0.0)
    assert (trial.elsewhere, trial.different, trial.examples) == (0, 1, ["dana"])


CHANGED = {
    "a weight": ("weight: 5}", "weight: 50}"),
    "a pain point": ("wait_seconds > 120.0", "wait_seconds > 1.0"),
    "an expected time": ("expected: P1D", "expected: PT1H"),
    "an action": ("actions:", "actions:\n  - {key: say_sorry, on: entered, stage: chasing, to: claims-desk}"),
    "the way to the same end": ('startsWith("refund")', 'startsWith("nothing")'),
}
ASKED_ON_THE_WAY = [
    happened("claim.approved"),
    happened("call.ended", hours=2, direction="inbound", reason="refund.late", measures={"wait_seconds": 60.0}),
    happened("refund.sent", hours=3),
]


@pytest.mark.parametrize("what", CHANGED)
def test_whatever_differs_is_a_difference(what: str) -> None:
    was, becomes = CHANGED[what]
    assert was in REFUND
    trial = Trial(refund(), load_definition(REFUND.replace(was, becomes, 1)), START + timedelta(days=9))
    trial.add("dana", ASKED_ON_THE_WAY, NOBODY)
    assert (trial.elsewhere, trial.different) == (what == "the way to the same end", 1)


def test_the_same_is_no_difference() -> None:
    trial = Trial(refund(), load_definition(REFUND.replace("version: 3", "version: 4")), START + timedelta(days=9))
    trial.add("dana", ASKED_ON_THE_WAY, NOBODY)
    assert (trial.elsewhere, trial.different, trial.examples) == (0, 0, [])


def test_what_time_did_and_called_for_until_now_is_told() -> None:
    trial = Trial(None, refund(), START + timedelta(days=2))
    trial.add("dana", ASKED_ON_THE_WAY[:1], NOBODY)
    assert (trial.after.lapses["overdue", "approved"], trial.after.actions["send_refund_now"]) == (1, 1)


def test_what_time_did_until_now_counts() -> None:
    trial = Trial(None, rounds(), START + timedelta(hours=9))
    trial.add("dana", [VISIT], NOBODY)
    assert trial.before is None
    assert trial.after.sums().abandoned == 1
    assert trial.elsewhere == 1


def test_a_few_are_examples_however_many_differ() -> None:
    trial = Trial(None, rounds(), NOW)
    for number in range(20):
        trial.add(f"customer {number}", [VISIT], NOBODY)
    assert (trial.elsewhere, len(trial.examples)) == (20, 5)


def test_whoever_has_no_such_journey_in_either_differs_in_nothing() -> None:
    trial = Trial(None, rounds(), NOW)
    trial.add("avi", [CALL], NOBODY)
    assert (trial.customers, trial.elsewhere) == (1, 0)


def test_failing_rules_are_counted() -> None:
    failing = ROUNDS.replace("i.measures.wait_seconds > 60.0", "i.measures.wait_seconds > i.type")
    trial = Trial(None, load_definition(failing), NOW)
    trial.add("dana", [happened("store.visited", measures={"wait_seconds": 5.0})], NOBODY)
    assert sum(trial.after.failures.values()) == 1
