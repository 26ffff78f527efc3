from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from services.journey.domain.definition import Definition, load_definition
from services.journey.domain.fold import FOLD, Folded, fold, settled
from services.journey.domain.model import Interaction, Journey, Position
from services.journey.domain.rule_direct import Condition
from services.journey.domain.rules import Rule, compile_rule
from tests.journey.timelines import ROUNDS, START, happened, refund, rounds

LONG = {"wait_seconds": 300}
TYPES = ["store.visited", "order.placed", "page.viewed", "order.fulfilled", "call.ended"]


def steps(folded: Folded) -> list[tuple[int, str | None, str]]:
    return [(step.number, step.from_stage, step.to) for step in folded.transitions]


def test_a_journey_is_opened_walked_and_completed() -> None:
    folded = fold(
        refund(),
        None,
        [
            happened("call.ended", hours=0, direction="inbound", reason="refund.where"),
            happened("claim.approved", hours=1),
            happened(
                "call.ended", hours=30, direction="inbound", reason="refund.where", measures={"wait_seconds": 300}
            ),
            happened("refund.sent", hours=40),
            happened("call.ended", hours=41, direction="inbound", reason="refund.thanks"),
        ],
    )
    assert steps(folded) == [(1, None, "approved"), (1, "approved", "chasing"), (1, "chasing", "paid")]
    journey = folded.latest
    assert journey is not None
    assert (journey.status, journey.closed_at) == ("completed", START + timedelta(hours=40))
    assert [(pain.key, pain.stage) for pain in folded.pains] == [("long_wait", "chasing"), ("had_to_ask", "chasing")]
    assert (journey.effort, journey.pain_points) == (7, {"long_wait": 1, "had_to_ask": 1})


def test_the_same_stage_again_is_a_visit_and_no_transition() -> None:
    folded = fold(rounds(), None, [happened("store.visited", hours=hour) for hour in range(3)])
    assert steps(folded) == [(1, None, "one")]
    assert folded.latest is not None
    assert (folded.latest.visits, folded.latest.touchpoints) == ({"one": 3}, 3)
    assert (folded.latest.entered_at, folded.latest.touched_at) == (START, START + timedelta(hours=2))


def test_going_back_skipping_and_coming_again() -> None:
    visits = ["order.placed", "store.visited", "page.viewed", "order.fulfilled", "page.viewed", "store.visited"]
    folded = fold(rounds(), None, [happened(type_, hours=hour) for hour, type_ in enumerate(visits)])
    assert steps(folded) == [
        (1, None, "two"),
        (1, "two", "one"),
        (1, "one", "two"),
        (1, "two", "done"),
        (2, None, "one"),
    ]


def test_a_gap_abandons_at_its_due_time_whoever_looks() -> None:
    folded = fold(rounds(), None, [happened("store.visited")])
    assert folded.latest is not None
    assert settled(rounds().what, folded.latest, START + timedelta(hours=5)) == folded.latest
    seen = settled(rounds().what, folded.latest, START + timedelta(hours=9))
    assert (seen.status, seen.closed_at) == ("abandoned", START + timedelta(hours=5))
    after = fold(rounds(), folded.latest, [happened("call.ended", hours=9)])
    assert after.latest == seen
    again = fold(rounds(), seen, [happened("store.visited", hours=10)])
    assert steps(again) == [(2, None, "one")]


def test_an_entry_rule_without_a_stage_of_its_own_begins_in_the_first() -> None:
    definition = load_definition(ROUNDS.replace("stages:", 'entry: i.type == "call.ended"\nstages:', 1))
    assert steps(fold(definition, None, [happened("store.visited")])) == []
    assert steps(fold(definition, None, [happened("call.ended")])) == [(1, None, "one")]


