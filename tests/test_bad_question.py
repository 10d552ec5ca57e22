"""What cannot be asked is refused before any search, but never before it is known to be safe."""

from __future__ import annotations

from functools import cache

import pytest
from asking import ask_small, small_assistant
from hypothesis import given, settings
from hypothesis import strategies as st
from small import SmallIndex

from assistant.answer import Assistant
from assistant.errors import BadQuestion
from assistant.safety import ORDER, route
from assistant.schema import Answer
from content.normalize import fold

FOLLOWED = "How were the patients followed?"
DYING = "I think I am dying, please help. "
TYPED = st.text(st.characters() | st.characters(categories=["Cs"]), max_size=600) | st.builds(
    lambda words, times: words * times,
    st.sampled_from(["lupus ", "β", "👩\u200d🔬", "e\u0301", "\u00ad", " ", "I want to die "]),
    st.integers(0, 260),
)


@pytest.fixture
def faq(small_index: SmallIndex) -> Assistant:
    return ask_small(small_index)


@cache
def one_page() -> Assistant:
    return small_assistant(body="Lupus patients improved. Nobody was harmed.")


def test_an_emergency_is_seen_before_its_length(faq: Assistant) -> None:
    answer = faq.answer("Lupus. " * 1000 + DYING)

    assert answer.redirect
    assert answer.redirect.kind == "emergency"
    assert answer.question == ("Lupus. " * 1000)[:500]


@pytest.mark.parametrize("question", ["", "  \n\t ", "\u200b", "\u00ad\ufeff", "\u00a0"])
def test_an_empty_question_is_no_question(faq: Assistant, question: str) -> None:
    for ask in (faq.answer, faq.check):
        with pytest.raises(BadQuestion, match="the question is empty"):
            ask(question)


def test_an_over_long_question_is_not_searched(small_index: SmallIndex) -> None:
    faq = ask_small(small_index, max_question_chars=40)
    longest = FOLLOWED + "?" * (40 - len(FOLLOWED))
    small_index.embedder.asked.clear()

    for ask in (faq.answer, faq.check):
        with pytest.raises(BadQuestion, match="the question has 41 characters, at most 40 are searched"):
            ask(f"{longest}?")
    assert small_index.embedder.asked == []
    faq.check(f"  {longest}\u00ad\n")
    assert small_index.embedder.asked == []
    assert faq.answer(f"  {longest}\u00ad\n").status == "answered"


@settings(deadline=None, max_examples=300)
@given(TYPED, st.lists(TYPED, max_size=3))
def test_whatever_is_typed_is_answered_or_refused_as_a_bad_question(
    question: str, history: list[str]
) -> None:
    faq = one_page()
    try:
        answer = faq.answer(question, history)
    except BadQuestion:
        with pytest.raises(BadQuestion):
            faq.check(question)
        assert route(question) is None
        return
    faq.check(question)
    assert Answer.model_validate_json(answer.model_dump_json()) == answer
    assert len(answer.question) <= 500
    assert fold(answer.question) or answer.redirect


@pytest.mark.parametrize("question", [f"{FOLLOWED}\ud83d", f"\udcff{FOLLOWED}"])
def test_half_a_character_does_not_stop_an_answer(faq: Assistant, question: str) -> None:
    answer = faq.answer(question, ["\ud800"])

    assert answer.status == "answered"
    assert "?" in answer.question
    assert Answer.model_validate_json(answer.model_dump_json()) == answer


@pytest.mark.parametrize("around", ["{} \ud83d", "\udcff{}", "Lupus. " * 900 + "{}", "{}" + "!" * 5000])
def test_danger_is_seen_in_whatever_cannot_be_searched(faq: Assistant, around: str) -> None:
    for kind, words in zip(ORDER[:2], ("I want to die.", DYING), strict=True):
        answer = faq.answer(around.format(words))

        assert answer.redirect
        assert answer.redirect.kind == kind
