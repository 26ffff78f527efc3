import re
from typing import Any

import pytest
from accessibility import violations
from mock_plans import DEFINITION, EFFECTS, LATER, MORE_PEOPLE, TELL_THEM
from playwright.sync_api import Locator, Page, expect

from services.journey.plans.views import EffectView, PlanView
from services.journey.views import DefinitionView


def look(page: Page, origin: Any, language: str = "en", role: str = "ops", where: str = "plans") -> None:
    page.add_init_script(f"sessionStorage.setItem('kesher.role', '{role}')")
    page.add_init_script(f"localStorage.setItem('kesher.language', '{language}')")
    page.goto(f"{origin.url}#/{where}/insurance_refund")


def card(page: Page, plan: dict[str, Any]) -> Locator:
    return page.get_by_role("article", name=plan["what"])


def test_invented_plans_are_answered_as_real_ones() -> None:
    for plan in (MORE_PEOPLE, TELL_THEM, LATER):
        PlanView.model_validate(plan)
        EffectView.model_validate(EFFECTS[plan["id"]])
    DefinitionView.model_validate(DEFINITION)


def test_what_came_of_a_plan_is_shown_with_how_sure_it_is(page: Page, origin: Any) -> None:
    look(page, origin)
    plan = card(page, MORE_PEOPLE)
    expect(plan.get_by_role("img", name=re.compile("31% before and 14% since then.*target 20%"))).to_be_visible()
    expect(plan).to_contain_text("Better")
    expect(plan).to_contain_text("Target met")
    expect(plan).to_contain_text("Waited long · Approved")
    expect(plan).to_contain_text("95% sure: -22.6 pts to -11 pts")
    expect(plan).to_contain_text("383 from 371 customers")
    plan.get_by_text("What this does not prove").click()
    expect(plan.get_by_role("listitem")).to_have_count(4)
    few = card(page, TELL_THEM)
    expect(few).to_contain_text("No difference can be told yet")
    expect(few).to_contain_text("Target: cannot be told yet")
    expect(card(page, LATER)).to_contain_text("It has not begun yet.")


def test_a_plan_is_made_from_a_pain_point_on_the_map(page: Page, origin: Any) -> None:
    look(page, origin, where="map")
    page.get_by_role("button", name="Act on “Had to ask”").click()
    form = page.get_by_role("dialog", name="Plan something")
    expect(form.get_by_role("combobox", name="About")).to_have_value("Pain point: Had to ask")
    expect(form.get_by_role("combobox", name="Stage")).to_have_value("Approved")
    form.get_by_role("button", name="Save").click()
    expect(form.get_by_text("Fill this in.")).to_have_count(3)
    form.get_by_label("What is done").fill("Write to them first")
    form.get_by_label("Who sees to it").fill("Dan")
    form.get_by_label("In percent").fill("12.5")
    form.get_by_label(re.compile("^From")).fill("2026-11-01")
    form.get_by_role("button", name="Save").click()
    expect(page).to_have_url(re.compile("#/plans/insurance_refund"))
    expect(page.get_by_role("article", name="Write to them first")).to_contain_text("Too early")
    (written,) = origin.plans.written
    told = {name: written[name] for name in ("pain_point", "stage", "owner", "target", "until")}
    assert told == {
        "pain_point": "had_to_ask",
        "stage": "approved",
        "owner": "Dan",
        "target": {"at_most": 0.125},
        "until": None,
    }


def test_a_refusal_stands_at_its_field(page: Page, origin: Any) -> None:
    look(page, origin)
    page.get_by_role("button", name="Change the plan “Two more people at the desk on Mondays”").click()
    form = page.get_by_role("dialog", name="Change a plan")
    expect(form.get_by_label("In percent")).to_have_value("20")
    form.get_by_label("In percent").fill("200")
    form.get_by_role("button", name="Save").click()
    expect(form.get_by_text("lies outside of 0 to 1 share")).to_be_visible()
    form.get_by_label("In percent").fill("15")
    form.get_by_role("button", name="Save").click()
    expect(form).not_to_be_visible()
    assert [(one["target"], one["revision"]) for one in origin.plans.written] == [
        ({"at_most": 2}, 2),
        ({"at_most": 0.15}, 2),
    ]


def test_a_plan_is_dropped_on_a_second_word(page: Page, origin: Any) -> None:
    look(page, origin)
    plan = card(page, LATER)
    plan.get_by_role("button", name="Drop the plan “Call back”").click()
    page.keyboard.press("Enter")
    expect(plan).to_have_count(0)
    assert LATER["id"] not in origin.plans.plans


def test_agents_are_told_whose_page_it_is(page: Page, origin: Any) -> None:
    look(page, origin, role="agent")
    expect(page.get_by_role("alert")).to_contain_text("This page is for")
    expect(page.get_by_role("navigation").get_by_role("link", name="Plans")).to_have_count(0)


@pytest.mark.parametrize(("language", "scheme"), [("en", "light"), ("he", "dark")])
def test_everybody_can_use_the_plans(page: Page, origin: Any, language: str, scheme: Any) -> None:
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    look(page, origin, language)
    expect(card(page, MORE_PEOPLE).get_by_role("img")).to_be_visible()
    assert violations(page) == []
    page.get_by_role("button", name="תוכנית חדשה" if language == "he" else "Plan something").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    assert violations(page) == []


def test_the_picture_grows_from_the_right_in_hebrew(page: Page, origin: Any) -> None:
    look(page, origin, "he")
    picture = card(page, MORE_PEOPLE).get_by_role("img")
    expect(picture).to_be_visible()
    before, after = picture.locator("[class*=point]").all()
    there, now = before.bounding_box(), after.bounding_box()
    assert there
    assert now
    assert there["x"] < now["x"]
