import re
from typing import Any

import mock_maps
import pytest
from accessibility import violations
from mock_people import DANA
from playwright.sync_api import Locator, Page, expect

from services.journey.maps.views import BlueprintView, CustomerMapView, TargetMapView
from services.journey.measures.views import FactsView, MeasuresView, MetPainsView

APPROVED = 1


def look(page: Page, origin: Any, where: str, language: str = "en", role: str = "ops") -> Locator:
    page.add_init_script(f"sessionStorage.setItem('kesher.role', '{role}')")
    page.add_init_script(f"localStorage.setItem('kesher.language', '{language}')")
    page.goto(f"{origin.url}#/map/insurance_refund/{where}")
    the_map = page.get_by_role("region", name="החזר ביטוח" if language == "he" else "Insurance refund")
    expect(the_map).to_be_visible()
    return the_map


def cell(the_map: Locator, name: str, place: int = APPROVED) -> Locator:
    row = the_map.get_by_role("row").filter(has=the_map.page.get_by_role("rowheader", name=name, exact=True))
    return row.get_by_role("cell").nth(place)


def test_the_invented_maps_are_answered_as_real_ones() -> None:
    TargetMapView.model_validate(mock_maps.TARGET)
    BlueprintView.model_validate(mock_maps.BLUEPRINT)
    CustomerMapView.model_validate(mock_maps.WAY)
    MeasuresView.model_validate(mock_maps.MEASURES)
    FactsView.model_validate(mock_maps.FACTS)
    MetPainsView.model_validate(mock_maps.MET)


def test_what_should_be_stands_beside_what_is(page: Page, origin: Any) -> None:
    the_map = look(page, origin, "target")
    feeling = cell(the_map, "How they feel")
    expect(feeling).to_contain_text("Target: at least 80%")
    expect(feeling).to_contain_text("is 64% (40)")
    expect(feeling).to_contain_text("16% to go")
    expect(cell(the_map, "Wait").get_by_label("Target met")).to_be_visible()
    expect(cell(the_map, "Time in the stage")).to_contain_text("not known yet")
    expect(cell(the_map, "Got no further")).to_contain_text("is 20%")
    expect(cell(the_map, "Wait", 0)).to_have_text("\N{EN DASH}")


def test_the_blueprint_parts_what_is_seen_from_what_is_not(page: Page, origin: Any) -> None:
    the_map = look(page, origin, "blueprint")
    expect(cell(the_map, "What the customer does").get_by_role("listitem")).to_have_count(2)
    front = cell(the_map, "What they see of us")
    expect(front).to_contain_text("served 64, 6:50 min each")
    expect(front).to_contain_text("16 transfers")
    expect(front).to_contain_text("We wrote an email")
    back = cell(the_map, "What they do not see")
    expect(back).to_contain_text("70 waited, 1:35 min on average")
    expect(back).to_contain_text("Rang at an agent")
    expect(cell(the_map, "Systems")).to_contain_text("/call/genesys")
    for line in ("Line of interaction", "Line of visibility", "Line of internal interaction"):
        expect(the_map.get_by_role("cell", name=line, exact=True)).to_be_visible()


def test_the_kind_is_chosen_with_the_keyboard_and_kept_for_another_journey(page: Page, origin: Any) -> None:
    look(page, origin, "")
    page.get_by_role("radio", name="What is").focus()
    page.keyboard.press("ArrowRight")
    expect(page).to_have_url(re.compile("#/map/insurance_refund/target"))
    page.get_by_role("combobox", name="Journey", exact=True).click()
    page.get_by_role("option", name="Customer lifecycle").click()
    expect(page).to_have_url(re.compile("#/map/customer_lifecycle/target"))


def test_a_figure_opens_to_whose_it_is_and_they_to_their_way(page: Page, origin: Any) -> None:
    the_map = look(page, origin, "")
    wait = cell(the_map, "Wait")
    expect(wait).to_contain_text("half within 30 s, 9 of 10 within 2 min")
    with page.expect_request(re.compile(r"measures/wait/facts\?.*stage=approved")):
        wait.get_by_role("button", name="45 s").click()
    drawer = page.get_by_role("dialog", name="Behind: Wait · Approved")
    expect(drawer.get_by_role("row").nth(1)).to_contain_text("1:35 min")
    drawer.get_by_role("link").click()
    expect(page).to_have_url(re.compile(f"#/map/insurance_refund/customer/{DANA}/2"))
    expect(page.get_by_role("heading", name=re.compile("^One customer.s way$"))).to_be_visible()


def test_a_pain_point_opens_to_who_met_it(page: Page, origin: Any) -> None:
    the_map = look(page, origin, "")
    with page.expect_request(re.compile(r"pain-points/had_to_ask/customers\?.*stage=approved")):
        cell(the_map, "What hurts").get_by_role("button", name=re.compile("^Had to ask")).click()
    expect(page.get_by_role("dialog", name="Behind: Had to ask").get_by_role("link")).to_have_count(1)


def test_one_customers_way_is_read_in_the_order_of_time(page: Page, origin: Any) -> None:
    the_map = look(page, origin, f"customer/{DANA}", role="agent")
    stages = the_map.get_by_role("row").nth(0).get_by_role("columnheader")
    expect(stages).to_have_text(["Claim made", "Approved", "Asking where it is", "Approved"])
    expect(page.get_by_role("combobox", name="Which journey")).to_have_value("Journey 2 of 2")
    call = 3
    expect(cell(the_map, "What happened", call)).to_contain_text("Phone call")
    expect(cell(the_map, "Wait", call)).to_contain_text("5:20 min")
    expect(cell(the_map, "What hurts", call)).to_contain_text("Waited long")
    expect(cell(the_map, "Behind the scenes", call)).to_contain_text("Noa · תביעות · 3:20 min")
    expect(the_map.get_by_role("row").nth(1)).to_contain_text("25:00 h later")


@pytest.mark.parametrize("where", ["target", "blueprint", f"customer/{DANA}"])
@pytest.mark.parametrize(("language", "scheme"), [("en", "light"), ("he", "dark")])
def test_everybody_can_use_every_kind(page: Page, origin: Any, where: str, language: str, scheme: Any) -> None:
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    the_map = look(page, origin, where, language)
    assert violations(page) == []
    the_map.focus()
    expect(the_map).to_be_focused()
