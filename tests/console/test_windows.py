"""What a number opens to is of the window of the number, however long after its answer it is opened."""

import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Locator, Page, Request, expect

ANSWERED = "2026-11-24T10:20:50Z"
OPENED = "2026-11-24T10:22:10Z"

NUMBERS = [
    ("map/insurance_refund", r"/map\?since=", r"here now$", r"/funnel/approved/customers\?"),
    ("map/insurance_refund/target", r"/map/target\?since=", r"^is ", r"/measures/\w+/facts\?"),
    ("map/insurance_refund/blueprint", r"/map/blueprint\?since=", r"^served 64", r"/measures/handle/facts\?"),
    ("measures/insurance_refund", r"/measures\?since=", r"^45 s$", r"/measures/wait/facts\?"),
    ("measures/insurance_refund/snakes", r"/snakes-and-ladders\?since=", r"from 140$", r"/measures/progress/facts\?"),
    ("actions/insurance_refund", r"/actions\?since=", r"Show whose$", r"/actions/\w+/customers\?"),
]


def look(page: Page, origin: Any, where: str) -> None:
    page.add_init_script("sessionStorage.setItem('kesher.role', 'ops')")
    page.add_init_script("localStorage.setItem('kesher.language', 'en')")
    page.goto(f"{origin.url}#/{where}")


def seven_days(page: Page) -> Locator:
    return page.get_by_role("radiogroup", name="From when").get_by_text("7 days")


def window_of(request: Request) -> list[list[str] | None]:
    query = parse_qs(urlsplit(request.url).query)
    return [query.get(end) for end in ("since", "until")]


@pytest.mark.parametrize(("where", "asked", "number", "behind"), NUMBERS)
def test_a_number_opened_late_is_asked_for_as_it_was(
    page: Page, origin: Any, where: str, asked: str, number: str, behind: str
) -> None:
    page.clock.set_fixed_time(ANSWERED)
    look(page, origin, where)
    with page.expect_response(re.compile(asked)) as shown:
        seven_days(page).click()
    opens = page.get_by_role("button", name=re.compile(number)).first
    expect(opens).to_be_visible()
    page.clock.set_fixed_time(OPENED)
    with page.expect_request(re.compile(behind)) as opened:
        opens.click()
    assert window_of(opened.value) == window_of(shown.value.request) == [["2026-11-17T10:20:00.000Z"], None]
