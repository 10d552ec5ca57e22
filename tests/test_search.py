"""Hits computed by hand: cosine of word counts, BM25 formula, staff questions, ranks fused."""

from __future__ import annotations

from math import log, sqrt

import pytest
from fakes import WordEmbedder
from small import SmallIndex

from content.normalize import fold
from index.embedder import EmbedderFacts
from index.errors import EmbedderMismatch
from index.search import Hit, Searcher
from index.stored import open_index

DOCTOR, KNEE, STROKE_LIFE, STROKE_CELLS, LUPUS_STUDY, LUPUS_RESULT = range(6)
# How many terms each passage has with its title and headings.
LENGTHS = (8, 10, 5, 6, 12, 8)


def by_row(hits: list[Hit]) -> dict[int, Hit]:
    return {hit.row: hit for hit in hits}


def bm25(holding: int, frequency: int, length: int) -> float:
    rarity = log(1 + (6 - holding + 0.5) / (holding + 0.5))
    return rarity * frequency / (frequency + 1.5 * (0.25 + 0.75 * length / (sum(LENGTHS) / 6)))


def test_cosines_are_those_of_the_word_counts(searcher: Searcher) -> None:
    found = by_row(searcher.search("Lupus cells?"))

    # The question is (1, 1)/√2 over lupus and cells; each passage counts its title too.
    assert {row: hit.dense for row, hit in found.items()} == pytest.approx(
        {
            LUPUS_STUDY: (2 + 1) / sqrt(15 * 2),  # lupus 2, study 3, patients 1, cells 1
            STROKE_CELLS: 1 / sqrt(5 * 2),  # stroke 2, cells 1
            LUPUS_RESULT: 1 / sqrt(6 * 2),  # lupus, study, patients, followed, months, deaths
            KNEE: 1 / sqrt(10 * 2),  # knee 3, cells 1
            DOCTOR: 0,
            STROKE_LIFE: 0,
        },
        abs=1e-6,
    )


def test_lexical_scores_are_the_formula(searcher: Searcher) -> None:
    found = by_row(searcher.search("Lupus cells?"))

    # Lupus stands in two passages, cells in three.
    assert {row: hit.lexical for row, hit in found.items()} == pytest.approx(
        {
            LUPUS_STUDY: bm25(2, 2, 12) + bm25(3, 1, 12),
            LUPUS_RESULT: bm25(2, 1, 8),
            STROKE_CELLS: bm25(3, 1, 6),
            KNEE: bm25(3, 1, 10),
            DOCTOR: 0,
            STROKE_LIFE: 0,
        },
        rel=1e-5,
    )


def test_ranks_are_fused_and_count_from_one(searcher: Searcher) -> None:
    hits = searcher.search("Lupus cells?")

    # Second and third of the two rankings tie; the earlier passage comes first.
    assert [(hit.rank, hit.row, hit.fused) for hit in hits] == [
        (1, LUPUS_STUDY, 1 / 61 + 1 / 61),
        (2, STROKE_CELLS, 1 / 62 + 1 / 63),
        (3, LUPUS_RESULT, 1 / 63 + 1 / 62),
        (4, KNEE, 1 / 64 + 1 / 64),
        (5, DOCTOR, 1 / 65),
        (6, STROKE_LIFE, 1 / 66),
    ]
    assert [hit.passage.id for hit in hits[:2]] == ["trial-lupus#p1", "therapy-stroke#p2"]


def test_a_staff_question_lifts_the_passage_that_answers_it(searcher: Searcher) -> None:
    found = by_row(searcher.search("The patients of the study"))

    # "How many patients were in the study?" counts the same words: cosine 1.
    assert found[LUPUS_STUDY].staff_question == pytest.approx(1)
    assert found[LUPUS_STUDY].fused == pytest.approx(3 / 61)
    # "How many months were patients followed?" is kept, but below 0.5 it is no ranking.
    assert found[LUPUS_RESULT].staff_question == pytest.approx(1 / sqrt(2 * 3))
    assert found[LUPUS_RESULT].fused == pytest.approx(2 / 62)
    assert found[KNEE].staff_question == 0


def test_of_two_sentences_the_one_nearer_to_a_staff_question_counts(searcher: Searcher) -> None:
    found = by_row(searcher.search("Doctor, doctor! The clinic?"))

    # (2, 1)/√5 against "Who is the doctor?" for one sentence and "Where is the clinic?" for the next.
    assert found[DOCTOR].staff_question == pytest.approx(2 / sqrt(5))


def test_a_left_out_staff_question_is_as_if_never_written(searcher: Searcher) -> None:
    question = "How many patients were in the study?"
    found = by_row(searcher.search(question, leave_out=frozenset({fold(question)})))

    assert found[LUPUS_STUDY].staff_question == 0
    assert by_row(searcher.search(question))[LUPUS_STUDY].staff_question == pytest.approx(1)


def test_fewer_hits_are_the_first_of_more(searcher: Searcher) -> None:
    hits = searcher.search("Lupus cells?", 6)

    for k in range(7):
        assert searcher.search("Lupus cells?", k) == hits[:k]


@pytest.mark.parametrize("question", ["", "  \n\t", "\u200b", "\u00ad \ufeff"])
def test_a_blank_question_finds_nothing(searcher: Searcher, question: str) -> None:
    assert searcher.search(question) == []


def test_a_question_is_embedded_once_however_often_it_is_looked_at(small_index: SmallIndex) -> None:
    data, _, _ = open_index(small_index.root)
    embedder = WordEmbedder()
    searcher = Searcher(data, embedder)
    searcher.search("Lupus cells?")
    searcher.match_keys("Lupus cells?")
    searcher.search("Lupus cells?", leave_out=frozenset({"how many?"}))

    assert embedder.asked == ["Lupus cells?"]


OTHER_FACTS: list[dict[str, object]] = [
    {"name": "letters"},
    {"dimension": 384},
    {"precision": "torch"},
    {"weights_sha256": "1" * 64},
    {"max_tokens": 128},
]


@pytest.mark.parametrize("change", OTHER_FACTS, ids=lambda change: str(*change))
def test_vectors_of_another_embedder_are_refused(small_index: SmallIndex, change: dict[str, object]) -> None:
    data, _, _ = open_index(small_index.root)
    embedder = WordEmbedder()
    embedder.facts = EmbedderFacts.model_validate(embedder.facts.model_dump() | change)

    with pytest.raises(EmbedderMismatch, match=r"the embedder is words .*Run: faq build"):
        Searcher(data, embedder)


def test_the_same_weights_exported_again_are_the_same_embedder(small_index: SmallIndex) -> None:
    data, _, _ = open_index(small_index.root)
    embedder = WordEmbedder()
    embedder.facts = embedder.facts.model_copy(update={"graph_sha256": "a" * 64})

    assert Searcher(data, embedder).search("Lupus cells?")[0].row == LUPUS_STUDY
