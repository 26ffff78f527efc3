from typing import Any

import pytest

from services.journey.domain.definition import load_definition
from services.journey.domain.definition_text import DefinitionProblem
from services.journey.domain.profile_questions import Failed
from services.journey.domain.segments import Segment, in_order, load_segment, members
from services.journey.registry import shipped_segments
from tests.journey.timelines import ROUNDS


def segment(key: str, when: str) -> Segment:
    return load_segment(f"key: {key}\nversion: 1\ntitle: {{en: Any}}\nwhen: '{when}'\n")


BUSY = segment("busy", "p.figures.interactions > 2")
QUIET = segment("quiet", '!("busy" in p.segments)')


def test_members_are_those_for_whom_the_rule_holds() -> None:
    ordered = in_order([QUIET, BUSY])
    assert [one.key for one in ordered] == ["busy", "quiet"]
    assert members(ordered, {"figures": {"interactions": 3}}, []) == ("busy",)
    assert members(ordered, {"figures": {"interactions": 2}}, []) == ("quiet",)


def test_a_rule_that_fails_counts_as_false() -> None:
    odd = segment("odd", 'p.figures.interactions > "x"')
    failed: list[Failed] = []
    assert members([odd, BUSY], {"figures": {"interactions": 3}}, failed) == ("busy",)
    assert [(one.journey, one.rule) for one in failed] == [("", "segments.odd")]


@pytest.mark.parametrize(
    ("when", "says"),
    [
        ('i.type == "order.placed"', "a segment is about the profile alone"),
        ("j.touchpoints > p.figures.interactions", "a segment is about the profile alone"),
        ("true", "a segment is about the profile alone"),
        ("p.figures.interaction > 2", "write p.figures.interactions (at character 1 of the rule)"),
        ("p.figures.interactions > ", "a value is missing"),
    ],
)
def test_a_mistake_names_line_and_field(when: str, says: str) -> None:
    with pytest.raises(DefinitionProblem) as caught:
        segment("wrong", when)
    (problem,) = caught.value.problems
    assert (problem.line, problem.field) == (4, "when")
    assert says in problem.message


def test_an_unknown_field_is_told_with_those_that_there_are() -> None:
    with pytest.raises(DefinitionProblem, match="line 4, wen: there is no such field; write when"):
        load_segment("key: a\nversion: 1\ntitle: {en: A}\nwen: p.figures.interactions > 1\n")


@pytest.mark.parametrize(
    ("segments", "says"),
    [
        ([segment("a", '"a" in p.segments')], "a needs a; a segment cannot depend on itself"),
        ([segment("a", '"b" in p.segments'), segment("b", '"a" in p.segments')], "a segment cannot depend on itself"),
        ([BUSY, segment("a", '"bsy" in p.segments')], "there is no segment 'bsy'; those that there are: busy"),
    ],
)
def test_segments_that_cannot_be_told_are_refused(segments: list[Segment], says: str) -> None:
    with pytest.raises(DefinitionProblem, match=says) as caught:
        in_order(segments)
    assert caught.value.problems[0].field == "when"


def test_a_definition_that_names_a_segment_which_is_not_there_says_where() -> None:
    text = ROUNDS.replace("i.measures.wait_seconds > 60.0", "'\"bussy\" in p.segments'")
    assert load_definition(text).segments == {"bussy"}
    with pytest.raises(
        DefinitionProblem, match=r"line 12, pain_points\.1\.when: there is no segment 'bussy'; write 'busy'"
    ):
        load_definition(text, segments={"busy", "quiet"})


NPS: dict[str, Any] = {"surveys": {"nps": {"score": 6.0}}}


@pytest.mark.parametrize(
    ("figures", "expected"),
    [
        ({"types": {"order.placed": {"interactions": 2, "money": {}}}}, ("returning_buyer",)),
        (
            {"types": {"order.placed": {"interactions": 1, "money": {"ILS": 5001.0}}}, **NPS},
            ("detractor", "high_value", "valued_at_risk"),
        ),
        ({"wait_seconds": 1801.0}, ("heavy_contact",)),
        ({"surveys": {"nps": {"score": 7.0}}}, ()),
        ({}, ()),
    ],
)
def test_the_shipped_segments(figures: dict[str, Any], expected: tuple[str, ...]) -> None:
    assert members(in_order(shipped_segments()), {"figures": figures, "traits": {}}, []) == expected


@pytest.mark.parametrize(
    ("language", "speaks"), [("he", True), ("he-IL", True), ("he_IL", True), ("hex", False), (None, False), (3, False)]
)
def test_who_speaks_hebrew_by_the_golden_record(language: object, *, speaks: bool) -> None:
    told = members(in_order(shipped_segments()), {"figures": {}, "traits": {"language": language}}, [])
    assert told == (("hebrew_speaker",) if speaks else ())
