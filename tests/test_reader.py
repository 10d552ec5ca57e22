"""The reader is a sum of weighted features, nothing more."""

from __future__ import annotations

from math import exp, log, sqrt

import numpy as np
import pytest
from pydantic import ValidationError

from index.features import FEATURES, candidate_rows, sentence_features
from index.reader import Reader, ReaderWeights, Reading
from index.search import Searcher

QUESTION = "How many months were they followed?"


def weights(**given: float) -> ReaderWeights:
    return ReaderWeights(weights=dict.fromkeys(FEATURES, 0.0) | given)


def words(searcher: Searcher, reading: Reading) -> list[str]:
    documents = searcher.data.by_id
    return [documents[found.passage.document_id].slice(found.span) for found in reading.sentences]


def test_a_score_is_features_times_weights(searcher: Searcher) -> None:
    given = dict(zip(FEATURES, np.linspace(-3, 4, len(FEATURES)).tolist(), strict=True))
    hits = searcher.search(QUESTION)
    reading = Reader(searcher, ReaderWeights(weights=given)).read(QUESTION, hits)

    table = sentence_features(searcher, QUESTION, hits)
    expected = [sum(given[name] * row[i] for i, name in enumerate(FEATURES)) for row in table]
    assert [found.score for found in reading.sentences] == pytest.approx(sorted(expected, reverse=True))
    for found in reading.sentences:
        row = searcher.data.sentences.index((found.hit.row, found.span))
        place = candidate_rows(searcher, hits).index(row)
        assert found.score == pytest.approx(expected[place])


def test_scores_and_evidence_by_hand(searcher: Searcher) -> None:
    reader = Reader(searcher, weights(sentence_cosine=3.0, type_held=1.0, bias=-2.0))
    reading = reader.read(QUESTION, searcher.search(QUESTION))

    # (months, followed)/√2 meets (patients, followed, months)/√3, and 8 months are a duration.
    assert words(searcher, reading)[0] == "The patients were followed for 8 months."
    assert reading.sentences[0].score == pytest.approx(3 * 2 / sqrt(6) + 1 - 2)
    assert [found.score for found in reading.sentences[1:]] == pytest.approx([-2.0] * 9)
    assert reading.evidence == pytest.approx(log(exp(6 / sqrt(6) - 1) + 9 * exp(-2)))


def test_the_features_named_are_those_of_the_best_sentence(searcher: Searcher) -> None:
    hits = searcher.search(QUESTION)
    reading = Reader(searcher, weights(sentence_cosine=1.0)).read(QUESTION, hits)

    assert list(reading.features) == list(FEATURES)
    assert reading.features["sentence_cosine"] == pytest.approx(2 / sqrt(6))
    assert reading.features["type_held"] == 1


@pytest.mark.parametrize("seed", range(12))
def test_equal_features_keep_the_order_of_the_documents(searcher: Searcher, seed: int) -> None:
    random = np.random.default_rng(seed)
    given = dict(zip(FEATURES, random.standard_normal(len(FEATURES)).tolist(), strict=True))
    # More rows than a sort would leave in place by itself, of two kinds in turn.
    hits = searcher.search("stroke") * 5
    table = np.tile(random.standard_normal((2, len(FEATURES))), (25, 1))
    reading = Reader(searcher, ReaderWeights(weights=given)).score(table, hits)

    rows = candidate_rows(searcher, hits)
    in_turn = [searcher.data.sentence_text(row) for row in (*rows[0::2], *rows[1::2])]
    other_way = [searcher.data.sentence_text(row) for row in (*rows[1::2], *rows[0::2])]
    assert words(searcher, reading) in (in_turn, other_way)
    assert len({found.score for found in reading.sentences}) == 2


def test_the_previous_question_takes_from_all_passages_but_its_own(searcher: Searcher) -> None:
    reader = Reader(searcher, weights(bias=0.5))
    hits = searcher.search("And then?")
    reading = reader.read("And then?", hits, previous="Does a stroke need cells?")

    # (stroke, cells)/√2 against each passage's words: 3/√10 at best; 4 times the distance to it.
    best = 3 / sqrt(10)
    cosines = {
        "clinic-doctor#p1": 0,
        "therapy-knee#p1": 1 / sqrt(20),
        "therapy-stroke#p1": 2 / sqrt(10),
        "therapy-stroke#p2": best,
        "trial-lupus#p1": 1 / sqrt(30),
        "trial-lupus#p2": 0,
    }
    for found in reading.sentences:
        expected = 0.5 + 4 * (cosines[found.passage.id] - best)
        assert found.score == pytest.approx(expected, abs=1e-6)
        assert found.score <= 0.5
    assert reading.sentences[0].passage.id == "therapy-stroke#p2"
    assert reading.sentences[0].score == 0.5


def test_the_previous_question_moves_whole_passages(searcher: Searcher) -> None:
    reader = Reader(searcher, weights(bias=0.5))
    hits = searcher.search("And then?")
    reading = reader.read("And then?", hits, previous="Were the lupus patients followed?")

    by_passage: dict[str, set[float]] = {}
    for found in reading.sentences:
        by_passage.setdefault(found.passage.id, set()).add(found.score)
    assert all(len(scores) == 1 for scores in by_passage.values())
    assert by_passage["trial-lupus#p2"] == {0.5}


def test_only_the_last_question_is_read(searcher: Searcher) -> None:
    hits = searcher.search(QUESTION)
    reader = Reader(searcher, weights(sentence_cosine=9.0))

    alone = reader.read(QUESTION, hits)
    after = reader.read(QUESTION, hits, previous="Does a knee hurt?")
    assert after.features == alone.features
    assert reader.read(QUESTION, hits, previous="") == alone


def test_without_hits_there_is_no_evidence(searcher: Searcher) -> None:
    reading = Reader(searcher, weights()).read("", [], previous="Does a knee hurt?")

    assert reading == Reading([], float("-inf"), {})


def test_weights_stand_in_the_order_of_the_features() -> None:
    given = {name: float(number) for number, name in enumerate(FEATURES)}

    shuffled = ReaderWeights(weights=dict(sorted(given.items())))
    assert shuffled.as_vector().tolist() == list(range(len(FEATURES)))


@pytest.mark.parametrize("change", [{"bias": None}, {"luck": 1.0}], ids=["one missing", "one too many"])
def test_weights_name_every_feature_and_no_other(change: dict[str, float | None]) -> None:
    given = dict.fromkeys(FEATURES, 0.0) | change

    with pytest.raises(ValidationError, match="weights must name exactly: evidence, evidence_passage, "):
        ReaderWeights.model_validate(
            {"weights": {name: value for name, value in given.items() if value is not None}}
        )
