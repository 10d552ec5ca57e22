"""An answer that does not hold together cannot exist: every rule refuses what breaks it."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from pydantic import ValidationError

from assistant.citation import cite
from assistant.schema import Answer
from content.schema import Document, Source, Span

PAGE = Document(
    id="a-page", title="A page", kind="clinic", speaker="clinic_page", source=Source(),
    text="One thing. Two things.", blocks=(Span(start=0, end=22),),
)  # fmt: skip
QUOTE = cite(1, PAGE, "a-page#p1", Span(start=0, end=10)).model_dump(mode="json")
SECOND = cite(2, PAGE, "a-page#p1", Span(start=11, end=22)).model_dump(mode="json")
CAVEAT = SECOND | {"caveat_of": 1}
SAID: dict[str, Any] = {"type": "wording", "id": "no_answer"}
SHOWN: dict[str, Any] = {"type": "quote", "citation": 1}
BELOW: dict[str, Any] = {"type": "caveat", "citation": 2}
NAMES: dict[str, Any] = {"question": "One?", "index_id": "ix-1", "receipt": "r-1"}

ANSWERED = NAMES | {"status": "answered", "blocks": [SHOWN, BELOW], "citations": [QUOTE, CAVEAT]}
REFUSED = NAMES | {"status": "no_answer", "blocks": [SAID], "abstention": {"reason": "nothing_found"}}
ADVICE = NAMES | {
    "status": "redirected", "redirect": {"kind": "personal_advice", "rule": "advice.dose"}, "blocks": [SAID],
}  # fmt: skip
CRISIS = ADVICE | {"redirect": {"kind": "crisis", "rule": "crisis.explicit"}}
EMERGENCY = ADVICE | {"redirect": {"kind": "emergency", "rule": "emergency.call"}}
QUOTED: dict[str, Any] = {"blocks": [SAID, SHOWN], "citations": [QUOTE]}
VALID = {
    "answered": ANSWERED,
    "refused": REFUSED,
    "advice": ADVICE,
    "advice with a quote": ADVICE | QUOTED,
    "crisis": CRISIS,
    "emergency": EMERGENCY,
}
ONE_BLOCK = "every citation is shown by exactly one block"
NUMBERED = "citations are not numbered 1, 2, 3"
QUOTE_IF_ANSWERED = "a quote is shown when, and only when, the question is answered"
LINKED = "a caveat belongs to a quote, and a quote to nothing"
WHERE_TO = "a redirected answer says where to, and no other does"
ALONE = "text stands alone"
SAYS_WHY = "a refusal says why, and nothing else does"

BROKEN: dict[str, tuple[dict[str, Any], str]] = {
    "numbered from 2": (ANSWERED | {"blocks": [BELOW], "citations": [CAVEAT]}, NUMBERED),
    "numbered backwards": (ANSWERED | {"citations": [CAVEAT, QUOTE]}, NUMBERED),
    "numbered twice alike": (ANSWERED | {"blocks": [SHOWN], "citations": [QUOTE, QUOTE]}, NUMBERED),
    "shown by no block": (ANSWERED | {"blocks": [SHOWN]}, ONE_BLOCK),
    "shown twice": (ANSWERED | {"blocks": [SHOWN, SHOWN, BELOW]}, ONE_BLOCK),
    "quote and caveat at once": (ANSWERED | {"blocks": [SHOWN, BELOW, SHOWN | {"citation": 2}]}, ONE_BLOCK),
    "a block without its citation": (ANSWERED | {"citations": [QUOTE]}, ONE_BLOCK),
    "answered without quote": (ANSWERED | {"blocks": [SAID], "citations": []}, QUOTE_IF_ANSWERED),
    "answered with a caveat only": (
        ANSWERED | {"blocks": [BELOW | {"citation": 1}], "citations": [QUOTE | {"caveat_of": 1}]},
        QUOTE_IF_ANSWERED,
    ),
    "refused with a quote": (REFUSED | QUOTED, QUOTE_IF_ANSWERED),
    "refused with a caveat": (
        REFUSED | {"blocks": [SAID, BELOW | {"citation": 1}], "citations": [QUOTE | {"caveat_of": 1}]},
        "a refusal shows no words of a document",
    ),
    "a caveat of nothing": (ANSWERED | {"citations": [QUOTE, SECOND]}, LINKED),
    "a caveat of a number nobody has": (ANSWERED | {"citations": [QUOTE, SECOND | {"caveat_of": 9}]}, LINKED),
    "a caveat of itself": (ANSWERED | {"citations": [QUOTE, SECOND | {"caveat_of": 2}]}, LINKED),
    "a quote that is a caveat": (
        ANSWERED | {"blocks": [SHOWN, SHOWN | {"citation": 2}], "citations": [QUOTE, CAVEAT]}, LINKED,
    ),
    "redirected nowhere": (ADVICE | {"redirect": None}, WHERE_TO),
    "answered and redirected": (ANSWERED | {"redirect": ADVICE["redirect"]}, WHERE_TO),
    "refused and redirected": (REFUSED | {"redirect": ADVICE["redirect"]}, WHERE_TO),
    "crisis with a quote": (CRISIS | QUOTED, f"crisis {ALONE}"),
    "emergency with a quote": (EMERGENCY | QUOTED, f"emergency {ALONE}"),
    "refused without a reason": (REFUSED | {"abstention": None}, SAYS_WHY),
    "answered with a reason to refuse": (ANSWERED | {"abstention": REFUSED["abstention"]}, SAYS_WHY),
    "redirected with a reason to refuse": (ADVICE | {"abstention": REFUSED["abstention"]}, SAYS_WHY),
}  # fmt: skip
CHANGES: dict[str, tuple[dict[str, Any], str]] = {
    "generated text": ({"generated_text": True}, "generated_text"),
    "another version": ({"schema_version": "2"}, "schema_version"),
    "an unknown status": ({"status": "maybe"}, "status"),
    "an unknown kind of redirect": ({"redirect": {"kind": "spam", "rule": "r"}}, r"redirect\.kind"),
    "an unknown reason": ({"abstention": {"reason": "mood"}}, r"abstention\.reason"),
    "a probability over one": ({"confidence": 1.01}, "confidence"),
    "a probability below zero": ({"confidence": -0.01}, "confidence"),
    "no number at all": ({"confidence": float("nan")}, "confidence"),
    "a surprise field": ({"answer": "Yes."}, "answer"),
    "a surprise in a redirect": ({"redirect": {"kind": "crisis", "rule": "r", "t": 1}}, r"redirect\.t"),
    "text in a block": ({"blocks": [SAID | {"text": "Yes."}]}, r"blocks\.0\.wording\.text"),
    "a block of unknown type": ({"blocks": [{"type": "text", "text": "Yes."}]}, r"blocks\.0"),
    "a block without a type": ({"blocks": [{"id": "no_answer"}]}, r"blocks\.0"),
    "a surprise in a citation": ({"citations": [QUOTE | {"gloss": "x"}]}, r"citations\.0\.gloss"),
}  # fmt: skip


def from_json(answer: dict[str, Any]) -> Answer:
    return Answer.model_validate_json(json.dumps(answer))


@pytest.mark.parametrize("answer", VALID.values(), ids=VALID)
def test_an_answer_is_the_same_after_a_round_trip_through_json(answer: dict[str, Any]) -> None:
    read = Answer.model_validate(answer)

    again = Answer.model_validate_json(read.model_dump_json())
    assert again == read
    assert again.model_dump_json() == read.model_dump_json()
    assert json.loads(read.model_dump_json())["generated_text"] is False


@pytest.mark.parametrize(("answer", "why"), BROKEN.values(), ids=BROKEN)
@pytest.mark.parametrize("load", [Answer.model_validate, from_json])
def test_what_does_not_hold_together_is_refused(
    answer: dict[str, Any], why: str, load: Callable[[dict[str, Any]], Answer]
) -> None:
    with pytest.raises(ValidationError, match=why):
        load(answer)


@pytest.mark.parametrize("answer", VALID.values(), ids=VALID)
@pytest.mark.parametrize(("change", "field"), CHANGES.values(), ids=CHANGES)
def test_a_value_the_schema_does_not_know_is_refused(
    answer: dict[str, Any], change: dict[str, Any], field: str
) -> None:
    with pytest.raises(ValidationError, match=rf"(?m)^{field}"):
        Answer.model_validate(answer | change)


def test_an_answer_cannot_be_changed() -> None:
    answer = Answer.model_validate(ANSWERED)

    with pytest.raises(ValidationError, match="frozen"):
        answer.status = "no_answer"  # type: ignore[misc]
