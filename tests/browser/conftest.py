"""The system's Chromium, started for each file of tests."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright
from served import Server
from visit import FLAGS, Visit, visiting


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Return the browser; CHROMIUM names another than Debian's."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"), args=FLAGS
        )
        yield chromium
        chromium.close()


@pytest.fixture
def visit(browser: Browser, server: Server) -> Iterator[Visit]:
    """Return an open chat over the built-in content, 1280 pixels wide."""
    with visiting(browser, server.url) as opened:
        opened.open()
        yield opened
