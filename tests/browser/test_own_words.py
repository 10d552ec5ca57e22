"""Feedback in the visitor's own words: a box after the reason, the warning above it, nothing sent unasked."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect
from served import Server, serving
from visit import Visit, visiting

from assistant.feedback import FeedbackStore

pytestmark = [pytest.mark.browser, pytest.mark.server]
TRIAL = "Who took part in the lupus trial?"


@pytest.fixture(scope="module")
def wordy(built_in_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Return a server that takes words with feedback and keeps questions."""
    wanted = {"FAQ_FEEDBACK_TEXT": "true", "FAQ_KEEP_QUESTIONS": "clusters"}
    with serving(built_in_home, tmp_path_factory.mktemp("around") / "wordy", **wanted) as running:
        yield running


@pytest.fixture
def visit(browser: Browser, wordy: Server) -> Iterator[Visit]:
    with visiting(browser, wordy.url) as opened:
        opened.open()
        yield opened


def test_words_follow_a_reason_and_are_kept_redacted(visit: Visit, wordy: Server) -> None:
    page = visit.page
    expect(page.locator(".faq-welcome")).to_contain_text("We keep your question for some time")
    visit.ask(TRIAL)
    posted: list[str] = []
    page.on("request", lambda r: posted.append(r.post_data or "") if "feedback" in r.url else None)
    page.get_by_role("button", name="No", exact=True).click()
    page.get_by_role("button", name="It says too little").click()

    box = page.get_by_role("textbox", name="You can add a few words:")
    expect(box).to_be_focused()
    expect(page.locator(".faq-tools")).to_contain_text("Do not write names or private details.")
    assert page.locator(f"#{box.get_attribute('aria-describedby')}").count() == 1
    assert posted == [], "nothing is sent before it is wanted"
    page.keyboard.insert_text("How old were they? jo@mail.example")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    expect(page.locator(".faq-thanks")).to_have_text("Thank you.")
    (body,) = map(json.loads, posted)
    assert (body["reason"], body["text"]) == ("too_little", "How old were they? jo@mail.example")
    feedback = FeedbackStore(wordy.home / "feedback.sqlite")
    assert feedback.comments()[0].words == "How old were they? [e-mail]"
    feedback.close()
    assert visit.complaints == []


def test_an_empty_box_sends_the_reason_alone(visit: Visit) -> None:
    visit.ask(TRIAL)
    posted: list[str] = []
    visit.page.on("request", lambda r: posted.append(r.post_data or "") if "feedback" in r.url else None)
    visit.page.get_by_role("button", name="No", exact=True).click()
    visit.page.get_by_role("button", name="Something else").click()
    visit.page.get_by_role("button", name="Send", exact=True).click()

    expect(visit.page.locator(".faq-thanks")).to_have_text("Thank you.")
    assert set(json.loads(posted[0])) == {"receipt", "helpful", "reason", "passage_ids"}
