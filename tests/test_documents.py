"""A document stands where its best passage stands, moved a little by what the reader finds in it."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from fakes import WordEmbedder, WordEvidence

from index.documents import EVIDENCE_WEIGHT, ranked_documents
from index.evidence import PassageText
from index.search import Searcher

QUESTION = "Lupus cells?"
# By the best fused score of their passages; the clinic page shares no word and no direction.
ORDER = ["trial-lupus", "therapy-stroke", "therapy-knee", "clinic-doctor"]


def reading(searcher: Searcher, evidence: WordEvidence | None = None) -> Searcher:
    return Searcher(searcher.data, WordEmbedder(), evidence or WordEvidence())


def best_fused(searcher: Searcher, question: str) -> dict[str, float]:
    """Return the fused score of each document's first hit."""
    best: dict[str, float] = {}
    for hit in searcher.search(question):
        best.setdefault(hit.passage.document_id, hit.fused)
    return best


def test_a_document_scores_as_its_best_passage(searcher: Searcher) -> None:
    found = ranked_documents(searcher, QUESTION)

    assert [name for name, _ in found] == ORDER
    assert dict(found) == best_fused(searcher, QUESTION)


def test_the_reader_s_log_odds_are_added_by_their_weight(searcher: Searcher) -> None:
    # "Lupus" and "cells" in one sentence of the trial: log-odds 2 - 1. One of them in the knee's and in
    # one of the stroke's: 0. None in the clinic's: -1.
    log_odds = {"trial-lupus": 1, "therapy-stroke": 0, "therapy-knee": 0, "clinic-doctor": -1}
    fused = best_fused(searcher, QUESTION)
    expected = {name: fused[name] + 0.225 * value / 6 for name, value in log_odds.items()}

    assert EVIDENCE_WEIGHT == 0.225
    assert dict(ranked_documents(reading(searcher), QUESTION)) == pytest.approx(expected)
    expected = {name: fused[name] + 7 * value / 6 for name, value in log_odds.items()}
    found = ranked_documents(reading(searcher), QUESTION, evidence_weight=7)
    assert dict(found) == pytest.approx(expected)
    assert [score for _, score in found] == sorted((score for _, score in found), reverse=True)


def test_evidence_can_turn_two_documents_round(searcher: Searcher) -> None:
    class Knee(WordEvidence):
        def sentence_evidence(
            self, question: str, passages: Sequence[PassageText]
        ) -> list[tuple[float, ...]]:
            return [(9.0 if passage.title == "Knee pain" else -9.0,) for passage in passages]

    found = ranked_documents(reading(searcher, Knee()), QUESTION)
    assert next(name for name, _ in found) == "therapy-knee"
    # Beyond ± 6 there is no more than certain.
    fused = best_fused(searcher, QUESTION)
    assert dict(found)["therapy-knee"] == pytest.approx(fused["therapy-knee"] + EVIDENCE_WEIGHT)
    assert dict(found)["trial-lupus"] == pytest.approx(fused["trial-lupus"] - EVIDENCE_WEIGHT)


@pytest.mark.parametrize("read", [0, 1, 2, 5, 6, 99])
def test_the_first_passages_are_read_and_no_others(searcher: Searcher, read: int) -> None:
    evidence = WordEvidence()
    reader = reading(searcher, evidence)
    found = dict(ranked_documents(reader, QUESTION, read=read))

    first = reader.search(QUESTION)[:read]
    assert evidence.read == [(QUESTION, reader.passage_text(hit.row)) for hit in first]
    fused = best_fused(searcher, QUESTION)
    unread = set(fused) - {hit.passage.document_id for hit in first}
    assert {name: found[name] for name in unread} == {name: fused[name] for name in unread}
    # Only log-odds of 0 add nothing: those of the stroke's and the knee's passages.
    moved = set(fused) - unread - {"therapy-stroke", "therapy-knee"}
    assert all(found[name] != fused[name] for name in moved)


def test_evidence_that_counts_nothing_is_not_asked_for(searcher: Searcher) -> None:
    evidence = WordEvidence()
    found = ranked_documents(reading(searcher, evidence), QUESTION, evidence_weight=0.0)

    assert found == ranked_documents(searcher, QUESTION)
    assert evidence.read == []


def test_the_reader_is_asked_with_the_other_names(searcher: Searcher) -> None:
    evidence = WordEvidence()
    ranked_documents(reading(searcher, evidence), "The lupus trial?")

    assert {question for question, _ in evidence.read} == {"The lupus trial? (lupus study)"}


def test_equal_scores_stand_in_the_order_of_the_documents(searcher: Searcher) -> None:
    # At cosine 0 to every passage and without a word in any.
    found = ranked_documents(searcher, "zebra")[1:]

    assert {score for _, score in found} == {0.0}
    assert [name for name, _ in found] == ["clinic-doctor", "therapy-knee", "therapy-stroke"]


def test_fewer_documents_are_the_first_of_more(searcher: Searcher) -> None:
    reader = reading(searcher)
    found = ranked_documents(reader, QUESTION)

    for k in range(5):
        assert ranked_documents(reader, QUESTION, k) == found[:k]


@pytest.mark.parametrize("question", ["", " \n", "\u200b"])
def test_a_blank_question_finds_no_document(searcher: Searcher, question: str) -> None:
    evidence = WordEvidence()

    assert ranked_documents(reading(searcher, evidence), question) == []
    assert evidence.read == []
