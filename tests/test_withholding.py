"""A retracted or overdue document is never quoted, and neither is an outcome whose caveat it holds."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

import pytest
from asgi import call
from asking import COSINE, ask_small, held_in_memory, page
from fakes import WordEmbedder
from hypothesis import given
from hypothesis import strategies as st
from small import SmallIndex
from test_determinism import ASKED

from assistant.answer import Assistant
from assistant.explanation import explain
from assistant.headers import App
from assistant.schema import Answer, WordingBlock
from assistant.settings import Settings
from assistant.whole_document import whole_document
from assistant.withholding import Withholding, turning_days, withheld
from content.library import Library
from content.schema import Document
from index.search import Searcher

DUE = date(2027, 1, 2)
NEXT = DUE + timedelta(days=1)
DEATHS, KNEE, STROKE = "Were there any deaths?", "Do cells ease a knee?", "Do people get a stroke?"


def reviewed(review_by: date) -> dict[str, Any]:
    return {"reviewed": {"by": "Staff", "on": "2020-01-02", "review_by": review_by}}


def on(index: SmallIndex, day: date) -> Assistant:
    """Return the small library's assistant as it answers on a day; its trial must be reviewed by DUE."""
    faq = ask_small(index)
    return Assistant(faq.searcher, COSINE, Settings(), today=lambda: day)


def retracting(index: SmallIndex) -> Assistant:
    """Return an assistant over the same documents, whose trial was retracted."""
    documents = tuple(
        document.model_copy(update={"retracted": "in 2026"} if document.kind == "trial" else {})
        for document in ask_small(index).searcher.data.documents
    )
    data = held_in_memory(Library(documents=documents), WordEmbedder())
    return Assistant(Searcher(data, WordEmbedder()), COSINE, Settings(), today=lambda: date.min)


def wordings(answer: Answer) -> list[str]:
    return [block.id for block in answer.blocks if isinstance(block, WordingBlock)]


def test_a_document_is_overdue_from_the_day_after_its_review_was_due() -> None:
    documents = [
        page("One.", id="due", **reviewed(DUE)), page("Two.", id="nobody"),
        page("Three.", id="gone", retracted="in 2026", **reviewed(DUE)),
        page("Four.", id="doubted", concern="in 2026", **reviewed(NEXT)),
    ]  # fmt: skip

    assert withheld(documents, DUE) == {"gone": "retracted"}
    assert withheld(documents, NEXT) == {"due": "overdue", "gone": "retracted"}
    assert turning_days(documents) == [NEXT, NEXT + timedelta(days=1)]


@given(st.lists(st.dates()), st.dates())
def test_what_is_withheld_changes_on_turning_days_alone(due: list[date], day: date) -> None:
    documents = [page("Words.", id=f"page-{n}", **reviewed(when)) for n, when in enumerate(due)]
    turned = [turning for turning in turning_days(documents) if turning <= day]

    assert withheld(documents, day) == withheld(documents, turned[-1] if turned else date.min)


def test_an_outcome_whose_caveat_is_withheld_is_withheld_as_well(small_index: SmallIndex) -> None:
    documents = ask_small(small_index).searcher.data.documents
    withholding = Withholding(documents)

    assert withholding.on(DUE) == {}
    assert withholding.on(NEXT) == {"therapy-knee": "overdue", "trial-lupus": "overdue"}


def test_nothing_withheld_leaves_every_answer_and_receipt_as_it_was(small_index: SmallIndex) -> None:
    usual, first = ask_small(small_index), on(small_index, date.min)
    for question, history in ASKED:
        assert on(small_index, DUE).answer(question, history) == usual.answer(question, history)
        assert first.answer(question, history) == usual.answer(question, history)


@pytest.mark.parametrize("question", [DEATHS, KNEE])
def test_the_refusal_says_that_a_document_is_being_checked(small_index: SmallIndex, question: str) -> None:
    before, after = (on(small_index, day).answer(question) for day in (DUE, NEXT))

    assert before.status == "answered"
    assert (after.status, after.citations, after.follow_ups) == ("no_answer", (), ())
    assert wordings(after)[0] == "withheld_overdue"
    assert after.abstention and after.abstention.reason == "document_withheld"
    assert after.abstention.best_score == after.confidence == before.confidence
    assert after.receipt != before.receipt
    assert not {topic.document_id for topic in after.closest} & {"therapy-knee", "trial-lupus"}


