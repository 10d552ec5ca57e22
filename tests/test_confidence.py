"""A probability is a weighted sum of named signals, and a broken calibration answers nothing."""

from __future__ import annotations

import json
import math
from math import exp, log

import pytest
from asking import COSINE
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from assistant.confidence import CAUTIOUS, SIGNALS, Calibration, Suggestion, load_calibration, signals
from content.schema import Passage, Span
from index.errors import IndexDamaged
from index.features import FEATURES
from index.reader import Reading, SentenceScore
from index.search import Hit

SPAN = Span(start=0, end=9)
FEATURE_VALUES = dict.fromkeys(FEATURES, 0.0) | {
    "sentence_cosine": 0.75,
    "sentence_coverage": 0.5,
    "unknown_terms": 0.25,
    "unknown_name": 0.375,
    "evidence": 1.5,
    "passage_coverage": 0.875,
    "type_missing": 1.0,
    "staff_question": 0.625,
    "refused_question": 0.125,
}


def score(passage: str, value: float) -> SentenceScore:
    held = Passage(id=passage, document_id="a-page", span=SPAN, sentences=(SPAN,))
    hit = Hit(passage=held, row=0, rank=1, dense=0, lexical=0, staff_question=0, fused=0)
    return SentenceScore(hit, SPAN, value)


def reading(*scores: tuple[str, float], evidence: float = 2.0, **features: float) -> Reading:
    return Reading([score(*one) for one in scores], evidence, FEATURE_VALUES | features)


def weighted(threshold: float = 0.5, **given_weights: float) -> Calibration:
    facts = COSINE.model_dump() | {"signals": dict.fromkeys(SIGNALS, 0.0) | given_weights}
    return Calibration.model_validate(facts | {"threshold": threshold})


def test_signals_by_hand() -> None:
    found = signals(reading(("a#p1", 3.0), ("a#p1", 2.5), ("a#p2", 1.25), ("a#p3", 1.0)))

    assert dict(zip(SIGNALS, found, strict=True)) == {
        "evidence": 2.0,
        "margin": 3.0 - 1.25,  # to the next passage, not to the next sentence
        "sentence_cosine": 0.75,
        "sentence_coverage": 0.5,
        "unknown_terms": 0.25,
        "unknown_name": 0.375,
        "sentence_evidence": 1.5,
        "passage_coverage": 0.875,
        "type_missing": 1.0,
        "staff_lead": 0.625 - 0.125,
        "bias": 1.0,
    }


@pytest.mark.parametrize(
    ("scores", "margin"),
    [
        ([("a#p1", 3.0), ("a#p2", 3.0)], 0.0),
        ([("a#p1", 3.0), ("a#p2", -3.0)], 5.0),
        ([("a#p1", 3.0), ("a#p1", 2.0)], 5.0),
        ([("a#p1", -9.0)], 5.0),
    ],
    ids=["two passages alike", "far ahead", "one passage only", "one sentence only"],
)
def test_the_margin_is_at_most_five(scores: list[tuple[str, float]], margin: float) -> None:
    assert signals(reading(*scores))[SIGNALS.index("margin")] == margin


def test_a_probability_by_hand() -> None:
    calibration = weighted(evidence=0.5, sentence_cosine=2.0, unknown_terms=-4.0, staff_lead=1.0, bias=-0.5)

    # 0.5·2 + 2·0.75 − 4·0.25 + (0.625 − 0.125) − 0.5 = 1.5
    assert calibration.probability(reading(("a#p1", 3.0))) == pytest.approx(1 / (1 + exp(-1.5)))
    assert weighted().probability(reading(("a#p1", 3.0))) == 0.5
    assert weighted(bias=log(3)).probability(reading(("a#p1", 3.0))) == pytest.approx(3 / 4)


@pytest.mark.parametrize(
    "calibration", [CAUTIOUS, COSINE, weighted(bias=99)], ids=["cautious", "cosine", "sure"]
)
def test_nothing_found_is_never_probable(calibration: Calibration) -> None:
    assert calibration.probability(Reading([], -math.inf, {})) == 0.0


