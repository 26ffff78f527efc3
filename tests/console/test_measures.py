import re
from typing import Any

import pytest
from accessibility import violations
from mock_measures import SNAKES, measures
from playwright.sync_api import Locator, Page, expect

from services.journey.measures.views import MeasuresView, SnakesAndLaddersView


def look(page: Page, origin: Any, language: str = "en", view: str = "") -> None:
    page.add_init_script("sessionStorage.setItem('kesher.role', 'ops')")
    page.add_init_script(f"localStorage.setItem('kesher.language', '{language}')")
    page.goto(f"{origin.url}#/measures/insurance_refund{view}")
    expect(page.get_by_role("table")).to_be_visible()


def choose(page: Page, field: str, option: str) -> None:
    page.get_by_role("combobox", name=field).click()
    page.get_by_role("option", name=option, exact=True).click()


def rows(page: Page) -> Locator:
    return page.get_by_role("table").get_by_role("row")


@pytest.mark.parametrize("by", ["stage", "day"])
def test_invented_measures_are_answered_as_real_ones(by: str) -> None:
    MeasuresView.model_validate(measures(by))
    SnakesAndLaddersView.model_validate(SNAKES)


def test_a_measure_is_told_apart_by_what_one_chooses(page: Page, origin: Any) -> None:
    look(page, origin)
    expect(rows(page).nth(1)).to_have_text(re.compile("^Approved45 s30 s2 min120$"))
    choose(page, "Told apart by", "Reason")
    expect(rows(page)).to_have_count(4)
    expect(rows(page).nth(1)).to_contain_text("none")
    choose(page, "Measure", "NPS")
    expect(rows(page).nth(3)).to_have_text("complaint-2012")
    choose(page, "Told apart by", "Campaign")
    expect(page.get_by_text("Nothing was measured in this time.")).to_be_visible()


def test_days_are_a_picture_too(page: Page, origin: Any) -> None:
    look(page, origin)
    choose(page, "Told apart by", "Day (UTC)")
    expect(page.get_by_role("img", name="Wait by day, from 45 s to 4:45 min")).to_be_visible()
    expect(rows(page).nth(1)).to_contain_text("1 Nov 2026")


def test_each_figure_opens_to_its_customers(page: Page, origin: Any) -> None:
    look(page, origin)
    choose(page, "Told apart by", "Reason")
    for place in (1, 2):
        rows(page).nth(place).get_by_role("button").focus()
        page.keyboard.press("Enter")
        expect(page.get_by_role("dialog", name=re.compile("Behind: Wait")).get_by_role("row")).to_have_count(2)
        page.keyboard.press("Escape")
    assert origin.measures.opened == [("wait", "reason", None), ("wait", "reason", "billing.refund")]


def test_snakes_and_ladders_are_told_with_counts(page: Page, origin: Any) -> None:
    look(page, origin, view="/snakes")
    names = ["Refund was sent", "Claim was granted", "We wrote an email", "Phone call"]
    expect(rows(page).get_by_role("rowheader")).to_have_text(names)
    expect(rows(page).nth(4)).to_contain_text("Snake")
    expect(rows(page).nth(4)).to_contain_text("-12 pts from 31")
    rows(page).nth(4).get_by_role("button", name="-0.3 from 140").click()
    expect(page.get_by_role("dialog", name="Behind: Progress · Phone call").get_by_role("row")).to_have_count(2)
    assert origin.measures.opened == [("progress", "touchpoint", "call.ended")]


@pytest.mark.parametrize(("language", "scheme"), [("en", "light"), ("he", "dark")])
@pytest.mark.parametrize("view", ["", "/snakes"])
def test_everybody_can_use_the_measures(page: Page, origin: Any, language: str, scheme: Any, view: str) -> None:
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    look(page, origin, language, view)
    assert violations(page) == []
    rows(page).nth(1).get_by_role("button").first.click()
    expect(page.get_by_role("dialog").get_by_role("row").first).to_be_visible()
    assert violations(page) == []
