from services.journey.domain.measures.drop_off import DropOff, drop_off
from services.journey.domain.measures.funnel import Group


def test_journeys_are_dropped_at_the_furthest_stage_that_they_got_to() -> None:
    groups = [
        Group(frozenset({"one"}), "one", "abandoned", 3),
        Group(frozenset({"one", "two"}), "one", "abandoned", 2),
        Group(frozenset({"two"}), "two", "active", 4),
        Group(frozenset({"one", "three"}), "three", "completed", 1),
    ]
    assert drop_off(["one", "two", "three"], groups) == [
        DropOff("one", reached=10, abandoned=3),
        DropOff("two", reached=7, abandoned=2),
        DropOff("three", reached=1, abandoned=0),
    ]


def test_stages_of_an_older_definition_count_nowhere() -> None:
    assert drop_off(["one"], [Group(frozenset({"gone"}), "gone", "abandoned", 3)]) == [DropOff("one", 0, 0)]