def test_a_retracted_study_is_said_to_be_taken_back_whatever_the_day(small_index: SmallIndex) -> None:
    assert wordings(retracting(small_index).answer(DEATHS))[0] == "withheld_retracted"
    assert wordings(retracting(small_index).answer(KNEE))[0] == "withheld_retracted"


def test_what_no_withheld_document_answers_is_refused_as_ever(small_index: SmallIndex) -> None:
    before, after = (on(small_index, day).answer("What does it cost?") for day in (DUE, NEXT))

    assert after.blocks[0] == before.blocks[0] == WordingBlock(id="no_answer")
    assert after.abstention == before.abstention


def test_nothing_worse_takes_the_place_of_what_is_withheld(small_index: SmallIndex) -> None:
    # "Cells may help after a stroke." would be answer enough, were there nothing nearer on the knee.
    second = on(small_index, DUE).answer(KNEE).citations
    assert second[0].document_id == "therapy-knee"

    assert on(small_index, NEXT).answer("Do cells help after a stroke?").status == "answered"
    assert on(small_index, NEXT).answer(KNEE).status == "no_answer"


def test_other_documents_are_quoted_on(small_index: SmallIndex) -> None:
    before, after = (on(small_index, day).answer(STROKE) for day in (DUE, NEXT))

    assert after.status == "answered"
    assert after.model_copy(update={"receipt": before.receipt}) == before


@pytest.mark.parametrize("question", [asked for asked, _ in ASKED] + [KNEE, STROKE])
@pytest.mark.parametrize("make", [retracting, lambda index: on(index, NEXT)], ids=["retracted", "overdue"])
def test_no_word_of_a_withheld_document_is_shown(small_index: SmallIndex, question: str, make: Any) -> None:
    faq = make(small_index)
    hidden = {"therapy-knee", "trial-lupus"}
    assert set(faq.withheld()) == hidden
    answer = faq.answer(question)

    assert not {citation.document_id for citation in answer.citations} & hidden
    assert not {topic.document_id for topic in answer.closest} & hidden


def test_a_server_that_runs_over_midnight_stops_quoting(small_index: SmallIndex) -> None:
    days = iter([DUE, NEXT, DUE])
    faq = Assistant(ask_small(small_index).searcher, COSINE, Settings(), today=lambda: next(days))

    found = [faq.answer(DEATHS).status for _ in range(3)]
    assert found == ["answered", "no_answer", "answered"]


def test_questions_of_withheld_documents_are_not_offered(small_index: SmallIndex) -> None:
    known = [
        {"text": DEATHS, "passage_id": "trial-lupus#p2"}, {"text": STROKE, "passage_id": "therapy-stroke#p1"},
    ]  # fmt: skip
    calibration = COSINE.model_validate({**COSINE.model_dump(), "suggestions": known})
    searcher = ask_small(small_index).searcher

    def offered(day: date) -> list[str]:
        faq = Assistant(searcher, calibration, Settings(), today=lambda: day)
        return [suggestion.text for suggestion in faq.offered()]

    assert offered(DUE) == [DEATHS, STROKE]
    assert offered(NEXT) == [STROKE]


def test_its_text_can_be_checked_all_the_same(small_index: SmallIndex) -> None:
    before, after = (whole_document("trial-lupus", on(small_index, day)) for day in (DUE, NEXT))

    assert (before.withheld, after.withheld) == (None, "overdue")
    assert after.text == before.text
    assert whole_document("therapy-stroke", on(small_index, NEXT)).withheld is None


def test_staff_see_which_sentences_were_withheld(small_index: SmallIndex) -> None:
    found = explain(on(small_index, NEXT), DEATHS)

    fates = {candidate.document_id: candidate.fate for candidate in found.candidates}
    assert fates["trial-lupus"] == fates["therapy-knee"] == "withheld"
    assert fates["therapy-stroke"] == "behind_withheld"


def test_a_document_over_http_says_why_it_is_withheld(small_app: App) -> None:
    assert json.loads(call(small_app, "GET", "/v1/documents/trial-lupus").text)["withheld"] is None


def test_the_days_before_the_first_and_after_the_last_review_are_days_too() -> None:
    document: Document = page("Words.", **reviewed(date.max))

    assert turning_days([document]) == []
    assert withheld([document], date.max) == {}
