"""What was published once stays provable: whole files, named after their hash, and nothing else."""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
from collections.abc import Callable
from itertools import count
from pathlib import Path

import pytest
from asking import page
from small import DOCUMENTS, SmallIndex, edited, rebuild, tree

from assistant.answer import Assistant
from assistant.archive import Archive, archive_documents, archived
from assistant.past_errors import CannotArchive
from assistant.publishing import publish
from assistant.settings import Settings
from content.library import load_library
from index.build import build_index
from index.generations import generation_names

PAGE = page("# Results\n\nNobody was harmed: 5.2 ± 1.3 × 10⁶ cells/kg.")
OTHER = page("The doctor left.", id="b-page")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    home = tmp_path / "home"
    home.mkdir()
    return home


def names(home: Path) -> list[str]:
    """Return the archived files, without the lock and folders."""
    held = tree(home / "archive")
    return sorted(name for name, raw in held.items() if raw is not None and name != ".lock")


def flipped(path: Path, place: int = 3) -> None:
    raw = bytearray(path.read_bytes())
    raw[place] ^= 1
    path.write_bytes(raw)


def test_a_document_comes_back_as_it_was_published(home: Path) -> None:
    assert archive_documents(home, [PAGE, OTHER]) == 2

    assert archived(home).documents(PAGE.sha256) == (PAGE,)
    assert archived(home).documents(OTHER.sha256) == (OTHER,)
    assert archived(home).documents("0" * 64) == ()


def test_words_are_kept_once_and_anyone_can_check_them(home: Path) -> None:
    archive_documents(home, [PAGE])
    (text,) = (home / "archive" / "texts").iterdir()

    assert text.name == f"{hashlib.sha256(text.read_bytes()).hexdigest()}.txt" == f"{PAGE.sha256}.txt"
    assert text.read_text("utf-8") == PAGE.text
    before, written = tree(home), text.stat().st_mtime_ns

    assert archive_documents(home, [PAGE]) == 0
    assert (tree(home), text.stat().st_mtime_ns) == (before, written)


def test_the_same_words_under_other_facts_are_another_version(home: Path) -> None:
    retracted = PAGE.model_copy(update={"retracted": "Retracted in 2026"})

    assert [archive_documents(home, [one]) for one in (PAGE, retracted, PAGE)] == [1, 1, 0]
    assert {document.retracted for document in archived(home).documents(PAGE.sha256)} == {
        None, "Retracted in 2026",
    }  # fmt: skip
    assert len(names(home)) == 3


def test_every_flipped_byte_is_seen_and_nothing_of_the_file_is_believed(home: Path) -> None:
    archive_documents(home, [PAGE])
    for name in names(home):
        path = home / "archive" / name
        whole = path.read_bytes()
        for place in range(len(whole)):
            flipped(path, place)
            assert archived(home).documents(PAGE.sha256) == ()
            assert archived(home).damaged() == (path,)
            path.write_bytes(whole)
    assert archived(home).damaged() == ()


def test_a_file_cut_off_emptied_exchanged_or_gone_proves_nothing(home: Path) -> None:
    archive_documents(home, [PAGE, OTHER])
    texts = home / "archive" / "texts"
    mine, other = texts / f"{PAGE.sha256}.txt", texts / f"{OTHER.sha256}.txt"
    whole = mine.read_bytes()
    for raw in (whole[:-1], b"", other.read_bytes(), whole + b" "):
        mine.write_bytes(raw)
        assert archived(home).documents(PAGE.sha256) == ()
        assert archived(home).damaged() == (mine,)
    mine.unlink()

    assert archived(home).documents(PAGE.sha256) == ()
    assert archived(home).damaged() == ()
    assert archived(home).documents(OTHER.sha256) == (OTHER,)


def test_what_is_damaged_is_mended_when_it_is_published_again(home: Path) -> None:
    archive_documents(home, [PAGE])
    flipped(home / "archive" / "texts" / f"{PAGE.sha256}.txt")

    assert archive_documents(home, [PAGE]) == 1
    assert archived(home).documents(PAGE.sha256) == (PAGE,)


def test_facts_of_another_version_of_the_program_are_passed_over(home: Path) -> None:
    raw = b'{"id": "a-page", "mood": "glad"}'
    archive_documents(home, [PAGE])
    name = f"{PAGE.sha256}.{hashlib.sha256(raw).hexdigest()}.json"
    (home / "archive" / "facts" / name).write_bytes(raw)

    assert archived(home).documents(PAGE.sha256) == (PAGE,)
    assert archived(home).damaged() == ()


