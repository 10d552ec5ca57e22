"""The chat for everyone: axe-core in every state, sizes to hit, four hundred percent zoom."""

from __future__ import annotations

from typing import Literal

import pytest
from audit import findings
from playwright.sync_api import Browser
from served import Server
from visit import Visit, visiting

pytestmark = [pytest.mark.browser, pytest.mark.server]

LOOKS: tuple[tuple[int, Literal["light", "dark"]], ...] = (
    (1280, "light"), (1280, "dark"), (375, "light"), (375, "dark"),
)  # fmt: skip
STATES = {
    "answered": "What does the clinic say about cord tissue and lupus?",
    "refused": "Do you treat eczema?",
    "emergency": "I have chest pain and cannot breathe",
    "advice": "Should I stop my prednisone?",
    "told": " ",
}
SMALL = """
es => es.filter(e => e.checkVisibility()).map(e => [e.textContent, e.getBoundingClientRect()])
        .filter(([_, box]) => box.width < 28 || box.height < 28).map(([words]) => words)
"""


def small_targets(visit: Visit) -> object:
    """Return what can be pressed and is under 28 pixels wide or high."""
    return visit.page.locator("button, a, summary, textarea").evaluate_all(SMALL)


@pytest.mark.parametrize(("width", "theme"), LOOKS)
def test_no_rule_is_broken_in_any_state(
    width: int, theme: Literal["light", "dark"], browser: Browser, server: Server
) -> None:
    with visiting(browser, server.url, width=width, theme=theme) as visit:
        visit.open(theme)
        found = {"empty": findings(visit.page)}
        for state, question in STATES.items():
            visit.ask(question)
            visit.page.wait_for_timeout(150)
            found[state] = findings(visit.page)
        visit.page.get_by_role("button", name="No", exact=True).last.click()
        found["why not"] = findings(visit.page)
        fulfil = {"status": 503, "json": {"detail": "queue is full"}}
        visit.page.route("**/queue/join*", lambda route: route.fulfill(**fulfil))
        visit.page.locator("#faq-question textarea").fill("Do you treat eczema?")
        visit.page.keyboard.press("Enter")
        visit.page.locator(".faq-wait", has_text="Many people").wait_for()
        found["error"] = findings(visit.page)

        assert found == {state: [] for state in found}
        assert len(found) == 8
        assert small_targets(visit) == []


@pytest.mark.parametrize("path", ["/chat/", "/chat/es/"])
def test_four_hundred_percent_zoom_needs_no_sideways_scrolling(
    path: str, browser: Browser, server: Server
) -> None:
    """WCAG 2.2, 1.4.10: 1280 pixels at 400 % are 320."""
    with visiting(browser, server.url, width=320) as visit:
        visit.page.goto(server.url + path)
        visit.page.locator("#faq-question textarea").wait_for()
        visit.ask(STATES["answered"])

        assert visit.value("document.documentElement.scrollWidth <= 320")
        inside = "es => es.every(e => e.scrollWidth <= e.clientWidth + 1)"
        assert visit.page.locator(".faq-words, .faq-card, figcaption").evaluate_all(inside)
        assert findings(visit.page) == []
