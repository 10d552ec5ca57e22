"""A build that was broken off goes on where it stopped, and what it kept is gone once it is published."""

from __future__ import annotations

import errno
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
from fakes import WordEmbedder
from small import edited

from content.library import Library, load_library
from index.begun import BegunVectors
from index.build import build_index
from index.embedder import FloatMatrix
from index.generations import current
from index.vector_blocks import VectorBlocks

# Of the small library; three blocks of 10 and one of 2.
TEXTS = 32


class Stopped(Exception):
    """The builder was broken off."""


class Stopping(WordEmbedder):
    """Embeds blocks as long as it may."""

    def __init__(self, *, blocks: int, name: str = "words") -> None:
        super().__init__(name=name)
        self.blocks = blocks

    def embed(self, texts: Sequence[str], *, progress: bool = False) -> FloatMatrix:
        if not self.blocks:
            raise Stopped
        self.blocks -= 1
        return super().embed(texts, progress=progress)


@pytest.fixture(autouse=True)
def _small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("index.begun.ROWS", 10)
    monkeypatch.setattr("index.begun.WORTH_KEEPING", 20)


@pytest.fixture
def library(small_library: Path) -> Library:
    return load_library(small_library)


def broken_off(library: Library, root: Path, *, blocks: int = 2, name: str = "words") -> None:
    with pytest.raises(Stopped):
        build_index(library, Stopping(blocks=blocks, name=name), root)


def kept(root: Path) -> list[str]:
    return sorted(path.name.partition("-")[0] for path in root.glob("*.vectors"))


def test_the_next_build_embeds_the_rest_and_gives_the_same_index(library: Library, tmp_path: Path) -> None:
    root, whole = tmp_path / "index", WordEmbedder()
    never_stopped = build_index(library, whole, tmp_path / "other").manifest
    broken_off(library, root)
    assert kept(root) == ["begun"]
    embedder = WordEmbedder()

    report = build_index(library, embedder, root)

    assert embedder.asked == whole.asked[20:]
    assert (report.embedded, report.reused) == (12, 20)
    assert report.manifest.files == never_stopped.files
    assert report.manifest.index_id == never_stopped.index_id
    assert kept(root) == []


def test_a_small_build_leaves_no_file(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.begun.WORTH_KEEPING", TEXTS)
    root, embedder = tmp_path / "index", WordEmbedder()

    def calibrate(_: object) -> None:
        assert [path.name for path in root.iterdir()] == [".build.lock"]

    build_index(library, embedder, root, calibrate=calibrate)
    assert len(embedder.asked) == TEXTS


def test_a_spoilt_block_is_embedded_again(library: Library, tmp_path: Path) -> None:
    root, embedder = tmp_path / "index", WordEmbedder()
    broken_off(library, root, blocks=3)
    (path,) = root.glob("begun-*")
    raw = bytearray(path.read_bytes())
    # A vector of the second block: 10 keys stand before the vectors.
    raw[len(raw) // 3 + 48 + 10 * 32 + 5] ^= 4
    path.write_bytes(raw)

    report = build_index(library, embedder, root)

    assert len(embedder.asked) == report.embedded == 12
    assert report.manifest.files == build_index(library, WordEmbedder(), tmp_path / "other").manifest.files


@pytest.mark.parametrize("given", [{"name": "other words"}, {"force": True}])
def test_nothing_is_shared_with_another_embedder_or_when_all_is_wanted_anew(
    library: Library, tmp_path: Path, given: dict[str, object]
) -> None:
    root = tmp_path / "index"
    broken_off(library, root)
    embedder = WordEmbedder(name=str(given.get("name", "words")))
    report = build_index(library, embedder, root, force="force" in given)
    assert (report.embedded, report.reused) == (TEXTS, 0)
    assert len(embedder.asked) == TEXTS


def test_what_the_published_index_lacks_is_kept_for_one_publication(
    library: Library, small_library: Path, tmp_path: Path
) -> None:
    root, embedder = tmp_path / "index", WordEmbedder()
    broken_off(library, root, blocks=3)
    without_trial = Library(documents=library.documents[:-1], questions=library.questions)
    build_index(without_trial, WordEmbedder(), root)
    assert kept(root) == ["left"]

    # The trial comes back: nothing of what was begun is lost.
    report = build_index(library, embedder, root)
    assert report.reused == TEXTS - 1
    # The last of its texts had not been embedded.
    assert [text.partition(". ")[2][:11] for text in embedder.asked] == ["Lupus study"]
    assert kept(root) == []

    # It does not come back: the second publication without it takes it away.
    broken_off(edited(small_library, "16 patients", "17 patients"), tmp_path / "two", blocks=3)
    build_index(without_trial, WordEmbedder(), tmp_path / "two")
    assert kept(tmp_path / "two") == ["left"]
    build_index(Library(documents=library.documents[:1]), WordEmbedder(), tmp_path / "two")
    assert kept(tmp_path / "two") == []


def test_what_another_embedder_began_goes_with_the_second_publication(
    library: Library, tmp_path: Path
) -> None:
    root = tmp_path / "index"
    broken_off(library, root, name="other words")
    build_index(library, WordEmbedder(), root)
    assert kept(root) == ["left"]
    build_index(library, WordEmbedder(), root, force=True)
    assert kept(root) == []


def test_a_full_disk_does_not_stop_what_can_be_finished(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root, written = tmp_path / "index", []
    append = VectorBlocks.append

    def full(self: VectorBlocks, keys: Sequence[bytes], vectors: FloatMatrix) -> None:
        append(self, keys, vectors)
        written.append(len(keys))
        if len(written) == 2:
            raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(VectorBlocks, "append", full)
    report = build_index(library, WordEmbedder(), root)

    assert report.embedded == TEXTS
    assert current(root)[1] == report.manifest
    assert kept(root) == []


class Backwards(WordEmbedder):
    """Has all blocks in work and finishes the last one first."""

    def embed_blocks(self, blocks: Sequence[Sequence[str]]) -> Iterator[tuple[int, FloatMatrix]]:
        for number in reversed(range(len(blocks))):
            yield number, self.embed(blocks[number])


def test_blocks_may_come_in_any_order(tmp_path: Path) -> None:
    texts = [f"lupus {'patients ' * n}" for n in range(25)]
    tmp_path.mkdir(exist_ok=True)
    embedder = Backwards()

    rows = BegunVectors(embedder, tmp_path).embed(texts)

    assert embedder.asked == [*texts[20:], *texts[10:20], *texts[:10]]
    assert np.array_equal(rows, WordEmbedder().embed(texts))