@pytest.mark.parametrize("call", ["fsync", "replace"])
def test_a_disk_that_fails_at_any_call_stops_publishing_and_harms_nothing(
    home: Path, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    for n in range(100):
        with monkeypatch.context() as patch:
            patch.setattr(os, call, failing(getattr(os, call), n))
            try:
                archive_documents(home, [PAGE, OTHER])
            except CannotArchive as error:
                assert "archive: cannot be written (No space left" in str(error)
            else:
                break
        assert archived(home).damaged() == ()
        for document in (PAGE, OTHER):
            assert archived(home).documents(document.sha256) in ((), (document,))
    assert n > 1
    assert len(names(home)) == 4, "nothing half-written stays behind"
    assert archived(home).documents(PAGE.sha256) == (PAGE,)


def failing(real: Callable[..., object], after: int) -> Callable[..., object]:
    calls = count()

    def call(*given: object) -> object:
        if next(calls) >= after:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return real(*given)

    return call


def test_everything_is_on_the_disk_before_it_has_its_name(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive_documents(home, [])
    synced: list[Path] = []
    sync, replace = os.fsync, os.replace

    def note(handle: int) -> None:
        synced.append(Path(f"/proc/self/fd/{handle}").readlink())
        sync(handle)

    def rename(begun: Path, goal: Path) -> None:
        assert begun in synced
        replace(begun, goal)

    monkeypatch.setattr(os, "fsync", note)
    monkeypatch.setattr(os, "replace", rename)
    archive_documents(home, [PAGE])

    assert {path.name for path in synced[-2:]} == {"texts", "facts"}


def test_nobody_is_answered_from_words_that_cannot_be_kept(unbuilt: Settings) -> None:
    publish(unbuilt)
    before = tree(unbuilt.index_root)
    edited(unbuilt.content, "Knee pain is common.", "Knee pain is frequent.")
    shutil.rmtree(unbuilt.home / "archive")
    (unbuilt.home / "archive").write_bytes(b"in the way")

    with pytest.raises(CannotArchive):
        publish(unbuilt)
    assert tree(unbuilt.index_root) == before


def test_a_kill_between_archiving_and_publishing_is_harmless(unbuilt: Settings) -> None:
    publish(unbuilt)
    before = names(unbuilt.home)
    library = edited(unbuilt.content, "Knee pain is common.", "Knee pain is frequent.")
    archive_documents(unbuilt.home, library.documents)
    half = unbuilt.home / "archive" / "texts" / f"{'0' * 64}.txt.tmp"
    half.write_bytes(b"hal")

    assert (
        Assistant.open(unbuilt).documents["therapy-knee"].text.startswith("Knee pain\n\nKnee pain is common")
    )
    assert archived(unbuilt.home).damaged() == ()
    assert publish(unbuilt).built
    assert not half.exists()
    assert set(before) < set(names(unbuilt.home))


def test_what_is_pruned_from_the_index_stays_in_the_archive(unbuilt: Settings) -> None:
    publish(unbuilt)
    first = load_library(unbuilt.content).documents
    for n in range(4):
        edited(unbuilt.content, f"common{n * '!'}.", f"common{(n + 1) * '!'}.")
        publish(unbuilt)

    assert "g-000001" not in generation_names(unbuilt.index_root)
    for document in first:
        assert archived(unbuilt.home).documents(document.sha256) == (document,)
    manifests = [one.manifest for one in archived(unbuilt.home).indexes()]
    assert [manifest.generation for manifest in manifests] == ["g-000004", "g-000003", "g-000002", "g-000001"]
    assert {source.sha256 for source in manifests[-1].sources} == {document.sha256 for document in first}


def test_generations_from_before_there_was_an_archive_are_kept_before_they_are_pruned(
    small_index: SmallIndex,
) -> None:
    home = small_index.root.parent
    rebuild(small_index, 2)
    (small_index.root / "g-000002" / "documents.jsonl").write_bytes(b"damaged")

    assert archive_documents(home, []) == 0

    archive = Archive(home / "archive")
    assert [one.manifest.generation for one in archive.indexes()] == ["g-000003", "g-000001"]
    assert len(list((home / "archive" / "texts").iterdir())) == len(DOCUMENTS)
    before = tree(home / "archive")
    build_index(small_index.library, small_index.embedder, small_index.root)
    archive_documents(home, small_index.library.documents)
    assert tree(home / "archive") == before


def test_the_documents_of_a_pruned_index_are_those_it_had_with_the_facts_of_then(unbuilt: Settings) -> None:
    publish(unbuilt)
    first, calibration = load_library(unbuilt.content).documents, Assistant.open(unbuilt).calibration
    # The same words under another title, and another word.
    edited(unbuilt.content, "title: Knee pain", "title: Painful knees")
    publish(unbuilt)
    edited(unbuilt.content, "common.", "common!")
    publish(unbuilt)

    archive = archived(unbuilt.home)
    oldest = archive.indexes()[-1]

    assert archive.documents_of(oldest) == first
    assert oldest.manifest.generation == "g-000001"
    assert oldest.calibration_id == calibration.calibration_id
    flipped(unbuilt.home / "archive" / "texts" / f"{first[0].sha256}.txt")
    assert archive.documents_of(oldest) == first[1:]
