"""A folder is read whole or not at all, and outcomes never lose their caveats."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from content import errors
from content.library import BUILT_IN, Library, caveats_of, load_library

QUESTION = '{"id": "q1", "question": "Did any die?", "expect": "quote", "accept_any": ["None died"]}'
PAGES = {"a.md": ("first-page", "None died."), "b.md": ("second-page", "All got better. Some got worse.")}


def page(document_id: str, words: str, *extra: str) -> str:
    facts = [f"id: {document_id}", "title: A page", "kind: clinic", "speaker: clinic_page"]
    return "\n".join(["---", *facts, "source: {publisher: Clinic}", *extra, "---", "", words])


def write(folder: Path, pages: dict[str, str]) -> Path:
    for name, written in pages.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(written, "utf-8")
    return folder


def two_pages(folder: Path, *, changes: dict[str, str] | None = None) -> Path:
    written = {name: page(*words) for name, words in PAGES.items()} | {"questions.jsonl": QUESTION}
    return write(folder, written | (changes or {}))


def caveat_words(library: Library, document_id: str) -> list[tuple[str, str]]:
    found = caveats_of(library.document(document_id), library.documents)
    return [(c.document_id, library.document(c.document_id).slice(c.span)) for c in found]


def test_documents_are_sorted_by_id_wherever_they_lie(tmp_path: Path) -> None:
    pages = {"0/z.md": page("aa", "One."), "a.md": page("cc", "Two."), "1/2/y.MD": page("bb", "Three.")}
    library = load_library(write(tmp_path, pages))
    assert [document.id for document in library.documents] == ["aa", "bb", "cc"]
    assert library.document("bb").text == "Three."
    assert library.questions == ()
    with pytest.raises(KeyError, match="dd"):
        library.document("dd")


def test_the_labelled_questions_come_along(tmp_path: Path) -> None:
    (question,) = load_library(two_pages(tmp_path)).questions
    assert (question.id, question.accept_any) == ("q1", ("None died",))


def test_hidden_files_and_other_files_are_no_documents(tmp_path: Path) -> None:
    """A hidden folder above the content folder hides nothing: ~/.local is a usual home."""
    broken = "no front matter"
    others = dict.fromkeys([".a.md", ".git/b.md", "c/.d/e.md", "notes.txt", "a.md~", "md"], broken)
    folder = write(tmp_path / ".local" / "faq", others | {"page.md": page("aa", "One.")})
    (folder / "folder.md").mkdir()
    assert [document.id for document in load_library(folder).documents] == ["aa"]


@pytest.mark.parametrize("pages", [{}, {".hidden.md": page("aa", "One.")}, {"questions.jsonl": QUESTION}])
def test_a_folder_without_documents_is_refused(tmp_path: Path, pages: dict[str, str]) -> None:
    with pytest.raises(errors.ContentNotFound, match=re.escape(f"{tmp_path}: no documents")):
        load_library(write(tmp_path, pages))
    with pytest.raises(errors.ContentNotFound, match="missing"):
        load_library(tmp_path / "missing")


def test_one_broken_file_stops_the_load(tmp_path: Path) -> None:
    with pytest.raises(errors.UnreadableDocument, match=re.escape("c.md, line 1")):
        load_library(two_pages(tmp_path / "document", changes={"c.md": "words"}))
    with pytest.raises(errors.BrokenQuestions, match=re.escape("questions.jsonl, line 1")):
        load_library(two_pages(tmp_path / "questions", changes={"questions.jsonl": "{"}))


@pytest.mark.parametrize(
    ("third", "reason"),
    [
        (page("first-page", "Other words."), "the same id 'first-page' as "),
        (page("third-page", "None died."), "the same words as "),
        (page("third-page", "None\u00a0died.\n\n"), "the same words as "),
    ],
)
def test_a_duplicate_names_both_files(tmp_path: Path, third: str, reason: str) -> None:
    folder = two_pages(tmp_path, changes={"c.md": third})
    with pytest.raises(errors.DuplicateDocument) as caught:
        load_library(folder)
    assert str(caught.value).startswith(f"{folder / 'c.md'}: {reason}{folder / 'a.md'}.")


@pytest.mark.parametrize(
    "changes",
    [
        {"a.md": page("first-page", "None died!")},
        {"a.md": page("first-page", "None  died.")},
        {"a.md": page("first-page", "None died.", "aliases: [SLE]")},
        {"a.md": page("first-page", "None died.", "caveats: [None died.]")},
        {"a.md": page("first-page", "None died.").replace("A page", "The page")},
        {"a.md": page("first-page", "None died.").replace("publisher: Clinic", "publisher: Other")},
        {"a.md": page("first-page", "# None died.\n\nNone died.")},
        {"a.md": page("zero-page", "None died.")},
        {"c.md": page("third-page", "Third.")},
        {"questions.jsonl": QUESTION.replace("any die", "anyone die")},
        {"questions.jsonl": QUESTION.replace('"None died"', '"None", "died"')},
        {"questions.jsonl": ""},
    ],
)
def test_the_fingerprint_changes_with_any_word_fact_or_question(
    tmp_path: Path, changes: dict[str, str]
) -> None:
    before = load_library(two_pages(tmp_path / "before")).fingerprint
    after = load_library(two_pages(tmp_path / "after", changes=changes)).fingerprint
    assert before != after


def test_the_fingerprint_knows_no_file_names_order_or_line_ends(tmp_path: Path) -> None:
    before = load_library(two_pages(tmp_path / "before")).fingerprint
    renamed = {f"deep/{9 - n}.md": page(*words) for n, words in enumerate(PAGES.values())}
    folder = write(tmp_path / "after", {**renamed, "questions.jsonl": QUESTION + "\n\n"})
    assert load_library(folder).fingerprint == before
    for path in folder.rglob("*.md"):
        path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert load_library(folder).fingerprint == before
    assert len(before) == 64


def test_caveats_are_exact_sentences_of_this_or_another_document(tmp_path: Path) -> None:
    """In the order given; a colon alone names no document, and the first of equal sentences counts."""
    caveats = "caveats: ['second-page: Some got worse.', 'Note: few.', None died.]"
    first = page("first-page", "# None died.\n\nNone died. Note: few.\n\nNone died.", caveats)
    library = load_library(two_pages(tmp_path, changes={"a.md": first}))
    assert caveat_words(library, "first-page") == [
        ("second-page", "Some got worse."),
        ("first-page", "Note: few."),
        ("first-page", "None died."),
    ]
    found = caveats_of(library.document("first-page"), library.documents)
    assert (found[2].span.start, found[2].span.end) == (12, 22)
    assert caveat_words(library, "second-page") == []


NO_SENTENCE = ["", "None died", "none died.", "died.", "None died. Few.", "Head", "Some got worse."]
NOT_THERE = ["second-page: None died.", "second-page:Some got worse.", "third-page: None died."]


@pytest.mark.parametrize("caveat", NO_SENTENCE + NOT_THERE)
def test_a_caveat_that_is_no_whole_sentence_is_refused(tmp_path: Path, caveat: str) -> None:
    first = page("first-page", "# Head\n\nNone died. Few.", f"caveats: ['{caveat}']")
    library = load_library(two_pages(tmp_path, changes={"a.md": first}))
    with pytest.raises(errors.CaveatNotFound, match=re.escape(f"first-page: the caveat {caveat!r} is not")):
        caveats_of(library.document("first-page"), library.documents)


def test_the_built_in_content_is_the_default() -> None:
    assert load_library() == load_library(BUILT_IN)
    assert load_library().document("trial-uc-msc-lupus-2010").study
