"""Promise 1 in a real browser: what Markdown, HTML or a formula would change arrives as it is stored."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from awkward import PASSAGES, question_about, write_awkward_library
from playwright.sync_api import Browser
from served import Server, serving
from visit import Visit, visiting

from content.library import load_library

pytestmark = [pytest.mark.browser, pytest.mark.server]


@pytest.fixture(scope="module")
def awkward_server(tmp_path_factory: pytest.TempPathFactory, built_in_home: Path) -> Iterator[Server]:
    """Serve the awkward library so boldly that every passage is answered with."""
    folder = tmp_path_factory.mktemp("awkward")
    home = folder / "home"
    home.mkdir()
    (home / "models").symlink_to(built_in_home / "models")
    pages = write_awkward_library(folder / "pages")
    with serving(home, folder / "around", FAQ_CONTENT=str(pages), FAQ_JOINT_RISK="0.99") as server:
        assert {document.text for document in load_library(pages).documents} == set(PASSAGES.values())
        yield server


@pytest.fixture(scope="module")
def awkward_visit(browser: Browser, awkward_server: Server) -> Iterator[Visit]:
    with visiting(browser, awkward_server.url, width=375) as visit:
        visit.open()
        yield visit


@pytest.mark.parametrize("plant", PASSAGES)
def test_a_passage_is_shown_as_it_is_stored(plant: str, awkward_visit: Visit) -> None:
    if awkward_visit.page.locator(".faq-answer").count() == 15:
        awkward_visit.start_over()  # a conversation keeps twenty turns
    before = awkward_visit.page.locator(".faq-answer").count()
    awkward_visit.ask(question_about(plant))

    shown = awkward_visit.page.locator(".faq-answer").nth(before).locator("blockquote")
    texts = shown.evaluate_all("quotes => quotes.map(quote => quote.textContent)")
    assert texts[0] == PASSAGES[plant]
    assert set(texts) <= set(PASSAGES.values())
    assert shown.first.evaluate("quote => quote.children.length") == 0, "words, no elements"
    assert awkward_visit.complaints == []
    assert awkward_visit.value("document.documentElement.scrollWidth <= innerWidth")
