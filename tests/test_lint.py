"""What `faq check` finds: a clean library, and each finding provoked by one change."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from content.library import load_library
from content.lint import Finding, lint
from content.questions import LabelledQuestion

TODAY = date(2026, 6, 30)
REVIEW_BY = date(2027, 1, 2)
TRIAL = """---
id: a-trial
title: A trial
kind: trial
speaker: published_abstract
source: {doi: 10.1000/lupus, published: 2010-08-03}
reviewed: {by: Staff, on: 2026-01-02, review_by: 2027-01-02}
study:
  design: single-arm trial
  participants: 16
  comparison_group: false
  randomised: false
  follow_up: median 8.25 months
caveats: [The study had no comparison group.]
---

A study treated 16 patients with 1×10⁶ cells. The study had no comparison group.

The median follow‐up was 8.25 months.
"""
CLINIC = """---
id: b-clinic
title: A clinic
kind: clinic
speaker: clinic_page
source: {publisher: Example Clinic}
reviewed: {by: Staff, on: 2026-01-02, review_by: 2027-01-02}
---

The clinic is in Arizona.
"""
NO_CONTROL = "The study had no comparison group."
CONTROLLED = "It was a randomized controlled trial."

# What is replaced by what in the trial, and the one finding it must give.
IN_TRIAL = (
    ("source: {doi: 10.1000/lupus, ", "source: {", "error", "source", "url or doi"),
    (", published: 2010-08-03", "", "error", "source.published", "date of publication"),
    ("participants: 16", "participants: 61", "error", "study.participants", "61 is not written"),
    ("treated 16 patients", "treated 1,016 patients", "error", "study.participants", "16 is not written"),
    ("8.25 months\ncaveats", "9 months (range 3)\ncaveats", "error", "study.follow_up", "9, 3 is not"),
    ("\n  follow_up: median 8.25 months", "", "warning", "study.follow_up", "missing: how long"),
    ("comparison_group: false", "comparison_group: true", "error", "study.comparison_group", "no comparison"),
    ("caveats: [The study had no comparison group.]\n", "", "error", "caveats", "at least one sentence"),
    ("caveats: [The study", "caveats: [A study", "error", "caveats", "A study had no comparison group"),
    (
        "reviewed: {by: Staff, on: 2026-01-02, review_by: 2027-01-02}\n",
        "",
        "warning",
        "reviewed",
        "missing: who compared",
    ),
    ("caveats: [", "retracted: Retracted in 2020\ncaveats: [", "warning", "retracted", "withheld, because"),
    ("caveats: [", "concern: Data in doubt\ncaveats: [", "warning", "concern", "Data in doubt"),
    ("review_by: 2027-01-02", "review_by: 2026-06-29", "warning", "reviewed.review_by", "due on 2026-06-29"),
    ("1×10⁶ cells", "1×106 cells", "error", "text", "'1×106'"),
    ("1×10⁶ cells", "2 x 10 cells", None, "", ""),
    ("1×10⁶ cells", "106 cells", "warning", "text", "'106 cells'"),
)


def write(folder: Path, trial: str = TRIAL, clinic: str = CLINIC) -> Path:
    (folder / "trial.md").write_text(trial, "utf-8")
    (folder / "clinic.md").write_text(clinic, "utf-8")
    return folder


def found(folder: Path, today: date = TODAY) -> list[Finding]:
    return lint(load_library(folder), today)


def test_a_clean_library_has_no_findings(tmp_path: Path) -> None:
    assert found(write(tmp_path)) == []


@pytest.mark.parametrize(("old", "new", "severity", "field", "says"), IN_TRIAL)
def test_one_change_in_a_trial_gives_one_finding(
    tmp_path: Path, old: str, new: str, severity: str | None, field: str, says: str
) -> None:
    assert TRIAL.count(old) == 1

    findings = found(write(tmp_path, TRIAL.replace(old, new)))

    expected = [(severity, "a-trial", field)] if severity else []
    assert [(f.severity, f.document_id, f.field) for f in findings] == expected
    assert all(says in f.message for f in findings)


def test_thousands_are_compared_as_numbers(tmp_path: Path) -> None:
    thousand = TRIAL.replace("treated 16 patients", "treated 1,016 patients")

    assert found(write(tmp_path, thousand.replace("participants: 16", "participants: 1016"))) == []


def test_a_trial_without_study_facts_is_an_error(tmp_path: Path) -> None:
    head, _, rest = TRIAL.partition("study:\n")
    study, _, tail = rest.partition("caveats:")
    assert "participants" in study

    hints = "study_hints: {participants: 16, randomised: false}\n"

    findings = found(write(tmp_path, f"{head}{hints}caveats:{tail}"))

    assert [(f.severity, f.field) for f in findings] == [
        ("error", "study.design"),
        ("error", "study.comparison_group"),
        ("error", "study.randomised"),
        ("error", "study.participants"),
        ("warning", "study.follow_up"),
    ]
    assert findings[2].message.endswith("(true or false); the source says: no; check it")
    assert findings[3].message == "missing: how many people took part; the source says: 16; check it"


def test_what_may_be_a_lost_exponent_is_an_error_until_somebody_compared(tmp_path: Path) -> None:
    unread = TRIAL.replace("reviewed: {by: Staff, on: 2026-01-02, review_by: 2027-01-02}\n", "")

    findings = found(write(tmp_path, unread.replace("1×10⁶ cells", "106 cells")))

    assert [(f.severity, f.field) for f in findings] == [("warning", "reviewed"), ("error", "text")]


def test_a_page_of_the_clinic_is_no_published_abstract(tmp_path: Path) -> None:
    claimed = CLINIC.replace("speaker: clinic_page", "speaker: published_abstract")

    (finding,) = found(write(tmp_path, clinic=claimed))

    assert (finding.severity, finding.document_id, finding.field) == ("error", "b-clinic", "speaker")


def test_a_text_that_names_a_control_contradicts_a_study_without_one(tmp_path: Path) -> None:
    (finding,) = found(write(tmp_path, TRIAL.replace(NO_CONTROL, CONTROLLED)))

    assert (finding.severity, finding.field) == ("error", "study.comparison_group")
    assert "randomized controlled trial" in finding.message


def test_a_controlled_study_that_says_so_is_clean(tmp_path: Path) -> None:
    facts = TRIAL.replace("group: false", "group: true").replace("randomised: false", "randomised: true")

    assert found(write(tmp_path, facts.replace(NO_CONTROL, CONTROLLED))) == []


def test_randomised_must_be_written_in_the_text(tmp_path: Path) -> None:
    facts = TRIAL.replace("group: false", "group: true").replace("randomised: false", "randomised: true")

    (finding,) = found(write(tmp_path, facts.replace(NO_CONTROL, "It had a control group.")))

    assert (finding.severity, finding.field) == ("error", "study.randomised")


def test_a_single_arm_cannot_be_randomised(tmp_path: Path) -> None:
    claimed = TRIAL.replace("randomised: false", "randomised: true").replace("A study", "A randomised study")

    (finding,) = found(write(tmp_path, claimed))

    assert (finding.severity, finding.field) == ("error", "study.comparison_group")


def test_a_plan_for_a_later_trial_is_no_contradiction(tmp_path: Path) -> None:
    planned = f"{TRIAL}\nThese data lead to a randomized controlled trial.\n"

    assert found(write(tmp_path, planned)) == []


@pytest.mark.parametrize(
    ("pair", "severity"),
    [("TT: the trial", "warning"), ("TT: ab", "error"), ("ST: the study", None), ("ST: ' '", "error")],
)
def test_an_approved_long_form_is_one_and_best_the_documents_own(
    tmp_path: Path, pair: str, severity: str | None
) -> None:
    explained = TRIAL.replace("kind: trial", f"abbreviations: {{{pair}}}\nkind: trial")

    assert [(f.severity, f.field) for f in found(write(tmp_path, explained))] == [
        (severity, f"abbreviations.{pair[:2]}") for _ in [severity] if severity
    ]


def test_a_page_that_nobody_can_look_up_is_an_error(tmp_path: Path) -> None:
    (finding,) = found(write(tmp_path, clinic=CLINIC.replace("publisher: Example Clinic", "")))

    assert (finding.severity, finding.document_id, finding.field) == ("error", "b-clinic", "source")


def test_a_review_is_due_on_the_day_after_its_date(tmp_path: Path) -> None:
    folder = write(tmp_path)

    assert found(folder, REVIEW_BY) == []
    assert {f.field for f in found(folder, date(2027, 1, 3))} == {"reviewed.review_by"}


def test_accepted_words_must_stand_in_one_sentence(tmp_path: Path) -> None:
    library = load_library(write(tmp_path))
    asked = tuple(
        LabelledQuestion(id=name, question="?", expect="quote", accept_any=words)
        for name, words in (
            ("here", ("IN  arizona",)),
            ("either", ("nowhere", "16 patients")),
            ("split", ("cells. The study",)),
            ("gone", ("17 patients",)),
        )
    )

    findings = lint(library.model_copy(update={"questions": asked}), TODAY)

    assert [(f.severity, f.document_id, f.field) for f in findings] == [
        ("error", "questions.jsonl", "accept_any")
    ] * 2
    assert [f.message.partition(":")[0] for f in findings] == ["split", "gone"]


def test_findings_come_in_the_order_of_the_documents(tmp_path: Path) -> None:
    undated = TRIAL.replace(", published: 2010-08-03", "")

    findings = found(write(tmp_path, undated), date(2028, 1, 1))

    assert [(f.document_id, f.field) for f in findings] == [
        ("a-trial", "source.published"),
        ("a-trial", "reviewed.review_by"),
        ("b-clinic", "reviewed.review_by"),
    ]
