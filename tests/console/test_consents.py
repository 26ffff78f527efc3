"""What a customer allowed and refused, on the agent's page: in a real browser."""

from typing import Any

import pytest
from accessibility import violations
from mock_people import DANA, YOSSI
from playwright.sync_api import Locator, Page, expect

pytestmark = pytest.mark.browser
expect.set_options(timeout=30_000)


def look(page: Page, origin: Any, person: str = DANA, language: str = "en") -> Locator:
    page.add_init_script("sessionStorage.setItem('kesher.role', 'agent')")
    page.add_init_script(f"localStorage.setItem('kesher.language', '{language}')")
    page.goto(f"{origin.url}#/agent/{person}")
    return page.get_by_role("region", name="What they allowed" if language == "en" else "הסכמות", exact=True)


def purposes(card: Locator) -> Locator:
    return card.locator("ul").first.locator("> li")


def test_what_is_refused_stands_first_and_every_state_is_a_word_and_an_icon(page: Page, origin: Any) -> None:
    rows = purposes(look(page, origin))
    expect(rows).to_have_count(3)
    for place, (purpose, state) in enumerate(
        [("Marketing by email", "Refused"), ("Marketing by text message", "Allowed"), ("Measuring use", "Not known")]
    ):
        row = rows.nth(place)
        expect(row).to_contain_text(purpose)
        told = row.locator("[data-state]").first
        expect(told).to_have_text(state)
        expect(told.locator("svg")).to_have_count(1)
    expect(rows.nth(0)).to_contain_text("from /email/postmark")
    expect(rows.nth(2)).to_contain_text("Ask the customer")


def test_how_we_know_is_opened_by_the_keyboard_and_says_why_other_words_do_not_count(page: Page, origin: Any) -> None:
    card = look(page, origin)
    row = purposes(card).first
    expect(row.get_by_text("Please write to me no more")).to_be_hidden()
    button = card.get_by_role("button", name="How we know: Marketing by email")
    expect(button).to_have_attribute("aria-expanded", "false")
    button.focus()
    page.keyboard.press("Enter")
    expect(row.get_by_text("Please write to me no more")).to_be_visible()
    expect(row).to_contain_text("dana@oldmail.example")
    others = row.get_by_role("list", name="2 other words do not decide").get_by_role("listitem")
    expect(others.nth(0)).to_contain_text("Does not count: the customer refused under another identifier")
    expect(others.nth(0)).to_contain_text("Allowed")
    expect(others.nth(1)).to_contain_text("Does not count: something else was said later")
    page.keyboard.press("Space")
    expect(row.get_by_text("Please write to me no more")).to_be_hidden()


def test_what_was_only_claimed_says_so(page: Page, origin: Any) -> None:
    card = look(page, origin)
    card.get_by_role("button", name="How we know: Measuring use").click()
    expect(card).to_contain_text("Does not count: nobody vouches that it was the customer")


def test_who_was_never_asked_has_not_said_yes(page: Page, origin: Any) -> None:
    expect(look(page, origin, YOSSI)).to_contain_text("They were never asked. That is not a yes.")


@pytest.mark.parametrize(("language", "scheme"), [("en", "light"), ("he", "dark")])
def test_everybody_can_use_it(page: Page, origin: Any, language: str, scheme: Any) -> None:
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    card = look(page, origin, language=language)
    expect(card.get_by_role("button")).to_have_count(3)
    for button in card.get_by_role("button").all():
        button.click()
        expect(button).to_have_attribute("aria-expanded", "true")
    expect(card.get_by_text("Please write to me no more")).to_be_visible()
    assert violations(page) == []
