"""The answer that quotes nothing: why, the closest topics, and how to reach a person."""

from __future__ import annotations

from collections.abc import Iterable

from assistant.confidence import Calibration
from assistant.schema import Abstention, Answer, WordingBlock
from assistant.suggestions import closest_topics
from assistant.withholding import Why
from content.schema import Document

# What a refusal says first, by its reason, or by why the document that answers is withheld.
_REFUSAL_WORDING = {
    "below_threshold": "no_answer",
    "nothing_found": "no_answer",
    "withheld": "withheld_answer",
    "overdue": "withheld_overdue",
    "retracted": "withheld_retracted",
}


def refusal(
    question: str, nearest: Iterable[Document], calibration: Calibration, probability: float | None,
    reason: str, why: Why | None = None, *, index_id: str, receipt: str,
) -> Answer:  # fmt: skip
    """Return the answer to a question that nothing is quoted for; `nearest` are documents, best first."""
    first = _REFUSAL_WORDING[why or reason]
    topics = closest_topics(nearest)
    ids = (first, "closest", "contact") if topics else (first, "contact")
    abstention = {
        "reason": reason,
        "best_score": probability,
        "threshold": calibration.threshold,
        "calibration_id": calibration.calibration_id,
    }
    return Answer(
        question=question,
        status="no_answer",
        blocks=tuple(WordingBlock(id=wording) for wording in ids),
        closest=topics,
        confidence=probability,
        abstention=Abstention.model_validate(abstention),
        index_id=index_id,
        receipt=receipt,
    )
