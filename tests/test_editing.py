"""A person changes facts: the words stay byte for byte, and a bad fact changes nothing."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from small import tree

from content.editing import document_path, file_sha256, remove_document, save_facts
from content.errors import DocumentChanged, DocumentNotFound, FactsRefused
from content.library import load_library
from content.schema import Reviewed, Study

REVIEW = {"by": "Staff", "on": "2026-01-02", "review_by": "2027-01-02"}


def visible(folder: Path) -> dict[str, bytes | None]:
    """Return every file but the lock."""
    return {name: raw for name, raw in tree(folder).items() if name != ".lock"}


def test_a_fact_is_replaced_and_the_rest_stays(small_library: Path) -> None:
    before = load_library(small_library).document("therapy-knee")
    body = document_path(small_library, "therapy-knee").read_text("utf-8").partition("\n---\n")[2]

    after = save_facts(small_library, "therapy-knee", {"reviewed": REVIEW, "aliases": ["knee"]})

    assert after == load_library(small_library).document("therapy-knee")
    assert after == before.model_copy(
        update={"reviewed": Reviewed.model_validate(REVIEW), "aliases": ("knee",)}
    )
    assert document_path(small_library, "therapy-knee").read_text("utf-8").partition("\n---\n")[2] == body


def test_none_takes_a_fact_out(small_library: Path) -> None:
    assert save_facts(small_library, "trial-lupus", {"study": None, "caveats": None}).caveats == ()
    assert load_library(small_library).document("trial-lupus").study is None


def test_the_same_facts_write_nothing_new(small_library: Path) -> None:
    save_facts(small_library, "therapy-knee", {})
    before = document_path(small_library, "therapy-knee").stat()

    save_facts(small_library, "therapy-knee", {"title": "Knee pain"})

    assert document_path(small_library, "therapy-knee").stat() == before


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize(
    "body", ["Words  and\n---\nmore.  \n\n\n", "\n\n# Head\n\n- a\n- b", "Cafe\u0301\u00a010⁶"]
)
def test_the_body_stays_byte_for_byte(tmp_path: Path, line_end: str, mark: str, body: str) -> None:
    front = "---\nid: a-page\ntitle: A # lost\nkind: clinic\nspeaker: clinic_page\nsource: {}\n---  \n"
    raw = (mark + front + body).replace("\n", line_end).encode("utf-8")
    (tmp_path / "page.md").write_bytes(raw)

    document = save_facts(tmp_path, "a-page", {"title": "Another"})

    written = (tmp_path / "page.md").read_bytes()
    assert written.endswith(b"\n---\n" + body.replace("\n", line_end).encode("utf-8"))
    assert load_library(tmp_path).documents == (document,)
    assert document.title == "Another"


@pytest.mark.parametrize(
    ("facts", "field", "says"),
    [
        ({"study": {"design": "trial"}}, "study.participants", "Field required"),
        (
            {"study": {"design": "t", "participants": 0, "comparison_group": 0, "randomised": 0}},
            "study.p",
            "than 0",
        ),
        ({"reviewed": {**REVIEW, "on": "yesterday"}}, "reviewed.on", "date"),
        ({"kind": "advert"}, "kind", "'trial', 'therapy' or 'clinic'"),
        ({"nonsense": 1}, "nonsense", "not permitted"),
        ({"title": None}, "title", "Field required"),
        ({"id": "another"}, "id", "never changed"),
        ({"title": "A \u202e page"}, "front matter", "U+202E"),
    ],
)
def test_a_bad_fact_changes_nothing(
    small_library: Path, facts: dict[str, object], field: str, says: str
) -> None:
    before = visible(small_library)

    with pytest.raises(FactsRefused) as refused:
        save_facts(small_library, "trial-lupus", facts)

    assert refused.value.field.startswith(field)
    assert says in str(refused.value)
    assert visible(small_library) == before


def test_two_people_do_not_overwrite_each_other(small_library: Path) -> None:
    read = file_sha256(small_library, "therapy-knee")
    save_facts(small_library, "therapy-knee", {"aliases": ["first"]}, expected_sha256=read)
    before = visible(small_library)

    with pytest.raises(DocumentChanged, match=r"knee\.md: changed since"):
        save_facts(small_library, "therapy-knee", {"aliases": ["second"]}, expected_sha256=read)

    assert visible(small_library) == before
    save_facts(
        small_library,
        "therapy-knee",
        {"aliases": ["second"]},
        expected_sha256=file_sha256(small_library, "therapy-knee"),
    )
    assert load_library(small_library).document("therapy-knee").aliases == ("second",)


def test_a_removed_document_is_kept_out_of_sight(small_library: Path) -> None:
    raw = document_path(small_library, "therapy-knee").read_bytes()

    first = remove_document(small_library, "therapy-knee")
    document_path(small_library, "therapy-stroke").with_name("knee.md").write_bytes(raw)
    second = remove_document(small_library, "therapy-knee")

    assert [path.name for path in (first, second)] == ["therapy-knee.md", "therapy-knee.2.md"]
    assert {hashlib.sha256(path.read_bytes()).hexdigest() for path in (first, second)} == {
        hashlib.sha256(raw).hexdigest()
    }
    assert "therapy-knee" not in {document.id for document in load_library(small_library).documents}


def test_an_unknown_id_is_named(small_library: Path) -> None:
    for change in (
        lambda: save_facts(small_library, "nobody", {}),
        lambda: remove_document(small_library, "nobody"),
    ):
        with pytest.raises(DocumentNotFound, match="'nobody'"):
            change()


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(values=st.lists(st.text(max_size=30), max_size=3), follow_up=st.text(max_size=30))
def test_any_words_can_be_entered_or_are_refused(
    small_library: Path, values: list[str], follow_up: str
) -> None:
    before = load_library(small_library).document("trial-lupus")
    study = Study(design="d", participants=16, comparison_group=False, randomised=False, follow_up=follow_up)
    try:
        after = save_facts(small_library, "trial-lupus", {"questions": values, "study": study})
    except FactsRefused:
        after = before
    assert after == load_library(small_library).document("trial-lupus")
    assert (after.text, after.blocks) == (before.text, before.blocks)
