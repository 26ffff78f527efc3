"""The console in a real browser, against invented people."""

import re
from pathlib import Path
from typing import Any

import pytest
from accessibility import violations
from mock_origin import VALUED
from mock_people import DANA, NAMES, OLD_DANA, SHARED_PHONE, YOSSI
from playwright.sync_api import Page, expect

from schemas.catalogue import INTERACTION_TYPES

CONSOLE = Path(__file__).parents[2] / "services/console"

pytestmark = pytest.mark.browser
expect.set_options(timeout=30_000)


def find(page: Page, origin: Any, value: str) -> None:
    page.goto(origin.url)
    page.get_by_label("Find a customer").fill(value)
    page.keyboard.press("Enter")


def work_as(page: Page, role: str) -> None:
    page.add_init_script(f"sessionStorage.setItem('kesher.role', '{role}')")


def test_what_was_searched_for_never_stands_in_an_address(page: Page, origin: Any) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    find(page, origin, SHARED_PHONE)
    expect(page.get_by_role("heading", level=1)).to_have_text(NAMES[DANA])
    expect(page).to_have_url(re.compile(f"#/agent/{DANA}$"))
    assert asked
    assert not [url for url in asked if "541234567" in url]


def test_doubt_is_read_before_the_name(page: Page, origin: Any) -> None:
    find(page, origin, SHARED_PHONE)
    doubt = page.get_by_role("alert")
    expect(doubt).to_contain_text("Make sure this is the right person")
    expect(doubt).to_contain_text("Customer number")
    above = doubt.bounding_box()
    name = page.get_by_role("heading", level=1).bounding_box()
    assert above
    assert name
    assert above["y"] + above["height"] <= name["y"]
    doubt.get_by_role("link", name="Look at this one").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(NAMES[YOSSI])


def test_a_certain_identifier_raises_no_doubt(page: Page, origin: Any) -> None:
    find(page, origin, "C-100482")
    expect(page.get_by_role("heading", level=1)).to_have_text(NAMES[DANA])
    expect(page.get_by_role("alert")).to_have_count(0)


def test_a_name_is_never_opened_without_choosing(page: Page, origin: Any) -> None:
    find(page, origin, "yossi")
    expect(page.get_by_text("Possible customers: ")).to_be_visible()
    expect(page).to_have_url(re.compile("#/agent$"))
    page.get_by_role("button", name=NAMES[YOSSI]).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(NAMES[YOSSI])


def test_a_new_search_takes_the_old_person_off_the_screen(page: Page, origin: Any) -> None:
    find(page, origin, "C-100482")
    expect(page.get_by_role("heading", level=1, name=NAMES[DANA])).to_be_focused()
    page.keyboard.press("/")
    expect(page.get_by_label("Find a customer")).to_be_focused()
    page.keyboard.type("nobody@example.com")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Nobody is known by this: Email")).to_be_visible()
    expect(page.get_by_text(NAMES[DANA])).to_have_count(0)
    page.get_by_role("button", name="Customer number").click()
    expect(page.get_by_text("Nobody is known by this: Customer number")).to_be_visible()
    assert origin.asked == ["customer_id", "email", "customer_id"]


def test_the_guess_can_be_overruled(page: Page, origin: Any) -> None:
    page.goto(origin.url)
    page.get_by_label("Find a customer").fill("0541234567")
    page.get_by_role("button", name="Search as Phone").click()
    page.get_by_role("menuitem", name="Loyalty number").click()
    page.get_by_role("button", name="Find", exact=True).click()
    expect(page.get_by_text("Nobody is known by this: Loyalty number")).to_be_visible()


def test_the_timeline_goes_back_to_the_beginning(page: Page, origin: Any) -> None:
    page.goto(f"{origin.url}#/agent/{DANA}")
    articles = page.get_by_role("article")
    expect(articles.first).to_contain_text("Customer wrote in chat")
    end = page.get_by_text("This is where it began.")
    for _ in range(20):
        page.mouse.wheel(0, 4_000)
        if end.is_visible():
            break
        page.wait_for_timeout(100)
    expect(end).to_be_visible()
    expect(articles).to_have_count(64)


def test_the_timeline_by_channel(page: Page, origin: Any) -> None:
    page.goto(f"{origin.url}#/agent/{DANA}")
    page.get_by_role("radiogroup").get_by_text("Call").click()
    expect(page.get_by_role("article")).to_have_count(2)
    expect(page.get_by_role("article").first).to_contain_text("waited 3:33 min")


def test_an_old_address_leads_to_the_person_of_now(page: Page, origin: Any) -> None:
    page.goto(f"{origin.url}#/agent/{OLD_DANA}")
    expect(page).to_have_url(re.compile(f"#/agent/{DANA}$"))
    expect(page.get_by_text("older record")).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_have_text(NAMES[DANA])


def test_an_address_as_one_types_it(page: Page, origin: Any) -> None:
    page.goto(f"{origin.url}agent/{DANA}")
    expect(page.get_by_role("heading", level=1)).to_have_text(NAMES[DANA])
    expect(page).to_have_url(f"{origin.url}#/agent/{DANA}")


def test_who_was_kept_apart_is_one_step_away(page: Page, origin: Any) -> None:
    page.goto(f"{origin.url}#/agent/{DANA}")
    page.get_by_role("link", name="The other person").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(NAMES[YOSSI])


