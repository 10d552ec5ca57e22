"""Facts that tell how far a quote carries: in words, in one order, in both languages."""

from __future__ import annotations

from datetime import date

import pytest

from assistant.citation import Evidence
from assistant.level_facts import fact_parts, facts
from assistant.safety import safety_rules
from assistant.wording import load_wordings
from content.schema import Approval, ApprovalStatus

SAY = load_wordings(safety_rules().regions["US"])
WHOLE = Evidence(
    speaker="published_abstract", design="randomised trial", participants=18, comparison_group=True,
    randomised=True, follow_up="6 months", year=2017, stopped_early=True,
    approval=Approval(status="not_approved", by="Example Agency", on=date(2026, 11, 22)),
)  # fmt: skip


def test_all_facts_in_their_order() -> None:
    assert facts(WHOLE, SAY["en"]) == [
        "randomised trial", "18 people", "with a comparison group", "by chance into groups",
        "followed for: 6 months", "stopped early", "2017",
        "treatment not approved by Example Agency, as of 2026-11-22",
    ]  # fmt: skip
    assert facts(WHOLE, SAY["es"]) == [
        "randomised trial", "18 personas", "con grupo de comparación", "en grupos al azar",
        "seguimiento: 6 months", "terminado antes de tiempo", "2017",
        "tratamiento no aprobado por Example Agency, según datos del 2026-11-22",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("compared", "randomised", "said"),
    [
        (True, False, ["with a comparison group", "groups not made by chance"]),
        (False, False, ["no comparison group"]),
        (None, None, []),
    ],
)
def test_groups_are_told_as_far_as_they_are_known(
    compared: bool | None, randomised: bool | None, said: list[str]
) -> None:
    evidence = Evidence(speaker="authority", comparison_group=compared, randomised=randomised)
    assert facts(evidence, SAY["en"]) == said


@pytest.mark.parametrize(
    ("status", "said"),
    [
        ("approved", "treatment approved by A, as of 2026-01-02"),
        ("withdrawn", "approval of the treatment taken back by A, as of 2026-01-02"),
    ],
)
def test_a_decision_is_told_with_its_authority_and_day(status: ApprovalStatus, said: str) -> None:
    approval = Approval(status=status, by="A", on=date(2026, 1, 2))
    assert facts(Evidence(speaker="authority", approval=approval), SAY["en"]) == [said]


def test_what_a_person_entered_is_told_apart_and_the_parts_are_the_whole() -> None:
    entered = [part.words for fact in fact_parts(WHOLE, SAY["es"]) for part in fact if part.entered]

    assert entered == ["randomised trial", "6 months", "Example Agency"]
    assert ["".join(p.words for p in fact) for fact in fact_parts(WHOLE, SAY["es"])] == facts(
        WHOLE, SAY["es"]
    )


def test_words_that_look_like_a_field_are_not_filled_in() -> None:
    approval = Approval(status="approved", by="{on} {by}", on=date(2026, 1, 2))
    assert facts(Evidence(speaker="authority", follow_up="{time}", approval=approval), SAY["en"]) == [
        "followed for: {time}", "treatment approved by {on} {by}, as of 2026-01-02",
    ]  # fmt: skip
