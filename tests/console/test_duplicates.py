"""Possible duplicates as stewards see them: in a real browser, against invented people."""

import re
from typing import Any

import mock_people as people
import pytest
from accessibility import violations
from mock_duplicates import DANI, LINES, MockDuplicates
from playwright.sync_api import Locator, Page, expect

from services.profile.duplicates.views import DuplicatesAnswer, LikelyPairAnswer

pytestmark = pytest.mark.browser
expect.set_options(timeout=30_000)


def look(page: Page, origin: Any, role: str = "steward") -> Locator:
    page.add_init_script(f"sessionStorage.setItem('kesher.role', '{role}')")
    page.goto(f"{origin.url}#/duplicates")
    return page.get_by_role("main")


def press(page: Page, button: Locator) -> None:
    """As somebody without a mouse does."""
    button.focus()
    page.keyboard.press("Enter")


def test_the_likeliest_stand_first_and_the_rest_on_demand(page: Page, origin: Any) -> None:
    main = look(page, origin)
    pairs = main.locator("ul > li")
    expect(pairs).to_have_count(1)
    expect(pairs.first).to_contain_text("One person with a probability of 99.3%")
    expect(pairs.first).to_contain_text("dana.cohen@example.org")
    press(page, main.get_by_role("button", name="Show more"))
    expect(pairs).to_have_count(2)
    expect(pairs.nth(1)).to_contain_text("21%")
    pairs.first.get_by_role("link", name="Dana Cohen").click()
    expect(page).to_have_url(re.compile(f"#/agent/{DANI}$"))


def test_what_speaks_for_it_and_against_it_adds_up(page: Page, origin: Any) -> None:
    main = look(page, origin)
    press(page, main.get_by_role("button", name="What speaks for it?"))
    table = main.get_by_role("table")
    rows = table.locator("tbody tr")
    expect(rows).to_have_count(len(LINES))
    expect(rows.first).to_contain_text("Birth date")
    expect(rows.first).to_contain_text("swapped")
    expect(rows.first).to_contain_text("+8.4")
    expect(table.locator("[data-side=against]")).to_have_count(2)
    expect(table.locator("tfoot")).to_contain_text("+19.0")
    longest, shortest = (rows.nth(n).locator("[data-side]").bounding_box() for n in (0, 5))
    assert longest
    assert shortest
    assert longest["width"] / shortest["width"] == pytest.approx(8.4 / 0.8, rel=0.1)
    press(page, main.get_by_role("button", name="Hide"))
    expect(table).to_have_count(0)


def test_two_people_by_the_keyboard_alone(page: Page, origin: Any) -> None:
    main = look(page, origin)
    press(page, main.get_by_role("button", name="Two people"))
    dialog = page.get_by_role("dialog", name="These are two people")
    expect(dialog).to_contain_text("dana.cohen@example.org")
    expect(dialog).to_contain_text("C-100482")
    expect(dialog.get_by_label("Reason")).to_be_focused()
    page.keyboard.type("Another Dana.")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(dialog.get_by_role("heading", level=3)).to_be_focused()
    dialog.get_by_role("button", name="Confirm").click()
    expect(main.get_by_text("Done: these are two people now.")).to_be_visible()
    expect(main.get_by_text("99.3%")).to_have_count(0)
    expect(main.locator("ul > li")).to_have_count(1)


def test_same_person_says_so_of_their_strongest_identifiers(page: Page, origin: Any) -> None:
    main = look(page, origin)
    press(page, main.get_by_role("button", name="Same person"))
    dialog = page.get_by_role("dialog", name="This is the same person")
    expect(dialog).to_contain_text("dana.cohen@example.org")
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(main.locator("ul > li")).to_have_count(1)


def test_nobody_left_says_so(page: Page, origin: Any) -> None:
    origin.duplicates.pairs.clear()
    expect(look(page, origin).get_by_role("status").filter(has_text="No possible duplicates")).to_be_visible()


def test_others_are_told_who_may(page: Page, origin: Any) -> None:
    main = look(page, origin, "agent")
    expect(main.get_by_role("alert")).to_contain_text("This needs another role")
    expect(page.get_by_role("navigation").get_by_role("link", name="Duplicates")).to_have_count(0)
    main.get_by_role("button", name="Work as Data steward").click()
    expect(main.locator("ul > li")).to_have_count(1)
    expect(page.get_by_role("navigation").get_by_role("link", name="Duplicates")).to_be_visible()


@pytest.mark.parametrize(("language", "scheme"), [("en", "light"), ("he", "dark")])
def test_everybody_can_use_it(page: Page, origin: Any, language: str, scheme: Any) -> None:
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    page.add_init_script(f"localStorage.setItem('kesher.language', '{language}')")
    main = look(page, origin)
    main.get_by_role("button", name="What speaks for it?" if language == "en" else "מה תומך בזה?").click()
    expect(main.get_by_role("table")).to_be_visible()
    assert violations(page) == []
    page.set_viewport_size({"width": 390, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_invented_answers_are_like_real_ones(origin: Any) -> None:
    mock: MockDuplicates = origin.duplicates
    assert DuplicatesAnswer.model_validate(mock.queue(None)).items
    answer = LikelyPairAnswer.model_validate(mock.pair(DANI, people.DANA))
    assert sum(line.bits for line in answer.lines) == pytest.approx(answer.weight)
