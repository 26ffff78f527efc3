"""Numbers that open, and the keyboard and both directions of reading with them."""

import re
from typing import Any

import mock_counted
import pytest
from accessibility import violations
from mock_people import DANA
from playwright.sync_api import Locator, Page, expect

from services.journey.counted.views import CountedJourneysView, CountedStepsView
from services.journey.plans.views import PlanFactsView
from services.journey.versions.views import VersionsView


def look(page: Page, origin: Any, where: str, language: str = "en", role: str = "ops") -> Page:
    page.add_init_script(f"sessionStorage.setItem('kesher.role', '{role}')")
    page.add_init_script(f"localStorage.setItem('kesher.language', '{language}')")
    page.goto(f"{origin.url}#/{where}")
    return page


def cell(page: Page, name: str, place: int = 1) -> Locator:
    row = page.get_by_role("row").filter(has=page.get_by_role("rowheader", name=name, exact=True))
    return row.get_by_role("cell").nth(place)


def opens(page: Page, button: Locator, asks: str, title: str) -> Locator:
    """With the keyboard: what it asks for, and the drawer that then stands open."""
    button.focus()
    with page.expect_request(re.compile(asks)):
        page.keyboard.press("Enter")
    drawer = page.get_by_role("dialog", name=f"Behind: {title}")
    expect(drawer.get_by_role("link")).to_have_count(1)
    return drawer


def test_the_invented_lists_are_answered_as_real_ones() -> None:
    CountedJourneysView.model_validate(mock_counted.JOURNEYS)
    CountedStepsView.model_validate(mock_counted.STEPS)
    PlanFactsView.model_validate(mock_counted.PLAN_FACTS)
    VersionsView.model_validate(mock_counted.VERSIONS)


@pytest.mark.parametrize(
    ("name", "button", "asks", "title"),
    [
        ("Customers", r"^80$", r"funnel/approved/customers\?.*count=entered", "Were in Approved"),
        ("Customers", r"here now$", r"funnel/approved/customers\?.*count=now", "Are in Approved now"),
        (
            "Customers",
            r"no further$",
            r"approved/customers\?.*count=abandoned",
            "Got no further than Approved",
        ),
        ("How they feel", r"^64%$", r"measures/emotion/facts\?.*stage=approved", "Satisfaction · Approved"),
        ("Behind the scenes", r"each$", r"measures/handle/facts\?.*stage=approved", "Time served · Approved"),
        (
            "What they do",
            r"^70$",
            r"measures/effort/facts\?.*stage=approved&touchpoint=call.ended&channel=call",
            "Phone call · Approved",
        ),
    ],
)
def test_numbers_of_the_map_open(page: Page, origin: Any, name: str, button: str, asks: str, title: str) -> None:
    there = cell(look(page, origin, "map/insurance_refund"), name)
    opens(page, there.get_by_role("button", name=re.compile(button)), asks, title)


@pytest.mark.parametrize(
    ("kind", "name", "button", "asks", "title"),
    [
        ("target", "Wait", r"^is ", r"measures/wait/facts\?.*stage=approved", "Wait · Approved"),
        (
            "target",
            "Got no further",
            r"^is ",
            r"approved/customers\?.*count=reached",
            "Reached Approved or later",
        ),
        (
            "blueprint",
            "What they see of us",
            r"^served 64",
            r"measures/handle/facts\?.*queue=",
            "Time served · Approved",
        ),
        ("blueprint", "Systems", r"^79$", r"measures/effort/facts\?.*system=", "/call/genesys · Approved"),
    ],
)
def test_numbers_of_the_other_maps_open(
    page: Page, origin: Any, kind: str, name: str, button: str, asks: str, title: str
) -> None:
    there = cell(look(page, origin, f"map/insurance_refund/{kind}"), name)
    opens(page, there.get_by_role("button", name=re.compile(button)).first, asks, title)


