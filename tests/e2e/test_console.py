"""The console in a real browser on the real services."""

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, Page, async_playwright, expect

from tests.e2e.test_slice import event, look_up
from tests.support.eventually import eventually
from tests.support.installation import Installation

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
PATIENCE = 30_000

pytestmark = pytest.mark.browser


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        launched = await playwright.chromium.launch(executable_path="/usr/bin/chromium", args=list(FLAGS))
        yield launched
        await launched.close()


@pytest.fixture
async def page(browser: Browser) -> AsyncIterator[Page]:
    opened = await browser.new_page(viewport={"width": 1440, "height": 950})
    troubles: list[str] = []
    opened.on("pageerror", lambda error: troubles.append(str(error)))
    yield opened
    assert troubles == []


async def test_an_agent_finds_one_person_by_a_number(installation: Installation, page: Page) -> None:
    await installation.post(
        [
            event(
                "c1",
                "call.ended",
                "call",
                {"customer_id": "console-77", "phone": "0501234987"},
                traits={"name": "רות אברהם"},
            ),
            event("c2", "chat.message.received", "chat", {"phone": "+972501234987"}, text="איפה ההזמנה שלי?"),
        ]
    )
    await eventually(lambda: look_up(installation, "phone", "0501234987"), 60)
    await page.goto(f"{installation.url}/#/agent")
    await page.get_by_role("textbox").first.fill("050-123-4987")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", name="רות אברהם")).to_be_visible(timeout=PATIENCE)
    await expect(page.get_by_text("איפה ההזמנה שלי?")).to_be_visible(timeout=PATIENCE)
    assert "4987" not in page.url


async def test_an_agent_is_warned_before_the_name(installation: Installation, page: Page) -> None:
    phone = "+972501110000"
    await installation.post(
        [event(f"w{n}", "call.ended", "call", {"customer_id": f"warn-{n}{n + 4}", "phone": phone}) for n in range(4)]
    )

    async def shared() -> bool:
        return bool((await look_up(installation, "phone", phone))["shared"])

    await eventually(shared, 60)
    await page.goto(f"{installation.url}/#/agent")
    await page.get_by_role("textbox").first.fill(phone)
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("alert").first).to_be_visible(timeout=PATIENCE)


async def test_a_transition_shows_as_it_happens(installation: Installation, page: Page) -> None:
    await page.goto(f"{installation.url}/#/live")
    await expect(page.locator("[data-connection]")).to_have_attribute("data-connection", "live", timeout=PATIENCE)
    await installation.post([event("l1", "order.placed", "store", {"customer_id": "live-4711"})])
    found = await eventually(lambda: look_up(installation, "customer_id", "live-4711"), 60)
    just_now = page.locator(f'a[href$="#/agent/{found["profile"]["id"]}"]')
    await expect(just_now.first).to_be_visible(timeout=PATIENCE)
