"""Every column of the feature matrix computed by hand."""

from __future__ import annotations

from math import log, sqrt

import numpy as np
import pytest

from content.normalize import fold
from index.features import FEATURES, candidate_rows, sentence_features
from index.search import Searcher

# Sentence rows of the small library.
MANY_PEOPLE, FOLLOWED, NO_DEATHS = 4, 8, 9

QUESTION = "How many months were they followed?"
# Its terms are how, mani, month and follow: the first stands in none of the six passages, the
# others in one each. ln(1 + (6 - n + 0.5)/(n + 0.5)) gives their weight.
HOW, KNOWN = log(14), log(14 / 3)
TOTAL = HOW + 3 * KNOWN


def features_of(
    searcher: Searcher, question: str, sentence: int, *, leave_out: frozenset[str] = frozenset()
) -> dict[str, float]:
    hits = searcher.search(question, leave_out=leave_out)
    table = sentence_features(searcher, question, hits, leave_out=leave_out)
    row = candidate_rows(searcher, hits).index(sentence)
    return dict(zip(FEATURES, table[row].tolist(), strict=True))


def test_a_sentence_that_answers(searcher: Searcher) -> None:
    # "The patients were followed for 8 months." after the title "Lupus study".
    assert features_of(searcher, QUESTION, FOLLOWED) == pytest.approx(
        {
            "sentence_cosine": 2 / sqrt(2 * 3),
            "passage_cosine": 2 / sqrt(2 * 6),
            "staff_question": 2 / sqrt(2 * 3),  # "How many months were patients followed?"
            "staff_question_near": (2 / sqrt(2 * 3) - 0.6) * 2,
            "sentence_coverage": 2 * KNOWN / TOTAL,
            "passage_coverage": 2 * KNOWN / TOTAL,
            "fused": 20 * 3 / 61,  # first by cosine, by terms and by staff question
            "type_held": 1,  # how many months: a duration
            "type_missing": 0,
            "refused_question": 0,
            "refused_question_near": 0,
            "unknown_terms": HOW / TOTAL,
            "best_passage_cosine": 2 / sqrt(2 * 6),
            "bias": 1,
        },
        abs=1e-6,
    )


def test_a_sentence_that_shares_one_word(searcher: Searcher) -> None:
    # "Many people live with a stroke."
    assert features_of(searcher, QUESTION, MANY_PEOPLE) == pytest.approx(
        {
            "sentence_cosine": 0,
            "passage_cosine": 0,
            "staff_question": 0,
            "staff_question_near": 0,
            "sentence_coverage": KNOWN / TOTAL,
            "passage_coverage": KNOWN / TOTAL,
            "fused": 20 * (1 / 64 + 1 / 62),  # fourth by cosine 0 in passage order, second by terms
            "type_held": 0,
            "type_missing": 1,
            "refused_question": 0,
            "refused_question_near": 0,
            "unknown_terms": HOW / TOTAL,
            "best_passage_cosine": 2 / sqrt(2 * 6),
            "bias": 1,
        },
        abs=1e-6,
    )


def test_a_neighbour_shares_what_belongs_to_the_passage_only(searcher: Searcher) -> None:
    answer, neighbour = (features_of(searcher, QUESTION, row) for row in (FOLLOWED, NO_DEATHS))

    for name in ("passage_cosine", "passage_coverage", "fused", "unknown_terms", "best_passage_cosine"):
        assert neighbour[name] == answer[name] > 0
    for name in ("sentence_cosine", "sentence_coverage", "staff_question", "type_held"):
        assert neighbour[name] == 0


def test_a_question_like_one_that_staff_refused(searcher: Searcher) -> None:
    found = features_of(searcher, "Does it cost more to be followed?", NO_DEATHS)

    # (followed, cost)/√2 against "What does it cost?"
    assert found["refused_question"] == pytest.approx(1 / sqrt(2))
    assert found["refused_question_near"] == pytest.approx((1 / sqrt(2) - 0.6) * 2)


def test_left_out_staff_questions_are_in_no_column(searcher: Searcher) -> None:
    left_out = frozenset({fold("How many months were patients followed?"), fold("What does it cost?")})

    assert features_of(searcher, QUESTION, FOLLOWED, leave_out=left_out)["staff_question"] == 0
    assert features_of(searcher, QUESTION, FOLLOWED, leave_out=left_out)["fused"] == pytest.approx(40 / 61)
    assert features_of(searcher, "The cost?", FOLLOWED, leave_out=left_out)["refused_question"] == 0


def test_an_open_question_neither_holds_nor_misses_a_type(searcher: Searcher) -> None:
    table = sentence_features(searcher, "Is lupus bad?", searcher.search("Is lupus bad?"))

    assert not table[:, FEATURES.index("type_held")].any()
    assert not table[:, FEATURES.index("type_missing")].any()


def test_a_question_of_function_words_covers_nothing(searcher: Searcher) -> None:
    found = features_of(searcher, "What is it?", FOLLOWED)

    assert [found[name] for name in ("sentence_coverage", "passage_coverage")] == [0, 0]
    assert found["unknown_terms"] == 1


def test_rows_are_the_sentences_of_the_hits_in_passage_order(searcher: Searcher) -> None:
    hits = searcher.search(QUESTION, 2)
    rows = candidate_rows(searcher, hits)
    table = sentence_features(searcher, QUESTION, hits)

    assert [hit.passage.id for hit in hits] == ["trial-lupus#p2", "therapy-stroke#p1"]
    assert rows == [MANY_PEOPLE, FOLLOWED, NO_DEATHS]
    assert [searcher.data.sentence_text(row) for row in rows] == [
        "Many people live with a stroke.",
        "The patients were followed for 8 months.",
        "There were no deaths.",
    ]
    assert table.shape == (3, len(FEATURES))
    assert np.array_equal(table, sentence_features(searcher, QUESTION, hits[::-1]))


def test_without_hits_there_are_no_rows(searcher: Searcher) -> None:
    assert sentence_features(searcher, "", []).shape == (0, len(FEATURES))
