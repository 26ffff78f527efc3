"""What analysts get wrong, and what they are told: the line, the field and what to write instead."""

import pytest

from schemas.journey_definition import JourneyDefinition
from services.journey.domain.definition import load_definition
from services.journey.domain.definition_text import DefinitionProblem, read_definition
from services.journey.registry import compiled, read_back

WELL = """\
key: refund
version: 1
title: {en: Refund, he: החזר}
entry: i.type == "claim.approved"
stages:
  - key: approved
    title: {en: Approved}
    goal: the customer knows what comes
    when: i.type == "claim.approved"
    expected: P1D
    importance: 3
    moment_of_truth: true
  - key: paid
    when: i.type == "refund.sent"
    exit: completed
stalled_after: P3D
abandoned_after: P30D
pain_points:
  - key: long_wait
    when: i.measures.wait_seconds > 120.0
    weight: 2
actions:
  - key: send_it
    on: overdue
    stage: approved
    cooldown: P7D
    cap: {times: 3, within: P30D}
    quiet_hours: {begin: "21:00", end: "08:00", zone: Asia/Jerusalem}
    to: claims-desk
"""
ENTRY = 'entry: i.type == "claim.approved"'
SENT = 'i.type == "refund.sent"'
WAIT = "i.measures.wait_seconds > 120.0"
EXPECTED = "    expected: P1D"
ISO = "P1D is a day, PT4H are four hours"
QUOTES = "single quotes"


def mistaken(old: str, new: str) -> str:
    assert old in WELL, old
    return WELL.replace(old, new, 1)


