"""A server whose content cannot be published answers from the index before it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from served import faq_process, serving

pytestmark = pytest.mark.server

ASKED = "Who founded the clinic?"


@pytest.fixture
def home(built_in_home: Path, tmp_path: Path) -> Path:
    """Return an empty home that needs no export of models."""
    home = tmp_path / "home"
    home.mkdir()
    (home / "models").symlink_to(built_in_home / "models")
    return home


@contextmanager
def broken(path: Path) -> Iterator[None]:
    """Let a document name a kind that there is not."""
    words = path.read_text("utf-8")
    path.write_text(words.replace("kind: therapy", "kind: advert"), "utf-8")
    yield
    path.write_text(words, "utf-8")


def build(home: Path, around: Path, content: Path) -> None:
    done = faq_process(home, around, "build", "--content", str(content))
    output = done.communicate(timeout=120)[0].decode()
    assert done.returncode == 0, output


def test_broken_content_does_not_stop_the_index_before(
    home: Path, small_library: Path, tmp_path: Path
) -> None:
    build(home, tmp_path / "around", small_library)
    knee = small_library / "therapies" / "knee.md"

    with broken(knee), serving(home, tmp_path / "served", FAQ_CONTENT=str(small_library)) as server:
        told = server.log.read_text("utf-8")
        answer = server.ask(ASKED).json()

    assert f"faq: {knee}, line 4, field kind: " in told
    assert "The index published before goes on answering." in told
    assert answer["index_id"]
