from datetime import timedelta

import pytest

from services.journey.domain.definition import load_definition
from services.journey.domain.definition_text import DefinitionProblem
from services.journey.domain.fold import fold, settled
from services.journey.domain.lapses import due, next_due, standing_lapses
from tests.journey.timelines import START, happened

WAITS = """
key: waits
version: 1
title: {en: Waits}
stages:
  - {key: one, when: 'i.type == "store.visited"', expected: PT2H}
  - {key: two, when: 'i.type == "order.placed"'}
  - {key: done, when: 'i.type == "order.fulfilled"', expected: PT1H, exit: completed}
stalled_after: PT3H
abandoned_after: PT10H
"""


def ahead(*types: str, definition: str = WAITS) -> list[tuple[str, str, float]]:
    """What becomes of somebody to whom these happened, an hour apart, in hours after the start."""
    loaded = load_definition(definition)
    latest = fold(loaded, None, [happened(type_, hours=hour) for hour, type_ in enumerate(types)]).latest
    assert latest is not None
    lapses = due(loaded, latest)
    assert next_due(loaded, latest) == (lapses[0].at if lapses else None)
    return [(lapse.kind, lapse.stage, (lapse.at - START) / timedelta(hours=1)) for lapse in lapses]


def test_a_stage_is_overdue_by_its_own_measure_and_a_journey_stalls_and_ends_by_its_last_touchpoint() -> None:
    assert ahead("store.visited") == [("overdue", "one", 2), ("stalled", "one", 3), ("abandoned", "one", 10)]
    visited_again = [("overdue", "one", 2), ("stalled", "one", 4), ("abandoned", "one", 11)]
    assert ahead("store.visited", "store.visited") == visited_again
    assert ahead("store.visited", "order.placed") == [("stalled", "two", 4), ("abandoned", "two", 11)]


def test_nothing_becomes_of_what_has_ended() -> None:
    assert ahead("store.visited", "order.fulfilled") == []


def test_what_had_come_to_pass_before_the_last_touchpoint_is_not_ahead() -> None:
    assert [kind for kind, _, _ in ahead(*["store.visited"] * 4)] == ["stalled", "abandoned"]


def test_nothing_more_becomes_of_the_abandoned() -> None:
    slow = WAITS.replace("PT2H", "P1D")
    assert ahead("store.visited", definition=slow) == [("stalled", "one", 3), ("abandoned", "one", 10)]


def test_a_moment_beyond_all_calendars_never_comes() -> None:
    patient = WAITS.replace("PT10H", "P99999999D")
    assert ahead("store.visited", definition=patient) == [("overdue", "one", 2), ("stalled", "one", 3)]


def test_what_came_to_pass_before_a_touchpoint_is_part_of_the_fold() -> None:
    definition = load_definition(WAITS)
    happenings = [happened("store.visited"), happened("order.placed", hours=3), happened("store.visited", hours=14)]
    folded = fold(definition, None, happenings)
    assert [(lapse.number, lapse.kind, lapse.stage) for lapse in folded.lapses] == [
        (1, "overdue", "one"),
        (1, "stalled", "two"),
        (1, "abandoned", "two"),
    ]


def test_nothing_may_stall_after_it_is_abandoned() -> None:
    with pytest.raises(DefinitionProblem, match="line 9, stalled_after: by then it is abandoned"):
        load_definition(WAITS.replace("PT3H", "PT10H"))


def test_since_when_a_journey_is_late_is_told_while_it_is() -> None:
    definition = load_definition(WAITS)
    latest = fold(definition, None, [happened("store.visited"), happened("store.visited", hours=1)]).latest
    ended = fold(definition, None, [happened("store.visited"), happened("order.fulfilled", hours=1)]).latest
    assert latest is not None
    assert ended is not None

    def since(hours: float) -> dict[str, float]:
        now = START + timedelta(hours=hours)
        found = standing_lapses(definition, settled(definition.what, latest, now), now)
        return {kind: (at - START) / timedelta(hours=1) for kind, at in found.items()}

    assert [since(2), since(2.1), since(4.1), since(11.1)] == [{}, {"overdue": 2}, {"overdue": 2, "stalled": 4}, {}]
    assert standing_lapses(definition, ended, START + timedelta(hours=9)) == {}
