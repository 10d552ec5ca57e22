"""A hundred and sixty scripts in every place that words come from: none runs, all are shown as typed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from awkward import UNCOVERED, question_about
from payloads import PAYLOADS, in_chunks
from playwright.sync_api import Browser, expect
from served import Server, serving
from visit import Visit, visiting

from content.library import load_library

pytestmark = [pytest.mark.browser, pytest.mark.server]

PLANTS = (
    "amber birch cedar daisy elder fern ginger hazel iris juniper kale lemon mint nettle acacia bamboo clover"
).split()
CHUNKS = dict(zip(PLANTS, in_chunks(), strict=False))


def write_hostile_library(folder: Path) -> Path:
    """Write one page for each chunk of payloads: in its title, its facts and its one sentence."""
    folder.mkdir()
    for plant, chunk in CHUNKS.items():
        facts = {
            "id": f"about-{plant}", "title": f"About {plant} {chunk}",
            "kind": "clinic", "speaker": "clinic_page",
            "source": {"publisher": chunk, "authors": [chunk]}, "aliases": [chunk],
        }  # fmt: skip
        words = f"The plant {plant} is {chunk} and grows"
        (folder / f"{plant}.md").write_text(
            f"---\n{json.dumps(facts)}\n---\n\n~~~~~~\n{words}\n~~~~~~\n", "utf-8"
        )
    lines = [
        {"id": p, "question": question_about(p), "expect": "quote", "accept_any": [f"plant {p}"]}
        for p in CHUNKS
    ]
    lines += [{"id": p, "question": question_about(p), "expect": "no_passage"} for p in UNCOVERED]
    (folder / "questions.jsonl").write_text("".join(f"{json.dumps(line)}\n" for line in lines), "utf-8")
    return folder


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory, built_in_home: Path) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("hostile")
    (folder / "home").mkdir()
    (folder / "home" / "models").symlink_to(built_in_home / "models")
    pages = write_hostile_library(folder / "pages")
    variables = {"FAQ_CONTENT": str(pages), "FAQ_JOINT_RISK": "0.99", "FAQ_QUESTIONS_PER_MINUTE": "100"}
    with serving(folder / "home", folder / "around", **variables) as server:
        assert len(load_library(pages).documents) == len(CHUNKS)
        yield server


def ran(visit: Visit) -> bool:
    """Say whether a script ran: in the page, or in one that it opened."""
    return any(page.evaluate("'ran' in window") for page in visit.page.context.pages)


def test_all_payloads_are_tried() -> None:
    together = " ".join(CHUNKS.values())
    assert [payload for payload in PAYLOADS if payload not in together] == []
    assert len(PAYLOADS) >= 150


def test_questions_are_words(browser: Browser, hostile: Server) -> None:
    """Program code is no language that the model of danger knows: whom to call may be the answer."""
    with visiting(browser, hostile.url) as visit:
        visit.open()
        for plant, chunk in CHUNKS.items():
            asked = f"{question_about(plant)} {chunk}"
            visit.ask(asked)
            assert visit.texts(".faq-asked")[-1] == asked
        inside = visit.page.locator(".faq-asked").evaluate_all("es => es.map(e => e.children.length)")
        assert set(inside) == {0}, "words, no elements"
        assert not ran(visit)
        assert visit.complaints == []


def test_titles_facts_and_content_are_words(browser: Browser, hostile: Server) -> None:
    with visiting(browser, hostile.url) as visit:
        visit.open()
        for plant in CHUNKS:
            visit.ask(question_about(plant))
        quoted = " ".join(visit.texts("blockquote"))
        titles = " ".join(visit.texts("cite"))

        shown = [plant for plant, chunk in CHUNKS.items() if chunk in quoted and chunk in titles]
        assert len(shown) >= len(CHUNKS) - 2, "nearly every page is quoted, word for word"
        for selector in (".faq-asked", "blockquote", "cite"):
            inside = visit.page.locator(selector).evaluate_all("es => es.map(e => e.children.length)")
            assert set(inside) == {0}, "words, no elements"
        # Everything that can be pressed is pressed once.
        for name in ("Copy with source", "No", "It looks wrong"):
            visit.page.get_by_role("button", name=name, exact=True).first.click()
        assert not ran(visit)
        assert visit.complaints == []


@pytest.mark.parametrize("parameter", ["q", "accent", "__theme", "lang", "x"])
def test_nothing_in_the_address_runs(parameter: str, browser: Browser, hostile: Server) -> None:
    with visiting(browser, hostile.url) as visit:
        for chunk in list(CHUNKS.values())[:: 1 if parameter == "q" else 6]:
            visit.page.goto(f"{hostile.url}/chat/?{parameter}={quote(chunk)}#{quote(chunk)}")
            box = visit.page.locator("#faq-question textarea")
            expect(box).to_have_value(chunk if parameter == "q" else "")
            assert not ran(visit)
        assert visit.value("document.documentElement.style.getPropertyValue('--faq-accent')") == ""
        assert [c for c in visit.complaints if "404" not in c] == []
