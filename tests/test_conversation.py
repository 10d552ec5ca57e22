"""A follow-up takes its topic from earlier questions; nothing a visitor typed is rewritten."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.conversation import Turn, about, as_typed, leans_back, resolve
from content.normalize import fold, normalize

LEANING = [
    "and how long were they followed?",
    "What about side effects?",
    "But does it last?",
    "How many of them were women in the end?",
    "Is that a lot of patients for a study?",
    "Did the treatment hurt anyone badly afterwards?",
    "Why was the study done in China?",
    "What were the results for kidney function?",
    "which one works best for old people",
    "why?",
    "how long",
    "Side effects?",
]
STANDING = [
    # Few words, and a topic of their own.
    "What is COPD?",
    "Who is Dr. Hansen?",
    "What are lupus symptoms?",
    "What is a stem cell transplant?",
    "How many lupus patients received cord cells?",
    "Can stem cells repair damaged lungs?",
    "Does rheumatoid arthritis destroy joints?",
    "Italy has many clinics for knee surgery",
    "Android phones cause headaches sometimes",
]
HALF_A_CHARACTER = st.text(st.characters() | st.characters(categories=["Cs"]))
QUESTIONS = st.sampled_from([*LEANING, *STANDING, "", "  ", "\u200b"]) | st.text()


@pytest.mark.parametrize("question", LEANING)
def test_these_need_an_earlier_question(question: str) -> None:
    assert leans_back(question)
    assert leans_back(question.upper())


@pytest.mark.parametrize("question", STANDING)
def test_these_stand_alone(question: str) -> None:
    assert not leans_back(question)
    assert resolve(question, ["What is lupus?"]) == Turn(question=question, standalone=question)


@pytest.mark.parametrize("question", [*LEANING, *STANDING])
@pytest.mark.parametrize("history", [(), ("",), (" \n", "\u200b")])
def test_without_earlier_words_a_question_is_searched_as_it_is(
    question: str, history: tuple[str, ...]
) -> None:
    assert resolve(question, history) == Turn(question=question, standalone=question)


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("Is lupus curable?", "lupus curable"),
        ("Does ANTI‐dsDNA fall,  and by 8 units?", "anti-dsdna fall 8 units"),
        ("What's the follow-up's length - please?", "follow-up length"),
        ("Lupus, lupus!", "lupus lupus"),
        ("How was it?", ""),
        ("", ""),
    ],
)
def test_what_a_question_is_about(question: str, words: str) -> None:
    assert about(question) == words.split()


@settings(deadline=None)
@given(QUESTIONS)
def test_telling_words_are_about_nothing_else(question: str) -> None:
    assert about(" ".join(about(question))) == about(question)


LUPUS, COPD = "How many lupus patients received cord cells?", "Can stem cells repair damaged lungs?"
LUPUS_WORDS, COPD_WORDS = "lupus patients received cord cells", "stem cells repair damaged lungs"
WHY, AGAIN = "why?", "And for how long?"


@pytest.mark.parametrize(
    ("history", "topic", "words"),
    [
        ([LUPUS], LUPUS, LUPUS_WORDS),
        ([LUPUS, COPD], COPD, COPD_WORDS),
        ([LUPUS, WHY], LUPUS, LUPUS_WORDS),
        ([LUPUS, COPD, WHY, AGAIN], COPD, COPD_WORDS),
        ([COPD, LUPUS, WHY, "", "\u200b"], LUPUS, LUPUS_WORDS),
        # Nothing stands alone: the oldest of the last four began the topic, here without a word.
        ([WHY, AGAIN], WHY, ""),
        (["And lupus?", WHY, WHY, WHY], "And lupus?", "lupus"),
        # Five turns back is another conversation.
        ([LUPUS, "And lupus?", WHY, WHY, WHY], "And lupus?", "lupus"),
        ([LUPUS, WHY, AGAIN, WHY, WHY], WHY, ""),
    ],
)
def test_the_topic_is_the_latest_question_that_stands_alone(
    history: list[str], topic: str, words: str
) -> None:
    question = "How long did it take?"

    assert resolve(question, history) == Turn(
        question=question, standalone=f"{question} {words}".strip(), previous=topic
    )


def test_where_something_is_pointed_at_the_last_question_gives_its_words_too() -> None:
    history = [LUPUS, "And with painful knees?"]
    pointing, leaning = (resolve(question, history) for question in ("Did it help?", "And when?"))

    assert pointing.standalone == f"Did it help? {LUPUS_WORDS} painful knees"
    assert leaning.standalone == f"And when? {LUPUS_WORDS}"
    assert pointing.previous == leaning.previous == LUPUS


def test_words_the_question_has_itself_are_not_said_again() -> None:
    found = resolve("And the CORD cells' age?", [LUPUS])

    assert found.standalone == "And the CORD cells' age? lupus patients received"


@settings(deadline=None)
@given(QUESTIONS, st.lists(QUESTIONS, max_size=7))
def test_no_word_is_rewritten(question: str, history: list[str]) -> None:
    turn = resolve(question, history)

    assert turn.question == question
    asked_before = any(map(fold, history[-4:]))
    assert (turn.previous is not None) == (leans_back(question) and asked_before)
    if turn.previous is not None:
        assert turn.previous in history[-4:]
        assert fold(turn.previous)
    if turn.standalone != question:
        assert leans_back(question)
        typed = question.strip()
        assert turn.standalone.startswith(typed)
        added = turn.standalone[len(typed) :].split()
        assert set(about(turn.previous or "")) - set(about(question)) <= set(added)
        assert set(added) <= {word for earlier in history[-4:] for word in about(earlier)}
        assert not set(added) & set(about(question))
        assert len(set(added)) == len(added)


@settings(deadline=None)
@given(QUESTIONS, st.lists(QUESTIONS, min_size=4, max_size=4), st.lists(QUESTIONS, max_size=3))
def test_only_the_last_four_questions_count(question: str, recent: list[str], older: list[str]) -> None:
    assert resolve(question, [*older, *recent]) == resolve(question, recent)


@settings(deadline=None)
@given(HALF_A_CHARACTER)
def test_what_was_typed_can_be_written_down(words: str) -> None:
    read = as_typed(words)

    assert read.encode("utf-8").decode("utf-8") == read == read.strip()
    assert as_typed(read) == read
    if not any("\ud800" <= character <= "\udfff" for character in words):
        assert read == normalize(words).strip()


def test_half_a_character_becomes_a_question_mark() -> None:
    assert as_typed(" What\udcff is\u00a0it\ud83d ") == "What? is it?"
    assert as_typed("cafe\u0301 🧬") == "café 🧬"
