from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.journey.domain.model import Interaction
from services.journey.domain.profile_figures import (
    BY_NAME,
    EVERYTHING,
    NO_FIGURES,
    ProfileFigures,
    Wanted,
    as_rules_see,
    counted,
    same_for_rules,
    wanted,
)
from tests.journey.timelines import START, happened

NAMED = {
    "total": ["wait_seconds", "handle_seconds", "transfers"],
    "channels": ["call", "web", ""],
    "types": ["call.ended", "order.placed"],
    "surveys": ["nps", "csat"],
}
WANTED = st.builds(Wanted, **{of: st.frozensets(st.sampled_from(named)) for of, named in NAMED.items()})

CALLS = [
    happened("call.ended", measures={"wait_seconds": 60.1, "handle_seconds": 300, "transfers": 1}),
    happened("call.ended", hours=2, measures={"wait_seconds": 0.2}),
    happened("order.placed", hours=1, channel="web", money={"amount": 0.1, "currency": "ILS"}),
    happened("order.placed", hours=3, channel="store", money={"amount": 0.2, "currency": "ILS"}),
    happened("order.placed", hours=4, channel="web", money={"amount": 9.99, "currency": "USD"}),
    happened("survey.answered", hours=6, channel="survey", survey={"kind": "nps", "score": 9.0}),
    happened("survey.answered", hours=5, channel="survey", survey={"kind": "nps", "score": 3.0}),
]

STATED: Sequence[Sequence[tuple[str, Any]]] = (
    [("measures", {"wait_seconds": 2.5}), ("measures", {})],
    [("survey", {"kind": "nps", "score": 7}), ("survey", {"kind": 3})],
    [("money", {"amount": 1, "currency": "ILS"})],
)
SPARSE = st.builds(
    lambda type_, channel, hours, fields: happened(type_, hours=hours, channel=channel, **dict(fields)),
    st.sampled_from(["call.ended", "page.viewed", "order.placed"]),
    st.sampled_from(["call", "web", "chat", None]),
    st.integers(0, 9),
    st.tuples(*(st.sampled_from([("reason", None), *some]) for some in STATED)),
)
INTERACTIONS = st.builds(
    lambda number, hours, wait, amount, score: happened(
        ["call.ended", "order.placed", "survey.answered"][number % 3],
        hours=hours,
        id_=str(number),
        channel=["call", "web", None][number % 3],
        measures={"wait_seconds": wait},
        money={"amount": amount, "currency": "ILS"},
        survey={"kind": "nps", "score": score},
    ),
    st.integers(0, 1_000),
    st.integers(0, 20),
    st.floats(0, 10_000),
    st.decimals(0, 1_000_000, places=2).map(float),
    st.integers(0, 10),
)


def test_figures_are_told_as_rules_read_them() -> None:
    seen = as_rules_see(counted(NO_FIGURES, CALLS))
    assert (seen["interactions"], seen["first_seen"], seen["last_seen"]) == (7, START, START + timedelta(hours=6))
    assert (seen["wait_seconds"], seen["handle_seconds"], seen["transfers"]) == (60.3, 300.0, 1)
    assert seen["channels"]["call"]["interactions"] == 2
    assert seen["channels"]["web"]["first_seen"] == START + timedelta(hours=1)
    assert seen["types"]["order.placed"]["money"] == {"ILS": 0.3, "USD": 9.99}
    assert seen["surveys"]["nps"] == {"answers": 2, "score": 9.0, "answered_at": START + timedelta(hours=6)}


def test_what_nobody_wants_is_absent_and_all_else_is_the_same() -> None:
    figures = counted(NO_FIGURES, CALLS)
    everything = as_rules_see(figures)
    seen = as_rules_see(figures, Wanted(total=frozenset(), channels=frozenset({"call", "chat"}), surveys=frozenset()))
    assert seen == {"channels": {"call": everything["channels"]["call"]}, "types": everything["types"], "surveys": {}}


def test_times_that_nobody_wants_are_absent_and_all_else_is_the_same() -> None:
    figures = counted(NO_FIGURES, CALLS)
    everything, seen = as_rules_see(figures), as_rules_see(figures, EVERYTHING._replace(times=False))
    for one in (everything, *everything["channels"].values(), *everything["types"].values()):
        del one["first_seen"], one["last_seen"]
    assert seen == everything


