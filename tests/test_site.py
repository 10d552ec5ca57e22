"""The built-in documents are never edited: the first change copies them, whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from small import tree

from assistant.settings import Settings, read_settings
from content.errors import CannotWrite
from content.library import BUILT_IN, load_library
from content.site import own_content, site_content


def test_a_site_s_own_folder_is_used_as_it_is(small_library: Path, tmp_path: Path) -> None:
    assert own_content(small_library, tmp_path / "home") == small_library
    assert not (tmp_path / "home").exists()


def test_the_first_change_copies_documents_and_questions(tmp_path: Path) -> None:
    home, before = tmp_path / "deep" / "home", tree(BUILT_IN)
    own = own_content(BUILT_IN, home)

    assert own == home / "content" == site_content(home)
    assert load_library(own).fingerprint == load_library(BUILT_IN).fingerprint
    assert [path.name for path in home.iterdir()] == ["content"]
    assert tree(BUILT_IN) == before


def test_a_copy_that_is_there_is_never_written_over(tmp_path: Path) -> None:
    own = own_content(BUILT_IN, tmp_path)
    (own / "clinic" / "doctor.md").unlink()

    assert own_content(BUILT_IN, tmp_path) == own
    assert own_content(BUILT_IN / "clinic", tmp_path) == own
    assert not (own / "clinic" / "doctor.md").exists()


def test_without_a_copy_the_built_in_documents_are_read(tmp_path: Path) -> None:
    assert site_content(tmp_path) == BUILT_IN


def test_settings_read_the_copy_from_then_on(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    home = read_settings().home
    assert read_settings().content == BUILT_IN

    own_content(BUILT_IN, home)

    assert read_settings().content == home / "content"
    assert Settings(home=home).content == home / "content"
    monkeypatch.setenv("FAQ_CONTENT", str(tmp_path))
    assert read_settings().content == tmp_path


@pytest.mark.parametrize("name", ["rename", "replace", "fsync"])
def test_a_copy_that_fails_leaves_nothing(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*given: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, name, fail)
    with pytest.raises(CannotWrite, match=r"content: cannot be written \(No space left"):
        own_content(BUILT_IN, tmp_path)

    assert tree(tmp_path) == {}
