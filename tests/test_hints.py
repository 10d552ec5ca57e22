"""What a short form stands for is said under the quote, and only what a person approved."""

from __future__ import annotations

import re

import pytest
from asking import page, searcher_of, small_assistant
from cited import SAY
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from assistant.cards import as_html
from assistant.citation import Citation, cite
from assistant.hints import Hints, hint_parts, holds
from assistant.render import as_text
from assistant.safety import safety_rules
from assistant.schema import Answer, CaveatBlock, Hint, QuoteBlock
from assistant.wording import load_wording
from content.schema import Document, Span

LUPUS = {"SLE": "systemic lupus erythematosus", "UC": "umbilical cord", "UC-MSC": "cord <b>cell</b>"}
TEXT = "All SLE patients took UC-MSC. Systemic lupus erythematosus (SLE) is rare. SLEDAI fell."
TRIAL = page(TEXT, id="trial", abbreviations=LUPUS)


def quote(number: int, document: Document, words: str, *, caveat_of: int | None = None) -> Citation:
    start = document.text.index(words)
    return cite(
        number, document, f"{document.id}#p1", Span(start=start, end=start + len(words)), caveat_of=caveat_of
    )


def said(*citations: Citation, others: tuple[Document, ...] = ()) -> list[tuple[str, str, int]]:
    documents = {document.id: document for document in (TRIAL, *others)}
    found = Hints(documents.values()).of(citations, documents)
    return [(hint.short, hint.long, hint.citation) for hint in found]


FIRST = quote(1, TRIAL, "All SLE patients took UC-MSC.")
PLAIN = quote(1, TRIAL, "Systemic lupus erythematosus (SLE) is rare.")
LONGER = quote(1, TRIAL, "SLEDAI fell.")


def test_the_longest_short_form_at_a_place_is_said() -> None:
    assert said(FIRST) == [("SLE", LUPUS["SLE"], 1), ("UC-MSC", LUPUS["UC-MSC"], 1)]


def test_nothing_is_said_where_the_quote_says_it_or_has_another_word() -> None:
    assert said(PLAIN) == []
    assert said(LONGER) == []


def test_a_card_says_it_once() -> None:
    caveat = quote(2, TRIAL, "All SLE patients", caveat_of=1)
    assert [row[2] for row in said(FIRST, caveat)] == [1, 1]
    assert said(LONGER, caveat) == [("SLE", LUPUS["SLE"], 2)]
    assert [row[2] for row in said(FIRST, quote(2, TRIAL, "All SLE patients"))] == [1, 1, 2]


@pytest.mark.parametrize(
    ("facts", "text", "expected"),
    [
        ({}, "SLE hurts.", ["systemic lupus erythematosus"]),
        ({"abbreviations": {"SLE": "lupus"}}, "SLE hurts.", []),
        ({"rejected_abbreviations": ["SLE"]}, "SLE hurts.", []),
        ({}, "SLE hurts. A single large effort (SLE) was made.", []),
    ],
)
def test_what_others_approved_is_said_where_nothing_speaks_against_it(
    facts: dict[str, object], text: str, expected: list[str]
) -> None:
    other = page(text, id="other", **facts)
    citation = quote(1, other, "SLE hurts.")
    own = dict(other.abbreviations)
    assert [long for _, long, _ in said(citation, others=(other,))] == (expected or list(own.values()))


def answer(*hints: Hint) -> Answer:
    caveat = quote(2, TRIAL, "SLEDAI fell.", caveat_of=1)
    return Answer(
        question="q", status="answered", blocks=(QuoteBlock(citation=1), CaveatBlock(citation=2)),
        citations=(FIRST, caveat), hints=hints, index_id="ix-1", receipt="r-1",
    )  # fmt: skip


def test_a_hint_explains_a_short_form_of_its_quote() -> None:
    assert answer(Hint(short="SLE", long=LUPUS["SLE"], citation=1)).hints
    for wrong in (
        Hint(short="ANA", long="antinuclear antibody", citation=1),
        Hint(short="SLE", long="patients", citation=1),
        Hint(short="SLE", long=LUPUS["SLE"], citation=3),
    ):
        with pytest.raises(ValidationError, match="a hint explains a short form"):
            answer(wrong)


def test_it_is_said_under_the_quote_and_escaped() -> None:
    documents = {"trial": TRIAL}
    given = answer(*Hints([TRIAL]).of((FIRST,), documents))
    shown = as_html(given, SAY, documents, {})
    assert "<blockquote>All SLE patients took UC&#45;MSC.</blockquote></div>" in shown
    assert (
        '<p class="faq-hint"><span lang="en">SLE</span> stands for '
        '<span lang="en">systemic lupus erythematosus</span>.</p>'
    ) in shown
    assert "<b>" not in shown and "cord &#60;b&#62;cell" in shown
    text = as_text(given, SAY, documents)
    assert text.startswith("“All SLE patients took UC-MSC.”\n")
    assert "\n  SLE stands for systemic lupus erythematosus.\n  UC-MSC stands for cord <b>cell</b>." in text


def test_it_is_said_in_the_language_of_the_page() -> None:
    spanish = load_wording(safety_rules().regions["US"], None, "es")
    documents = {"trial": TRIAL}
    given = answer(*Hints([TRIAL]).of((FIRST,), documents))
    assert "SLE quiere decir systemic lupus erythematosus." in as_text(given, spanish, documents)


def test_what_nobody_approves_any_more_is_not_said() -> None:
    given = answer(Hint(short="SLE", long="a slow lunch", citation=1))
    assert not holds(given.hints[0], {"trial": TRIAL})
    assert "lunch" not in as_html(given, SAY, {"trial": TRIAL}, {}) + as_text(given, SAY, {"trial": TRIAL})


def test_an_answer_carries_its_hints() -> None:
    faq = small_assistant(body="SLE pain fell in all people.")
    assert faq.answer("pain fell in all people").status == "answered"
    assert faq.answer("pain fell in all people").hints == ()
    approved = page("SLE pain fell in all people.", abbreviations=LUPUS)
    faq = type(faq)(searcher_of(approved), faq.calibration, faq.settings)
    (hint,) = faq.answer("pain fell in all people").hints
    assert (hint.short, hint.long, hint.citation) == ("SLE", LUPUS["SLE"], 1)


@given(st.text(max_size=20), st.text(max_size=20))
def test_the_parts_are_the_sentence(short: str, long: str) -> None:
    hint = Hint(short=short, long=long, citation=1)
    parts = list(hint_parts(hint, "{short} stands for {long}."))
    assert "".join(words for words, _ in parts) == f"{short} stands for {long}."
    assert [words for words, is_term in parts if not is_term] == [" stands for ", "."]


WORDS = st.lists(
    st.sampled_from(["SLE", "UC", "UC-MSC", "lupus", "systemic lupus erythematosus", "xSLE"]), min_size=1
)


@given(WORDS)
def test_each_short_form_stands_in_its_quote_and_its_long_form_does_not(words: list[str]) -> None:
    text = " ".join(words)
    document = page(text, id="trial", abbreviations=LUPUS)
    citation = cite(1, document, "trial#p1", Span(start=0, end=len(text)))
    for hint in Hints([document]).of((citation,), {"trial": document}):
        assert re.search(rf"(?<!\w){re.escape(hint.short)}(?!\w)", text)
        assert hint.long not in text and LUPUS[hint.short] == hint.long
