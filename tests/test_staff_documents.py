"""The Documents tab without its page: a file comes in, is completed, looked at, and taken out again."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from shown import Shown
from trial_file import CAVEAT, FINDING, SAFETY, TITLE, write_trial

from assistant.document_coverage import KeptCoverage
from assistant.feedback import FeedbackStore
from assistant.live import LiveAssistant
from assistant.questions import QuestionStore
from assistant.settings import Settings
from assistant.staff import documents
from assistant.staff.beside import beside_page
from assistant.staff.desk import Desk
from assistant.staff.facts_form import FIELDS, values_of
from assistant.staff.folder import changing, reading
from content.errors import DocumentNotFound
from content.library import BUILT_IN


@pytest.fixture
def desk(small_settings: Settings, tmp_path: Path) -> Desk:
    feedback, questions = FeedbackStore(tmp_path / "f.sqlite"), QuestionStore(tmp_path / "q.sqlite")
    return Desk(small_settings, LiveAssistant(small_settings), feedback, questions)


@pytest.fixture
def upload(tmp_path: Path) -> Path:
    folder = tmp_path / "uploads" / "ab12"
    folder.mkdir(parents=True)
    return write_trial(folder)


def entered(desk: Desk, document_id: str, **values: object) -> list[Any]:
    document = documents.find(desk.settings, document_id)
    assert document is not None
    named = {name.replace("__", "."): value for name, value in values.items()}
    return [named.get(field.name, old) for field, old in zip(FIELDS, values_of(document), strict=True)]


def complete(desk: Desk, document_id: str) -> documents.Saved:
    """Enter what a person knows of the made-up trial."""
    values = entered(
        desk, document_id, study__design="single-arm study", study__participants="24",
        study__comparison_group="no", study__randomised="no", caveats=[CAVEAT],
        reviewed__by="Ann", reviewed__on="2026-11-01", reviewed__review_by="2099-11-01",
    )  # fmt: skip
    return documents.save(desk.settings, document_id, documents.stamp(desk.settings, document_id), values)


def test_a_file_is_taken_in_shown_word_for_word_and_deleted(desk: Desk, upload: Path) -> None:
    (upload.parent.parent / "tmpabc").touch()
    told, document_id = documents.take_in(desk, str(upload), "")

    assert document_id is not None
    document = documents.find(desk.settings, document_id)
    assert document is not None
    assert (document.kind, document.title.rstrip(".")) == ("trial", TITLE.rstrip("."))
    assert all(words in document.text for words in (CAVEAT, FINDING, SAFETY))
    missing = " ".join(Shown(told, "li").texts)
    assert "Design of the study" in missing
    assert "comparison group" in missing
    assert FINDING in " ".join(Shown(told, "p").texts)
    assert not upload.exists()
    assert list(upload.parent.parent.iterdir()) == []


@pytest.mark.parametrize("name", ["page.exe", "page.pdf", "page.html"])
def test_a_refused_file_is_deleted_and_changes_nothing(name: str, desk: Desk, tmp_path: Path) -> None:
    before = sorted(path for path in reading(desk.settings).rglob("*.md"))
    path = tmp_path / name
    path.write_bytes(b"<script>")
    told, document_id = documents.take_in(desk, str(path), "")

    assert document_id is None
    assert 'role="alert"' in told
    assert "<script>" not in told
    assert not path.exists()
    assert sorted(path for path in reading(desk.settings).rglob("*.md")) == before


def test_without_a_file_or_a_kind_it_says_what_to_do(desk: Desk, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text(f"<h1>Visiting us</h1><p>{'Our door is open on all working days. ' * 3}</p>", "utf-8")

    assert "Choose a file" in documents.take_in(desk, None, "")[0]
    assert "Choose it in the list" in documents.take_in(desk, str(page), "")[0]


def test_facts_are_saved_and_what_must_be_mended_goes(desk: Desk, upload: Path) -> None:
    _, document_id = documents.take_in(desk, str(upload), "")
    assert document_id is not None
    before = documents.find(desk.settings, document_id)
    assert before is not None
    assert "staff-error" in documents.look(desk.settings, before)

    saved = complete(desk, document_id)
    assert saved.document is not None
    assert "staff-error" not in documents.look(desk.settings, saved.document)
    assert saved.document.text == before.text


def test_a_refusal_names_its_field_and_saves_nothing(desk: Desk, upload: Path) -> None:
    _, document_id = documents.take_in(desk, str(upload), "")
    assert document_id is not None
    before = documents.find(desk.settings, document_id)
    values = entered(
        desk, document_id, reviewed__by="Ann", reviewed__on="soon", reviewed__review_by="2099-01-01"
    )
    saved = documents.save(desk.settings, document_id, documents.stamp(desk.settings, document_id), values)

    assert (saved.field, saved.document) == ("reviewed.on", None)
    assert "Compared on" in saved.told
    assert documents.find(desk.settings, document_id) == before


def test_nobody_overwrites_what_somebody_else_saved_meanwhile(desk: Desk, upload: Path) -> None:
    _, document_id = documents.take_in(desk, str(upload), "")
    assert document_id is not None
    seen = documents.stamp(desk.settings, document_id)
    mine = entered(desk, document_id, title="Mine")
    complete(desk, document_id)
    saved = documents.save(desk.settings, document_id, seen, mine)

    assert saved.document is None
    assert "Open it again" in saved.told


def test_a_changed_source_shows_which_sentences_came_and_went(desk: Desk, upload: Path) -> None:
    _, document_id = documents.take_in(desk, str(upload), "")
    other = "After one year, 18 of the 24 participants walked farther than before."
    upload.parent.mkdir()
    told, same_id = documents.take_in(desk, str(write_trial(upload.parent, finding=other)), "")

    assert same_id == document_id
    gone, come = Shown(told, "li").texts[:2]
    assert (gone, come) == (FINDING, other)


def test_a_lost_sentence_is_told_with_the_questions_it_answered(desk: Desk, tmp_path: Path) -> None:
    path = reading(desk.settings) / "trials" / "lupus.md"
    text = path.read_text("utf-8").replace("There were no deaths.", "Nobody is known to have died.")
    changed = tmp_path / "lupus.md"
    changed.write_text(text, "utf-8")
    told, _ = documents.take_in(desk, str(changed), "")

    assert "There were no deaths." in Shown(told, "li").texts
    assert "Were there any deaths?" in Shown(told, "li").texts


def test_removing_takes_it_out_of_the_folder_and_keeps_the_file(desk: Desk, upload: Path) -> None:
    _, document_id = documents.take_in(desk, str(upload), "")
    assert document_id is not None
    table, choices = documents.overview(desk.settings)
    assert document_id in [chosen for _, chosen in choices]
    assert document_id in Shown(table, "td").texts

    documents.remove(desk.settings, document_id)
    assert document_id not in [chosen for _, chosen in documents.overview(desk.settings)[1]]
    assert list((reading(desk.settings) / ".removed").rglob("*.md"))
    assert 'role="alert"' in documents.remove(desk.settings, document_id)


def test_a_file_that_nobody_can_read_is_named_and_nothing_breaks(desk: Desk) -> None:
    broken = reading(desk.settings) / "broken.md"
    broken.write_text("---\nid: x\n---\n", "utf-8")

    told, choices = documents.overview(desk.settings)
    assert "broken.md" in told
    assert choices == []
    assert documents.find(desk.settings, "lupus") is None


def test_what_it_answers_is_found_by_asking(desk: Desk) -> None:
    (chosen, *_) = [name for _, name in documents.overview(desk.settings)[1]]
    *steps, told = documents.answers(desk, KeptCoverage(), chosen)

    assert steps
    assert "answer no question" in told
    assert "not published" in list(documents.answers(desk, KeptCoverage(), "no-such-page"))[-1]
    assert "no index" in list(documents.answers(desk._replace(live=None), KeptCoverage(), chosen))[-1]


def test_the_source_is_shown_beside_what_was_taken(desk: Desk, upload: Path) -> None:
    _, document_id = documents.take_in(desk, str(upload), "")
    assert document_id is not None
    page = beside_page(desk.settings, document_id)

    assert page.count(FINDING) >= 2
    with pytest.raises(DocumentNotFound):
        beside_page(desk.settings, "no-such-page")


def test_the_first_change_copies_the_built_in_documents(tmp_path: Path, upload: Path, desk: Desk) -> None:
    settings = Settings(home=tmp_path / "fresh", content=BUILT_IN)
    assert settings.content == reading(settings) == BUILT_IN
    before = sorted(path.read_bytes() for path in BUILT_IN.rglob("*.md"))
    _, document_id = documents.take_in(desk._replace(settings=settings, live=None), str(upload), "")

    assert reading(settings) == changing(settings) == tmp_path / "fresh" / "content"
    assert documents.find(settings, document_id or "") is not None
    assert sorted(path.read_bytes() for path in BUILT_IN.rglob("*.md")) == before
    shutil.rmtree(tmp_path / "fresh")
