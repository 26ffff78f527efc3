"""What axe-core finds wrong with a page (WCAG 2.2 among its rules)."""

import os
from pathlib import Path

import pytest
from playwright.sync_api import Page

AXE = Path(__file__).parents[2] / "services/console/node_modules/axe-core/axe.min.js"


def violations(page: Page) -> list[str]:
    """Each finding's rule with the element it is about."""
    if not AXE.exists():
        assert not os.environ.get("CI"), "accessibility is checked in CI: services/console/node_modules is missing"
        pytest.skip("npm ci in services/console first")
    page.evaluate(AXE.read_text())
    found = page.evaluate("axe.run({resultTypes: ['violations']})")
    return [f"{each['id']}: {node['html'][:200]}" for each in found["violations"] for node in each["nodes"]]
