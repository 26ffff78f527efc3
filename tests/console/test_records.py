"""What sources disagree about, what is taken away, and what became of a contact: in a real browser."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from accessibility import violations
from mock_people import DANA
from playwright.sync_api import Locator, Page, expect

pytestmark = pytest.mark.browser
expect.set_options(timeout=30_000)


def look(page: Page, origin: Any, role: str = "steward", language: str = "en") -> None:
    page.add_init_script(f"sessionStorage.setItem('kesher.role', '{role}')")
    page.add_init_script(f"localStorage.setItem('kesher.language', '{language}')")
    page.goto(f"{origin.url}#/agent/{DANA}")


def details(page: Page) -> Locator:
    return page.get_by_role("region", name="Details", exact=True)


def press(page: Page, button: Locator) -> None:
    """As somebody without a mouse does."""
    button.focus()
    page.keyboard.press("Enter")


def test_losing_values_are_shown_with_what_they_lost_by(page: Page, origin: Any) -> None:
    look(page, origin, "agent")
    expect(details(page)).to_contain_text("דנה כהן")
    press(page, details(page).get_by_role("button", name="2 others said"))
    row = details(page).get_by_role("listitem").filter(has_text="Dana Cohen")
    expect(row).to_contain_text("from /web/shop")
    expect(row).to_contain_text("claimed")
    expect(row).to_contain_text("Not shown: it is not verified")
    expect(details(page).get_by_role("button", name="Always show")).to_have_count(0)
    expect(page.get_by_role("button", name="Export")).to_have_count(0)


@pytest.mark.parametrize(
    ("language", "word", "letters_away", "said"),
    [
        ("en", "erase", False, "The record was erased, or the link is wrong"),
        ("en", "erase", True, "The record was erased. Messages that could not be processed"),
        ("he", "מחיקה", True, "הרשומה נמחקה. על הודעות"),
    ],
)
def test_a_person_is_erased_once_a_reason_is_given_and_a_word_typed(
    page: Page, origin: Any, language: str, word: str, letters_away: bool, said: str
) -> None:
    origin.records.letters_away = letters_away
    look(page, origin, language=language)
    press(page, page.get_by_role("button", name=re.compile(f"^{word}$", re.IGNORECASE)))
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("listitem")).to_have_count(3)
    do = dialog.get_by_role("button").last
    expect(do).to_be_disabled()
    reason, confirmation = dialog.get_by_role("textbox").all()
    expect(reason).to_be_focused()
    reason.fill("She asked us to.")
    expect(do).to_be_disabled()
    confirmation.fill(word)
    assert violations(page) == []
    press(page, do)
    expect(dialog).to_have_count(0)
    expect(page.get_by_role("heading", level=1)).to_have_count(0)
    expect(page.get_by_role("main").get_by_role("status")).to_contain_text(said)


def test_agents_are_not_offered_to_erase(page: Page, origin: Any) -> None:
    look(page, origin, "agent")
    expect(details(page)).to_contain_text("דנה כהן")
    expect(page.get_by_role("button", name="Erase")).to_have_count(0)


def test_a_value_is_chosen_and_the_choice_taken_back_by_the_keyboard_alone(page: Page, origin: Any) -> None:
    look(page, origin)
    press(page, details(page).get_by_role("button", name="2 others said"))
    press(page, details(page).get_by_role("button", name="Always show “Dana Cohen”"))
    dialog = page.get_by_role("dialog", name="Always show this")
    expect(dialog).to_contain_text("from /web/shop")
    reason = dialog.get_by_label("Reason")
    expect(reason).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(reason).to_have_accessible_description(
        "Say why, in at least three letters. It stays on record, with your name."
    )
    reason.fill("She spelt it for me.")
    assert violations(page) == []
    press(page, dialog.get_by_role("button", name="Always show this"))
    expect(dialog).to_have_count(0)
    expect(page.get_by_role("heading", level=1)).to_have_text("Dana Cohen")
    expect(details(page)).to_contain_text("Chosen by maya: She spelt it for me.")
    press(page, details(page).get_by_role("button", name="Take back the choice of “Dana Cohen”"))
    dialog = page.get_by_role("dialog", name="Take the choice back")
    dialog.get_by_label("Reason").fill("It was a slip.")
    press(page, dialog.get_by_role("button", name="Take back"))
    expect(page.get_by_role("heading", level=1)).to_have_text("דנה כהן")


def test_everything_is_saved_as_a_file(page: Page, origin: Any) -> None:
    look(page, origin)
    with page.expect_download() as saving:
        page.get_by_role("button", name="Export").click()
    saved = saving.value
    assert saved.suggested_filename == f"profile-{DANA}.json"
    assert json.loads(Path(saved.path()).read_text("utf-8"))["profile_id"] == DANA


def test_what_became_of_a_contact_is_told_in_its_details(page: Page, origin: Any) -> None:
    look(page, origin, "agent")
    timeline = page.get_by_role("region", name="Timeline")
    press(page, timeline.get_by_role("button", name="Details", exact=True).first)
    told = timeline.get_by_role("region", name="What became of it")
    expect(told).to_contain_text("Showed that several customers are one.")
    expect(told.get_by_role("listitem").filter(has_text="it hangs on this")).to_contain_text("C-100482")
    expect(told).to_contain_text("a placeholder, or a value that says nothing")
    expect(told).to_contain_text("first shown here")
    expect(told).to_contain_text("Without it these would be several customers")
    expect(told).to_contain_text("1 other content came under its id, and does not count")
    press(page, timeline.get_by_role("button", name="Details", exact=True).first)
    held = timeline.get_by_role("region", name="What became of it").nth(1)
    expect(held).to_contain_text("A connection that it shows was not trusted.")
    expect(held).to_contain_text("Used by too many people to say whose it is")
    press(page, timeline.get_by_role("button", name="Details", exact=True).first)
    anonymous = timeline.get_by_role("region", name="What became of it").nth(2)
    expect(anonymous).to_contain_text("Anonymous; added to who had logged in on this device around then.")
    expect(anonymous.get_by_role("listitem").filter(has_text="logged in here")).to_contain_text("C-100482")


@pytest.mark.parametrize(("language", "scheme"), [("en", "light"), ("he", "dark")])
def test_everybody_can_use_it(page: Page, origin: Any, language: str, scheme: Any) -> None:
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    look(page, origin, language=language)
    page.get_by_role("button", name="2 others said" if language == "en" else "2 גרסאות נוספות").click()
    timeline = page.get_by_role("region", name="Timeline" if language == "en" else "ציר הזמן")
    timeline.get_by_role("button", name="Details" if language == "en" else "פרטים", exact=True).first.click()
    expect(timeline.get_by_role("region")).to_be_visible()
    assert violations(page) == []
