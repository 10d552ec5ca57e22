"""A visit to the chat in a real browser: typing, reading, and everything the page did meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Literal

from playwright.sync_api import Browser, Page

FLAGS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
).split()
ANSWER_MILLISECONDS = 20_000


class Visit:
    """A page in a fresh window; `requests` and `complaints` are all since it was opened."""

    def __init__(self, page: Page, url: str) -> None:
        self.page, self.url = page, url
        self.requests: list[str] = []
        self.complaints: list[str] = []
        page.on("request", lambda request: self.requests.append(request.url))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", lambda message: self._hear(message.type, message.text, message.location["url"]))

    def _hear(self, kind: str, text: str, url: str) -> None:
        if kind == "error" and "favicon" not in url:
            self.complaints.append(f"{url}: {text}")

    def open(self, theme: str = "light") -> None:
        """Load the chat and wait until it can be typed into."""
        self.page.goto(f"{self.url}/chat/?__theme={theme}")
        self.page.locator("#faq-question textarea").wait_for()

    def ask(self, question: str) -> None:
        """Type a question with the keyboard alone, starting from the top of the page."""
        self.page.keyboard.press("Tab")
        for _ in range(20):
            if self.value("document.activeElement.matches('#faq-question textarea')"):
                break
            self.page.keyboard.press("Tab")
        answers = self.page.locator(".faq-answer").count()
        self.page.keyboard.insert_text(question)
        self.page.keyboard.press("Enter")
        self.wait_for_answers(answers + 1)

    def start_over(self) -> None:
        """Press "Start over" and wait until nothing is left."""
        self.page.get_by_role("button", name="Start over").click()
        self.page.locator(".faq-answer").first.wait_for(state="detached")

    def wait_for_answers(self, count: int) -> None:
        """Wait until so many answers are on the page."""
        self.page.locator(".faq-answer").nth(count - 1).wait_for(timeout=ANSWER_MILLISECONDS)

    def texts(self, selector: str) -> list[str]:
        """Return the exact text content of every element, not as laid out."""
        return [
            text or ""
            for text in self.page.locator(selector).evaluate_all("es => es.map(e => e.textContent)")
        ]

    def value(self, script: str) -> object:
        """Return what an expression gives in the page."""
        found: object = self.page.evaluate(script)
        return found


OpenVisit = Callable[..., Visit]


@contextmanager
def visiting(
    browser: Browser, url: str, *, width: int = 1280, theme: Literal["light", "dark"] = "light"
) -> Iterator[Visit]:
    """Open a window of a width without anything remembered, and close it at the end."""
    context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=theme)
    try:
        yield Visit(context.new_page(), url)
    finally:
        context.close()
