"""From a question to an answer: every step in its order, every number by hand."""

from __future__ import annotations

from math import exp, sqrt

import pytest
from asking import COSINE, ask_small, small_assistant
from small import SmallIndex

from assistant.answer import Assistant
from assistant.confidence import Suggestion
from assistant.schema import Abstention, Answer, CaveatBlock, FollowUp, QuoteBlock, Topic, WordingBlock

FOLLOWED = "How were the patients followed?"
AND_CELLS = "And what about cells?"
WEATHER = "Is the weather nice?"


@pytest.fixture
def faq(small_index: SmallIndex) -> Assistant:
    return ask_small(small_index)


def said(answer: Answer) -> list[str]:
    """Return the blocks as wording ids and quoted words."""
    return [
        block.id if isinstance(block, WordingBlock) else answer.citations[block.citation - 1].cited_text
        for block in answer.blocks
    ]


def probability(cosine: float) -> float:
    return round(1 / (1 + exp(5 - 10 * cosine)), 6)


def test_a_covered_question_is_answered_with_its_quote_and_caveat(faq: Assistant) -> None:
    answer = faq.answer(FOLLOWED)

    assert answer.status == "answered"
    assert answer.blocks == (
        WordingBlock(id="quotes_intro"), QuoteBlock(citation=1), CaveatBlock(citation=2),
        WordingBlock(id="not_advice"),
    )  # fmt: skip
    quote, caveat = answer.citations
    assert quote.cited_text == "The patients were followed for 8 months."
    assert (quote.document_id, quote.passage_id) == ("trial-lupus", "trial-lupus#p2")
    assert quote.evidence.participants == 16
    assert caveat.cited_text == "The study had no comparison group."
    assert (caveat.passage_id, caveat.caveat_of) == ("trial-lupus#p1", 1)
    # (patients, followed)/√2 meets (patients, followed, months)/√3.
    assert answer.confidence == probability(2 / sqrt(6))
    assert quote.scores.reader == pytest.approx(10 * 2 / sqrt(6) - 5, abs=1e-5)
    assert (answer.question, answer.index_id) == (FOLLOWED, faq.searcher.data.index_id)
    assert (answer.closest, answer.follow_ups, answer.abstention, answer.timings_ms) == ((), (), None, {})


def test_a_claim_about_a_therapy_brings_the_caveat_of_the_study_and_names_no_study(faq: Assistant) -> None:
    assert said(faq.answer("Do cells ease a knee?"))[1:] == [
        "Cells may ease a painful knee.",
        "The study had no comparison group.",
        "no_study",
        "not_advice",
    ]


def test_an_uncovered_question_is_refused_with_the_closest_topics(faq: Assistant) -> None:
    answer = faq.answer(WEATHER)

    assert (answer.status, answer.citations) == ("no_answer", ())
    assert said(answer) == ["no_answer", "closest", "contact"]
    # No sentence shares a word: all alike, so in the order of the documents.
    names = {"clinic-doctor": "The doctor", "therapy-knee": "Knee pain", "therapy-stroke": "Stroke"}
    assert answer.closest == tuple(Topic(document_id=name, title=names[name]) for name in names)
    assert answer.abstention == Abstention(
        reason="below_threshold", best_score=probability(0), threshold=0.5,
        calibration_id=COSINE.calibration_id,
    )  # fmt: skip
    assert answer.confidence == probability(0) == 0.006693


def test_the_threshold_itself_is_enough(small_index: SmallIndex) -> None:
    # (lupus)·(lupus, study, patients, cells)/2 is one half.
    assert ask_small(small_index).answer("Lupus?").confidence == 0.5
    assert ask_small(small_index).answer("Lupus?").status == "answered"
    stricter = COSINE.model_copy(update={"threshold": 0.500001})
    assert ask_small(small_index, stricter).answer("Lupus?").status == "no_answer"


def test_without_any_passage_nothing_is_found() -> None:
    faq = small_assistant(body="", heading="Only a heading")
    answer = faq.answer("What is it?")

    assert said(answer) == ["no_answer", "contact"]
    assert (answer.confidence, answer.closest) == (None, ())
    assert answer.abstention
    assert answer.abstention.reason == "nothing_found"


REDIRECTED = {
    "I want to die": ("crisis", ["crisis"]),
    "My chest hurts and I cannot breathe": ("emergency", ["emergency"]),
    "Should I stop my tablets?": ("personal_advice", ["personal_advice", "contact"]),
    "Can I talk to a person?": ("contact", ["contact_person"]),
}


@pytest.mark.parametrize(("question", "expected"), REDIRECTED.items())
def test_what_must_not_be_searched_is_redirected(
    small_index: SmallIndex, question: str, expected: tuple[str, list[str]]
) -> None:
    faq = ask_small(small_index)
    small_index.embedder.asked.clear()
    answer = faq.answer(question, ["How many lupus patients?"])

    assert answer.redirect
    assert (answer.status, answer.redirect.kind, said(answer)) == ("redirected", *expected)
    assert (answer.citations, answer.confidence, answer.closest) == ((), None, ())
    assert small_index.embedder.asked == []


def test_a_follow_up_keeps_its_words_and_finds_the_old_topic(faq: Assistant) -> None:
    alone = faq.answer(AND_CELLS)
    answer = faq.answer(AND_CELLS, ["Do people get a stroke?"])

    assert answer.question == AND_CELLS
    assert alone.citations[0].cited_text == "Cells may ease a painful knee."
    assert answer.citations[0].cited_text == "Cells may help after a stroke."
    assert answer.receipt != alone.receipt


def test_a_follow_up_is_searched_with_the_old_topic(small_index: SmallIndex) -> None:
    faq = ask_small(small_index, passages_read=1)

    # Where only one passage is read, the search alone decides.
    assert [c.passage_id for c in faq.answer(AND_CELLS).citations] == ["therapy-stroke#p2"]
    after = faq.answer(AND_CELLS, ["Where is the doctor of the clinic?"])
    assert [topic.document_id for topic in after.closest] == ["clinic-doctor"]


def test_an_offered_question_is_answered_as_it_was_by_itself_whatever_was_asked_before(
    small_index: SmallIndex,
) -> None:
    known = (Suggestion(text=AND_CELLS, passage_id="therapy-knee#p1"),)
    plain, offering = (
        ask_small(small_index, COSINE.model_copy(update={"suggestions": offered})) for offered in ((), known)
    )
    alone = offering.answer(AND_CELLS)

    for typed in (AND_CELLS, "and  what about CELLS?"):
        after = offering.answer(typed, [FOLLOWED])
        assert (after.citations, after.confidence) == (alone.citations, alone.confidence)
    assert plain.answer(AND_CELLS, [FOLLOWED]).citations != alone.citations, "the old topic matters"


def test_follow_ups_are_the_known_questions_of_the_quoted_document(small_index: SmallIndex) -> None:
    places = {"Can it help?": "stroke#p2", "Is it common?": "stroke#p1", "What of a knee?": "knee#p1"}
    known = tuple(Suggestion(text=text, passage_id=f"therapy-{place}") for text, place in places.items())
    faq = ask_small(small_index, COSINE.model_copy(update={"suggestions": known}))

    answer = faq.answer("Do people get a stroke?")
    assert [citation.passage_id for citation in answer.citations] == ["therapy-stroke#p1"]
    assert answer.follow_ups == (FollowUp(text="Can it help?", passage_id="therapy-stroke#p2"),)
    assert faq.answer(WEATHER).follow_ups == ()
