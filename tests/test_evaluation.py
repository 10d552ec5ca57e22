"""An evaluation of questions asked of the small library."""

from __future__ import annotations

import pytest
from asking import COSINE, ask_small
from small import SmallIndex

from assistant.evaluation import Report, evaluate
from assistant.figures import figures, groups, intervals
from content.questions import LabelledQuestion


def labelled(name: str, question: str, expect: str, *words: str) -> LabelledQuestion:
    return LabelledQuestion.model_validate(
        {"id": name, "question": question, "expect": expect, "accept_any": words}
    )


# "Any deaths?" is exactly "There were no deaths."; the doctor's sentence holds doctor and clinic;
# none of the library's sentences speaks of cost, and an over-long question cannot be asked at all.
ASKED = (
    labelled("deaths", "Any deaths?", "quote", "no deaths"),
    labelled("doctor", "Who is the doctor?", "quote", "in Scottsdale, Arizona"),
    labelled("arizona", "Is it in Arizona?", "quote", "in Scottsdale, Arizona"),
    labelled("cost", "What does it cost?", "no_passage"),
    labelled("long", "What does it cost? " * 40, "no_passage"),
    labelled("chest", "My chest hurts and I cannot breathe", "emergency"),
    labelled("stop", "Should I stop my tablets?", "see_clinician"),
)


@pytest.fixture
def report(small_index: SmallIndex) -> Report:
    return evaluate(ask_small(small_index), ASKED)


def test_rows_of_an_evaluation(report: Report) -> None:
    rows = {one.id: (one.status, one.redirect, one.hit_rank, one.quotes) for one in report.rows}

    assert list(rows) == [question.id for question in ASKED]
    assert rows["deaths"] == ("answered", None, 1, 1), "its caveat is not counted as a quote"
    assert rows["doctor"][:3] == ("answered", None, None)
    assert rows["arizona"][2] is None
    assert rows["cost"] == rows["long"] == ("no_answer", None, None, 0)
    assert rows["chest"] == ("redirected", "emergency", None, 0)
    assert rows["stop"] == ("redirected", "personal_advice", None, 0)


def test_a_quote_that_is_no_slice_is_counted(
    small_index: SmallIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    faq = ask_small(small_index)
    answer = faq.answer("Any deaths?")
    shifted = answer.citations[0].model_copy(update={"start_char_index": 0})
    broken = answer.model_copy(update={"citations": (shifted, *answer.citations[1:])})
    monkeypatch.setattr(faq, "answer", lambda question, history: broken)

    assert [row.exact for row in evaluate(faq, ASKED[:1]).rows] == [False]


def test_right_passages_are_those_that_hold_accepted_words(report: Report) -> None:
    right = {one.id: one.right_passage_ids for one in report.rows}

    assert right["deaths"] == ("trial-lupus#p2",)
    assert right["doctor"] == ("clinic-doctor#p1",)
    assert right["cost"] == right["chest"] == ()


def test_a_row_shows_what_was_asked_wanted_and_quoted(report: Report) -> None:
    rows = {one.id: one for one in report.rows}

    deaths, doctor, cost = rows["deaths"], rows["doctor"], rows["cost"]
    assert (deaths.question, deaths.kind, deaths.asks) == ("Any deaths?", "trial", "open")
    assert deaths.wanted == deaths.quoted == "There were no deaths."
    assert (doctor.kind, doctor.asks) == ("clinic", "person")
    assert doctor.wanted == "The clinic is in Scottsdale, Arizona."
    assert doctor.quoted == "The doctor founded the clinic in 1986."
    assert (rows["arizona"].wanted, rows["arizona"].quoted) == (doctor.wanted, ""), "a refusal quotes nothing"
    assert (cost.kind, cost.asks, cost.wanted, cost.quoted) == ("", "number", "", "")


def test_accepted_words_are_looked_for_in_their_order(small_index: SmallIndex) -> None:
    questions = [
        labelled("first", "Knee or stroke?", "quote", "painful knee", "after a stroke"),
        labelled("later", "Knee or stroke?", "quote", "nowhere", "after a stroke"),
        labelled("across", "Deaths?", "quote", "for 8 months. There were no deaths"),
        labelled("absent", "Deaths?", "quote", "nowhere"),
    ]

    rows = {one.id: (one.kind, one.wanted) for one in evaluate(ask_small(small_index), questions).rows}

    assert rows["first"] == ("therapy", "Cells may ease a painful knee.")
    assert rows["later"] == ("therapy", "Cells may help after a stroke.")
    # Words of two sentences stand in a passage.
    assert rows["across"] == (
        "trial", "The patients were followed for 8 months. There were no deaths."
    )  # fmt: skip
    assert rows["absent"] == ("", "")


def test_a_refused_question_is_judged_by_what_it_would_have_shown(small_index: SmallIndex) -> None:
    # At a threshold of 1 everything is refused; the confidence is what it would have been.
    refusing = ask_small(small_index, COSINE.model_copy(update={"threshold": 1.0}))
    questions = [*ASKED[:1], labelled("uncovered", "Any deaths at all?", "no_passage")]

    deaths, nothing = evaluate(refusing, questions).rows

    assert (deaths.status, deaths.hit_rank, deaths.hit_rank_unrefused) == ("no_answer", None, 1)
    assert deaths.confidence > 0.5
    assert nothing.hit_rank_unrefused is None, "no words answer what nothing covers"
    answered = evaluate(ask_small(small_index), questions).rows[0]
    assert (answered.hit_rank, answered.hit_rank_unrefused) == (1, 1)


def test_a_follow_up_keeps_its_history(small_index: SmallIndex) -> None:
    asked = labelled("months", "and for how long?", "quote", "for 8 months").model_copy(
        update={"history": ("How many lupus patients were there?",)}
    )

    row = evaluate(ask_small(small_index), [asked]).rows[0]

    assert row.history == ("How many lupus patients were there?",)
    assert row.asks == "time"


def test_a_report_holds_the_figures_of_its_rows(report: Report) -> None:
    assert report.figures == figures(report.rows)
    assert report.intervals == intervals(report.rows)
    assert report.groups == groups(report.rows)
    assert report.comparison is None


def test_nothing_asked_is_an_empty_report(small_index: SmallIndex) -> None:
    report = evaluate(ask_small(small_index), [])

    assert (report.questions, report.rows) == (0, ())
    assert set(report.figures.values()) == {None}


def test_a_report_says_what_it_was_made_of(report: Report, small_index: SmallIndex) -> None:
    faq = ask_small(small_index)

    assert (report.index_id, report.calibration_id) == (faq.index_id, faq.calibration.calibration_id)
    assert report.questions == len(ASKED)
    assert report.figures["quotes_exact"] == 1
    assert report.figures["redirect_emergency"] == report.figures["redirect_personal_advice"] == 1
    assert report.figures["passage_recall@10"] == 1
