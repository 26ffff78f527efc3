import re
from typing import Any

import mock_alerts
import pytest
from accessibility import violations
from mock_people import DANA
from playwright.sync_api import Page, expect

from services.journey.alerts.views import AlertDetailView, AlertsView, BehindsView


def look(page: Page, origin: Any, language: str = "en", journey: str = "insurance_refund") -> None:
    page.add_init_script("sessionStorage.setItem('kesher.role', 'ops')")
    page.add_init_script(f"localStorage.setItem('kesher.language', '{language}')")
    page.emulate_media(reduced_motion="reduce")
    page.goto(f"{origin.url}#/live/{journey}")


def test_the_invented_alerts_are_answered_as_real_ones() -> None:
    AlertsView.model_validate(mock_alerts.alerts("insurance_refund"))
    AlertDetailView.model_validate(mock_alerts.alert(mock_alerts.MANY))
    BehindsView.model_validate(mock_alerts.customers())


def test_open_alerts_say_what_is_and_what_is_usual(page: Page, origin: Any) -> None:
    look(page, origin)
    alerts = page.get_by_role("region", name="Out of the ordinary").get_by_role("listitem")
    expect(alerts).to_have_count(2)
    expect(alerts.first).to_contain_text("Many ask where it is")
    expect(alerts.first).to_contain_text("Asking where it is · who comes · since")
    expect(alerts.first).to_contain_text(re.compile("44.8 customers in 1:00 h, usually 14"))
    expect(alerts.first.get_by_role("img", name=re.compile("44.8 now, usually 14"))).to_be_visible()
    expect(alerts.nth(1)).to_contain_text(re.compile("1:36 h on average"))
    status = page.get_by_role("status").filter(has_text="out of the ordinary")
    expect(status).to_have_text("2 out of the ordinary: Many ask where it is, It takes long")


def test_an_alert_opens_to_its_customers_by_keyboard(page: Page, origin: Any) -> None:
    look(page, origin)
    more = page.get_by_role("button", name="Customers behind Many ask where it is")
    expect(more).to_have_attribute("aria-expanded", "false")
    more.focus()
    page.keyboard.press("Enter")
    expect(more).to_have_attribute("aria-expanded", "true")
    customer = page.get_by_role("link", name=f"Customer …{DANA[-6:]}")
    expect(customer).to_have_attribute("href", re.compile(DANA))
    page.keyboard.press("Enter")
    expect(customer).to_have_count(0)


def test_where_nothing_is_wrong_nothing_is_shown(page: Page, origin: Any) -> None:
    look(page, origin, journey="customer_lifecycle")
    expect(page.get_by_role("status").filter(has_text="No stage is out of the ordinary")).to_have_count(1)
    expect(page.get_by_role("region", name="Out of the ordinary")).to_have_count(0)


@pytest.mark.parametrize(("language", "scheme"), [("en", "light"), ("he", "dark")])
def test_everybody_can_use_alerts(page: Page, origin: Any, language: str, scheme: Any) -> None:
    look(page, origin, language)
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    name = "חריג מהרגיל" if language == "he" else "Out of the ordinary"
    region = page.get_by_role("region", name=name)
    expect(region.get_by_role("img")).to_have_count(2)
    region.get_by_role("button").first.click()
    expect(region.get_by_role("link")).to_have_count(1)
    assert violations(page) == []