def test_numbers_of_the_live_page_open_for_whom_and_when_they_are_of(page: Page, origin: Any) -> None:
    look(page, origin, "live/insurance_refund")
    funnel = page.get_by_role("region", name="How far they got")
    now = funnel.get_by_role("listitem").filter(has_text="Approved").get_by_role("button", name=re.compile("here now$"))
    page.get_by_role("radiogroup", name="From when").get_by_text("7 days").click()
    drawer = opens(page, now, r"funnel/approved/customers\?since=.*count=now", "Are in Approved now")
    expect(drawer.get_by_role("row").nth(1)).to_contain_text("abandoned")
    page.keyboard.press("Escape")
    moved = page.get_by_role("region", name="How they moved")
    moved.get_by_text("The same as a table").click()
    link = moved.get_by_role("row").filter(has_text="Start").get_by_role("button")
    opens(page, link, r"flow/customers\?since=.*to=submitted", "From Start to Claim made").press("Escape")
    node = moved.get_by_role("row").filter(has_text="Anywhere").nth(1).get_by_role("button")
    opens(page, node, r"flow/approved/customers", "Came to Approved")


SEGMENT_CHOSEN = [
    ("en", "Whose journeys", "High value", "How far they got", r"here now$"),
    ("he", "של מי", "לקוח חשוב", "עד לאן הגיעו", r"כאן עכשיו$"),
]


@pytest.mark.parametrize(("language", "whose", "segment", "funnel", "now"), SEGMENT_CHOSEN)
def test_numbers_of_the_live_page_open_to_the_segment_that_is_chosen_by_keyboard(
    page: Page, origin: Any, language: str, whose: str, segment: str, funnel: str, now: str
) -> None:
    look(page, origin, "live/insurance_refund", language)
    page.get_by_role("combobox", name=whose).focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    with page.expect_response(re.compile(r"/funnel\?segment=high_value")):
        page.keyboard.press("Enter")
    expect(page.get_by_role("combobox", name=whose)).to_have_value(segment)
    opens_to = page.get_by_role("region", name=funnel).get_by_role("button", name=re.compile(now)).first
    opens_to.focus()
    with page.expect_request(re.compile(r"/funnel/\w+/customers\?segment=high_value&")):
        page.keyboard.press("Enter")
    expect(page.get_by_role("dialog").get_by_role("link")).to_have_count(1)


def test_figures_before_and_after_open(page: Page, origin: Any) -> None:
    look(page, origin, "plans/insurance_refund")
    before = page.get_by_role("button", name=re.compile(r"from \d+ customers$")).first
    drawer = opens(page, before, r"/effect/before/facts\?as_of=", "Before")
    drawer.get_by_role("link").click()
    expect(page).to_have_url(re.compile(f"#/map/insurance_refund/customer/{DANA}/2"))


def test_an_earlier_journey_of_a_customer_is_chosen(page: Page, origin: Any) -> None:
    look(page, origin, f"map/insurance_refund/customer/{DANA}", role="agent")
    page.get_by_role("combobox", name="Which journey").click()
    with page.expect_request(re.compile(r"/map\?number=1")):
        page.get_by_role("option", name="Journey 1 of 2").click()
    expect(page).to_have_url(re.compile(f"customer/{DANA}/1$"))


def test_versions_of_the_definition_are_listed(page: Page, origin: Any) -> None:
    look(page, origin, "map/insurance_refund")
    page.get_by_text(re.compile("^Version 3 since")).click()
    expect(page.get_by_role("row").filter(has_text="pain_points.long_wait")).to_contain_text("stages.approved.expected")


@pytest.mark.parametrize("where", ["live/insurance_refund", "plans/insurance_refund", "map/insurance_refund"])
@pytest.mark.parametrize(("language", "scheme"), [("en", "light"), ("he", "dark")])
def test_everybody_can_use_what_opens(page: Page, origin: Any, where: str, language: str, scheme: Any) -> None:
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    look(page, origin, where, language)
    expect(page.locator("button[title]").first).to_be_visible()
    page.locator("details > summary").last.click()
    assert violations(page) == []
