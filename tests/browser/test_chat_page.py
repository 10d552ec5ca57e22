"""The chat as a visitor sees it, in a real browser, against the real server."""

from __future__ import annotations

from typing import Literal
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser
from served import Server
from visit import Visit, visiting

from assistant.schema import Answer
from content.library import load_library

pytestmark = [pytest.mark.browser, pytest.mark.server]

TRIAL = "trial-uc-msc-lupus-2010"
QUESTION = "Who took part in the lupus trial?"
LOOKS: tuple[tuple[int, Literal["light", "dark"]], ...] = (
    (1280, "light"), (1280, "dark"), (375, "light"), (375, "dark"),
)  # fmt: skip
HOSTILE = '<img src=x onerror="window.ran=1"><script>window.ran=1</script> **b** [l](javascript:window.ran=1)'


def answer_of(server: Server, question: str, *history: str) -> Answer:
    return Answer.model_validate_json(server.ask(question, history).text)


def slices_of(answer: Answer) -> list[str]:
    """Return the stored words of every citation, in the order of the blocks."""
    documents = {document.id: document.text for document in load_library().documents}
    order = [answer.citations[block.citation - 1] for block in answer.blocks if block.type != "wording"]
    return [documents[c.document_id][c.start_char_index : c.end_char_index] for c in order]


def is_dark(visit: Visit) -> bool:
    """Say whether the page's background is darker than grey."""
    found = visit.value("getComputedStyle(document.body).backgroundColor.match(/[0-9.]+/g).map(Number)")
    assert isinstance(found, list)
    return sum(found[:3]) / 3 < 128


@pytest.mark.parametrize(("width", "theme"), LOOKS)
def test_a_question_by_keyboard_gives_a_quote_card(
    width: int, theme: Literal["light", "dark"], browser: Browser, server: Server
) -> None:
    answer = answer_of(server, QUESTION)
    with visiting(browser, server.url, width=width, theme=theme) as visit:
        visit.open(theme)
        visit.ask(QUESTION)

        assert visit.texts(".faq-asked") == [QUESTION]
        assert visit.texts(".faq-answer blockquote") == slices_of(answer)
        first = ".faq-answer figure.faq-quote >> nth=0 >>"
        assert visit.texts(f"{first} .faq-speaker") == ["Published study"]
        assert "16 people" in visit.texts(f"{first} .faq-facts")[0].split(" · ")
        assert visit.texts("figure.faq-caveat .faq-label")[0] == "Keep in mind:"
        link = visit.page.locator(f"{first} a.faq-source")
        assert link.get_attribute("href") == answer.citations[0].url
        assert str(answer.citations[0].url).startswith("https://doi.org/10.1002/art.27548")

        assert is_dark(visit) is (theme == "dark")
        assert visit.value("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
        assert {urlsplit(url).netloc for url in visit.requests} == {urlsplit(server.url).netloc}
        assert visit.complaints == []


def test_every_quote_has_its_speaker_and_every_caveat_hangs_on_a_quote(visit: Visit) -> None:
    visit.ask("What does the clinic say about cord tissue and lupus?")

    assert visit.texts("figure.faq-quote .faq-speaker") == ["This clinic's own page"]
    caveats = visit.page.locator("figure.faq-caveat").count()
    assert caveats >= 1
    assert visit.page.locator("figure + figure.faq-caveat").count() == caveats
    assert visit.texts("figure.faq-caveat .faq-speaker")[0] == "Published study"


def test_an_example_is_answered_by_a_click(visit: Visit, server: Server) -> None:
    examples = visit.page.locator(".examples button")
    question = examples.first.inner_text().strip()
    assert 1 <= examples.count() <= 6

    examples.first.click()
    visit.wait_for_answers(1)

    assert visit.texts(".faq-asked") == [question]
    assert visit.texts("blockquote") == slices_of(answer_of(server, question))


def test_a_follow_up_stays_with_its_topic(visit: Visit, server: Server) -> None:
    visit.ask("How many patients were in the lupus trial?")
    visit.ask("And how long were they followed?")

    first = answer_of(server, "How many patients were in the lupus trial?")
    second = answer_of(server, "And how long were they followed?", first.question)
    assert visit.texts("blockquote") == slices_of(first) + slices_of(second)
    assert any("8.25 months" in words for words in slices_of(second))


def test_a_refusal_lists_topics_and_quotes_nothing(visit: Visit, server: Server) -> None:
    visit.ask("Do you treat eczema?")

    topics = [topic.title for topic in answer_of(server, "Do you treat eczema?").closest]
    assert len(topics) == 3
    assert visit.texts(".faq-answer li") == topics
    assert visit.texts(".faq-answer .faq-no-answer") == ["No passage in our documents covers this."]
    assert visit.texts("blockquote") == []


@pytest.mark.parametrize("question", ["I have chest pain and cannot breathe", "I cannot breathe " * 60])
def test_an_emergency_shows_the_number_and_no_quote(question: str, visit: Visit) -> None:
    visit.ask(question)

    assert "Call 911 now." in visit.texts(".faq-wording.faq-emergency")[0]
    assert visit.texts("blockquote") == []


def test_the_number_to_call_stands_on_the_page_before_anything_is_asked(visit: Visit) -> None:
    assert "911" in visit.texts("#faq-notice")[0]
    assert visit.page.locator("#faq-notice").is_visible()
    assert visit.page.title() == visit.texts("h1")[0].strip() == "Ask our documents"


def test_starting_over_clears_the_page_and_the_conversation(visit: Visit, server: Server) -> None:
    visit.ask("How many patients were in the lupus trial?")
    visit.page.get_by_role("button", name="Start over").click()
    visit.page.locator(".faq-answer").wait_for(state="detached")

    assert visit.texts(".faq-asked") == []
    assert visit.page.locator(".examples button").count() >= 1
    visit.ask("And how long were they followed?")
    alone = answer_of(server, "And how long were they followed?")
    assert visit.texts("blockquote") == slices_of(alone)


def test_markup_typed_by_a_visitor_is_text_and_never_runs(visit: Visit) -> None:
    visit.ask(HOSTILE)

    assert visit.texts(".faq-asked") == [HOSTILE]
    assert visit.page.locator(".faq-asked").evaluate("e => e.children.length") == 0
    assert visit.value("window.ran") is None
    assert visit.complaints == []


def test_the_finished_answer_is_read_out_once(visit: Visit) -> None:
    visit.ask(QUESTION)

    log = visit.page.get_by_role("log")
    assert log.get_attribute("aria-live") == "off"
    assert visit.page.locator("[role=group][aria-label='Answer']").count() == 1
    assert visit.page.locator("[role=group][aria-label='Your question']").count() == 1
    (spoken,) = visit.texts(".faq-status[role=status]")
    assert visit.texts("blockquote")[0] in spoken
    assert visit.value("document.activeElement.matches('#faq-question textarea')"), "ready for the next one"
    assert visit.page.get_by_role("textbox", name="Your question").count() == 1


def test_the_first_load_is_light(browser: Browser, server: Server) -> None:
    with visiting(browser, server.url) as visit:
        network = visit.page.context.new_cdp_session(visit.page)
        received: list[float] = []
        network.on("Network.loadingFinished", lambda event: received.append(event["encodedDataLength"]))
        network.send("Network.enable")
        visit.open()
        visit.page.wait_for_load_state("load")
        visit.page.wait_for_timeout(1500)

        assert len(received) > 10
        assert sum(received) <= 320_000
