"""Coverage: a sentence's questions are those it was quoted for, and nothing was asked twice."""

from __future__ import annotations

import pytest

from assistant.answer import Assistant
from assistant.document_coverage import (
    AnsweredBy,
    Asked,
    DocumentCoverage,
    KeptCoverage,
    coverage,
    questions_of,
)  # fmt: skip
from assistant.settings import Settings
from content.passages import document_sentences


@pytest.fixture
def faq(small_settings: Settings) -> Assistant:
    return Assistant.open(small_settings)


def last(found: list[Asked]) -> Asked:
    return found[-1]


def test_every_sentence_is_there_with_the_questions_it_was_quoted_for(faq: Assistant) -> None:
    found = last(list(coverage(faq))).found

    assert found is not None
    assert set(found) == set(faq.documents)
    for document in faq.documents.values():
        sentences = [document.slice(span) for span in document_sentences(document)]
        assert [part.sentence for part in found[document.id].sentences] == sentences
        for part in found[document.id].sentences:
            for question in part.questions:
                quoted = [c.cited_text for c in faq.answer(question).citations if c.caveat_of is None]
                assert any(part.sentence in words for words in quoted)
    asked = {question for part in found.values() for question in part.questions}
    assert "Were there any deaths?" in asked


def test_a_question_quoted_nowhere_counts_nowhere(faq: Assistant) -> None:
    found = last(list(coverage(faq))).found or {}

    asked = {question for part in found.values() for question in part.questions}
    for question in questions_of(faq):
        assert (question in asked) == bool([c for c in faq.answer(question).citations if c.caveat_of is None])


def test_it_tells_how_far_it_is(faq: Assistant) -> None:
    steps = list(coverage(faq))
    total = len(questions_of(faq))

    assert len(set(questions_of(faq))) == total > 0
    assert [step.done for step in steps] == list(range(total + 1))
    assert {step.total for step in steps} == {total}
    assert all(step.found is None for step in steps[:-1])


def test_what_no_question_is_answered_with_is_named() -> None:
    told = (AnsweredBy(sentence="A.", questions=("a?", "b?")), AnsweredBy(sentence="B."))
    found = DocumentCoverage(document_id="some-page", sentences=(*told, *told))

    assert found.never_quoted == ("B.", "B.")
    assert found.questions == ("a?", "b?")


def test_an_index_is_asked_once(faq: Assistant, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = KeptCoverage()
    assert kept.known(faq) is None
    first = last(list(kept.find(faq))).found

    def never(*_: object) -> None:
        raise AssertionError("asked again")

    monkeypatch.setattr(faq, "answer", never)
    assert list(kept.find(faq)) == [Asked(0, 0, first)]
    assert kept.known(faq) is first
    monkeypatch.setattr(faq, "index_id", "ix-other")
    assert kept.known(faq) is None
