"""Every column of the feature matrix computed by hand."""

from __future__ import annotations

from collections.abc import Sequence
from math import log, sqrt

import numpy as np
import pytest
from asking import page, searcher_of
from fakes import WordEmbedder, WordEvidence

from content.normalize import fold
from index.evidence import UNREAD, PassageText
from index.features import FEATURES, candidate_rows, sentence_features
from index.rarity import rarity
from index.search import Searcher

# Sentence rows of the small library.
MANY_PEOPLE, TREATED, COMPARED, FOLLOWED, NO_DEATHS = 4, 6, 7, 8, 9

QUESTION = "How many months were they followed?"
# Its terms are how, mani, month and follow: the first stands in none of the six passages, the
# others in one each. ln(1 + (6 - n + 0.5)/(n + 0.5)) gives their weight.
HOW, KNOWN = log(14), log(14 / 3)
TOTAL = HOW + 3 * KNOWN


def saturated(length: int) -> float:
    """Return what one occurrence counts in a passage of so many terms; 49/6 on average."""
    return 1 / (1 + 1.5 * (0.25 + 0.75 * length / (49 / 6)))


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
            "evidence": 0,  # no reader model
            "evidence_passage": 0,
            "result_section": 0,
            "aim_unasked": 0,
            "sentence_cosine": 2 / sqrt(2 * 3),
            "passage_cosine": 2 / sqrt(2 * 6),
            "staff_question": 2 / sqrt(2 * 3),  # "How many months were patients followed?"
            "staff_question_near": (2 / sqrt(2 * 3) - 0.6) * 2,
            "sentence_coverage": 2 * KNOWN / TOTAL,
            "passage_coverage": 2 * KNOWN / TOTAL,
            # cosines of passage and document, best by words, and the staff question above its floor
            "fused": 1 / sqrt(12) + 1 / sqrt(66) + 0.12 + 0.5 * (2 / sqrt(6) - 0.5),
            "type_held": 1,  # how many months: a duration
            "type_missing": 0,
            "refused_question": 0,
            "refused_question_near": 0,
            "unknown_terms": HOW / TOTAL,
            "unknown_name": rarity("how"),  # a common word, and the only unknown one
            "best_passage_cosine": 2 / sqrt(2 * 6),
            "bias": 1,
        },
        abs=1e-6,
    )


