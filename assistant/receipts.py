"""The name of a question in its circumstances: equal receipts mean equal answers."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence

from assistant.settings import Region, Settings
from assistant.triage import safety_version
from content.normalize import normalize
from content.schema import Fact

_NOTHING: Mapping[str, str] = {}


class Circumstances(Fact):
    """Everything an answer depends on beside the question, the index and what is withheld that day."""

    calibration_id: str
    safety_version: str
    passages_read: int
    max_quotes: int
    max_question_chars: int
    region: Region


def circumstances(calibration_id: str, settings: Settings) -> Circumstances:
    """Return the circumstances in which this program answers with these settings."""
    return Circumstances(
        calibration_id=calibration_id,
        safety_version=safety_version(),
        passages_read=settings.passages_read,
        max_quotes=settings.max_quotes,
        max_question_chars=settings.max_question_chars,
        region=settings.region,
    )


def receipt(
    question: str, history: Sequence[str], index_id: str, calibration_id: str, settings: Settings,
    withheld: Mapping[str, str] = _NOTHING,
) -> str:  # fmt: skip
    """Return `r-` and 24 hexadecimal digits of sha256 over everything the answer depends on.

    That is the normalised question and history, the index, the calibration, the safety rules'
    version, the settings that change an answer, and the documents withheld, with why, if there are
    any. Nothing of the question can be read back.
    """
    return receipt_in(circumstances(calibration_id, settings), question, history, index_id, withheld)


def receipt_in(
    given: Circumstances, question: str, history: Sequence[str], index_id: str,
    withheld: Mapping[str, str] = _NOTHING,
) -> str:  # fmt: skip
    """Return the receipt of a question in given circumstances, also in those of an earlier day."""
    return receipt_of(asked_words(question, history), given, index_id, withheld)


def asked_words(question: str, history: Sequence[str]) -> tuple[str, list[str]]:
    """Return what a receipt takes of a question: whoever tries many circumstances needs it once."""
    return normalize(question).strip(), [normalize(earlier) for earlier in history]


def receipt_of(
    words: tuple[str, list[str]], given: Circumstances, index_id: str, withheld: Mapping[str, str]
) -> str:
    """Return the receipt of `asked_words` in given circumstances."""
    depends_on: list[object] = [
        *words,
        index_id,
        given.calibration_id,
        given.safety_version,
        [given.passages_read, given.max_quotes, given.max_question_chars, given.region],
    ]
    if withheld:
        depends_on.append(sorted(withheld.items()))
    return "r-" + hashlib.sha256(json.dumps(depends_on).encode("utf-8")).hexdigest()[:24]
