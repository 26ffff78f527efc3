"""Where a customer stood, seen at once, is where folding one interaction after the other would have them."""

from collections.abc import Sequence
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from services.journey.domain.definition import load_definition
from services.journey.domain.fold import fold, settled
from services.journey.domain.measures.measured import measured
from services.journey.domain.measures.walk import walk
from services.journey.domain.model import ACTIVE, Interaction
from tests.journey.timelines import ROUNDS, happened, rounds

TYPES = ("store.visited", "order.placed", "page.viewed", "order.fulfilled", "survey.answered", "call.ended")
Timeline = Sequence[Interaction]


@st.composite
def timelines(draw: st.DrawFn) -> Timeline:
    drawn = draw(st.lists(st.tuples(st.sampled_from(TYPES), st.integers(0, 40)), max_size=25))
    happenings = [
        happened(type_, hours=half / 2, id_=str(number), reason="billing", measures={"wait_seconds": 10.0 * half})
        for number, (type_, half) in enumerate(drawn)
    ]
    return sorted(happenings, key=lambda one: one.position)


@given(timelines())
def test_standing_is_that_of_folding_step_by_step(timeline: Timeline) -> None:
    definition = rounds()
    latest = None
    seen = walk(definition, timeline, fold(definition, None, timeline)).standing
    for interaction, standing in zip(timeline, seen, strict=True):
        before = None if latest is None else settled(definition.what, latest, interaction.position.time)
        folded = fold(definition, latest, [interaction])
        latest = folded.latest
        inside = before is not None and before.status == ACTIVE
        if latest is None or not (inside or folded.transitions):
            assert standing is None
        else:
            assert standing is not None
            assert standing.number == latest.number
            assert standing.before == (before.stage if before is not None and inside else None)
            assert standing.stage == latest.stage


@given(timelines(), st.randoms(use_true_random=False))
def test_facts_are_those_of_the_set_of_interactions(timeline: Timeline, chance: object) -> None:
    definition = rounds()
    told = [*timeline, *timeline[:5]]
    chance.shuffle(told)  # type: ignore[attr-defined]
    again = sorted({one.position: one for one in told}.values(), key=lambda one: one.position)
    first = measured(timeline, [(definition, fold(definition, None, timeline))])
    assert measured(again, [(definition, fold(definition, None, again))]) == first
    assert len({(one.journey, one.position) for one in first}) == len(first)


def test_a_journey_may_wait_for_longer_than_the_calendar_goes() -> None:
    definition = load_definition(ROUNDS.replace("abandoned_after: PT5H", "abandoned_after: P3000000D"))
    assert definition.what.abandoned_after == timedelta(days=3_000_000)
    timeline = [happened("store.visited"), happened("order.placed", hours=40)]
    first, second = walk(definition, timeline, fold(definition, None, timeline)).standing
    assert first is not None
    assert second is not None
    assert (second.number, second.before, second.stage) == (first.number, "one", "two")
