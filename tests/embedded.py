"""The widget in a page of somebody else, as a test opens, waits for and audits it."""

from __future__ import annotations

import sys
import time

from audit import findings
from playwright.sync_api import Frame, Page

READY_MILLISECONDS = 10_000
# The class of what has the keyboard inside the widget.
FOCUSED = "document.querySelector('quoted-faq').shadowRoot.activeElement?.className"


def open_chat(page: Page) -> Frame:
    """Press the button and return the chat once it can be typed into."""
    page.locator("quoted-faq .open").click()
    return ready_chat(page)


def ready_chat(page: Page) -> Frame:
    page.locator("quoted-faq .note").wait_for(state="hidden", timeout=READY_MILLISECONDS)
    frame = page.locator("quoted-faq iframe").element_handle().content_frame()
    assert frame is not None
    return frame


def wait_for_box(frame: Frame) -> None:
    """Wait until the question box has the keyboard."""
    until(frame, "document.hasFocus() && document.activeElement.matches('#faq-question textarea')")


def told(figure: str) -> None:
    """Show a measured figure to who runs the tests with `-s`."""
    sys.stderr.write(f"\n{figure}\n")


def until(page: Page | Frame, script: str) -> None:
    """Wait until an expression is true; Playwright's own waiting evaluates text, which policies forbid."""
    latest = time.monotonic() + READY_MILLISECONDS / 1000
    while not page.evaluate(script):
        assert time.monotonic() < latest, script
        time.sleep(0.03)


def wait_for_button(page: Page) -> None:
    """Wait until the chat is closed and the button has the keyboard."""
    page.locator("quoted-faq dialog").wait_for(state="hidden")
    until(page, f"document.hasFocus() && {FOCUSED} === 'open'")


def audit(page: Page) -> list[str]:
    """Return what axe-core finds or cannot decide in the host's page; the chat has an audit of its own."""
    # That a frame is yet to be tested is said of every frame of another origin.
    return findings(page, {"iframes": False, "rules": {"frame-tested": {"enabled": False}}})
