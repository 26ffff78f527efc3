import re
from typing import Any

import pytest
from accessibility import violations
from mock_map import journey_map
from playwright.sync_api import Locator, Page, expect

from services.journey.measures.map_views import MapView


def look(page: Page, origin: Any, language: str = "en") -> Locator:
    page.add_init_script("sessionStorage.setItem('kesher.role', 'ops')")
    page.add_init_script(f"localStorage.setItem('kesher.language', '{language}')")
    page.goto(f"{origin.url}#/map/insurance_refund")
    the_map = page.get_by_role("region", name="החזר ביטוח" if language == "he" else "Insurance refund")
    expect(the_map).to_be_visible()
    return the_map


def row(the_map: Locator, name: str) -> Locator:
    return the_map.get_by_role("row").filter(has=the_map.page.get_by_role("rowheader", name=name, exact=True))


def test_the_invented_map_is_answered_as_a_real_one() -> None:
    MapView.model_validate(journey_map("insurance_refund"))


def test_each_stage_says_how_it_is_and_how_it_should_be(page: Page, origin: Any) -> None:
    the_map = look(page, origin)
    approved = 1
    expect(row(the_map, "How they feel").get_by_role("cell").nth(approved)).to_contain_text("64%")
    expect(row(the_map, "How they feel").get_by_role("cell").nth(approved)).to_contain_text("target 80%")
    expect(row(the_map, "How they feel").get_by_role("cell").nth(0)).to_have_text("nobody said")
    customers = row(the_map, "Customers").get_by_role("cell").nth(approved)
    expect(customers).to_contain_text("80")
    expect(customers).to_contain_text("12 here now")
    expect(customers.get_by_label("Target missed")).to_be_visible()
    expect(row(the_map, "Wait").get_by_role("cell").nth(approved).get_by_label("Target met")).to_be_visible()
    stay = row(the_map, "Time in the stage").get_by_role("cell").nth(approved)
    expect(stay).to_contain_text("3 d")
    expect(stay.get_by_label("Target missed")).to_be_visible()
    touchpoints = row(the_map, "What they do").get_by_role("cell").nth(approved)
    expect(touchpoints.get_by_role("listitem").first).to_have_text(re.compile("Phone call70"))
    expect(touchpoints.get_by_role("listitem")).to_have_count(6)
    pains = row(the_map, "What hurts").get_by_role("cell").nth(approved).get_by_role("listitem")
    expect(pains).to_have_text([re.compile(r"^Had to ask 9\W$"), re.compile(r"^Waited long 3\W$")])
    expect(row(the_map, "Behind the scenes").get_by_role("cell").nth(approved)).to_contain_text("6:50 min each")
    expect(the_map.get_by_role("columnheader", name=re.compile("Approved Moment of truth"))).to_be_visible()


def test_what_happens_seldom_is_shown_and_opens_too(page: Page, origin: Any) -> None:
    the_map = look(page, origin)
    touchpoints = row(the_map, "What they do").get_by_role("cell").nth(1)
    more = touchpoints.get_by_role("button", name="and 2 more")
    more.focus()
    page.keyboard.press("Enter")
    expect(touchpoints.get_by_role("listitem")).to_have_count(8)
    with page.expect_request(re.compile(r"/facts\?.*touchpoint=custom.step6")):
        touchpoints.get_by_role("listitem").last.get_by_role("button").click()
    page.keyboard.press("Escape")
    touchpoints.get_by_role("button", name="show fewer").click()
    expect(touchpoints.get_by_role("listitem")).to_have_count(6)


def test_a_window_is_asked_for(page: Page, origin: Any) -> None:
    look(page, origin)
    with page.expect_request(re.compile(r"/v1/journeys/insurance_refund/map\?since=")):
        page.get_by_role("radiogroup", name="From when").get_by_text("7 days").click()


@pytest.mark.parametrize("kind", ["current", "target", "blueprint"])
def test_a_segment_is_asked_for(page: Page, origin: Any, kind: str) -> None:
    look(page, origin)
    page.goto(f"{origin.url}#/map/insurance_refund/{kind}")
    page.get_by_role("combobox", name="Whose journeys").click()
    path = "map" if kind == "current" else f"map/{kind}"
    with page.expect_request(re.compile(rf"/v1/journeys/insurance_refund/{path}\?segment=")):
        page.get_by_role("option").nth(1).click()


def test_what_is_behind_a_figure_is_of_the_segment(page: Page, origin: Any) -> None:
    the_map = look(page, origin)
    page.get_by_role("combobox", name="Whose journeys").click()
    page.get_by_role("option").nth(1).click()
    expect(the_map).not_to_contain_text("half within")
    with page.expect_request(re.compile(r"/pain-points/had_to_ask/customers\?segment=.*&stage=approved")):
        the_map.get_by_role("button", name="Had to ask").first.click()


def test_another_journey_is_chosen(page: Page, origin: Any) -> None:
    look(page, origin)
    page.get_by_role("combobox", name="Journey", exact=True).click()
    with page.expect_request(re.compile("/v1/journeys/customer_lifecycle/map")):
        page.get_by_role("option", name="Customer lifecycle").click()
    expect(page).to_have_url(re.compile("#/map/customer_lifecycle"))


@pytest.mark.parametrize(("language", "scheme"), [("en", "light"), ("he", "dark")])
def test_everybody_can_use_the_map(page: Page, origin: Any, language: str, scheme: Any) -> None:
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    the_map = look(page, origin, language)
    assert violations(page) == []
    the_map.focus()
    expect(the_map).to_be_focused()


def test_the_curve_reads_from_the_right_in_hebrew(page: Page, origin: Any) -> None:
    look(page, origin, "he")
    first, last = (page.get_by_role("columnheader").nth(place).bounding_box() for place in (0, -1))
    assert first
    assert last
    assert first["x"] > last["x"]
    mirrored = page.locator("td svg[preserveAspectRatio=none]").first.evaluate("e => getComputedStyle(e).transform")
    assert mirrored == "matrix(-1, 0, 0, 1, 0, 0)"
