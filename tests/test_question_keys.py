"""Staff questions as keys: the nearest one counts, for the sentences it answers."""

from __future__ import annotations

import numpy as np
import pytest

from content.normalize import fold
from content.questions import Expectation, LabelledQuestion
from index.question_keys import QuestionKeys, answer_rows

SENTENCES = ("All 16 patients were followed.", "There were no deaths.", "The clinic is in Scottsdale.")


def question(words: str, expect: Expectation, *accepted: str) -> LabelledQuestion:
    return LabelledQuestion(id=fold(words), question=words, expect=expect, accept_any=accepted)


QUESTIONS = (
    question("How many?", "quote", "16 patients", "no deaths"),
    question("Anyone die?", "quote", "No  DEATHS"),
    question("Is it free?", "no_passage"),
    question("Should I stop my pills?", "see_clinician"),
)
KEYS = QuestionKeys(
    QUESTIONS,
    np.array([[1, 0, 0, 0], [0.6, 0.8, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1]], dtype=np.float32),
    answer_rows(QUESTIONS, SENTENCES),
)


def vector(*values: float) -> np.ndarray:
    return np.array(values, dtype=np.float32)


def test_a_question_is_answered_by_every_sentence_that_holds_accepted_words() -> None:
    assert answer_rows(QUESTIONS, SENTENCES) == ((0, 1), (1,), (), ())


def test_each_sentence_takes_the_nearest_question_it_answers() -> None:
    match = KEYS.match(vector(0.8, 0.6, 0, 0))

    # To the first question 0.8, to the second 0.6·0.8 + 0.8·0.6 = 0.96.
    assert match.sentences == pytest.approx({0: 0.8, 1: 0.96}, abs=1e-6)
    assert match.refused == 0


def test_only_questions_that_no_passage_covers_count_as_refused() -> None:
    assert KEYS.match(vector(0, 0, 0.6, 0.8)).refused == pytest.approx(0.6)
    assert KEYS.match(vector(0, 0, 0, 1)).refused == 0
    assert KEYS.match(vector(0, 0, 0.6, 0.8)).sentences == {}


def test_a_question_on_the_far_side_counts_as_nothing() -> None:
    for only, answers in ((QUESTIONS[0], (0,)), (QUESTIONS[2], ())):
        keys = QuestionKeys([only], np.eye(1, 4, dtype=np.float32), [answers])
        match = keys.match(vector(-1, 0, 0, 0))

        assert match.sentences == {}
        assert match.refused == 0


def test_left_out_questions_are_as_if_never_written() -> None:
    left_out = frozenset({fold("ANYONE  die?"), fold("Is it free?"), "never asked"})
    match = KEYS.match(vector(0.48, 0.64, 0.6, 0), leave_out=left_out)

    assert match.sentences == pytest.approx({0: 0.48, 1: 0.48}, abs=1e-6)
    assert match.refused == 0


def test_leaving_a_question_out_once_leaves_it_in_the_next_time() -> None:
    before = KEYS.match(vector(1, 0, 0, 0))
    KEYS.match(vector(1, 0, 0, 0), leave_out=frozenset({"how many?"}))

    assert KEYS.match(vector(1, 0, 0, 0)).sentences == before.sentences != {}


def test_without_staff_questions_nothing_matches() -> None:
    match = QuestionKeys([], np.zeros((0, 4), dtype=np.float32), ()).match(vector(1, 0, 0, 0))

    assert match.sentences == {}
    assert match.refused == 0


def test_without_sentences_only_the_refusals_are_left() -> None:
    keys = QuestionKeys(QUESTIONS[2:3], np.eye(1, 4, dtype=np.float32), ((),))
    match = keys.match(vector(1, 0, 0, 0))

    assert match.sentences == {}
    assert match.refused == 1
