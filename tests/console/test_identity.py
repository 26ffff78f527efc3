"""Why somebody is one person, and what stewards decide about it: in a real browser, against invented people."""

import re
from typing import Any

import pytest
from accessibility import violations
from mock_identity import MockIdentity, Refusal
from mock_people import DANA, PROFILES, YOSSI
from playwright.sync_api import Locator, Page, expect

from services.profile.reading.views import EffectAnswer, IdentityAnswer, Profile, WhyAnswer

pytestmark = pytest.mark.browser
expect.set_options(timeout=30_000)


def look(page: Page, origin: Any, role: str = "steward") -> Locator:
    page.add_init_script(f"sessionStorage.setItem('kesher.role', '{role}')")
    page.goto(f"{origin.url}#/agent/{DANA}")
    return page.get_by_role("region", name="Why is this one person?")


def press(page: Page, button: Locator) -> None:
    """As somebody without a mouse does."""
    button.focus()
    page.keyboard.press("Enter")


def test_the_picture_shows_what_connects_and_what_was_not_trusted(page: Page, origin: Any) -> None:
    picture = look(page, origin).get_by_role("figure")
    expect(picture).to_contain_text("C-100482")
    expect(picture).to_contain_text("/chat/whatsapp/main")
    expect(picture.locator("path[data-kind=verified]")).to_have_count(5 + 1)  # and the legend's
    expect(picture.locator("path[data-kind=claimed]")).to_have_count(1 + 1)
    expect(picture.locator("path[data-kind=held]")).to_have_count(2 + 1)
    expect(picture).to_contain_text("Together they would have too many for one person: Customer number")
    expect(picture).to_contain_text("Used by too many people")
    picture.get_by_role("link", name="The other person").click()
    expect(page).to_have_url(re.compile(f"#/agent/{YOSSI}$"))


def test_the_list_says_what_the_picture_shows(page: Page, origin: Any) -> None:
    identity = look(page, origin)
    rows = identity.get_by_role("listitem")
    expect(rows.filter(has_text="972541234567").filter(has_text="interaction w-5")).to_have_count(1)
    expect(rows.filter(has_text="had joined the two already")).to_have_count(1)
    expect(rows.filter(has_text="office@example.com")).to_contain_text("Used by too many people")


def test_two_people_by_the_keyboard_alone(page: Page, origin: Any) -> None:
    identity = look(page, origin)
    row = identity.get_by_role("listitem").filter(has_text="interaction k-31")
    press(page, row.get_by_role("button", name="These are two people"))
    dialog = page.get_by_role("dialog", name="These are two people")
    expect(dialog.get_by_label("Reason")).to_be_focused()
    page.keyboard.type("The phone is her husband's.")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(dialog.get_by_role("button", name="Show what changes")).to_be_focused()
    page.keyboard.press("Enter")
    expect(dialog.get_by_role("heading", level=3)).to_be_focused()
    expect(dialog.get_by_role("heading", level=3)).to_have_text("One person becomes more. 2 identifiers move.")
    before, after = dialog.get_by_role("region", name="Now"), dialog.get_by_role("region", name="Afterwards")
    expect(before.locator("[data-moves=leaves]")).to_have_count(2)
    expect(before).to_contain_text("64 contacts")
    expect(before).to_contain_text("Asking where it is")
    expect(after.locator("[data-moves=comes]")).to_have_count(2)
    expect(after).to_contain_text("55 contacts")
    expect(after).to_contain_text("new person")
    assert violations(page) == []
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(dialog.get_by_role("button", name="Confirm")).to_be_focused()
    page.keyboard.press("Enter")
    expect(dialog).to_have_count(0)
    expect(identity.get_by_text("Done: these are two people now.")).to_be_visible()
    expect(identity.get_by_role("listitem").filter(has_text="interaction k-31")).to_have_count(0)
    decision = identity.get_by_role("listitem").filter(has_text="The phone is her husband's.")
    expect(decision).to_contain_text("maya")
    identity.get_by_role("link", name="Look at").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("No name known yet")


