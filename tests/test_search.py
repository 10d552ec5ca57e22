"""Hits computed by hand: cosine of word counts, BM25 formula, staff questions, weighted sums."""

from __future__ import annotations

from math import log, sqrt

import pytest
from asking import page, searcher_of
from fakes import WordEmbedder
from small import QUESTIONS, SmallIndex

from content.normalize import fold
from content.readers.plain import UNTITLED
from index.embedder import EmbedderFacts
from index.errors import EmbedderMismatch
from index.evidence import PassageText
from index.fusion import FusionWeights
from index.lexical import LexicalStore
from index.search import Hit, Searcher
from index.stored import open_index
from index.term_scores import TermScores

DOCTOR, KNEE, STROKE_LIFE, STROKE_CELLS, LUPUS_STUDY, LUPUS_RESULT = range(6)
# How many terms each passage has with its title and headings.
LENGTHS = (8, 10, 5, 6, 12, 8)
ALL_QUESTIONS = frozenset(fold(question) for _, question, _, _ in QUESTIONS)


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


def test_a_hit_knows_how_near_its_whole_document_is(searcher: Searcher) -> None:
    found = by_row(searcher.search("Lupus cells?"))
    # lupus 3, study 4, patients 2, cells, deaths, followed and months 1: the heading counts too.
    trial = (3 + 1) / sqrt(33 * 2)
    stroke = 1 / sqrt(18 * 2)  # stroke 4, people 1, cells 1

    assert {row: hit.document for row, hit in found.items()} == pytest.approx(
        {
            LUPUS_STUDY: trial,
            LUPUS_RESULT: trial,
            STROKE_CELLS: stroke,
            STROKE_LIFE: stroke,
            KNEE: 1 / sqrt(17 * 2),  # knee 4, cells 1
            DOCTOR: 0,
        },
        abs=1e-6,
    )


def test_scores_are_fused_and_ranks_count_from_one(searcher: Searcher) -> None:
    hits = searcher.search("Lupus cells?")
    best = bm25(2, 2, 12) + bm25(3, 1, 12)
    # Half of each cosine, and 0.12 for the share of the best BM25 score.
    expected = [
        (LUPUS_STUDY, 3 / sqrt(30) / 2 + 4 / sqrt(66) / 2 + 0.12),
        (LUPUS_RESULT, 1 / sqrt(12) / 2 + 4 / sqrt(66) / 2 + 0.12 * bm25(2, 1, 8) / best),
        (STROKE_CELLS, 1 / sqrt(10) / 2 + 1 / sqrt(36) / 2 + 0.12 * bm25(3, 1, 6) / best),
        (KNEE, 1 / sqrt(20) / 2 + 1 / sqrt(34) / 2 + 0.12 * bm25(3, 1, 10) / best),
        (STROKE_LIFE, 1 / sqrt(36) / 2),
        (DOCTOR, 0.0),
    ]

    assert [hit.row for hit in hits] == [row for row, _ in expected]
    assert [hit.fused for hit in hits] == pytest.approx([fused for _, fused in expected], abs=1e-6)
    assert [hit.rank for hit in hits] == [1, 2, 3, 4, 5, 6]
    assert [hit.passage.id for hit in hits[:2]] == ["trial-lupus#p1", "trial-lupus#p2"]


def test_every_fused_score_is_the_weighted_sum_of_what_the_hit_says(searcher: Searcher) -> None:
    weights = FusionWeights(dense=0.3, document=0.2, lexical=0.4, staff=0.7)
    weighted = Searcher(searcher.data, WordEmbedder(), weights=weights)
    for question in ("Lupus cells?", "The patients of the study", "How many months were they followed?"):
        hits = weighted.search(question)
        best = max(hit.lexical for hit in hits)
        for hit in hits:
            staff = max(0.0, hit.staff_question - 0.5)
            by_words = hit.lexical / best
            parts = (0.3 * hit.dense, 0.2 * hit.document, 0.4 * by_words, 0.7 * staff)
            assert hit.fused == pytest.approx(sum(parts), abs=1e-9)
        assert [hit.fused for hit in hits] == sorted((hit.fused for hit in hits), reverse=True)


def test_a_weight_of_nothing_silences_its_scorer(searcher: Searcher) -> None:
    alone = FusionWeights(dense=1.0, document=0.0, lexical=0.0, staff=0.0)
    hits = Searcher(searcher.data, WordEmbedder(), weights=alone).search("The patients of the study")

    assert [hit.fused for hit in hits] == [hit.dense for hit in hits]


def test_equal_scores_stand_in_passage_order(searcher: Searcher) -> None:
    # A question without any known word is at cosine 0 to all of them.
    hits = searcher.search("Zebra?", leave_out=ALL_QUESTIONS)

    assert [hit.row for hit in hits] == [0, 1, 2, 3, 4, 5]
    assert {hit.fused for hit in hits} == {0.0}


