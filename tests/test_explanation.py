"""Every sentence that was read is told, with its scores and what became of it."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistant.answer import Assistant
from assistant.errors import BadQuestion
from assistant.explanation import FATES, Candidate, Explanation, explain
from assistant.settings import Settings

QUESTIONS = ("How many patients had lupus?", "Were there deaths?", "Does it help a knee?", "What of gout?")


@pytest.fixture
def faq(small_settings: Settings) -> Assistant:
    return Assistant.open(small_settings)


def fates(found: Explanation) -> list[str]:
    return [candidate.fate for candidate in found.candidates]


def with_threshold(faq: Assistant, threshold: float) -> Assistant:
    calibration = faq.calibration.model_copy(update={"threshold": threshold, "certificate": None})
    return Assistant(faq.searcher, calibration, faq.settings)


@pytest.mark.parametrize("question", QUESTIONS)
@pytest.mark.parametrize("history", [(), ("What about stroke?",)], ids=["first", "follow-up"])
def test_the_answer_is_the_visitors(faq: Assistant, question: str, history: Sequence[str]) -> None:
    assert explain(faq, question, history).answer == faq.answer(question, history)


def test_every_sentence_of_the_passages_read_is_told_once_best_first(faq: Assistant) -> None:
    found = explain(faq, "Were there deaths?")

    hits = faq.searcher.search("Were there deaths?", faq.settings.passages_read)
    assert sorted((c.document_id, c.span.start) for c in found.candidates) == sorted(
        (hit.passage.document_id, span.start) for hit in hits for span in hit.passage.sentences
    )
    readers = [candidate.reader for candidate in found.candidates]
    assert readers == sorted(readers, reverse=True)
    assert [candidate.rank for candidate in found.candidates] == list(range(1, len(readers) + 1))


def test_quoted_sentences_are_in_the_citations_and_no_others(faq: Assistant) -> None:
    found = explain(with_threshold(faq, 0.0), "Were there deaths in the study?")

    assert found.answer.status == "answered"
    shown = {
        (citation.document_id, candidate.span.start)
        for citation in found.answer.citations
        for candidate in found.candidates
        if candidate.document_id == citation.document_id and candidate.text in citation.cited_text
    }
    told = {
        (candidate.document_id, candidate.span.start)
        for candidate in found.candidates
        if candidate.fate in ("quoted", "joined", "caveat")
    }
    assert told == shown
    assert fates(found).count("quoted") == sum(c.caveat_of is None for c in found.answer.citations)


def test_a_sentence_that_is_not_quoted_says_why(faq: Assistant) -> None:
    found = explain(with_threshold(faq, 0.0), "Were there deaths in the study?")

    best = found.candidates[0].reader
    for candidate in found.candidates:
        if candidate.fate == "less_likely":
            assert best - candidate.reader > 2.5
        if candidate.fate == "enough_quotes":
            assert best - candidate.reader <= 2.5
    assert {"less_likely", "enough_quotes"} & set(fates(found))


def test_below_the_threshold_nothing_is_quoted(faq: Assistant) -> None:
    found = explain(with_threshold(faq, 1.0), "Were there deaths in the study?")

    assert set(fates(found)) == {"below_threshold"}
    assert found.probability is not None
    assert found.probability < found.threshold == 1.0


def test_the_signals_add_up_to_the_log_odds(faq: Assistant) -> None:
    found = explain(faq, "Were there deaths?")

    log_odds = sum(signal.moves for signal in found.signals)
    assert found.probability == pytest.approx(1 / (1 + 2.718281828**-log_odds), abs=1e-3)


def test_a_redirect_reads_nothing(faq: Assistant) -> None:
    found = explain(faq, "I have chest pain")

    assert (found.answer.status, found.candidates, found.probability) == ("redirected", (), None)


def test_a_blank_question_is_refused_as_in_answering(faq: Assistant) -> None:
    with pytest.raises(BadQuestion):
        explain(faq, "  ")


def test_every_fate_has_its_sentence() -> None:
    assert set(FATES) == set(Candidate.model_fields["fate"].annotation.__args__)  # type: ignore[union-attr]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30, deadline=None)
@given(
    words=st.lists(
        st.sampled_from("lupus patients deaths months knee cells cost doctor no of".split()), min_size=1
    )
)
def test_whatever_is_asked_the_texts_are_slices(faq: Assistant, words: list[str]) -> None:
    found = explain(faq, " ".join(words))

    for candidate in found.candidates:
        document = faq.documents[candidate.document_id]
        assert document.text[candidate.span.start : candidate.span.end] == candidate.text