def test_what_came_in_between_is_shown_before_it_is_decided(page: Page, origin: Any) -> None:
    identity = look(page, origin)
    row = identity.get_by_role("listitem").filter(has_text="interaction k-31")
    row.get_by_role("button", name="These are two people").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Reason").fill("The phone is her husband's.")
    dialog.get_by_role("button", name="Show what changes").click()
    expect(dialog.get_by_role("heading", level=3)).to_be_visible()
    origin.identity.seal = "6" * 32
    dialog.get_by_role("button", name="Confirm").click()
    expect(dialog.get_by_role("alert")).to_have_text("Something came in between. This is what changes now: look again.")
    assert violations(page) == []
    dialog.get_by_role("button", name="Confirm").click()
    expect(dialog).to_have_count(0)
    expect(identity.get_by_text("Done: these are two people now.")).to_be_visible()


def test_escape_decides_nothing_and_returns_to_the_button(page: Page, origin: Any) -> None:
    identity = look(page, origin)
    button = identity.get_by_role("button", name="Two of these are two people")
    press(page, button)
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(button).to_be_focused()


def test_what_is_wrong_is_said_at_its_field(page: Page, origin: Any) -> None:
    press(page, look(page, origin).get_by_role("button", name="Somebody else is the same person"))
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Show what changes").click()
    other, reason = dialog.get_by_label("is the same person as"), dialog.get_by_label("Reason")
    expect(other).to_have_accessible_description("Type an identifier of the other person.")
    expect(reason).to_have_accessible_description(re.compile(r"Say why, in at least three letters\."))
    expect(other).to_be_focused()
    other.fill("nobody@example.com")
    reason.fill("She said so.")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(other).to_have_accessible_description("nobody is known by this identifier")
    expect(other).to_be_focused()
    expect(reason).not_to_have_attribute("aria-invalid", "true")


def test_what_the_rules_forbid_is_said_before_it_is_decided(page: Page, origin: Any) -> None:
    row = look(page, origin).get_by_role("listitem").filter(has_text="C-100777")
    press(page, row.get_by_role("button", name="This is the same person"))
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Reason").fill("They look alike.")
    dialog.get_by_role("button", name="Show what changes").click()
    expect(dialog.get_by_role("alert")).to_have_text("the rules forbid it: limit:customer_id")


def test_a_decision_is_taken_back_and_stays_on_record(page: Page, origin: Any) -> None:
    ends = {
        "a": {"namespace": "customer_id", "value": "C-100482"},
        "b": {"namespace": "loyalty_id", "value": "7290001234566"},
    }
    origin.identity.decide({"kind": "confirm", **ends, "reason": "The card is hers."})
    identity = look(page, origin)
    expect(identity.get_by_role("button", name="1 decision taken back")).to_be_visible()
    press(page, identity.get_by_role("button", name="Take back"))
    dialog = page.get_by_role("dialog", name="Take a decision back")
    expect(dialog).to_contain_text("The card is hers.")
    dialog.get_by_label("Reason").fill("It was a slip.")
    dialog.get_by_role("button", name="Show what changes").click()
    expect(dialog.get_by_role("heading", level=3)).to_contain_text("Nobody changes now.")
    dialog.get_by_role("button", name="Confirm").click()
    expect(identity.get_by_text("Done: the decision is taken back.")).to_be_visible()
    expect(identity.get_by_text("No steward has decided anything here.")).to_be_visible()
    expect(identity.get_by_text("It was a slip.")).not_to_be_visible()
    press(page, identity.get_by_role("button", name="2 decisions taken back"))
    expect(identity.get_by_text("It was a slip.")).to_be_visible()


def test_others_see_why_and_decide_nothing(page: Page, origin: Any) -> None:
    identity = look(page, origin, "agent")
    expect(identity).to_contain_text("7 identifiers, 7 connections, 2 not trusted")
    identity.get_by_role("button", name="Show").click()
    expect(identity.get_by_role("figure")).to_contain_text("C-100482")
    expect(identity).to_contain_text("What stewards decided")
    names = identity.get_by_role("button").all_text_contents()
    assert names == ["Hide", "1 decision taken back", "Ask why"]