def test_a_sentence_that_shares_one_word(searcher: Searcher) -> None:
    # "Many people live with a stroke."
    assert features_of(searcher, QUESTION, MANY_PEOPLE) == pytest.approx(
        {
            "evidence": 0,  # no reader model
            "evidence_passage": 0,
            "result_section": 0,
            "aim_unasked": 0,
            "sentence_cosine": 0,
            "passage_cosine": 0,
            "staff_question": 0,
            "staff_question_near": 0,
            "sentence_coverage": KNOWN / TOTAL,
            "passage_coverage": KNOWN / TOTAL,
            # "many" in a passage of 5 terms, against "months" and "followed" in one of 8
            "fused": 0.12 * saturated(5) / (2 * saturated(8)),
            "type_held": 0,
            "type_missing": 1,
            "refused_question": 0,
            "refused_question_near": 0,
            "unknown_terms": HOW / TOTAL,
            "unknown_name": rarity("how"),  # a common word, and the only unknown one
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
    fused = features_of(searcher, QUESTION, FOLLOWED, leave_out=left_out)["fused"]
    assert fused == pytest.approx(1 / sqrt(12) + 1 / sqrt(66) + 0.12)
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

    assert [hit.passage.id for hit in hits] == ["trial-lupus#p2", "trial-lupus#p1"]
    assert rows == [TREATED, COMPARED, FOLLOWED, NO_DEATHS]
    assert [searcher.data.sentence_text(row) for row in rows] == [
        "A lupus study treated 16 patients with cells.",
        "The study had no comparison group.",
        "The patients were followed for 8 months.",
        "There were no deaths.",
    ]
    assert table.shape == (4, len(FEATURES))
    assert np.array_equal(table, sentence_features(searcher, QUESTION, hits[::-1]))


def test_evidence_is_what_the_reader_says_of_each_sentence(searcher: Searcher) -> None:
    reading = Searcher(searcher.data, WordEmbedder(), WordEvidence())

    # "were", "followed" and "months", less one; "were" alone; all three of the last question's words.
    assert features_of(reading, QUESTION, FOLLOWED)["evidence"] == 2
    assert features_of(reading, QUESTION, NO_DEATHS)["evidence"] == 0
    assert features_of(reading, QUESTION, NO_DEATHS)["evidence_passage"] == 2
    assert features_of(reading, QUESTION, MANY_PEOPLE)["evidence"] == 0
    assert features_of(reading, QUESTION, TREATED)["evidence_passage"] == -1
    assert features_of(reading, "Were there deaths?", NO_DEATHS)["evidence"] == 2


def test_evidence_changes_no_other_column(searcher: Searcher) -> None:
    reading = Searcher(searcher.data, WordEmbedder(), WordEvidence())
    hits = searcher.search(QUESTION)
    others = [name not in ("evidence", "evidence_passage") for name in FEATURES]

    assert reading.search(QUESTION) == hits
    without, with_evidence = (sentence_features(one, QUESTION, hits) for one in (searcher, reading))
    assert np.array_equal(without[:, others], with_evidence[:, others])
    assert not np.array_equal(without, with_evidence)


def test_the_reader_is_given_the_question_with_its_other_names(searcher: Searcher) -> None:
    evidence = WordEvidence()
    reading = Searcher(searcher.data, WordEmbedder(), evidence)
    hits = reading.search("The lupus trial?", 2)
    sentence_features(reading, "The lupus trial?", hits)

    assert evidence.read == [
        ("The lupus trial? (lupus study)", reading.passage_text(hit.row)) for hit in hits
    ]


class Sure(WordEvidence):
    """Is wholly sure of the first sentence of each passage, and that the others are nothing."""

    def sentence_evidence(self, question: str, passages: Sequence[PassageText]) -> list[tuple[float, ...]]:
        return [(99.0, *(UNREAD for _ in passage.sentences[1:])) for passage in passages]


def test_evidence_is_at_most_six_either_way(searcher: Searcher) -> None:
    reading = Searcher(searcher.data, WordEmbedder(), Sure())

    assert features_of(reading, QUESTION, FOLLOWED)["evidence"] == 6
    assert features_of(reading, QUESTION, NO_DEATHS)["evidence"] == -6
    assert features_of(reading, QUESTION, NO_DEATHS)["evidence_passage"] == 6


REPORT = """\
BACKGROUND: The aim of this study was to determine whether cells help.

METHODS: Cells were given.

RESULTS: Cells helped lupus. Nobody died.

CONCLUSION: Cells help.

Cells are small.
"""


@pytest.fixture
def report() -> Searcher:
    """Return a searcher over one structured report."""
    return searcher_of(page(REPORT))


def column(searcher: Searcher, question: str, name: str) -> list[float]:
    table = sentence_features(searcher, question, searcher.search(question))
    found: list[float] = table[:, FEATURES.index(name)].tolist()
    return found


def test_sentences_of_results_and_conclusion_are_told_from_the_rest(report: Searcher) -> None:
    # background, methods, two sentences of results, conclusion, no section at all
    assert column(report, "Do cells help?", "result_section") == [0, 0, 1, 1, 1, 0]


def test_an_aim_counts_against_a_sentence_only_when_nobody_asked_for_one(report: Searcher) -> None:
    assert column(report, "Do cells help?", "aim_unasked") == [1, 0, 0, 0, 0, 0]
    assert column(report, "What was the aim?", "aim_unasked") == [0] * 6


@pytest.mark.parametrize(
    "sentence",
    [
        "The aim of this study was to see.",
        "Our OBJECTIVE was to learn.",
        "We aimed to find out.",
        "The goals were to learn and to tell.",
        "It was undertaken to learn more.",
        "We sought to learn more.",
        "Sixteen people came to determine whether it works.",
        "A trial to assess the effect.",
    ],
)
def test_these_sentences_state_an_aim(sentence: str) -> None:
    searcher = searcher_of(page(sentence))

    assert column(searcher, "Do cells help?", "aim_unasked") == [1]
    for asks in ("Why was it done?", "What did they want to find out?", "What was its PURPOSE?"):
        assert column(searcher, asks, "aim_unasked") == [0]


@pytest.mark.parametrize(
    "sentence",
    ["They aim high.", "He seeks them.", "We took it to the clinic.", "They were able to walk.", "Goals."],
)
def test_these_sentences_do_not(sentence: str) -> None:
    searcher = searcher_of(page(sentence))

    assert column(searcher, "Do cells help?", "aim_unasked") == [0]


def test_a_question_of_design_is_held_by_the_sentence_that_states_it() -> None:
    searcher = searcher_of(page("It was a single-arm trial.\n\nEveryone felt better."))

    assert column(searcher, "Was there a control group?", "type_held") == [1, 0]
    assert column(searcher, "Was there a control group?", "type_missing") == [0, 1]


def test_without_hits_there_are_no_rows(searcher: Searcher) -> None:
    assert sentence_features(searcher, "", []).shape == (0, len(FEATURES))


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("How many lupus patients?", "how"),
        ("Does it help with sclerosis?", "sclerosis"),
        # The rarest one counts, numbers and short words do not, and a plural is the word itself.
        ("Do umbrellas help with 17 xy?", "umbrellas"),
        ("lupus deaths", None),
        ("", None),
    ],
)
def test_the_rarest_word_that_stands_in_no_passage_is_told(
    searcher: Searcher, question: str, name: str | None
) -> None:
    hits = searcher.search("lupus patients")
    table = sentence_features(searcher, question, hits)
    expected = rarity(name) if name else 0.0
    assert set(table[:, FEATURES.index("unknown_name")]) == {expected}


def test_a_sentence_that_states_the_design_covers_the_words_that_ask_for_it(searcher: Searcher) -> None:
    """No text holds "placebo"; "The study had no comparison group." does not state a design either."""
    hits = searcher.search("lupus patients")
    asked = "Was there a placebo?"
    bare = dict(zip(FEATURES, sentence_features(searcher, asked, hits)[0].tolist(), strict=True))
    assert (bare["unknown_name"], bare["unknown_terms"], bare["sentence_coverage"]) == (0, 0, 0)
    price = sentence_features(searcher, "Was there a refund?", hits)[0]
    assert price[FEATURES.index("unknown_name")] > 0
