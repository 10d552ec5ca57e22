"""What a receipt was made of: found by trying, because a hash cannot be read back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import product
from typing import NamedTuple, get_args

from assistant.asked import Asked
from assistant.circumstances import Recorded
from assistant.past import PastIndex
from assistant.receipts import Circumstances, asked_words, receipt_of
from assistant.settings import Region
from assistant.withholding import Why

# Settings nobody noted are tried for so few questions, so that it takes a second.
_TRIED_WIDELY = 8
_CALIBRATIONS = 3
_PASSAGES_READ, _QUOTES = range(1, 101), (3, 1, 2)


class Origin(NamedTuple):
    """What a receipt was made of. `recorded`: since when these circumstances were noted, if they were."""

    past: PastIndex
    asked: Asked
    given: Circumstances
    day: date
    withheld: Mapping[str, Why]
    recorded: Recorded | None


def trace(
    receipt: str, asked: Sequence[Asked], pasts: Sequence[PastIndex], known: Sequence[Recorded],
    present: Circumstances, today: date,
) -> Origin | None:  # fmt: skip
    """Return the question, index, circumstances and day under which a receipt comes out, or None.

    Tried are the noted circumstances and those of today, mixed, with everything that each index withheld
    from its first day on; then, for few questions, every value that the settings of an answer can have.
    """
    words = [(one, asked_words(one.question, one.history)) for one in asked]
    for tried, circumstances in ((words, _likely), (words[:_TRIED_WIDELY], _possible)):
        for past in pasts:
            given = list(dict.fromkeys(circumstances(past, known, present)))
            for day, withheld in past.withheld_until(today):
                for (one, its_words), each in product(tried, given):
                    if receipt == receipt_of(its_words, each, past.index_id, withheld):
                        return Origin(past, one, each, day, withheld, _recorded(past, each, known))
    return None


def _recorded(past: PastIndex, given: Circumstances, known: Iterable[Recorded]) -> Recorded | None:
    return next((one for one in known if one.index_id == past.index_id and one.given == given), None)


def _likely(
    past: PastIndex, known: Sequence[Recorded], present: Circumstances
) -> Iterator[Circumstances]:  # fmt: skip
    """Yield what was noted of an index, then every mixture of what was noted anywhere and of today."""
    yield from (one.given for one in known if one.index_id == past.index_id)
    noted = [present, *(one.given for one in known)]
    safety = dict.fromkeys(one.safety_version for one in noted)
    for one, version, calibration in product(noted, safety, _calibrations(past, known)):
        yield one.model_copy(update={"safety_version": version, "calibration_id": calibration})


def _possible(
    past: PastIndex, known: Sequence[Recorded], present: Circumstances
) -> Iterator[Circumstances]:  # fmt: skip
    noted = [present, *(one.given for one in known)]
    safety = dict.fromkeys(one.safety_version for one in noted)
    longest = dict.fromkeys(one.max_question_chars for one in noted)
    # Of the void calibrations the one that other settings make void; each is as much work again.
    calibrations = _calibrations(past, known)[:_CALIBRATIONS]
    for version, chars, calibration in product(safety, longest, calibrations):
        for region, quotes, passages in product(get_args(Region), _QUOTES, _PASSAGES_READ):
            yield Circumstances(
                calibration_id=calibration,
                safety_version=version,
                passages_read=passages,
                max_quotes=quotes,
                max_question_chars=chars,
                region=region,
            )


def _calibrations(past: PastIndex, known: Sequence[Recorded]) -> list[str]:
    noted = (one.given.calibration_id for one in known if one.index_id == past.index_id)
    return list(dict.fromkeys((*noted, *past.calibrations)))