def test_a_failing_rule_is_recorded_and_counts_as_false() -> None:
    definition = load_definition(ROUNDS.replace("i.measures.wait_seconds > 60.0", "i.properties.n > 1"))
    happenings = [happened("store.visited", properties={"n": "many"}), happened("order.placed", hours=1)]
    folded = fold(definition, None, happenings)
    assert [(failure.rule, failure.position) for failure in folded.failures] == [
        ("pain_points.waited", happenings[0].position)
    ]
    assert steps(folded) == [(1, None, "one"), (1, "one", "two")]


def interactions() -> st.SearchStrategy[list[Interaction]]:
    one = st.builds(
        lambda type_, quarter, id_, wait: happened(type_, hours=quarter / 2, id_=id_, measures={"wait_seconds": wait}),
        st.sampled_from(TYPES),
        st.integers(0, 60),
        st.text("abc", min_size=1, max_size=3),
        st.sampled_from([30, 90]),
    )
    return st.lists(one, max_size=25, unique_by=lambda interaction: interaction.position)


def in_batches(definition: Definition, batches: Sequence[Sequence[Interaction]]) -> Folded:
    whole = Folded(None)
    for batch in batches:
        part = fold(definition, whole.latest, batch)
        whole.latest = part.latest
        whole.journeys.update(part.journeys)
        whole.transitions += part.transitions
        whole.lapses += part.lapses
        whole.pains += part.pains
    return whole


@given(interactions(), st.lists(st.integers(0, 25), max_size=5))
def test_folding_on_equals_folding_anew(timeline: list[Interaction], cuts: list[int]) -> None:
    timeline = sorted(timeline, key=lambda interaction: interaction.position)
    edges = [0, *sorted(cuts), len(timeline)]
    batches = [timeline[start:end] for start, end in pairwise(edges)]
    assert in_batches(rounds(), batches) == fold(rounds(), None, timeline)


@given(interactions())
def test_the_index_by_type_leaves_out_nothing(timeline: list[Interaction]) -> None:
    timeline = sorted(timeline, key=lambda interaction: interaction.position)
    definition = rounds()

    def plain(rule: Rule) -> Rule:
        return compile_rule(rule.name, f"({rule.text}) ? true : false")

    unindexed = replace(
        definition,
        stages=tuple(replace(stage, rule=plain(stage.rule)) for stage in definition.stages),
        pain_points=tuple(replace(pain, rule=plain(pain.rule)) for pain in definition.pain_points),
        _by_kind={},
    )
    assert all(stage.rule.types is None for stage in unindexed.stages)
    assert fold(unindexed, None, timeline) == fold(definition, None, timeline)


@given(interactions(), st.sets(st.integers(0, 24)))
def test_an_interaction_that_cannot_be_folded_does_nothing(timeline: list[Interaction], broken: set[int]) -> None:
    timeline = sorted(timeline, key=lambda interaction: interaction.position)
    bad = {one.position for place, one in enumerate(timeline) if place in broken}
    definition = rounds()
    stages = tuple(
        replace(stage, rule=replace(stage.rule, condition=_raises_at(bad, stage.rule))) for stage in definition.stages
    )
    pains = tuple(
        replace(pain, rule=replace(pain.rule, condition=_raises_at(bad, pain.rule))) for pain in definition.pain_points
    )
    folded = fold(replace(definition, stages=stages, pain_points=pains, _by_kind={}), None, timeline)
    failed = {failure.position for failure in folded.failures}
    assert {failure.rule for failure in folded.failures} <= {FOLD}
    expected = fold(definition, None, [one for one in timeline if one.position not in failed])
    assert (folded.journeys, folded.transitions, folded.pains) == (
        expected.journeys,
        expected.transitions,
        expected.pains,
    )


def _raises_at(bad: set[Position], rule: Rule) -> Condition:
    def condition(i: Mapping[str, Any], j: Journey | None) -> bool:
        if Position(i["time"], i["source"], i["id"]) in bad:
            raise ZeroDivisionError
        return rule.condition is None or rule.condition(i, j)

    return condition