@pytest.mark.parametrize(
    ("path", "times"),
    [
        (("interactions",), False),
        (("last_seen",), True),
        (("channels",), True),
        (("channels", "call"), True),
        (("channels", "call", "interactions"), False),
        (("channels", "call", "first_seen"), True),
        (("types", "order.placed", "money", "ILS"), False),
        (("types", "last_seen", "interactions"), False),
        (("types", "order.placed", "last_seen"), True),
        (("surveys", "nps"), False),
    ],
)
def test_times_are_wanted_where_one_is_read_or_what_has_one(path: Sequence[str], *, times: bool) -> None:
    assert wanted([path]).times == times
    assert wanted([("interactions",), path]).times == times


def test_of_whom_nothing_is_known_there_are_no_interactions() -> None:
    assert as_rules_see(NO_FIGURES) == {"interactions": 0, "channels": {}, "types": {}, "surveys": {}}


def test_what_is_of_another_type_counts_as_absent() -> None:
    odd: dict[str, Any] = {"measures": [1], "money": {"amount": "x", "currency": "ILS"}, "survey": {"kind": 3}}
    seen = as_rules_see(counted(NO_FIGURES, [happened("call.ended", **odd)]))
    assert (seen["interactions"], seen["wait_seconds"], seen["surveys"]) == (1, 0.0, {})
    assert seen["types"]["call.ended"]["money"] == {}


@given(st.lists(INTERACTIONS, unique_by=lambda one: one.position, max_size=12), st.randoms(), st.integers(0, 12))
def test_any_order_in_any_parts_gives_the_same(interactions: Sequence[Interaction], chance: Any, cut: int) -> None:
    shuffled = list(interactions)
    chance.shuffle(shuffled)
    in_parts = counted(counted(NO_FIGURES, shuffled[:cut]), shuffled[cut:])
    assert in_parts == counted(NO_FIGURES, interactions)
    assert as_rules_see(in_parts) == as_rules_see(counted(NO_FIGURES, interactions))


def seen_of(figures: ProfileFigures, read: Wanted) -> dict[str, Any]:
    """What rules see that read no more of the total than they want."""
    of_total = read.total or ()
    return {name: seen for name, seen in as_rules_see(figures, read).items() if name in BY_NAME or name in of_total}


@given(st.lists(SPARSE, max_size=4), st.lists(SPARSE, min_size=1, max_size=2), WANTED)
def test_what_is_said_to_be_the_same_for_rules_is(
    before: Sequence[Interaction], interactions: Sequence[Interaction], read: Wanted
) -> None:
    figures = counted(NO_FIGURES, before)
    if same_for_rules(figures, interactions, read):
        assert seen_of(counted(figures, interactions), read) == seen_of(figures, read)


VIEW = happened("page.viewed", channel="web")
NONE: frozenset[str] = frozenset()


@pytest.mark.parametrize(
    ("interaction", "read", "same"),
    [
        (VIEW, Wanted(*[NONE] * 4), True),
        (VIEW, Wanted(frozenset({"wait_seconds"}), *[frozenset({"call"})] * 3), True),
        (VIEW, Wanted(frozenset({"last_seen"}), *[NONE] * 3), False),
        (happened("call.ended", measures={"wait_seconds": 1}), Wanted(*[frozenset({"transfers"})] * 4), False),
        (VIEW, Wanted(NONE, frozenset({"web"}), *[NONE] * 2), False),
        (VIEW, Wanted(NONE, NONE, frozenset({"page.viewed"}), NONE), False),
        (VIEW, Wanted(NONE, NONE, None, NONE), False),
        (happened("survey.answered", survey={"kind": "nps"}), Wanted(*[NONE] * 3, frozenset({"nps"})), False),
        (VIEW, EVERYTHING, False),
    ],
)
def test_rules_are_asked_again_only_where_they_may_read_something_else(
    interaction: Interaction, read: Wanted, *, same: bool
) -> None:
    assert same_for_rules(counted(NO_FIGURES, CALLS), [interaction], read) == same
    assert not same_for_rules(NO_FIGURES, [interaction], read)


@given(st.lists(INTERACTIONS, max_size=6))
def test_they_are_read_back_as_they_were_written(interactions: Sequence[Interaction]) -> None:
    figures = counted(NO_FIGURES, interactions)
    assert msgspec.json.decode(msgspec.json.encode(figures), type=ProfileFigures) == figures
