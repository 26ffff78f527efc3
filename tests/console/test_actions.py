import re
from typing import Any

import pytest
from accessibility import violations
from mock_actions import DEAD, NEVER, SEND, SORRY, customers
from playwright.sync_api import Locator, Page, expect

from services.journey.actions.views import ActedOnsView, ActionView
from services.journey.webhooks.views import DeadDeliveryView


def look(page: Page, origin: Any, language: str = "en", role: str = "steward") -> None:
    page.add_init_script(f"sessionStorage.setItem('kesher.role', '{role}')")
    page.add_init_script(f"localStorage.setItem('kesher.language', '{language}')")
    page.goto(f"{origin.url}#/actions/insurance_refund")


def card(page: Page, action: dict[str, Any], language: str = "en") -> Locator:
    return page.get_by_role("article", name=action["title"][language])


def test_invented_actions_are_answered_as_real_ones() -> None:
    for action in (SEND, SORRY, NEVER):
        ActionView.model_validate(action)
    ActedOnsView.model_validate(customers())
    DeadDeliveryView.model_validate(DEAD)


def test_what_became_of_an_action_is_shown_with_how_sure_one_can_be(page: Page, origin: Any) -> None:
    look(page, origin)
    send = card(page, SEND)
    expect(send).to_contain_text("Sent1,240")
    expect(send).to_contain_text("Prevented: no consent7")
    expect(send).to_contain_text("Did they contact us within 7 d after it?")
    expect(send).to_contain_text("12% 132 of 1,100 customers")
    expect(send).to_contain_text("30% 87 of 290 customers")
    expect(send).to_contain_text("Contacts prevented: 198 (95% sure: 138.2 to 261.4)")
    expect(send).not_to_contain_text("or the opposite")
    expect(card(page, SORRY)).to_contain_text("fewer than ten customers in a group")
    expect(card(page, SORRY)).to_contain_text("No lot decided")
    expect(card(page, NEVER)).to_contain_text("Nothing has called for it")


def test_each_number_opens_to_its_customers(page: Page, origin: Any) -> None:
    look(page, origin)
    card(page, SEND).get_by_role("button", name="Prevented: cap: 12. Show whose").focus()
    page.keyboard.press("Enter")
    drawer = page.get_by_role("dialog", name="Behind: Send the refund now · Prevented: cap")
    expect(drawer.get_by_role("row")).to_have_count(3)
    expect(drawer.get_by_role("row").nth(1)).to_contain_text("yes")
    page.keyboard.press("Escape")
    expect(drawer).to_have_count(0)
    card(page, SEND).get_by_role("button", name="132 of 1,100 customers").click()
    expect(page.get_by_role("dialog").get_by_role("row")).to_have_count(3)
    assert origin.actions.opened == [("send_refund_now", "cap", False), ("send_refund_now", "requested", True)]


def test_a_webhook_that_was_given_up_is_sent_again(page: Page, origin: Any) -> None:
    look(page, origin)
    given_up = page.get_by_role("region", name="Webhooks that were given up")
    expect(given_up.get_by_role("row")).to_have_count(3)
    given_up.get_by_role("button", name="Send again: “send_refund_now”").click()
    expect(given_up.get_by_role("row")).to_have_count(2)
    expect(given_up.get_by_role("status")).to_have_text("It is being sent again.")
    assert origin.actions.replayed == [DEAD["id"]]


def test_operations_people_are_told_who_sends_again(page: Page, origin: Any) -> None:
    look(page, origin, role="ops")
    expect(page.get_by_text("Data stewards see the webhooks that failed")).to_be_visible()
    expect(page.get_by_role("region", name="Webhooks that were given up")).to_have_count(0)


def test_any_days_can_be_asked_for(page: Page, origin: Any) -> None:
    look(page, origin)
    page.get_by_role("radiogroup", name="From when").get_by_text("Dates").click()
    page.get_by_label("From this day").fill("2026-10-01")
    with page.expect_request(re.compile(r"/actions\?since=2026-(09-30|10-01)T.*&until=2026-10-(08|09)T")):
        page.get_by_label("Through this day").fill("2026-10-08")
    page.get_by_label("Through this day").fill("2026-09-08")
    expect(page.get_by_text("Ends before it begins")).to_be_visible()


def test_a_journey_without_actions_says_so(page: Page, origin: Any) -> None:
    look(page, origin)
    page.get_by_role("combobox", name="Journey", exact=True).click()
    page.get_by_role("option", name="Customer lifecycle").click()
    expect(page.get_by_role("heading", name="This journey asks for no actions")).to_be_visible()


@pytest.mark.parametrize(("language", "scheme"), [("en", "light"), ("he", "dark")])
def test_everybody_can_use_the_actions(page: Page, origin: Any, language: str, scheme: Any) -> None:
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    look(page, origin, language)
    expect(card(page, SEND, language)).to_be_visible()
    assert violations(page) == []
    card(page, SEND, language).get_by_role("button").first.click()
    expect(page.get_by_role("dialog").get_by_role("row").first).to_be_visible()
    assert violations(page) == []
