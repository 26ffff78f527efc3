from datetime import timedelta

from services.journey.domain.definition import load_definition
from services.journey.domain.measures.funnel import StagePart
from services.journey.domain.trial import Sums, Trial
from tests.journey.timelines import ROUNDS, START, happened, rounds

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


def test_pains_that_are_gone_move_nobody() -> None:
    trial = Trial(rounds(), load_definition(SHORTER), NOW)
    trial.add("dana", [VISIT, happened("store.visited", hours=1)], NOBODY)
    assert trial.before
    assert (trial.before.sums().pains, trial.after.sums().pains) == (1, 0)
    assert (trial.before.sums().effort, trial.after.sums().effort) == (1.0, 0.0)
    assert trial.elsewhere == 0


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
