import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import uvicorn
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))

from mock_origin import DIST, MockOrigin  # noqa: E402 - beside this file, which is no package

BROWSERS = (Path("/usr/bin/chromium-headless-shell"), Path("/usr/bin/chromium"))
"""The same engine; the first lacks the windows and toolbars, which cost six times the processor time of a page."""
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="module")  # its event loop runs as long as it lives, and others' tests want one of their own
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=next(filter(Path.exists, BROWSERS)), args=FLAGS)
        yield started
        started.close()


@pytest.fixture
def origin() -> Iterator[MockOrigin]:
    if not (DIST / "index.html").exists():
        pytest.skip("the console is not built: npm run build in services/console")
    mock = MockOrigin(pace=0.2)
    server = uvicorn.Server(uvicorn.Config(mock.app, host="127.0.0.1", port=0, log_level="error", ws="none"))
    thread = threading.Thread(target=server.run)
    thread.start()
    deadline = threading.Event()
    while not server.started:
        deadline.wait(0.02)
    mock.url = f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}/"
    yield mock
    mock.cut()
    server.should_exit = True
    thread.join(10)


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    fresh = browser.new_context(locale="en-GB", viewport={"width": 1440, "height": 950})
    fresh.set_default_timeout(30_000)
    yield fresh
    fresh.close()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    return context.new_page()
