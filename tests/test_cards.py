"""Answers as HTML cards: the stored slice between its neighbours, with everything that qualifies it."""

from __future__ import annotations

import html
import re

import pytest
from cited import (
    AWKWARD,
    CAVEAT,
    CLAIM,
    CLINIC,
    DOCUMENTS,
    FACTS,
    QUOTE,
    REDIRECTED,
    REFUSED,
    SAY,
    TAMPERED,
    TRIAL,
    answered,
    page,
)
from shown import Shown

from assistant.cards import as_html
from assistant.citation import Citation, cite
from assistant.safety import safety_rules
from assistant.schema import Answer, WordingBlock
from assistant.wording import load_wording
from content.schema import Document, Passage, Span

WHOLE = Passage(
    id="trial#p1", document_id="trial", span=Span(start=0, end=len(TRIAL.text)),
    sentences=(Span(start=0, end=len(AWKWARD)), Span(start=len(AWKWARD) + 1, end=len(TRIAL.text))),
)  # fmt: skip
SPEAKER = "Published study"
SOURCE = f"{FACTS}Page <trial>Read it in the source"


def show(answer: Answer, *passages: Passage) -> str:
    return as_html(answer, SAY, DOCUMENTS, {passage.id: passage for passage in passages})


def of_class(source: str, tag: str, name: str) -> list[str]:
    """Return the texts of the elements of a tag that carry a class."""
    found = Shown(source, tag)
    return [
        t
        for t, a in zip(found.texts, found.attributes, strict=True)
        if name in (a.get("class") or "").split()
    ]


def test_html_of_an_answer_by_hand() -> None:
    shown = show(answered(QUOTE, CAVEAT))

    assert Shown(shown, "blockquote").texts == [AWKWARD, "No comparison."]
    assert Shown(shown, "figcaption").texts == [SOURCE]
    assert Shown(shown, "p").texts == [
        SAY.text("quotes_intro"), SPEAKER, "Keep in mind:", SAY.text("not_advice"),
    ]  # fmt: skip
    assert Shown(shown, "a").attributes == [
        {"class": "faq-source", "href": QUOTE.url, "target": "_blank", "rel": "noopener noreferrer"}
    ]
    assert of_class(shown, "span", "faq-ref") == ["r-1 trial#p1"], (
        "what feedback names; a caveat is no answer"
    )


def test_a_quote_stands_between_its_neighbours_and_alone_in_its_element() -> None:
    shown = show(answered(QUOTE), WHOLE)

    assert Shown(shown, "blockquote").texts == [AWKWARD]
    assert of_class(shown, "span", "faq-near") == [" No comparison."]
    assert of_class(shown, "div", "faq-words") == [TRIAL.text]
    assert {a["lang"] for a in Shown(shown, "cite").attributes} == {"en"}, "quotes keep their language"


def test_a_caveat_shows_no_neighbours() -> None:
    words = of_class(show(answered(QUOTE, CAVEAT), WHOLE), "div", "faq-words")

    assert words == [TRIAL.text, "No comparison."]


def test_a_card_holds_a_quote_and_all_that_qualifies_it() -> None:
    other = page("other", "Cells may ease pain.")
    quotes = (QUOTE, cite(2, other, "other#p1", Span(start=0, end=len(other.text))),
              CAVEAT.model_copy(update={"number": 3, "caveat_of": 2}))  # fmt: skip
    answer = answered(*quotes)
    no_study = (*answer.blocks[:-1], WordingBlock(id="no_study"), answer.blocks[-1])
    shown = as_html(answer.model_copy(update={"blocks": no_study}), SAY, {**DOCUMENTS, "other": other}, {})
    first, second = of_class(shown, "div", "faq-card")

    assert AWKWARD in first and "No comparison." not in first
    assert all(words in second for words in ("Cells may ease pain.", "No comparison.", SAY.text("no_study")))
    assert SAY.text("not_advice") not in second


def long_answer(sentence: str, count: int) -> tuple[str, dict[str, Document]]:
    pages = {f"page-{n}": page(f"page-{n}", f"{sentence} {n}.") for n in range(1, count + 1)}
    quotes: list[Citation] = [
        cite(n, one, f"{one.id}#p1", Span(start=0, end=len(one.text)))
        for n, one in enumerate(pages.values(), 1)
    ]
    return as_html(answered(*quotes), SAY, pages, {}), pages


