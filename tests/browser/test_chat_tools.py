"""What a visitor can do with an answer: unfold, follow up, copy, say whether it helped, print, start over."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect
from served import Server
from visit import Visit, visiting

from assistant.wording import WORDING

pytestmark = [pytest.mark.browser, pytest.mark.server]

TRIAL = "Who took part in the lupus trial?"
CLAIM = "What does the clinic say about cord tissue and lupus?"


@pytest.fixture(scope="module")
def page_of(browser: Browser, server: Server) -> Iterator[Visit]:
    with visiting(browser, server.url) as visit:
        visit.page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=server.url)
        visit.open()
        yield visit


@pytest.fixture
def fresh(page_of: Visit) -> Visit:
    """Return the same window with an empty conversation."""
    if page_of.page.locator(".faq-answer").count():
        page_of.start_over()
    return page_of


def focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement.textContent || document.activeElement.tagName"))


def test_a_copy_takes_the_source_and_every_caveat_along(fresh: Visit) -> None:
    fresh.ask(CLAIM)
    card = fresh.page.locator(".faq-card").first
    card.get_by_role("button", name="Copy with source").click()

    expect(card.get_by_role("button", name="Copied")).to_be_visible()
    copied = str(fresh.page.evaluate("navigator.clipboard.readText()"))
    for words in card.locator("blockquote").all_text_contents():
        assert f"“{words}”" in copied
    assert copied.count("Keep in mind:") == card.locator(".faq-caveat").count() >= 1
    assert "This clinic's own page" in copied and "Stem Cell Therapy for Lupus" in copied
    assert "single-arm trial · 16 people · no comparison group · " in copied and " · 2010\n" in copied
    assert "https://doi.org/10.1002/art.27548" in copied


def test_a_helpful_answer_is_counted_without_its_question(fresh: Visit, server: Server) -> None:
    fresh.ask(TRIAL)
    fresh.page.get_by_role("button", name="Yes", exact=True).click()

    expect(fresh.page.locator(".faq-thanks")).to_have_text("Thank you.")
    assert focused(fresh.page) == "Thank you.", "focus is not lost with the button"
    assert fresh.page.get_by_role("button", name="Yes", exact=True).count() == 0, "counted once"
    with sqlite3.connect(server.home / "feedback.sqlite") as stored:
        dump = "\n".join(stored.iterdump())
    assert "trial-uc-msc-lupus-2010#p" in dump
    assert "took part" not in dump


def test_who_was_not_helped_is_asked_why_by_keyboard(fresh: Visit, server: Server) -> None:
    fresh.ask(TRIAL)
    posted: list[str] = []
    fresh.page.on("request", lambda r: posted.append(r.post_data or "") if "feedback" in r.url else None)
    fresh.page.get_by_role("button", name="No", exact=True).focus()
    fresh.page.keyboard.press("Enter")
    assert focused(fresh.page) == "Not my question"
    fresh.page.keyboard.press("Tab")
    fresh.page.keyboard.press("Enter")

    expect(fresh.page.locator(".faq-thanks")).to_have_text("Thank you.")
    (body,) = map(json.loads, posted)
    assert (body["helpful"], body["reason"]) == (False, "hard_to_understand")
    assert set(body) == {"receipt", "helpful", "reason", "passage_ids"}


def test_feedback_that_cannot_be_sent_says_so(fresh: Visit) -> None:
    fresh.ask(TRIAL)
    fresh.page.route("**/v1/feedback", lambda route: route.abort())
    fresh.page.get_by_role("button", name="Yes", exact=True).click()

    expect(fresh.page.locator(".faq-thanks")).to_have_text("This could not be sent.")
    fresh.page.unroute("**/v1/feedback")
    fresh.complaints.clear()


def test_a_follow_up_chip_is_answered(fresh: Visit, server: Server) -> None:
    fresh.ask(TRIAL)
    chips = fresh.page.locator("#faq-chat .options button")
    offered = chips.all_text_contents()
    assert [f["text"] for f in server.ask(TRIAL).json()["follow_ups"]] == offered
    assert 1 <= len(offered) <= 3

    chips.first.click()
    fresh.wait_for_answers(2)
    assert fresh.texts(".faq-asked") == [TRIAL, offered[0]]
    assert fresh.page.locator(".faq-answer").nth(1).locator("blockquote").count() >= 1


def test_the_answer_is_shown_from_its_beginning_and_said_once(fresh: Visit) -> None:
    fresh.ask(CLAIM)
    fresh.ask(TRIAL)
    fresh.page.wait_for_timeout(300)

    log = fresh.page.locator("[role=log]").bounding_box()
    asked = fresh.page.locator(".faq-asked").last.bounding_box()
    assert log and asked and log["y"] <= asked["y"] < log["y"] + 60
    (said,) = fresh.texts("[role=status].faq-status")
    assert said.count(fresh.texts("blockquote")[-2]) == 1
    assert "Copy with source" not in said


def test_a_conversation_of_more_than_twenty_turns_goes_on(fresh: Visit) -> None:
    for number in range(21):
        fresh.page.locator("#faq-question textarea").fill(f"Do you treat eczema {number}?")
        fresh.page.keyboard.press("Enter")
        expect(fresh.page.locator(".faq-asked").last).to_have_text(f"Do you treat eczema {number}?")
    fresh.page.locator("#faq-question textarea").fill(TRIAL)
    fresh.page.keyboard.press("Enter")

    expect(fresh.page.locator(".faq-asked").last).to_have_text(TRIAL)
    expect(fresh.page.locator("[role=status].faq-status")).to_contain_text("single‐arm trial")
    assert fresh.page.locator(".faq-answer").count() == 20


def test_starting_over_leaves_the_focus_in_the_box(fresh: Visit) -> None:
    fresh.ask(TRIAL)
    fresh.start_over()

    expect(fresh.page.locator("#faq-question textarea")).to_be_focused()


def test_the_printed_sheet_has_questions_quotes_facts_and_addresses(fresh: Visit) -> None:
    fresh.ask(CLAIM)
    fresh.ask(TRIAL)
    fresh.page.emulate_media(media="print")
    try:
        for shown in ("h2.faq-print-title", ".faq-asked", "blockquote", ".faq-facts", ".faq-caveat"):
            assert all(e.is_visible() for e in fresh.page.locator(shown).all()), shown
        for hidden in ("#faq-question", "#faq-below", ".faq-copy", ".faq-tools", ".options"):
            assert not any(e.is_visible() for e in fresh.page.locator(hidden).all()), hidden
        after = "getComputedStyle(document.querySelector('a.faq-source'), '::after').content"
        assert "attr(href)" in str(fresh.value(after)) or "doi.org" in str(fresh.value(after))
        log = "(log => log.scrollHeight <= log.clientHeight + 1)(document.querySelector('[role=log]'))"
        assert fresh.value(log), "nothing is cut off"
        assert len(fresh.page.pdf()) > 10_000
    finally:
        fresh.page.emulate_media(media="screen")


def test_a_question_that_waits_is_told_so(fresh: Visit) -> None:
    fresh.page.route("**/queue/join*", lambda route: None)
    fresh.page.locator("#faq-question textarea").fill(TRIAL)
    fresh.page.keyboard.press("Enter")

    expect(fresh.page.locator(".faq-wait")).to_have_text(
        "Please wait. Your question is in line.", timeout=4000
    )
    fresh.page.unroute("**/queue/join*")
    fresh.page.reload()
    fresh.page.locator("#faq-question textarea").wait_for()


@pytest.mark.parametrize(("status", "told"), [(503, "Many people are asking"), (500, "cannot be searched")])
def test_a_service_in_trouble_speaks_the_tables_words(status: int, told: str, fresh: Visit) -> None:
    fresh.page.route("**/queue/join*", lambda route: route.fulfill(status=status, json={"detail": "x < y"}))
    fresh.page.locator("#faq-question textarea").fill(TRIAL)
    fresh.page.keyboard.press("Enter")

    expect(fresh.page.locator(".faq-wait")).to_contain_text(told, timeout=6000)
    expect(fresh.page.locator(".faq-wait")).to_contain_text("In an emergency, call 911.")
    assert not fresh.page.locator(".toast-wrap").is_visible(), "no words but the table's"
    fresh.page.unroute("**/queue/join*")
    fresh.complaints.clear()
    fresh.page.reload()
    fresh.page.locator("#faq-question textarea").wait_for()


@pytest.mark.parametrize("kind", ["crisis", "emergency"])
def test_an_urgent_sentence_of_a_starting_server_is_shown_as_it_is(kind: str, fresh: Visit) -> None:
    sentence = WORDING[kind].format(crisis="988", emergency="911")
    fresh.page.route("**/queue/join*", lambda route: route.fulfill(status=429, json={"detail": sentence}))
    fresh.page.locator("#faq-question textarea").fill("anything")
    fresh.page.keyboard.press("Enter")

    expect(fresh.page.locator(".faq-wait")).to_have_text(sentence, timeout=6000)
    fresh.page.unroute("**/queue/join*")
    fresh.complaints.clear()
    fresh.page.reload()
    fresh.page.locator("#faq-question textarea").wait_for()


def test_a_reader_of_an_earlier_answer_keeps_the_focus(fresh: Visit) -> None:
    fresh.ask(TRIAL)
    copy = fresh.page.get_by_role("button", name="Copy with source").first
    fresh.page.locator("#faq-question textarea").fill("Do you treat eczema?")
    fresh.page.keyboard.press("Enter")
    copy.focus()
    fresh.wait_for_answers(2)
    fresh.page.wait_for_timeout(200)

    expect(copy).to_be_focused()


def test_a_copied_claim_keeps_the_sentence_that_no_study_is_named(fresh: Visit) -> None:
    fresh.ask("Can COPD be cured?")
    card = fresh.page.locator(".faq-card:has(.faq-no-study)").first
    card.get_by_role("button", name="Copy with source").click()

    expect(card.get_by_role("button", name="Copied")).to_be_visible()
    assert WORDING["no_study"] in str(fresh.page.evaluate("navigator.clipboard.readText()"))


def test_two_equal_answers_are_each_announced(fresh: Visit) -> None:
    for count in (1, 2):
        fresh.page.locator("#faq-question textarea").fill("  ")
        fresh.page.keyboard.press("Enter")
        fresh.wait_for_answers(count)
        expect(fresh.page.locator(".faq-status[role=status]")).to_contain_text(WORDING["empty"])
        expect(fresh.page.locator("#faq-question textarea")).to_have_value("")
        fresh.value("document.querySelector('.faq-status').replaceChildren()")


def test_the_spanish_page_speaks_spanish_around_english_quotes(browser: Browser, server: Server) -> None:
    with visiting(browser, server.url) as visit:
        visit.page.goto(f"{server.url}/chat/es/")
        visit.page.locator("#faq-question textarea").wait_for()
        visit.ask(TRIAL)

        assert visit.value("document.documentElement.lang") == "es"
        assert visit.texts("h1")[0].strip() == "Pregunte a nuestros documentos"
        assert visit.texts(".faq-speaker")[0] == "Estudio publicado"
        assert {e.get_attribute("lang") for e in visit.page.locator(".faq-words").all()} == {"en"}
        assert {e.get_attribute("lang") for e in visit.page.locator(".options button").all()} == {"en"}
        said = visit.page.locator(".faq-status span").evaluate_all(
            "es => es.map(e => [e.lang, e.textContent])"
        )
        assert ["es", "Estudio publicado "] in said
        assert any(lang == "en" and "single‐arm trial" in words for lang, words in said)
        assert visit.page.get_by_role("button", name="Copiar con la fuente").count() >= 1
        visit.ask("No puedo respirar")
        assert visit.texts(".faq-emergency")[0].startswith("Llame ahora al 911.")
        assert visit.complaints == []


@pytest.mark.parametrize(("accent", "words"), [("#ffcc00", "rgb(0, 0, 0)"), ("#123", "rgb(255, 255, 255)")])
def test_the_accent_of_the_site_colours_the_button_legibly(
    accent: str, words: str, browser: Browser, server: Server
) -> None:
    with visiting(browser, server.url) as visit:
        visit.page.goto(
            f"{server.url}/chat/?accent={accent.replace('#', '%23')}&q=Can%20COPD%20be%20cured%3F"
        )
        expect(visit.page.locator("#faq-question textarea")).to_have_value("Can COPD be cured?")
        style = "getComputedStyle(document.querySelector('#faq-question .submit-button'))"
        expected = {"#ffcc00": "rgb(255, 204, 0)", "#123": "rgb(17, 34, 51)"}[accent]
        assert (visit.value(f"{style}.backgroundColor"), visit.value(f"{style}.color")) == (expected, words)
        visit.page.get_by_role("button", name="Ask", exact=True).click()
        visit.wait_for_answers(1)