@pytest.mark.parametrize(
    ("old", "new", "line", "field", "says"),
    [
        # names of fields
        ("    goal:", "    gaol:", 8, "stages.0.gaol", "write goal"),
        ("pain_points:", "painpoints:", 18, "painpoints", "write pain_points"),
        ("stages:", "stage:", 5, "stage", "write stages"),
        ("    to: claims-desk\n", "    to: claims-desk\nowner: me\n", 30, "owner", "write one of abandoned"),
        ("he: החזר", "fr: Rembours", 3, "title.fr", "write one of en, he"),
        ("{en: Refund, he: החזר}", "Refund", 3, "title", "title: {en: Refund}"),
        ("{en: Refund, he: החזר}", "{he: החזר}", 3, "title.en", "write en: here"),
        ("version: 1\n", "", 1, "version", "write version: here"),
        (f"    when: {SENT}\n", "", 13, "stages.1.when", "write when: here"),
        ("    to: claims-desk\n", "", 23, "actions.0.to", "write to: here"),
        # values
        (EXPECTED, "    expected: 1 day", 10, "stages.0.expected", ISO),
        (EXPECTED, "    expected: 24h", 10, "stages.0.expected", ISO),
        (EXPECTED, "    expected: P4H", 10, "stages.0.expected", ISO),
        (EXPECTED, "    expected: P0D", 10, "stages.0.expected", "longer than none"),
        ("abandoned_after: P30D", "abandoned_after: P1M", 17, "abandoned_after", ISO),
        ("stalled_after: P3D", "stalled_after: P40D", 16, "stalled_after", "write less than abandoned_after"),
        ("weight: 2", "weight: heavy", 21, "pain_points.0.weight", "write a number, such as 2.5"),
        ("weight: 2", "weight: 3,5", 21, "pain_points.0.weight", "write a number, such as 3.5"),
        ("weight: 2", "weight: -2", 21, "pain_points.0.weight", "write more than 0"),
        ("importance: 3", "importance: 9", 11, "stages.0.importance", "write at most 5"),
        ("moment_of_truth: true", "moment_of_truth: maybe", 12, "stages.0.moment_of_truth", "write true or false"),
        ("version: 1", "version: v1", 2, "version", "write a whole number"),
        ("version: 1", "version: 1.1", 2, "version", "write a whole number"),
        ("key: paid", "key: paid-out", 13, "stages.1.key", "a-z, 0-9 and _, beginning with a letter: paid_out"),
        ("key: paid", "key: שולם", 13, "stages.1.key", "a-z, 0-9 and _"),
        ("key: paid", "key: approved", 13, "stages.1.key", "'approved' is taken"),
        ("exit: completed", "exit: abandoned", 15, "stages.1.exit", "write completed"),
        ("on: overdue", "on: late", 24, "actions.0.on", "write one of 'overdue', 'stalled'"),
        ("stage: approved", "stage: aproved", 25, "actions.0.stage", "write approved"),
        ("{times: 3, within: P30D}", "3", 27, "actions.0.cap", "cap: {times: 3, within: P30D}"),
        ('"21:00"', '"9:00"', 28, "actions.0.quiet_hours.begin", 'in quotes, such as "09:00"'),
        ("Asia/Jerusalem", "Israel time", 28, "actions.0.quiet_hours.zone", "such as Asia/Jerusalem"),
        ("claims-desk", "claims desk", 29, "actions.0.to", "such as claims-desk"),
        # the form
        (EXPECTED, "   expected: P1D", 10, "text", "with as many spaces as they have"),
        (EXPECTED, "      expected: P1D", 10, "text", "with as many spaces as they have"),
        (EXPECTED, "\texpected: P1D", 10, "text", "write spaces instead of the tab"),
        ("  - key: paid", "    key: paid", 13, "key", "another item of a list begins with a dash"),
        ("    importance: 3", "    importance: 3\n    importance: 4", 12, "importance", "write each field once"),
        ("version: 1", "version:1", 2, "text", "write a space after the colon"),
        ("    exit: completed", "    exit:completed", 15, "text", "write a space after the colon"),
        ("he: החזר", 'he: "צה"ל"', 3, "text", QUOTES),
        (ENTRY, 'entry: "claim.approved" == i.type', 4, "text", QUOTES),
        (ENTRY, "entry: !has(i.reason)", 4, "entry", "it begins with !"),
        (ENTRY, 'entry: i.reason == "a: b"', 4, "text", QUOTES),
        (ENTRY, "entry: has(i.reason) ? true : false", 4, "text", QUOTES),
        (WAIT, f'"{WAIT}', 20, "text", QUOTES),
        ("title: {en: Approved}", 'title: {en: Approved, he: a "b"]}', 7, "text", ""),
        ("to: claims-desk\n", "to: claims-desk\n---\nkey: other\n", 30, "text", "one definition in a file"),
        # rules
        (ENTRY, ENTRY.replace("==", "="), 4, "entry", "== is meant"),
        (ENTRY, ENTRY.replace("==", "==="), 4, "entry", "== is meant"),
        (ENTRY, ENTRY + ' & i.channel == "app"', 4, "entry", "&& is meant"),
        (ENTRY, ENTRY + ' and i.channel == "app"', 4, "entry", "&& is meant"),
        (SENT, 'i.type not in ["a.b"]', 14, "stages.1.when", "!(i.type in [...])"),
        (SENT, 'i.type in ("a.b", "c.d")', 14, "stages.1.when", "a list stands in [ ]"),
        (SENT, 'i.type <> "refund.sent"', 14, "stages.1.when", "!= is meant"),
        (SENT, "i.type == refund.sent", 14, "stages.1.when", 'write "refund.sent"'),
        (SENT, "i.reason == החזר", 14, "stages.1.when", 'write "החזר" in quotes'),
        (SENT, "i.type == \u201crefund.sent\u201d", 14, "stages.1.when", '" is meant'),
        (SENT, 'i.type == "refund.sent', 14, "stages.1.when", 'the quote " is not closed'),
        (SENT, '(i.type == "refund.sent"', 14, "stages.1.when", "')' is missing"),
        (SENT, 'i.type == "refund.sent" && True', 14, "stages.1.when", "write true"),
        (SENT, 'i.type.startswith("refund")', 14, "stages.1.when", "write startsWith"),
        (SENT, 'i.tpye == "refund.sent"', 14, "stages.1.when", "write i.type"),
        (WAIT, "i.wait_seconds > 120.0", 20, "pain_points.0.when", "write i.measures.wait_seconds"),
        (WAIT, 'stage == "paid"', 20, "pain_points.0.when", "write j.stage"),
        (WAIT, 'j.stage == "payed"', 20, "pain_points.0.when", "there is no stage 'payed' here; write paid"),
        (WAIT, 'j.previous in ["approved", "payed"]', 20, "pain_points.0.when", "write paid"),
        (WAIT, "j.visits.payed > 1", 20, "pain_points.0.when", "there is no stage 'payed' here; write paid"),
        (WAIT, "j.pain_points.wait > 1", 20, "pain_points.0.when", "there is no pain point 'wait' here"),
        (WAIT, WAIT.replace("120.0", '"120"'), 20, "pain_points.0.when", "is a number; write 120 without quotes"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_with_its_line_its_field_and_what_to_write(
    old: str, new: str, line: int, field: str, says: str
) -> None:
    with pytest.raises(DefinitionProblem) as caught:
        load_definition(mistaken(old, new), name="refund.yaml")
    told = {(problem.line, problem.field): problem.message for problem in caught.value.problems}
    assert says in told.get((line, field), ""), told
    assert str(caught.value).startswith("refund.yaml: ")


ON, NO_PAIN = "on: overdue", WELL[WELL.index("pain_points:") : WELL.index("actions:")]
ALERT = "alerts:\n  - {key: many, stage: paid, measure: volume}\n"


@pytest.mark.parametrize(
    ("changes", "field", "says"),
    [
        ([(EXPECTED + "\n", "")], "actions.0.on", "write expected for approved too"),
        ([("stage: approved", "stage: paid")], "actions.0.on", "write expected for paid too"),
        ([(EXPECTED + "\n", ""), ("    stage: approved\n", "")], "actions.0.on", "write expected for a stage too"),
        ([(ON, "on: stalled"), ("stalled_after: P3D\n", "")], "actions.0.on", "write stalled_after too"),
        ([(ON, "on: abandoned"), ("abandoned_after: P30D\n", "")], "actions.0.on", "write abandoned_after too"),
        ([(ON, "on: completed")], "actions.0.on", "write exit: completed for approved too"),
        ([(ON, "on: completed"), ("    stage: approved\n", ""), ("    exit: completed\n", "")],
         "actions.0.on", "write exit: completed for a stage too"),
        ([(ON, "on: pain_point"), (NO_PAIN, "")], "actions.0.on", "write pain_points too"),
        ([(ON, "on: overdue\n    pain_point: long_wait")], "actions.0.pain_point", "with on: pain_point only"),
        ([('"08:00"', '"21:00"')], "actions.0.quiet_hours", "write another hour"),
        ([("", ALERT.replace("volume", "effort")), (NO_PAIN, "")], "alerts.0.measure", "write pain_points too"),
        ([("", ALERT.replace("volume", "pain_point")), (NO_PAIN, "")], "alerts.0.measure", "write pain_points too"),
        ([("", ALERT.replace("volume", "dwell"))], "alerts.0.measure", "nobody leaves paid"),
        ([(SENT, 'i.type == "claim.approved"')], "stages.1.when", "approved has the same rule"),
    ],
)  # fmt: skip
def test_what_can_never_come_to_pass_is_refused_and_runs_on_where_it_was_accepted(
    changes: list[tuple[str, str]], field: str, says: str
) -> None:
    text = WELL
    for old, new in changes:
        text = text.replace(old, new, 1) if old else text + new
    with pytest.raises(DefinitionProblem) as caught:
        load_definition(text)
    (problem,) = caught.value.problems
    assert problem.field == field
    assert problem.line
    assert field.rpartition(".")[2] in text.splitlines()[problem.line - 1]
    assert says in problem.message
    what = read_definition(text, JourneyDefinition, name="refund.yaml", json=False).definition
    read, unread = read_back({"refund": what.model_dump_json(exclude_none=True)})
    assert compiled(1, read, unread=unread).definitions["refund"].what == read[0]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (EXPECTED + "\n", ""),
        (ON, "on: entered"),
        ("    on: overdue\n    stage: approved\n", "    on: pain_point\n    pain_point: long_wait\n"),
        ("    on: overdue\n    stage: approved\n", "    on: completed\n"),
    ],
)
def test_what_a_persona_expects_may_be_overdue_and_other_causes_need_nothing_else(old: str, new: str) -> None:
    persona = "personas:\n  - {key: vip, when: p.figures.interactions > 10, expected: {approved: PT4H}}\n"
    assert load_definition(mistaken(old, new) + persona).what.actions[0].key == "send_it"


def test_without_mistakes_it_loads() -> None:
    assert load_definition(WELL).key == "refund"
