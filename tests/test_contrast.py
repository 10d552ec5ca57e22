"""Two explanations of one question: the same, or what a visitor would see differently."""

from __future__ import annotations

import pytest

from assistant.answer import Assistant
from assistant.contrast import contrast
from assistant.explanation import explain
from assistant.schema import FollowUp
from assistant.settings import Settings

QUESTION = "Knee cells lupus patients months deaths cure people?"


@pytest.fixture
def faq(small_settings: Settings) -> Assistant:
    return Assistant.open(small_settings)


def changed(faq: Assistant, threshold: float, **settings: int) -> Assistant:
    calibration = faq.calibration.model_copy(update={"threshold": threshold, "certificate": None})
    return Assistant(faq.searcher, calibration, faq.settings.model_copy(update=settings))


def test_an_explanation_is_the_same_as_itself(faq: Assistant) -> None:
    found = explain(faq, QUESTION)

    assert contrast(found, found).same


def test_another_threshold_that_changes_nothing_shown_is_the_same(faq: Assistant) -> None:
    assert contrast(explain(changed(faq, 0.0), QUESTION), explain(changed(faq, 1e-6), QUESTION)).same


def test_answered_against_refused_names_both_and_every_quote(faq: Assistant) -> None:
    answered, refused = explain(changed(faq, 0.0), QUESTION), explain(changed(faq, 1.0), QUESTION)

    found = contrast(answered, refused)

    assert found.differences[0] == "The first is answered, the second refused."
    quotes = [line for line in found.differences if line.startswith("Only the first quotes")]
    assert len(quotes) == len(answered.answer.citations)
    assert all(c.cited_text in "".join(quotes) for c in answered.answer.citations)
    assert contrast(refused, answered).differences[0] == "The first is refused, the second answered."


def test_fewer_quotes_are_told_one_by_one(faq: Assistant) -> None:
    three, one = explain(changed(faq, 0.0), QUESTION), explain(changed(faq, 0.0, max_quotes=1), QUESTION)

    told = contrast(three, one).differences

    only_three = {c.cited_text for c in three.answer.citations} - {c.cited_text for c in one.answer.citations}
    assert only_three
    assert sum(line.startswith("Only the first") for line in told) == len(only_three)


def test_other_facts_beside_the_same_words_are_told(faq: Assistant) -> None:
    found = explain(changed(faq, 0.0), QUESTION)
    (first, *others) = found.answer.citations
    evidence = first.evidence.model_copy(update={"participants": 18, "comparison_group": True})
    citations = (first.model_copy(update={"evidence": evidence}), *others)
    other = found.model_copy(update={"answer": found.answer.model_copy(update={"citations": citations})})

    told = contrast(found, other).differences

    before = first.evidence.participants or "none"
    assert f"Beside “{first.cited_text}”, participants: {before} against 18." in told
    assert len(told) == 2, "nothing of its caveats, beside which no facts stand"
    assert told[1].endswith("against yes.")


def test_other_questions_offered_next_are_told(faq: Assistant) -> None:
    found = explain(changed(faq, 0.0), QUESTION)
    offered = (FollowUp(text="And how long?", passage_id="trial-lupus#p2"),)
    other = found.model_copy(update={"answer": found.answer.model_copy(update={"follow_ups": offered})})
    before = ", ".join(follow_up.text for follow_up in found.answer.follow_ups) or "none"

    assert contrast(found, other).differences == (f"Offered next: {before} against And how long?.",)
