"""The name of a question in its circumstances: equal receipts mean equal answers."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence

from assistant.safety import safety_rules
from assistant.settings import Settings
from content.normalize import normalize


def receipt(
    question: str, history: Sequence[str], index_id: str, calibration_id: str, settings: Settings
) -> str:
    """Return `r-` and 24 hexadecimal digits of sha256 over everything the answer depends on.

    That is the normalised question and history, the index, the calibration, the safety rules'
    version and the settings that change an answer. Nothing of the question can be read back.
    """
    depends_on = [
        normalize(question).strip(),
        [normalize(earlier) for earlier in history],
        index_id,
        calibration_id,
        safety_rules().version,
        [settings.passages_read, settings.max_quotes, settings.max_question_chars, settings.region],
    ]
    return "r-" + hashlib.sha256(json.dumps(depends_on).encode("utf-8")).hexdigest()[:24]
