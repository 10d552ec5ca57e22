"""A receipt is traced to what it was made of by trying, and to nothing else."""

from __future__ import annotations

from datetime import date

import pytest
from fakes import WordEmbedder
from hypothesis import given, settings
from hypothesis import strategies as st
from small import write_library

from assistant.asked import Asked
from assistant.circumstances import Recorded
from assistant.origin import Origin, trace
from assistant.past import PastIndex, past_indexes
from assistant.receipts import Circumstances, circumstances, receipt_in
from assistant.settings import Settings
from content.library import load_library
from content.schema import Fact
from index.build import build_index

ASKED = Asked("Were there any deaths?", (), "command line")
TODAY = date(2026, 6, 1)
OVERDUE = {"therapy-knee": "overdue", "trial-lupus": "overdue"}


class Change(Fact):
    """Settings of an answer."""

    passages_read: int
    max_quotes: int
    region: str


@pytest.fixture(scope="module")
def past(tmp_path_factory: pytest.TempPathFactory) -> PastIndex:
    home = tmp_path_factory.mktemp("home")
    build_index(load_library(write_library(home / "library")), WordEmbedder(), home / "index")
    (found,) = past_indexes(home, home / "index")
    found.since = date(2026, 1, 2)
    return found


def present(past: PastIndex, **changed: object) -> Circumstances:
    (calibration_id,) = past.calibrations
    return circumstances(calibration_id, Settings()).model_copy(update=changed)


def traced(
    past: PastIndex, receipt: str, *known: Recorded, asked: Asked = ASKED, today: date = TODAY
) -> Origin | None:
    return trace(receipt, [asked], [past], known, present(past), today)


def noted(past: PastIndex, given: Circumstances, index_id: str = "") -> Recorded:
    facts = {"since": "2026-02-03T04:05:06Z", "program": "1", "builder": "b"}
    return Recorded.model_validate({**facts, "index_id": index_id or past.index_id, "given": given})


@settings(deadline=None, max_examples=30)
@given(
    st.builds(
        Change,
        passages_read=st.integers(1, 100),
        max_quotes=st.integers(1, 3),
        region=st.sampled_from(["US", "CA", "UK", "EU", "AU", "other"]),
    )
)
def test_every_value_that_settings_can_have_is_found_without_a_note(past: PastIndex, change: Change) -> None:
    wanted = present(past, **change.model_dump())
    receipt = receipt_in(wanted, ASKED.question, ASKED.history, past.index_id)

    found = traced(past, receipt)

    assert found is not None
    assert (found.given, found.past, found.asked, found.recorded) == (wanted, past, ASKED, None)
    assert (found.day, dict(found.withheld)) == (date(2026, 1, 2), {})


def test_a_note_is_needed_for_what_no_program_knows_any_more(past: PastIndex) -> None:
    then = present(past, calibration_id="cal-then", safety_version="of then", max_question_chars=321)
    receipt = receipt_in(then, ASKED.question, (), past.index_id)

    found = traced(past, receipt, noted(past, then))

    assert traced(past, receipt) is None
    assert traced(past, receipt, noted(past, then, "ix-another")) is None, "another index's calibration"
    assert found is not None
    assert (found.given, found.recorded) == (then, noted(past, then))


def test_safety_rules_noted_for_another_index_are_tried(past: PastIndex) -> None:
    then = present(past, safety_version="of then")
    receipt = receipt_in(then, ASKED.question, (), past.index_id)

    found = traced(past, receipt, noted(past, then, "ix-another"))

    assert found is not None and (found.given, found.recorded) == (then, None)


@pytest.mark.parametrize(
    ("today", "withheld", "day"),
    [
        ("2026-06-01", {}, "2026-01-02"), ("2027-01-02", OVERDUE, None),
        ("2027-01-03", OVERDUE, "2027-01-03"),
        ("2028-01-01", OVERDUE, "2027-01-03"), ("2028-01-01", {}, "2026-01-02"),
        ("2028-01-01", {"trial-lupus": "overdue"}, None),
    ],
)  # fmt: skip
def test_what_was_withheld_is_tried_from_its_day_on(
    past: PastIndex, today: str, withheld: dict[str, str], day: str | None
) -> None:
    receipt = receipt_in(present(past), ASKED.question, (), past.index_id, withheld)

    found = traced(past, receipt, today=date.fromisoformat(today))

    assert (found and found.day) == (date.fromisoformat(day) if day else None)


@pytest.mark.parametrize(
    ("question", "history"),
    [("Were there any deaths", ()), ("were there any deaths?", ()), (ASKED.question, ("What is lupus?",))],
)
def test_another_question_or_history_is_not_taken_for_it(
    past: PastIndex, question: str, history: tuple[str, ...]
) -> None:
    receipt = receipt_in(present(past), question, history, past.index_id)

    assert traced(past, receipt) is None
    assert traced(past, receipt, asked=Asked(question, history, "command line")) is not None


def test_another_index_is_not_taken_for_it(past: PastIndex) -> None:
    receipt = receipt_in(present(past), ASKED.question, (), "ix-another")

    assert traced(past, receipt) is None
