"""Every figure of a calibration is taken on questions it was not fitted on."""

from __future__ import annotations

import math
from collections.abc import Sequence
from math import exp
from pathlib import Path

import numpy as np
import pytest
from asking import COVERED, UNCOVERED, covered, held_in_memory, uncovered
from fakes import VOCABULARY, WordEmbedder
from small import QUESTIONS

from assistant.calibration import (
    FOLDS,
    NEEDED,
    Promise,
    _cross_fitted,
    _cross_fitted_probabilities,
    _examples,
    calibrate,
)
from assistant.confidence import SIGNALS, Calibration
from assistant.errors import TooFewQuestions
from content.library import Library, load_library
from content.questions import LabelledQuestion, questions_sha256
from index.search import Searcher

ALL = (*COVERED, *UNCOVERED)


HASHES = {"content": "of these questions"}


def fitted(folder: Path, questions: Sequence[LabelledQuestion] = ALL, risk: float = 0.2) -> Calibration:
    """Calibrate on questions that are also the staff's."""
    documents = load_library(folder).documents
    data = held_in_memory(Library(documents=documents, questions=tuple(questions)), WordEmbedder())
    searcher = Searcher(data, WordEmbedder())
    return calibrate(
        searcher, questions, source="staff", passages_read=6, max_quotes=3,
        promise=Promise(risk, 0.05, 0.95, both=False), hashes=HASHES,
    )  # fmt: skip


def test_it_says_what_it_was_fitted_on(small_library: Path) -> None:
    found = fitted(small_library)

    assert (found.source, found.questions) == ("staff", len(ALL))
    assert found.questions_sha256 == questions_sha256(ALL)
    assert set(found.figures) == {
        "auroc", "answered_share", "right_share_of_covered", "answered_share_of_uncovered",
    }  # fmt: skip
    assert all(0 <= figure <= 1 for figure in found.figures.values())
    assert found.figures["right_share_of_covered"] <= found.figures["answered_share"]


def test_the_same_questions_give_the_same_numbers_in_any_order(small_library: Path) -> None:
    found, turned = fitted(small_library), fitted(small_library, ALL[::-1])

    assert fitted(small_library) == found
    assert turned.reader.weights == pytest.approx(found.reader.weights, abs=1e-3)
    assert turned.signals == pytest.approx(found.signals, abs=1e-3)
    assert turned.threshold == pytest.approx(found.threshold, abs=1e-3)
    assert turned.figures == found.figures


@pytest.mark.parametrize("risk", [0.1, 0.2, 0.5, 0.95])
def test_the_threshold_is_the_certificate_s_and_keeps_the_joint_risk(
    small_library: Path, risk: float
) -> None:
    found = fitted(small_library, risk=risk)
    certificate = found.certificate

    assert certificate is not None
    assert certificate.threshold == found.threshold == certificate.joint.threshold
    assert (certificate.joint.errors + 1) / (len(ALL) + 1) <= risk
    assert certificate.hashes == HASHES
    assert certificate.overall.questions == len(ALL) == len(found.reference_scores)
    assert found.threshold <= fitted(small_library, risk=risk / 1.5).threshold


def test_every_question_counts_for_its_document_s_kind_and_for_what_it_asks(small_library: Path) -> None:
    certificate = fitted(small_library).certificate

    assert certificate is not None
    kinds = certificate.by_kind
    of_documents = sum(kinds[kind].questions for kind in ("trial", "therapy", "clinic") if kind in kinds)
    assert of_documents == len(COVERED)
    assert sum(s.questions for k, s in kinds.items() if k not in ("trial", "therapy", "clinic")) == len(ALL)


def test_fewer_questions_than_the_risk_needs_are_an_error(small_library: Path) -> None:
    needed = math.ceil(1 / 0.02) - 1
    assert len(ALL) < needed

    with pytest.raises(TooFewQuestions, match=f"{needed} in all"):
        fitted(small_library, risk=0.02)


