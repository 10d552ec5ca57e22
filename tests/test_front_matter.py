"""The facts above the words: read as written, or refused by line and field."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from content.errors import UnreadableDocument
from content.readers.front_matter import read_front_matter
from content.schema import FrontMatter, Reviewed, Source, Study

PATH = Path("page.md")
# These are lines 2 to 6 of the file; what a test adds begins at line 7.
WHOLE = "id: a-trial\ntitle: A trial\nkind: trial\nspeaker: published_abstract\nsource: {publisher: Clinic}\n"


def refusal(text: str) -> UnreadableDocument:
    with pytest.raises(UnreadableDocument) as caught:
        read_front_matter(PATH, text)
    error = caught.value
    assert str(error).startswith(str(PATH))
    assert (f", line {error.line}" in str(error)) == (error.line is not None)
    assert (f", field {error.field}:" in str(error)) == (error.field is not None)
    return error


def test_every_field_is_read() -> None:
    front = read_front_matter(
        PATH,
        """
id: a-trial
title: 'A trial: lupus'
kind: trial
speaker: published_abstract
source:
  url: https://doi.org/10.1002/art.27548
  doi: 10.1002/art.27548
  authors: [Dandan Wang, et al.]
  publisher: A journal
  published: 2010-08-03
  accessed: 2026-11-22
reviewed: {by: A person, on: 2026-11-22, review_by: 2027-11-22}
study:
  design: single-arm trial
  participants: 16
  comparison_group: false
  randomised: true
  follow_up: median 8.25 months (range 3–28 months)
  registered: NCT00698191
caveats:
  - "other: They were 16."
  - None died.
outcome_sections: [Results]
limitation_sections: [Discussion]
aliases: [SLE]
questions: ['Did anyone die?']
""",
    )
    assert front == FrontMatter(
        id="a-trial",
        title="A trial: lupus",
        kind="trial",
        speaker="published_abstract",
        source=Source(
            url="https://doi.org/10.1002/art.27548",
            doi="10.1002/art.27548",
            authors=("Dandan Wang", "et al."),
            publisher="A journal",
            published=date(2010, 8, 3),
            accessed=date(2026, 11, 22),
        ),
        reviewed=Reviewed(by="A person", on=date(2026, 11, 22), review_by=date(2027, 11, 22)),
        study=Study(
            design="single-arm trial",
            participants=16,
            comparison_group=False,
            randomised=True,
            follow_up="median 8.25 months (range 3–28 months)",
            registered="NCT00698191",
        ),
        caveats=("other: They were 16.", "None died."),
        outcome_sections=("Results",),
        limitation_sections=("Discussion",),
        aliases=("SLE",),
        questions=("Did anyone die?",),
    )


def test_only_true_and_false_are_not_words() -> None:
    front = read_front_matter(PATH, WHOLE + "aliases: [on, off, yes, no, Yes, NO, y, n, True, 2010-08-03]\n")
    assert front.aliases == ("on", "off", "yes", "no", "Yes", "NO", "y", "n", "True", "2010-08-03")
    assert refusal(WHOLE + "aliases: [true]\n").field == "aliases.0"
    assert refusal(WHOLE + "aliases: [a, false]\n").field == "aliases.1"


@pytest.mark.parametrize(
    ("added", "line", "field", "reason"),
    [
        ("surprise: 1", 7, "surprise", "not permitted"),
        ("aliases: [a]\nsurprise:\n  deep: 1", 8, "surprise", "not permitted"),
        ("aliases: word", 7, "aliases", "tuple"),
        ("aliases:\n  - a\n  - {b: c}", 9, "aliases.1", "string"),
        ("aliases: [a,\n  16]", 8, "aliases.1", "string"),
        ("caveats:\n  - None died.\n  - Note: none died.", 9, "caveats.1", "string"),
        ("reviewed:\n  by: A person\n  on: 2026-01-01", 7, "reviewed.review_by", "required"),
        ("reviewed:\n  by: A\n  on: 2026-13-45\n  review_by: 2027-01-01", 9, "reviewed.on", "valid date"),
        ("reviewed: {by: A, on: soon, review_by: 2027-01-01}", 7, "reviewed.on", "valid date"),
        ("study:\n  design: d\n  participants: many", 9, "study.participants", "valid integer"),
        ("study:\n  design: d\n  participants: 0", 9, "study.participants", "greater than 0"),
        ("study:\n  design: d\n  arms: 2", 7, "study.participants", "required"),
        ("study: 16", 7, "study", "valid dictionary"),
        ("title: Again", 7, "title", "given twice"),
        ("study:\n  design: d\n  participants: 16\n  design: e", 10, "design", "given twice"),
        ("1: a", 7, "1", "strings"),
        ("reviewed: &loop\n  by: *loop", 8, "reviewed.by", "string"),
    ],
)
def test_a_wrong_field_is_named_with_its_line(added: str, line: int, field: str, reason: str) -> None:
    error = refusal(WHOLE + added)
    assert (error.line, error.field) == (line, field)
    assert reason in str(error)


@pytest.mark.parametrize("missing", ["id", "title", "kind", "speaker", "source"])
def test_a_missing_field_is_named(missing: str) -> None:
    kept = [row for row in WHOLE.splitlines() if not row.startswith(missing)]
    error = refusal("\n".join(kept))
    assert (error.line, error.field) == (2, missing)
    assert "required" in str(error)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (WHOLE + "aliases: 'open", 7),
        (WHOLE + "title: A: B", 7),
        (WHOLE + "reviewed: *nowhere", 7),
        (WHOLE + "aliases: [a]\nbell: \x07", 8),
        (WHOLE + "aliases: !!python/object/apply:os.getcwd []", 7),
        (WHOLE + "? [a]\n: b", 7),
        ("a: 1\n---\nb: 2", 3),
        (WHOLE + "study: {design: d, participants: 0x_}", None),
        (WHOLE + "aliases: " + "[" * 5000, None),
    ],
)
def test_what_is_not_yaml_is_named_by_line(text: str, line: int | None) -> None:
    error = refusal(text)
    assert (error.line, error.field) == (line, None)
    assert "front matter is not YAML" in str(error)


@pytest.mark.parametrize("text", ["", "# only a remark", "- a\n- b", "just words", "null"])
def test_what_is_not_a_list_of_fields_is_refused(text: str) -> None:
    error = refusal(text)
    assert error.line == 2
    assert "not a list of 'field: value'" in str(error)
