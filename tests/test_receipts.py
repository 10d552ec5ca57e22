"""Equal receipts mean equal circumstances, and no receipt tells what was asked."""

from __future__ import annotations

import re
from itertools import combinations
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from assistant.receipts import receipt
from assistant.safety import safety_rules
from assistant.settings import Settings
from content.normalize import normalize
from index.danger import DangerModel, load_danger

Asked = dict[str, Any]
BASE: Asked = {
    "question": "What is COPD?", "history": ("Who is the doctor?",), "index_id": "ix-1",
    "calibration_id": "cal-1", "settings": Settings(),
}  # fmt: skip
CHANGED: dict[str, Asked] = {
    "another question": {"question": "What is COPD"},
    "other capitals": {"question": "what is copd?"},
    "no history": {"history": ()},
    "more history": {"history": ("Who is the doctor?", "Who is the doctor?")},
    "another history": {"history": ("Who was the doctor?",)},
    "the question as history": {"question": "Who is the doctor?", "history": ("What is COPD?",)},
    "history split elsewhere": {"history": ("Who is", "the doctor?")},
    "another index": {"index_id": "ix-2"},
    "another calibration": {"calibration_id": "cal-2"},
    "index and calibration exchanged": {"index_id": "cal-1", "calibration_id": "ix-1"},
    "fewer passages": {"settings": Settings(passages_read=11)},
    "fewer quotes": {"settings": Settings(max_quotes=2)},
    "shorter questions": {"settings": Settings(max_question_chars=400)},
    "another region": {"settings": Settings(region="UK")},
}
SAME: dict[str, Asked] = {
    "spaces around": {"question": "  What is COPD? \n"},
    "a soft hyphen": {"question": "What is CO\u00adPD?"},
    "a hard space": {"question": "What\u00a0is COPD?"},
    "a hard space in the history": {"history": ("Who is the\u00a0doctor?",)},
    "a list for a tuple": {"history": ["Who is the doctor?"]},
    "another port": {"settings": Settings(port=8080, questions_per_minute=3)},
}


def given_receipt(change: Asked) -> str:
    return receipt(**(BASE | change))


@pytest.mark.parametrize("change", CHANGED.values(), ids=CHANGED)
def test_any_change_that_may_change_the_answer_changes_the_receipt(change: Asked) -> None:
    others = [given_receipt(other) for other in CHANGED.values() if other != change]

    assert given_receipt(change) not in {given_receipt({}), *others}


@pytest.mark.parametrize("change", SAME.values(), ids=SAME)
def test_what_cannot_change_the_answer_leaves_the_receipt(change: Asked) -> None:
    assert given_receipt(change) == given_receipt({})


def test_other_safety_rules_change_the_receipt(monkeypatch: pytest.MonkeyPatch) -> None:
    before = given_receipt({})
    rules = safety_rules().model_copy(update={"version": "another"})
    with monkeypatch.context() as patch:
        patch.setattr("assistant.triage.safety_rules", lambda: rules)
        assert given_receipt({}) != before
    model = load_danger()
    monkeypatch.setattr(
        "assistant.triage.load_danger", lambda: DangerModel(model.facts, model.words, model.bias, "other")
    )

    assert given_receipt({}) != before


@settings(deadline=None)
@given(st.text(), st.lists(st.text()), st.text(), st.lists(st.text()))
def test_a_receipt_is_a_function_of_the_normalised_words(
    one: str, before_one: list[str], other: str, before_other: list[str]
) -> None:
    found = given_receipt({"question": one, "history": before_one})
    words = (normalize(one).strip(), [normalize(earlier) for earlier in before_one])

    assert re.fullmatch("r-[0-9a-f]{24}", found)
    assert given_receipt({"question": one, "history": before_one}) == found
    assume(words != (normalize(other).strip(), [normalize(earlier) for earlier in before_other]))
    assert given_receipt({"question": other, "history": before_other}) != found


def test_nothing_of_a_question_shows_in_its_receipt() -> None:
    found = [given_receipt({"question": f"What is COPD{letter}"})[2:] for letter in "abcdefghij"]
    alike = [sum(map(str.__eq__, one, other)) for one, other in combinations(found, 2)]

    # One letter more changes about fifteen of sixteen digits, and so does any other text.
    assert max(alike) < 8
    assert given_receipt({"question": "a" * 2000})[2:] not in found
