import re
from typing import Any

import pytest
from accessibility import violations
from mock_alerts import CLOSED, OPEN
from playwright.sync_api import Locator, Page, expect

from services.journey.alerts.views import AlertView


def look(page: Page, origin: Any, language: str = "en", where: str = "/alerts") -> None:
    page.add_init_script("sessionStorage.setItem('kesher.role', 'ops')")
    page.add_init_script(f"localStorage.setItem('kesher.language', '{language}')")
    page.goto(f"{origin.url}#/live/insurance_refund{where}")


def rows(page: Page) -> Locator:
    return page.get_by_role("table").get_by_role("row")


def test_invented_alerts_are_answered_as_real_ones() -> None:
    for alert in (*OPEN, CLOSED):
        AlertView.model_validate(alert)


def test_alerts_of_before_stand_beside_what_was_usual(page: Page, origin: Any) -> None:
    look(page, origin)
    expect(rows(page)).to_have_count(4)
    expect(rows(page).nth(1)).to_contain_text("still open")
    closed = rows(page).nth(3)
    expect(closed.get_by_role("rowheader")).to_have_text(re.compile("^Few get their money"))
    expect(closed.get_by_role("cell").nth(0)).to_contain_text("2")
    expect(closed.get_by_role("cell").nth(1)).to_have_text("196.3 to 38 is not far")
    expect(closed.get_by_role("cell").nth(4)).to_have_text("3:00 h")


def test_open_and_closed_ones_are_told_apart(page: Page, origin: Any) -> None:
    look(page, origin)
    chosen = page.get_by_role("radiogroup", name="Which alerts")
    chosen.get_by_text("Closed").click()
    expect(rows(page)).to_have_count(2)
    chosen.get_by_text("Open").click()
    expect(rows(page)).to_have_count(3)


def test_an_alert_opens_to_its_customers_and_how_the_measure_went(page: Page, origin: Any) -> None:
    look(page, origin)
    page.get_by_role("button", name="Few get their money: 2. Show who is behind it").focus()
    page.keyboard.press("Enter")
    drawer = page.get_by_role("dialog", name="Behind: Few get their money")
    expect(drawer.get_by_role("img", name="Few get their money: 2 then, usually 19")).to_be_visible()
    expect(drawer.get_by_role("row")).to_have_count(2)


def test_the_live_page_leads_to_all_of_them(page: Page, origin: Any) -> None:
    look(page, origin, where="")
    page.get_by_role("link", name="All alerts").click()
    expect(page.get_by_role("heading", name="Alerts, now and before")).to_be_visible()
    page.get_by_role("combobox", name="Journey", exact=True).click()
    page.get_by_role("option", name="Customer lifecycle").click()
    expect(page.get_by_role("heading", name="No alerts in this time")).to_be_visible()


@pytest.mark.parametrize(("language", "scheme"), [("en", "light"), ("he", "dark")])
def test_everybody_can_use_the_history(page: Page, origin: Any, language: str, scheme: Any) -> None:
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    look(page, origin, language)
    expect(rows(page)).to_have_count(4)
    assert violations(page) == []
    rows(page).nth(3).get_by_role("button").click()
    expect(page.get_by_role("dialog").get_by_role("row").first).to_be_visible()
    assert violations(page) == []