def test_a_staff_question_lifts_the_passage_that_answers_it(searcher: Searcher) -> None:
    question = "The patients of the study"
    found, alone = (
        by_row(searcher.search(question, leave_out=left_out))
        for left_out in (frozenset[str](), ALL_QUESTIONS)
    )

    # "How many patients were in the study?" counts the same words: cosine 1, half of it above the floor.
    assert found[LUPUS_STUDY].staff_question == pytest.approx(1)
    assert found[LUPUS_STUDY].fused - alone[LUPUS_STUDY].fused == pytest.approx(0.25)
    # "How many months were patients followed?" is kept, but below 0.5 it says nothing.
    assert found[LUPUS_RESULT].staff_question == pytest.approx(1 / sqrt(2 * 3))
    assert found[LUPUS_RESULT].fused == alone[LUPUS_RESULT].fused
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


def test_a_ranking_is_what_a_search_finds(searcher: Searcher) -> None:
    for question in (*(question for _, question, _, _ in QUESTIONS), "Lupus cells?", "Zebra?"):
        for k in (1, 3, 10):
            found = searcher.search(question, k)
            assert searcher.ranked(question, k) == [(hit.row, hit.fused) for hit in found]
    assert searcher.ranked(" ", 10) == []


def test_one_document_alone_scores_as_among_all(searcher: Searcher) -> None:
    for question in ("Lupus cells?", "The patients of the study", "knee"):
        among_all = by_row(searcher.search(question))
        hits = searcher.hits_in(question, "trial-lupus")

        assert {hit.row for hit in hits} == {LUPUS_STUDY, LUPUS_RESULT}
        assert [hit.rank for hit in hits] == [1, 2]
        for hit in hits:
            assert hit == among_all[hit.row].model_copy(update={"rank": hit.rank})


def test_a_document_that_is_not_there_has_no_hits(searcher: Searcher) -> None:
    assert searcher.hits_in("Lupus cells?", "trial-gout") == []


def test_what_a_question_names_is_searched_under_its_other_names(searcher: Searcher) -> None:
    # The trial is also called "lupus trial"; the question says nothing of a study.
    question = "Who ran the LUPUS  trial?"
    assert searcher.expanded(question) == "Who ran the LUPUS  trial? (lupus study)"
    found = by_row(searcher.search(question))

    # lupus 2, study 1
    assert found[LUPUS_STUDY].dense == pytest.approx((4 + 3) / sqrt(15 * 5))
    assert searcher.expanded("Lupus cells?") == "Lupus cells?"


def test_staff_questions_are_compared_with_what_was_asked(searcher: Searcher) -> None:
    # "Where is the clinic?" is a staff question; with "the doctor" added it would be another.
    found = by_row(searcher.search("Where is the clinic?"))

    assert searcher.expanded("Where is the clinic?") == "Where is the clinic? (the doctor)"
    assert found[DOCTOR].staff_question == pytest.approx(1)


def test_words_are_scored_once_for_each_search(searcher: Searcher, monkeypatch: pytest.MonkeyPatch) -> None:
    scored: list[str] = []
    original = LexicalStore.scores

    def counted(store: LexicalStore, question: str) -> TermScores:
        scored.append(question)
        return original(store, question)

    monkeypatch.setattr(LexicalStore, "scores", counted)
    searcher.search("Lupus cells?")
    assert scored == ["Lupus cells?"]


LABELLED = """\
BACKGROUND: Lupus hurts. Little helps.

Methods. We asked sixteen people.

All of them felt better (p < 0.05).

Something else was said.
"""


def test_a_passage_is_read_with_its_title_its_headings_and_its_part_of_the_report() -> None:
    found = searcher_of(page(f"# A study\n\n## In short\n\n{LABELLED}", title="A study"))

    assert [found.passage_role(row) for row in range(4)] == ["background", "methods", "results", ""]
    assert found.passage_text(0) == PassageText(
        title="A study, In short",
        role="background",
        sentences=("BACKGROUND: Lupus hurts.", "Little helps."),
    )


def test_the_nearest_heading_names_the_part_of_a_passage_that_names_none() -> None:
    found = searcher_of(page("# Results\n\nSomething was said.\n\n# Methods\n\nBACKGROUND: So it was."))

    assert [found.passage_role(row) for row in range(2)] == ["results", "background"]


def test_a_document_without_a_title_is_read_without_one() -> None:
    assert searcher_of(page("Something was said.", title=UNTITLED)).passage_text(0).title == ""


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


def test_without_staff_questions_only_what_is_searched_is_embedded() -> None:
    data = searcher_of(page("Lupus (SLE) is treated with cells.", aliases=["Study"])).data
    embedder = WordEmbedder()
    searcher = Searcher(data, embedder)

    assert searcher.search("A study of cells?")
    assert embedder.asked == [searcher.expanded("A study of cells?")] != ["A study of cells?"]


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
