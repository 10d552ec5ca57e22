"""From labelled questions to a calibration, every figure taken on questions the fit never saw."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from tqdm import tqdm

from assistant.certificate import certify
from assistant.confidence import SIGNALS, Calibration, signals
from assistant.drift import reference_scores
from assistant.errors import TooFewQuestions
from assistant.fitting import Labelled, by_name, fit_reader, fit_signals
from assistant.quotes import choose_quotes
from assistant.rows import question_kind
from content.normalize import fold
from content.questions import LabelledQuestion, questions_sha256
from index.data import IndexData
from index.features import FeatureMatrix, candidate_rows, sentence_features
from index.metrics import auroc
from index.reader import Reader, Reading
from index.search import Hit, Searcher

FOLDS = 5
# Below this the fit says more about the questions than about the assistant.
NEEDED = 10


class Promise(NamedTuple):
    """Which risks are promised: of all questions, of the answered ones, and how surely the latter.

    `both`: the threshold keeps the second one too, where enough questions show it.
    """

    joint_risk: float
    selective_risk: float
    confidence: float
    both: bool


class Example(NamedTuple):
    """One labelled question, seen as if it were not among the staff's.

    `features`: float64 (sentences, len(FEATURES)); `right`: bool (sentences,).
    """

    question: LabelledQuestion
    fold: int
    hits: list[Hit]
    features: FeatureMatrix
    right: npt.NDArray[np.bool_]

    @property
    def labelled(self) -> Labelled:
        """What the reader is fitted on."""
        return self.features, self.right


def calibrate(
    searcher: Searcher, questions: Sequence[LabelledQuestion], *, source: str, passages_read: int,
    max_quotes: int, promise: Promise, hashes: Mapping[str, str], progress: bool = False,
) -> Calibration:  # fmt: skip
    """Fit everything on labelled questions without history that expect a quote or no passage.

    Each question is seen as if staff had not written it; probabilities and the threshold come from
    models that never saw its fold. The threshold is the certificate's: the lowest that keeps the
    promised risks. `hashes` name what it depends on. Raises TooFewQuestions.
    """
    usable = _usable(questions, promise)
    examples = _examples(searcher, usable, passages_read, progress=progress)
    readings = _cross_fitted(searcher, examples)
    right = np.array([
        _is_right(searcher.data, example.question, reading, max_quotes)
        for example, reading in zip(examples, readings, strict=True)
    ])  # fmt: skip
    values = np.array([signals(reading) for reading in readings])
    folds = np.array([example.fold for example in examples])
    covered = np.array([example.question.expect == "quote" for example in examples])
    probabilities = _cross_fitted_probabilities(values, right, folds)
    certificate = certify(
        probabilities, ~right, covered, _strata(searcher.data, examples), risk=promise.selective_risk,
        joint_risk=promise.joint_risk, confidence=promise.confidence, hashes=hashes,
        both=promise.both,
    )  # fmt: skip
    weights = fit_reader([e.labelled for e in examples])
    return Calibration(
        source=source,
        questions=len(usable),
        questions_sha256=questions_sha256(usable),
        reader=weights,
        signals=by_name(SIGNALS, fit_signals(values, right)),
        threshold=certificate.threshold,
        certificate=certificate,
        reference_scores=reference_scores(probabilities),
        figures=_figures(probabilities, right, covered, certificate.threshold),
    )


def _usable(questions: Sequence[LabelledQuestion], promise: Promise) -> list[LabelledQuestion]:
    """Return the questions that can be fitted on; raises TooFewQuestions."""
    usable = [q for q in questions if q.expect in ("quote", "no_passage") and not q.history]
    quotes = sum(q.expect == "quote" for q in usable)
    # With fewer, even no error at all would not keep the joint risk: (0 + 1) / (n + 1) must reach it.
    in_all = math.ceil(1 / promise.joint_risk - 1e-9) - 1
    if min(quotes, len(usable) - quotes) < NEEDED or len(usable) < in_all:
        raise TooFewQuestions(quotes, len(usable) - quotes, NEEDED, in_all)
    return usable


def _strata(data: IndexData, examples: Sequence[Example]) -> list[tuple[str, ...]]:
    """Return for each example the kind of the document that answers it, and what it asks for."""
    kinds = {question.id: [data.sentences[row][0] for row in rows]
             for question, rows in zip(data.questions, data.answers, strict=True)}  # fmt: skip
    found: list[tuple[str, ...]] = []
    for example in examples:
        passages = kinds.get(example.question.id, ())
        documents = sorted({data.by_id[data.passages[row].document_id].kind for row in passages})
        found.append((*documents[:1], question_kind(example.question.question)))
    return found


def _examples(
    searcher: Searcher, questions: Sequence[LabelledQuestion], passages_read: int, *, progress: bool
) -> list[Example]:
    folds = [_fold_of(question) for question in questions]
    examples = []
    bar = tqdm(questions, desc="calibrating", unit="question", disable=None if progress else True)
    for question, number in zip(bar, folds, strict=True):
        itself = frozenset({fold(question.question)})
        hits = searcher.search(question.question, passages_read, leave_out=itself)
        rows = candidate_rows(searcher, hits)
        features = sentence_features(searcher, question.question, hits, leave_out=itself)
        right = np.array([question.accepts(searcher.data.sentence_text(row)) for row in rows], dtype=bool)
        if rows:
            examples.append(Example(question, number, hits, features, right))
    return examples


def _fold_of(question: LabelledQuestion) -> int:
    """Return a fold that depends on the words alone, so that order and hash seed do not matter."""
    return hashlib.sha256(fold(question.question).encode("utf-8")).digest()[0] % FOLDS


def _cross_fitted(searcher: Searcher, examples: Sequence[Example]) -> list[Reading]:
    """Read every example with weights fitted on the other folds."""
    readings: dict[str, Reading] = {}
    for number in range(FOLDS):
        others = [example.labelled for example in examples if example.fold != number]
        reader = Reader(searcher, fit_reader(others))
        for example in examples:
            if example.fold == number:
                readings[example.question.id] = reader.score(example.features, example.hits)
    return [readings[example.question.id] for example in examples]


def _is_right(data: IndexData, question: LabelledQuestion, reading: Reading, max_quotes: int) -> bool:
    quotes = choose_quotes(reading.sentences, data.by_id, limit=max_quotes)
    return any(
        question.accepts(data.by_id[quote.best.passage.document_id].slice(quote.span)) for quote in quotes
    )


def _cross_fitted_probabilities(
    values: npt.NDArray[np.float64], right: npt.NDArray[np.bool_], folds: npt.NDArray[np.int64]
) -> npt.NDArray[np.float64]:
    probabilities = np.zeros(len(values))
    for number in range(FOLDS):
        here = folds == number
        weights = np.array(fit_signals(values[~here], right[~here]))
        probabilities[here] = 1.0 / (1.0 + np.exp(-np.clip(values[here] @ weights, -50, 50)))
    return probabilities


def _figures(
    probabilities: npt.NDArray[np.float64], right: npt.NDArray[np.bool_],
    covered: npt.NDArray[np.bool_], threshold: float,
) -> dict[str, float]:  # fmt: skip
    shown = probabilities >= threshold
    return {
        "auroc": round(auroc(probabilities[covered].tolist(), probabilities[~covered].tolist()) or 0.0, 4),
        "answered_share": round(float(shown[covered].mean()), 4),
        "right_share_of_covered": round(float((shown & right)[covered].mean()), 4),
        "answered_share_of_uncovered": round(float(shown[~covered].mean()), 4),
    }