def test_a_refusal_says_which_role_is_needed(page: Page, origin: Any) -> None:
    page.goto(f"{origin.url}#/agent/{DANA}")
    expect(page.get_by_role("heading", level=1)).to_have_text(NAMES[DANA])
    page.get_by_role("button", name="Working as").click()
    page.get_by_role("menuitem", name="Operations").click()
    expect(page.get_by_text("This page is for: Agent")).to_be_visible()
    expect(page.get_by_text(NAMES[DANA])).to_have_count(0)
    page.get_by_role("button", name="Work as Agent").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(NAMES[DANA])


def test_the_live_page_takes_up_again_where_it_was(page: Page, origin: Any) -> None:
    work_as(page, "ops")
    page.goto(f"{origin.url}#/live/insurance_refund")
    connection = page.locator("[data-connection]")
    expect(connection).to_have_attribute("data-connection", "live")
    expect(page.get_by_text("correction").first).to_be_visible()
    expect(page.locator("[data-stage=waiting]")).to_have_text(re.compile(r"\d+"))
    origin.cut()
    expect(connection).to_have_attribute("data-connection", "resumed")
    assert len(origin.resumed_from) == 1
    assert origin.resumed_from[0].startswith("e-")


def test_the_live_page_tells_what_time_did(page: Page, origin: Any) -> None:
    work_as(page, "ops")
    page.goto(f"{origin.url}#/live/insurance_refund")
    for told in ("overdue", "stalled", "abandoned", "taken back"):
        expect(page.get_by_text(told, exact=True).first).to_be_visible()


def test_one_segment_is_followed(page: Page, origin: Any) -> None:
    work_as(page, "ops")
    page.goto(f"{origin.url}#/live/insurance_refund")
    moves = page.locator("section", has=page.get_by_role("heading", name="Just now")).get_by_role("listitem")
    expect(moves.nth(3)).to_be_visible()
    page.get_by_role("combobox", name="Whose journeys").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    with (
        page.expect_request(lambda request: "/funnel?segment=high_value" in request.url),
        page.expect_request(lambda request: "/flow?segment=high_value" in request.url),
    ):
        page.keyboard.press("Enter")
    expect(page.get_by_role("combobox", name="Whose journeys")).to_have_value("High value")
    expect(moves.nth(1)).to_be_visible()
    customers = [int(moved.get_attribute("href").split("-")[1], 16) for moved in moves.get_by_role("link").all()]
    assert {number % VALUED for number in customers} == {0}


def test_figures_are_asked_for_a_window(page: Page, origin: Any) -> None:
    work_as(page, "ops")
    page.goto(f"{origin.url}#/live/insurance_refund")
    with page.expect_request(lambda request: "/flow?since=" in request.url):
        page.get_by_text("7 days", exact=True).click()


def test_counts_follow_the_movements(page: Page, origin: Any) -> None:
    work_as(page, "ops")
    page.goto(f"{origin.url}#/live/insurance_refund")
    approved = page.locator("[data-stage=approved]")
    expect(approved).to_have_text(re.compile(r"^\d\d$"))
    origin.counts[1][2] = 4_321
    sooner_than_by_the_clock = 20_000
    expect(approved).to_have_text(re.compile(r"^4,3\d\d$"), timeout=sooner_than_by_the_clock)


@pytest.mark.parametrize(
    ("address", "language", "scheme"),
    [("#/agent", "en", "light"), (f"#/agent/{DANA}", "en", "light"), (f"#/agent/{DANA}", "he", "dark")],
)
def test_everybody_can_use_it(page: Page, origin: Any, address: str, language: str, scheme: Any) -> None:
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    page.add_init_script(f"localStorage.setItem('kesher.language', '{language}')")
    page.goto(origin.url + address)
    expect(page.locator("html")).to_have_attribute("dir", "rtl" if language == "he" else "ltr")
    expect(page.locator("article").first if DANA in address else page.locator("h1")).to_be_visible()
    assert violations(page) == []


def test_the_live_page_says_which_rules_fail(page: Page, origin: Any) -> None:
    work_as(page, "ops")
    page.goto(f"{origin.url}#/live/insurance_refund")
    failing = page.get_by_role("alert").filter(has_text="Rules that fail")
    expect(failing.get_by_text("pain_points.long_wait")).to_be_visible()
    expect(failing.get_by_text("would take more than 100,000 steps")).to_be_visible()
    expect(failing.get_by_role("listitem").filter(has_text="segments.detractor")).to_contain_text("failed 1,203 times")


def test_everybody_can_use_the_live_page(page: Page, origin: Any) -> None:
    work_as(page, "ops")
    page.emulate_media(reduced_motion="reduce")
    page.goto(f"{origin.url}#/live")
    expect(page.get_by_text("correction").first).to_be_visible()
    assert violations(page) == []


def test_the_first_stop_of_the_keyboard_is_past_the_header(page: Page, origin: Any) -> None:
    page.goto(f"{origin.url}#/live")
    expect(page.get_by_role("navigation")).to_be_visible()
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Skip to content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()


def test_every_published_type_has_words() -> None:
    words = (CONSOLE / "src/i18n/happenings.ts").read_text()
    assert [kind for kind in INTERACTION_TYPES if f'"{kind}": {{ en: "' not in words] == []
