from schemas.journey_definition import JourneyDefinition
from services.journey.actions.port import ActionPart
from services.journey.actions.views import actions_view
from services.journey.domain.definition import load_definition


def defined(more: str = "") -> JourneyDefinition:
    return load_definition(
        "key: refund\nversion: 1\ntitle: {en: Refund}\nstages: [{key: one, when: 'i.type == \"a.b\"', expected: P1D}]\n"
        "actions: [{key: hurry, on: overdue, to: desk" + more + "}]"
    ).what


def test_what_was_prevented_is_told_against_those_left_out_by_lot() -> None:
    parts = [
        ActionPart("hurry", "requested", 120, 100, 10),
        ActionPart("hurry", "held_out", 60, 50, 20),
        ActionPart("hurry", "cap", 9, 9, 9),
        ActionPart("hurry", "waiting", 3, 0, 0),
    ]
    (view,) = actions_view(defined(", hold_out: 0.3, cap: {times: 1, within: P1D}"), parts).actions
    assert (view.requested, view.waiting, view.suppressed) == (120, 3, {"held_out": 60, "cap": 9})
    outcome = view.outcome
    assert (outcome.reached.customers, outcome.reached.contacted) == (100, 10)
    assert (outcome.comparison, outcome.compared.customers, outcome.compared.contacted) == ("held_out", 50, 20)
    assert outcome.prevented == 30


def test_those_kept_back_by_a_cap_are_named_as_such() -> None:
    parts = [ActionPart("hurry", "requested", 10, 10, 4), ActionPart("hurry", "cap", 10, 10, 2)]
    (view,) = actions_view(defined(", cap: {times: 1, within: P1D}"), parts).actions
    assert (view.outcome.comparison, view.outcome.prevented) == ("cap", -2)


def test_without_anybody_to_compare_with_nothing_is_claimed() -> None:
    (view,) = actions_view(defined(", outcome_within: P2D"), [ActionPart("hurry", "requested", 9, 9, 0)]).actions
    assert (view.outcome.comparison, view.outcome.prevented, view.outcome.within) == (None, None, "P2D")


def test_an_action_that_nothing_called_for_is_listed() -> None:
    (view,) = actions_view(defined(), []).actions
    assert (view.action, view.requested, view.suppressed) == ("hurry", 0, {})


def test_how_sure_one_can_be_of_what_was_prevented_is_told() -> None:
    """56 of 70 and 48 of 80: the example of Newcombe, Statistics in Medicine 1998, 17:873, table II, method 10."""
    parts = [ActionPart("hurry", "requested", 80, 80, 48), ActionPart("hurry", "held_out", 70, 70, 56)]
    (view,) = actions_view(defined(", hold_out: 0.5"), parts).actions
    outcome = view.outcome
    assert (outcome.prevented, outcome.prevented_low, outcome.prevented_high) == (16, 4.2, 26.7)


def test_of_few_customers_nothing_is_sure() -> None:
    parts = [ActionPart("hurry", "requested", 80, 80, 48), ActionPart("hurry", "held_out", 9, 9, 5)]
    (view,) = actions_view(defined(", hold_out: 0.5"), parts).actions
    assert view.outcome.prevented is not None
    assert (view.outcome.prevented_low, view.outcome.prevented_high) == (None, None)
