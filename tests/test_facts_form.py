"""The form of facts: what is shown and saved again changes nothing, and every error finds its field."""

from __future__ import annotations

from pathlib import Path

import pytest
from small import write_library

from assistant.staff.facts_form import (
    FIELDS,
    caveat_choices,
    facts_from,
    field_named,
    hints,
    values_of,
)  # fmt: skip
from assistant.staff.texts import texts
from content.changes import sentences
from content.editing import save_facts
from content.errors import FactsRefused
from content.library import load_library
from content.schema import Document, StudyHints


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_library(tmp_path / "library")


def documents(folder: Path) -> list[Document]:
    return list(load_library(folder).documents)


def trial(folder: Path) -> Document:
    return next(document for document in documents(folder) if document.kind == "trial")


def entering(document: Document, **entered: object) -> dict[str, object]:
    """Return the facts after typing into some fields; a name has `__` for the dot."""
    named = {name.replace("__", "."): value for name, value in entered.items()}
    values = [named.get(field.name, value) for field, value in zip(FIELDS, values_of(document), strict=True)]
    return facts_from(document, values)


def test_saving_what_is_shown_changes_nothing(folder: Path) -> None:
    before = documents(folder)
    for document in before:
        save_facts(folder, document.id, facts_from(document, values_of(document)))

    assert documents(folder) == before


def test_what_is_entered_is_saved(folder: Path) -> None:
    document = trial(folder)
    facts = entering(
        document, title=" A title ", study__design="cohort", study__participants=" 12 ",
        study__comparison_group="yes", study__randomised="no", study__follow_up="",
        reviewed__by="Ann", reviewed__on="2026-11-01", reviewed__review_by="2027-11-01",
        aliases="one\n\n two ", questions="Is it so?", caveats=[sentences(document)[0]],
        source__published="2010-08-03",
    )  # fmt: skip
    after = save_facts(folder, document.id, facts)

    assert after.title == "A title"
    assert after.study is not None
    assert (after.study.design, after.study.participants, after.study.comparison_group) == (
        "cohort",
        12,
        True,
    )
    assert (after.study.randomised, after.study.follow_up) == (False, None)
    assert after.reviewed is not None
    assert (after.reviewed.by, str(after.reviewed.review_by)) == ("Ann", "2027-11-01")
    assert (after.aliases, after.questions) == (("one", "two"), ("Is it so?",))
    assert after.caveats == (sentences(document)[0],)
    assert after.text == document.text


def test_approval_contradictions_and_an_early_end_are_entered_and_taken_out(folder: Path) -> None:
    document, other = trial(folder), next(d for d in documents(folder) if d.kind != "trial")
    entered = {
        "approval__status": "not_approved", "approval__by": "FDA", "approval__on": "2026-11-01",
        "contradicts": f"{other.id}: {sentences(other)[0]}", "stopped_early": document.text[:9],
    }  # fmt: skip
    after = save_facts(folder, document.id, entering(document, **entered))

    assert after.approval is not None
    assert (after.approval.status, after.approval.by, after.approval.text) == ("not_approved", "FDA", None)
    assert after.contradicts == (f"{other.id}: {sentences(other)[0]}",)
    assert after.stopped_early == document.text[:9]
    without = entering(after, **dict.fromkeys(entered, ""))
    assert save_facts(folder, document.id, without) == document


@pytest.mark.parametrize("missing", ["approval__by", "approval__on", "approval__status"])
def test_half_an_approval_is_refused_with_its_field(missing: str, folder: Path) -> None:
    document = trial(folder)
    entered = {
        "approval__status": "not_approved", "approval__by": "FDA", "approval__on": "2026-11-01"
    }  # fmt: skip
    with pytest.raises(FactsRefused) as refused:
        save_facts(folder, document.id, entering(document, **(entered | {missing: ""})))

    found = field_named(refused.value.field)
    assert found is not None and found.name == missing.replace("__", ".")
    assert trial(folder) == document


def test_an_emptied_group_is_taken_out(folder: Path) -> None:
    document = trial(folder)
    study = {f.name.replace(".", "__"): "" for f in FIELDS if f.name.startswith("study.")}

    assert save_facts(folder, document.id, entering(document, **study)).study is None


@pytest.mark.parametrize(
    ("field", "value"),
    [("study__participants", "many"), ("study__participants", ""), ("study__comparison_group", ""),
     ("reviewed__on", "yesterday"), ("title", " "), ("source__url", "clinic"), ("source__published", "2010")],
)  # fmt: skip
def test_what_cannot_stand_there_is_refused_with_its_field(field: str, value: str, folder: Path) -> None:
    document = trial(folder)
    with pytest.raises(FactsRefused) as refused:
        save_facts(
            folder,
            document.id,
            entering(
                document,
                **{"reviewed__by": "Ann", "reviewed__on": "2026-11-01", "reviewed__review_by": "2027-11-01"}
                | {field: value},
            ),
        )

    found = field_named(refused.value.field)
    assert found is not None
    assert found.name == field.replace("__", ".")
    assert trial(folder) == document


def test_what_an_error_names_is_found_or_is_no_field() -> None:
    for field in FIELDS:
        assert field_named(field.name) == field
        assert field_named(f"{field.name}.0") == field
    assert field_named("study") in FIELDS
    assert field_named("id") is None
    assert field_named("studying") is None


def test_every_field_has_a_label() -> None:
    assert {field.text_id for field in FIELDS} <= set(texts())
    assert {f"{field.text_id}_info" for field in FIELDS if field.shape == "day"} <= set(texts())


def test_caveats_are_chosen_from_the_documents_own_sentences(folder: Path) -> None:
    document = trial(folder)
    choices = caveat_choices(document)

    assert choices[: len(document.caveats)] == list(document.caveats)
    assert set(sentences(document)) <= set(choices)
    assert len(set(choices)) == len(choices)


def test_what_the_source_says_is_shown_and_confirmed_by_nobody(folder: Path) -> None:
    document = trial(folder).model_copy(
        update={"study": None, "study_hints": StudyHints(participants=16, randomised=False)}
    )

    assert hints(document) == {
        "study.participants": "The source says: 16; check it",
        "study.randomised": "The source says: no; check it",
    }
    assert values_of(document)[FIELDS.index(field_named("study.participants"))] == ""
