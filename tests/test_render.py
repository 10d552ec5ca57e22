"""Answers as text and JSON: what is shown is the stored slice, escaped and never edited."""

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
)
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.citation import Evidence, cite
from assistant.level_facts import facts
from assistant.render import as_json, as_text, escape, shown_words
from assistant.schema import Answer
from content.schema import Document, Span

# Characters that Markdown, HTML or a formula could take for their own.
LOUD = re.compile(r"[<>\"'`*_\[\]$%\n\r\t\u00a0#~|\\^!(){}+=:;/-]|  ")
ENTITY = re.compile(r"&#\d+;")


@given(st.text())
@settings(deadline=None)
def test_what_is_escaped_reads_back_as_it_was(words: str) -> None:
    assert html.unescape(escape(words)) == words


@given(st.text(st.sampled_from("ab \t\n\r<>&\"'`*_[]$%#~|\\^!(){}+=-:/;é⁶🙂\u00a0.,1")))
@settings(deadline=None)
def test_nothing_loud_is_left_outside_entities(words: str) -> None:
    bare = ENTITY.sub("x", escape(words))

    assert not LOUD.search(bare)
    assert "&" not in bare


def test_harmless_words_stay_readable_in_the_source() -> None:
    assert escape("Of 16 patients, β‐dsDNA fell to 10⁶.") == "Of 16 patients, β‐dsDNA fell to 10⁶."
    assert escape("a_b <i>") == "a&#95;b &#60;i&#62;"


@pytest.mark.parametrize(
    ("evidence", "shown"),
    [
        (Evidence(speaker="clinic_page"), []),
        (QUOTE.evidence, FACTS.split(" · ")),
        (
            Evidence(speaker="authority", participants=200, comparison_group=True, randomised=True),
            ["200 people", "with a comparison group", "by chance into groups"],
        ),
    ],
)
def test_facts_by_hand(evidence: Evidence, shown: list[str]) -> None:
    assert facts(evidence, SAY) == shown


def test_text_of_an_answer_by_hand() -> None:
    assert as_text(answered(QUOTE, CAVEAT), SAY, DOCUMENTS) == (
        f"{SAY.text('quotes_intro')}\n\n"
        f"“{AWKWARD}”\n  — Page <trial>\n  Published study · {FACTS}\n  {QUOTE.url}\n\n"
        "Keep in mind:\n“No comparison.”\n\n"
        f"{SAY.text('not_advice')}"
    )


@pytest.mark.parametrize(("answer", "lines"), [(REFUSED, ["no_answer", "closest", "contact"]),
                                               (REDIRECTED, ["emergency"])])  # fmt: skip
def test_an_answer_without_quotes_says_its_sentences_only(answer: Answer, lines: list[str]) -> None:
    said = [text for text in as_text(answer, SAY, DOCUMENTS).split("\n\n") if "•" not in text]
    assert said == [SAY.text(line) for line in lines]


def test_a_refusal_lists_topics_by_title_with_their_links() -> None:
    assert "\n  • Knees & <hips>  https://example.org/?a=1&b=2\n  • Stroke\n" in as_text(REFUSED, SAY, {})


@pytest.mark.parametrize(("home", "sources"), [(CLINIC, 1), (TRIAL, 2)], ids=["same page", "other page"])
def test_only_a_caveat_of_another_document_names_its_own_source(home: Document, sources: int) -> None:
    answer = answered(CLAIM, cite(2, home, f"{home.id}#p1", Span(start=0, end=5), caveat_of=1))

    assert as_text(answer, SAY, DOCUMENTS).count("\n  — ") == sources


@pytest.mark.parametrize("answer", [answered(QUOTE, CAVEAT), answered(CLAIM), REFUSED, REDIRECTED])
def test_json_is_one_line_and_gives_the_answer_back(answer: Answer) -> None:
    assert "\n" not in as_json(answer)
    assert Answer.model_validate_json(as_json(answer)) == answer


@pytest.mark.parametrize("changed", TAMPERED, ids=lambda changed: next(iter(changed)))
def test_a_tampered_citation_is_withheld(changed: dict[str, object]) -> None:
    # Behind the validator's back, as only a damaged memory or a programmer's error could.
    tampered = QUOTE.model_copy(update=changed)
    words = as_text(
        answered(QUOTE, CAVEAT).model_copy(update={"citations": (tampered, CAVEAT)}), SAY, DOCUMENTS
    )

    assert shown_words(QUOTE, DOCUMENTS) == AWKWARD
    assert shown_words(tampered, DOCUMENTS) is None
    assert words.count(SAY.text("withheld")) == 1
    assert "cost" not in words and "No comparison" not in words