def compare(identity: Locator, other: str) -> Locator:
    """By the keyboard: an identifier is typed, and Enter asks."""
    identity.get_by_label("Another identifier").fill(other)
    identity.page.keyboard.press("Enter")
    return identity.locator("[role=status]").last


@pytest.mark.parametrize("role", ["steward", "agent"])
def test_somebody_else_is_compared_and_explained(page: Page, origin: Any, role: str) -> None:
    identity = look(page, origin, role)
    if role == "agent":
        identity.get_by_role("button", name="Show").click()
    told = compare(identity, "C-100777")
    expect(told).to_contain_text("Two people: what connects them was not trusted.")
    expect(told).to_contain_text("Together they would have too many for one person: Customer number")
    expect(told).to_contain_text("Both were met with")
    expect(told.get_by_role("listitem").filter(has_text="office@example.com")).to_have_count(2)
    expect(told.get_by_role("button", name="This is the same person")).to_have_count(1 if role == "steward" else 0)
    told.get_by_role("link", name="The other person").first.click()
    expect(page).to_have_url(re.compile(f"#/agent/{YOSSI}$"))


def test_what_leads_from_one_of_a_persons_identifiers_to_another_is_told_step_by_step(page: Page, origin: Any) -> None:
    identity = look(page, origin)
    identity.get_by_label("This identifier").select_option("handle:whatsapp 972541234567")
    told = compare(identity, "dana.cohen@example.com")
    expect(told).to_contain_text("One person: this leads from one to the other.")
    expect(told.get_by_role("listitem")).to_have_count(2)
    expect(told.get_by_role("listitem").first).to_contain_text("interaction w-5")


def test_an_identifier_to_compare_with_that_nobody_has_is_said_at_its_field(page: Page, origin: Any) -> None:
    identity = look(page, origin)
    other = identity.get_by_label("Another identifier")
    identity.get_by_role("button", name="Ask why").click()
    expect(other).to_have_accessible_description("Type an identifier of the other person.")
    expect(other).to_be_focused()
    compare(identity, "nobody@example.com")
    expect(other).to_have_accessible_description("nobody is known by this identifier")
    expect(identity.get_by_text("Two people:")).to_have_count(0)


@pytest.mark.parametrize(("language", "scheme"), [("en", "light"), ("he", "dark")])
def test_everybody_can_use_it(page: Page, origin: Any, language: str, scheme: Any) -> None:
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    page.add_init_script(f"localStorage.setItem('kesher.language', '{language}')")
    look(page, origin)
    expect(page.get_by_role("figure")).to_be_visible()
    page.get_by_label("Another identifier" if language == "en" else "מזהה אחר").fill("C-100777")
    page.keyboard.press("Enter")
    expect(page.get_by_text("office@example.com")).to_have_count(5)
    assert violations(page) == []
    page.get_by_role("button", name="These are two people" if language == "en" else "אלה שני אנשים").first.click()
    expect(page.get_by_role("dialog")).to_be_visible()
    assert violations(page) == []


def test_invented_comparisons_are_answered_as_real_ones() -> None:
    ends = [{"namespace": each["namespace"], "value": each["value"]} for each in PROFILES[DANA]["identifiers"][:2]]
    for other in (ends[1], {"namespace": "customer_id", "value": "C-100777"}):
        WhyAnswer.model_validate(MockIdentity().why({"a": ends[0], "b": other}))


@pytest.mark.parametrize("kind", ["separate", "confirm"])
def test_invented_decisions_are_answered_as_real_ones(kind: str) -> None:
    mock = MockIdentity()
    phone = {"namespace": "phone", "value": "+972541234567"}
    asked = {"kind": kind, "a": {"namespace": "customer_id", "value": "C-100482"}, "b": phone, "reason": "so"}
    EffectAnswer.model_validate(mock.preview(asked))
    made = EffectAnswer.model_validate(mock.decide(asked))
    assert made.decision
    for person in made.after:
        Profile.model_validate(mock.profiles[str(person.id)])
        IdentityAnswer.model_validate(mock.answers[str(person.id)])
    assert EffectAnswer.model_validate(mock.withdraw(made.decision.id, "not so")).decision
    with pytest.raises(Refusal):
        mock.withdraw(made.decision.id, "again")