@settings(deadline=None)
@given(st.floats(-1e9, 1e9), st.floats(-1e9, 1e9))
def test_a_probability_stays_one_and_grows_with_the_evidence(less: float, more: float) -> None:
    less, more = sorted((less, more))
    low, high = (weighted(evidence=1.0).probability(reading(("a#p1", 0.0), evidence=e)) for e in (less, more))

    assert 0 <= low <= high <= 1


def test_the_cautious_default_is_a_whole_calibration_that_knows_no_staff_question() -> None:
    assert Calibration.model_validate_json(CAUTIOUS.model_dump_json()) == CAUTIOUS
    staff = {"staff_question", "staff_question_near", "refused_question", "refused_question_near"}
    assert {CAUTIOUS.reader.weights[name] for name in staff} == {CAUTIOUS.signals["staff_lead"]} == {0.0}
    assert CAUTIOUS.threshold > 0.5
    assert (CAUTIOUS.questions, CAUTIOUS.suggestions) == (0, ())


@pytest.mark.parametrize(
    "path", ["threshold", "questions", "source", "questions_sha256", "figures", "suggestions",
             *(f"signals.{name}" for name in SIGNALS), *(f"reader.weights.{name}" for name in FEATURES)],
)  # fmt: skip
def test_the_id_changes_with_any_number(path: str) -> None:
    facts = COSINE.model_dump(mode="json")
    before = Calibration.model_validate(facts).calibration_id
    *outer, name = path.split(".")
    place = facts
    for part in outer:
        place = place[part]
    changes: dict[str, object] = {
        "source": "x", "questions_sha256": "x", "figures": {"auroc": 0.5}, "questions": 1,
        "suggestions": [{"text": "Why?", "passage_id": "a#p1"}],
    }  # fmt: skip
    place[name] = changes[name] if name in changes else place[name] + 1e-6

    assert before == COSINE.calibration_id
    assert Calibration.model_validate(facts).calibration_id != before


BROKEN: dict[str, dict[str, object]] = {
    "a signal missing": {"signals": dict.fromkeys(SIGNALS[1:], 0.0)},
    "a signal too many": {"signals": {**COSINE.signals, "luck": 1.0}},
    "a feature missing": {"reader": {"weights": dict.fromkeys(FEATURES[1:], 0.0)}},
    "a threshold over one": {"threshold": 1.01},
    "a threshold below nought": {"threshold": -0.01},
    "no threshold": {"threshold": None},
    "a threshold that is no number": {"threshold": math.nan},
    "a weight that is no number": {"signals": COSINE.signals | {"bias": math.nan}},
    "a weight without end": {"signals": COSINE.signals | {"evidence": math.inf}},
    "a feature that is no number": {"reader": {"weights": COSINE.reader.weights | {"fused": math.nan}}},
    "a surprise": {"temperature": 1.0},
}


@pytest.mark.parametrize("change", BROKEN.values(), ids=BROKEN)
def test_a_broken_calibration_is_refused_in_memory_and_on_disk(change: dict[str, object]) -> None:
    broken = COSINE.model_dump(mode="json") | change

    with pytest.raises(ValidationError):
        Calibration.model_validate(broken)
    with pytest.raises(IndexDamaged, match="calibration of ix-1: cannot be used"):
        load_calibration(json.dumps(broken), "ix-1")


def test_what_is_stored_is_what_is_loaded() -> None:
    stored = COSINE.model_copy(update={"suggestions": (Suggestion(text="Why?", passage_id="a#p1"),)})

    assert load_calibration(stored.model_dump_json(indent=1), "ix-1") == stored
    assert load_calibration(None, "ix-1") == CAUTIOUS
    for text in ("", "{}", "null", "[1]"):
        with pytest.raises(IndexDamaged):
            load_calibration(text, "ix-1")