def test_a_long_answer_folds_behind_its_first_card_and_loses_nothing() -> None:
    shown, pages = long_answer("Many words " * 30, 3)

    assert Shown(shown, "blockquote").texts == [one.text for one in pages.values()]
    assert Shown(shown, "summary").texts == ["Show more quotes"]
    (folded,) = Shown(shown, "details").texts
    assert pages["page-1"].text not in folded
    assert pages["page-2"].text in folded and pages["page-3"].text in folded
    assert SAY.text("not_advice") not in folded


@pytest.mark.parametrize(("sentence", "count"), [("Few words", 3), ("Many words " * 90, 1)])
def test_a_short_answer_and_a_single_quote_never_fold(sentence: str, count: int) -> None:
    assert Shown(long_answer(sentence, count)[0], "details").texts == []


@pytest.mark.parametrize(("answer", "lines"), [(REFUSED, ["no_answer", "closest", "contact"]),
                                               (REDIRECTED, ["emergency"])])  # fmt: skip
def test_an_answer_without_quotes_says_its_sentences_only(answer: Answer, lines: list[str]) -> None:
    shown = show(answer)

    assert Shown(shown, "p").texts == [SAY.text(line) for line in lines]
    assert Shown(shown, "blockquote").texts == []
    assert Shown(shown, "div").attributes == [{"class": f"faq-answer faq-{answer.status}"}]


def test_a_refusal_lists_topics_by_title_with_their_links() -> None:
    shown = show(REFUSED)

    assert Shown(shown, "li").texts == ["Knees & <hips>", "Stroke"]
    assert [link["href"] for link in Shown(shown, "a").attributes] == ["https://example.org/?a=1&b=2"]


@pytest.mark.parametrize(("home", "sources"), [(CLINIC, 1), (TRIAL, 2)], ids=["same page", "other page"])
def test_only_a_caveat_of_another_document_names_its_own_source(home: Document, sources: int) -> None:
    answer = answered(CLAIM, cite(2, home, f"{home.id}#p1", Span(start=0, end=5), caveat_of=1))

    assert len(Shown(show(answer), "figcaption").texts) == sources


def test_a_page_without_an_address_says_where_it_is_from() -> None:
    assert Shown(show(answered(CLAIM)), "a").texts == []
    assert SAY.text("no_link") in Shown(show(answered(CLAIM)), "figcaption").texts[0]


@pytest.mark.parametrize("answer", [answered(QUOTE, CAVEAT), answered(CLAIM), REFUSED, REDIRECTED])
def test_html_is_one_line(answer: Answer) -> None:
    # Markdown ends an HTML block at a blank line; what follows would be read as Markdown.
    assert "\n" not in show(answer, WHOLE)


def test_another_language_changes_the_programs_words_and_no_quote() -> None:
    spanish = load_wording(safety_rules().regions["US"], None, "es")
    shown = as_html(answered(QUOTE, CAVEAT), spanish, DOCUMENTS, {})

    assert Shown(shown, "blockquote").texts == [AWKWARD, "No comparison."]
    assert of_class(shown, "p", "faq-speaker") == ["Estudio publicado"]
    assert of_class(shown, "span", "faq-facts") == [
        "single-arm trial · 16 personas · sin grupo de comparación · 2010"
    ]


def test_a_quote_never_stands_without_a_caveat_that_failed_its_check() -> None:
    broken = CAVEAT.model_copy(update={"cited_text": "No compariso!!"})
    shown = show(answered(QUOTE, CAVEAT).model_copy(update={"citations": (QUOTE, broken)}), WHOLE)

    assert Shown(shown, "blockquote").texts == []
    assert Shown(shown, "p").texts.count(SAY.text("withheld")) == 1
    assert "cost" not in shown


@pytest.mark.parametrize("changed", TAMPERED, ids=lambda changed: next(iter(changed)))
def test_a_tampered_citation_is_withheld_with_its_neighbours(changed: dict[str, object]) -> None:
    # Behind the validator's back, as only a damaged memory or a programmer's error could.
    tampered = QUOTE.model_copy(update=changed)
    shown = show(answered(QUOTE).model_copy(update={"citations": (tampered,)}), WHOLE)

    assert Shown(shown, "blockquote").texts == []
    assert SAY.text("withheld") in html.unescape(shown)
    assert not re.search("cost|No comparison", shown)
