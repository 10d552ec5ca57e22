"""How likely it is that what would be quoted answers the question: quote, or say that nothing does."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping

from pydantic import Field, ValidationError, model_validator

from assistant.certificate import Certificate
from assistant.risk import ANSWERS_NOTHING
from content.schema import Fact
from index.errors import IndexDamaged
from index.reader import ReaderWeights, Reading

# Signals of one answer, in order. One cosine alone cannot tell a near miss from an answer.
SIGNALS = (
    "evidence",  # log-odds that any sentence answers, from the reader
    "margin",  # how far the best sentence is ahead of the next passage's best, at most 5
    "sentence_cosine",
    "sentence_coverage",  # share of the question's terms in the best sentence
    "unknown_terms",  # share of the question's terms in no passage
    "unknown_name",  # how uncommon the rarest word of the question is that stands in no passage
    "sentence_evidence",  # the reader model's own log-odds for the best sentence
    "passage_coverage",  # share of the question's terms in the best sentence's passage
    "type_missing",  # 1 when the best sentence holds nothing of the kind asked for
    "staff_lead",  # nearest answered staff question minus nearest refused one, in cosine
    "bias",
)
_WIDEST_MARGIN = 5.0


class Suggestion(Fact):
    """A staff question that was asked when the index was built and answered from this passage."""

    text: str
    passage_id: str


class Calibration(Fact):
    """Everything that was fitted, and on what; stored with the index it was fitted for.

    `threshold`: at or above this probability a question is answered; above 1 nothing is.
    `certificate`: what the threshold promises, None for the cautious default. `reference_scores`:
    sorted cross-fitted probabilities, to see whether live ones drift away. `suggestions`: staff
    questions known to be answered with it. `figures`: cross-fitted figures at the threshold.
    """

    source: str
    questions: int
    questions_sha256: str
    reader: ReaderWeights
    signals: dict[str, float]
    threshold: float
    certificate: Certificate | None = None
    reference_scores: tuple[float, ...] = ()
    suggestions: tuple[Suggestion, ...] = ()
    figures: dict[str, float] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _names_every_signal(self) -> Calibration:
        if set(self.signals) != set(SIGNALS):
            raise ValueError(f"signals must name exactly: {', '.join(SIGNALS)}")
        if not all(map(math.isfinite, (*self.signals.values(), *self.reader.weights.values()))):
            raise ValueError("weights are finite numbers")
        if not 0.0 <= self.threshold <= ANSWERS_NOTHING:
            raise ValueError("the threshold is a probability, or just above 1")
        return self

    @property
    def calibration_id(self) -> str:
        """Short name of exactly these numbers."""
        return "cal-" + hashlib.sha256(self.model_dump_json().encode("utf-8")).hexdigest()[:12]

    def probability(self, reading: Reading) -> float:
        """Return the calibrated probability in [0, 1] that the reading holds an answer."""
        if not reading.sentences:
            return 0.0
        values = signals(reading)
        log_odds = sum(self.signals[name] * value for name, value in zip(SIGNALS, values, strict=True))
        return 1.0 / (1.0 + math.exp(-max(-50.0, min(50.0, log_odds))))


def signals(reading: Reading) -> list[float]:
    """Return the values of SIGNALS for one reading with at least one sentence."""
    best = reading.sentences[0]
    others = [s.score for s in reading.sentences if s.passage.id != best.passage.id]
    margin = min(_WIDEST_MARGIN, best.score - max(others)) if others else _WIDEST_MARGIN
    staff = reading.features["staff_question"] - reading.features["refused_question"]
    return [
        reading.evidence,
        margin,
        reading.features["sentence_cosine"],
        reading.features["sentence_coverage"],
        reading.features["unknown_terms"],
        reading.features["unknown_name"],
        reading.features["evidence"],
        reading.features["passage_coverage"],
        reading.features["type_missing"],
        staff,
        1.0,
    ]


# For a site without enough labelled questions: fitted by tests/benchmarks/default_weights.py on the
# built-in content's questions, as if none of them were known when answering, and on documents of four
# development sets that the reader never learnt from. At this threshold 39 % of the content's covered and
# 3.7 % of its uncovered questions are answered: cautious on purpose.
CAUTIOUS = Calibration(
    source="cautious default: too few labelled questions in the content folder",
    questions=0,
    questions_sha256="",
    reader=ReaderWeights(
        weights={
            "evidence": 0.713439,
            "evidence_passage": -0.048489,
            "result_section": 1.486652,
            "aim_unasked": 0.0,
            "sentence_cosine": 3.758356,
            "passage_cosine": -3.115898,
            "staff_question": 0.0,
            "staff_question_near": 0.0,
            "sentence_coverage": 1.658457,
            "passage_coverage": 0.300731,
            "fused": 4.532322,
            "type_held": -0.263794,
            "type_missing": -0.18407,
            "refused_question": 0.0,
            "refused_question_near": 0.0,
            "unknown_terms": 1.833532,
            "unknown_name": -1.295693,
            "best_passage_cosine": -0.991893,
            "bias": -3.489588,
        }
    ),
    signals={
        "evidence": 0.398303,
        "margin": 0.294357,
        "sentence_cosine": 1.391142,
        "sentence_coverage": -1.270543,
        "unknown_terms": -0.599658,
        "unknown_name": -0.518513,
        "sentence_evidence": 0.074931,
        "passage_coverage": -0.099809,
        "type_missing": 0.278577,
        "staff_lead": 0.0,
        "bias": -0.502489,
    },
    threshold=0.736009,
)


def load_calibration(
    stored: str | None, index_id: str, hashes: Mapping[str, str] | None = None
) -> Calibration:
    """Return the calibration stored with an index, or the cautious default when there is none.

    With `hashes` of what is in use, a calibration that was certified for anything else is void and
    the cautious default applies; its `source` says why.
    """
    if stored is None:
        return CAUTIOUS
    try:
        found = Calibration.model_validate_json(stored)
    except ValidationError as error:
        raise IndexDamaged(f"calibration of {index_id}", "cannot be used") from error
    why = found.certificate.void_because(hashes) if found.certificate and hashes is not None else None
    if why:
        return CAUTIOUS.model_copy(update={"source": f"cautious default: {why}; run: faq build"})
    return found
