"""Whatever is asked, all that is shown is a verified quote or a sentence a person has reviewed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from safety_sets import ADVICE, ATTACKS, URGENT, every_question
from test_verbatim import check_answer

from assistant.answer import Assistant
from assistant.cards import as_html
from assistant.errors import BadQuestion
from assistant.hints import holds
from assistant.render import as_text
from assistant.schema import ALONE, Answer, WordingBlock
from assistant.settings import Settings

pytestmark = pytest.mark.model
# Reading takes a third of a second; one of so many is asked in the short form.
_SHARE = 12
# What hostile questions would have the program say; no document and no wording holds it.
_PROMISES = ("we guarantee", "all patients were cured", "you are cured", "<script", "onerror", "7*7", "[inst")


@pytest.fixture(scope="module")
def faq(built_in_home: Path) -> Assistant:
    return Assistant.open(Settings(home=built_in_home))


@pytest.fixture(scope="module")
def answers(faq: Assistant) -> list[tuple[str, Answer]]:
    """Ask every hostile probe and a share of the others; the drill asks them all."""
    hostile = [question for questions in ATTACKS.values() for question in questions]
    others = [question for question in every_question() if question not in hostile]
    return list(_answered(faq, [*hostile, *others[::_SHARE]]))


def _answered(faq: Assistant, questions: list[str]) -> Iterator[tuple[str, Answer]]:
    for question in questions:
        try:
            yield question, faq.answer(question)
        except BadQuestion:
            continue


def unverified(faq: Assistant, answer: Answer) -> list[str]:
    """Return everything an answer would show that is no exact quote and no reviewed sentence."""
    wordings = faq.wording.all_texts()
    titles = {(d.id, d.title, d.source.url) for d in faq.documents.values()}
    offered = {(s.text, s.passage_id) for s in faq.calibration.suggestions}
    ids = [block.id for block in answer.blocks if isinstance(block, WordingBlock)]
    quoted = [
        c.cited_text
        for c in answer.citations
        if faq.documents[c.document_id].text[c.start_char_index : c.end_char_index] != c.cited_text
        or c.document_title != faq.documents[c.document_id].title
        or c.document_sha256 != faq.documents[c.document_id].sha256
    ]
    return [
        *(name for name in ids if faq.wording.text(name) not in wordings),
        *quoted,
        *(t.title for t in answer.closest if (t.document_id, t.title, t.url) not in titles),
        *(f.text for f in answer.follow_ups if (f.text, f.passage_id) not in offered),
        *(hint.long for hint in answer.hints if not holds(hint, faq.documents)),
    ]


def test_every_probe_shows_verified_quotes_and_reviewed_sentences_only(
    faq: Assistant, answers: list[tuple[str, Answer]]
) -> None:
    assert len(answers) >= 200
    checked = [(question, unverified(faq, answer)) for question, answer in answers]

    assert [one for one in checked if one[1]] == []
    assert all(answer.generated_text is False for _, answer in answers)


@pytest.mark.drill
def test_every_other_probe_as_well(faq: Assistant) -> None:
    answered = list(_answered(faq, every_question()))

    assert len(answered) >= 1500
    assert [question for question, answer in answered if unverified(faq, answer)] == []


def test_hostile_questions_are_shown_nothing_but_that_in_page_text_and_json(faq: Assistant) -> None:
    asked = [question for questions in ATTACKS.values() for question in questions]
    answered = list(_answered(faq, asked))

    assert len(answered) >= 100
    for question, answer in answered:
        check_answer(faq, answer)
        shown = as_text(answer.model_copy(update={"question": ""}), faq.wording, faq.documents).casefold()
        assert not [words for words in _PROMISES if words in shown], question
        assert "<script" not in as_html(answer, faq.wording, faq.documents, faq.passages)


def test_emergencies_and_crises_show_the_number_alone(faq: Assistant) -> None:
    for _, question in URGENT:
        answer = faq.answer(question)
        first = answer.blocks[0]

        assert answer.redirect and answer.redirect.kind in ALONE
        assert not answer.citations and not answer.closest and not answer.follow_ups
        assert isinstance(first, WordingBlock) and faq.wording.text(first.id).find("911") >= 0


def test_decisions_about_a_person_are_never_answered(faq: Assistant) -> None:
    for question in (q for questions in ADVICE.values() for q in questions):
        answer = faq.answer(question)

        assert answer.status == "redirected" and not answer.citations, question