def test_a_staff_question_never_sees_itself(small_library: Path) -> None:
    # Each covered question has one word of the vocabulary to itself, the uncovered ones have none:
    # only itself is near a covered question, so what staff wrote tells it nothing.
    sentences = [words for _, _, _, words in QUESTIONS if words]
    alone = [covered(f"{word}?", sentences[n % len(sentences)]) for n, word in enumerate(VOCABULARY[:NEEDED])]
    strange = [uncovered(f"Zebra number {n}?") for n in range(NEEDED)]
    found = fitted(small_library, [*alone, *strange])

    assert found.reader.weights["staff_question"] == 0
    assert found.reader.weights["staff_question_near"] == 0


def test_a_staff_question_sees_its_rewordings(small_library: Path) -> None:
    asked = ("How many {} were there?", "Tell me of the {}.", "The {}!")
    named = {"deaths": "no deaths", "months": "for 8 months", "knee": "painful knee", "doctor": "founded"}
    reworded = [covered(text.format(word), words) for word, words in named.items() for text in asked]
    found = fitted(small_library, [*reworded, *UNCOVERED])

    assert found.reader.weights["staff_question"] > 0
    assert found.figures["auroc"] > 0.95


@pytest.mark.parametrize("number", range(FOLDS))
def test_what_is_right_in_a_fold_does_not_show_in_its_own_readings(small_library: Path, number: int) -> None:
    documents = load_library(small_library).documents
    searcher = Searcher(held_in_memory(Library(documents=documents), WordEmbedder()), WordEmbedder())
    examples = _examples(searcher, ALL, 6, progress=False)
    turned = [e._replace(right=~e.right) if e.fold == number else e for e in examples]
    before, after = _cross_fitted(searcher, examples), _cross_fitted(searcher, turned)

    folds = [example.fold for example in examples]
    assert number in folds
    for home, one, other in zip(folds, before, after, strict=True):
        assert (one == other) == (home == number)


def test_what_is_right_in_a_fold_does_not_show_in_its_own_probabilities() -> None:
    random = np.random.default_rng(0)
    values, folds = random.standard_normal((60, len(SIGNALS))), np.arange(60) % FOLDS
    right = random.random(60) < 0.5
    for number in range(FOLDS):
        turned = np.where(folds == number, ~right, right)
        before, after = (_cross_fitted_probabilities(values, known, folds) for known in (right, turned))

        assert ((before == after) == (folds == number)).all()


def test_labels_that_stand_nowhere_answer_nothing(small_library: Path) -> None:
    lost = [covered(question.question, "words of no sentence") for question in COVERED]
    found = fitted(small_library, [*lost, *UNCOVERED])

    assert found.figures["right_share_of_covered"] == found.figures["answered_share"] == 0
    # Whatever the signals are, the probability is the same, and too low.
    assert {value for name, value in found.signals.items() if name != "bias"} == {0.0}
    assert 1 / (1 + exp(-found.signals["bias"])) < found.threshold


@pytest.mark.parametrize(
    ("questions", "quotes", "refusals"),
    [
        (COVERED[: NEEDED - 1] + UNCOVERED, NEEDED - 1, len(UNCOVERED)),
        (COVERED + UNCOVERED[: NEEDED - 1], len(COVERED), NEEDED - 1),
        ((), 0, 0),
    ],
    ids=["too few covered", "too few uncovered", "none"],
)
def test_too_few_questions_fit_nothing(
    small_library: Path, questions: tuple[LabelledQuestion, ...], quotes: int, refusals: int
) -> None:
    others = (
        covered("And then?", "no deaths", history=["Were there deaths?"]),
        LabelledQuestion(id="a", question="Should I stop?", expect="see_clinician"),
        LabelledQuestion(id="b", question="I cannot breathe", expect="emergency"),
        LabelledQuestion(id="c", question="<b>", expect="never_unquoted"),
    )
    message = f"{quotes} questions with a quote and {refusals} without a passage; at least {NEEDED} of each"

    with pytest.raises(TooFewQuestions, match=message):
        fitted(small_library, questions + others)


def test_questions_that_expect_something_else_change_nothing(small_library: Path) -> None:
    advice = LabelledQuestion(id="a", question="Should I stop the cells?", expect="see_clinician")
    found = fitted(small_library, [*ALL, advice])

    assert found.questions == len(ALL)
    assert found == fitted(small_library)
