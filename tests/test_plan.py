"""A plan counts exactly, measures on a sample, and touches nothing."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path

import pytest
from fakes import WordEmbedder
from small import SmallIndex, edited, tree

from content.library import load_library
from index.begun import BegunVectors
from index.build import build_index
from index.embedder import FloatMatrix
from index.generations import current
from index.plan import plan_index

_PAGE = """---
id: therapy-{n}
title: Page {n}
kind: therapy
speaker: clinic_page
source: {{publisher: Example Clinic}}
---

# Page {n}
"""


class Slow(WordEmbedder):
    """Takes half a millisecond for each text."""

    def embed(self, texts: Sequence[str], *, progress: bool = False) -> FloatMatrix:
        time.sleep(0.0005 * len(texts))
        return super().embed(texts, progress=progress)


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a library of 500 pages with four passages each."""
    folder = tmp_path_factory.mktemp("pages")
    for n in range(500):
        paragraphs = [
            " ".join(f"Patients of group {n} and {part} were seen by doctor {word}." for word in range(12))
            for part in range(4)
        ]
        (folder / f"{n}.md").write_text("\n\n".join([_PAGE.format(n=n), *paragraphs]) + "\n", "utf-8")
    return folder


def test_what_is_new_is_counted_exactly(small_index: SmallIndex, small_library: Path) -> None:
    before = tree(small_index.root)
    unchanged = plan_index(small_index.library, WordEmbedder(), small_index.root)
    library = edited(small_library, "There were no deaths.", "There were two deaths.")
    plan = plan_index(library, WordEmbedder(), small_index.root)

    assert (unchanged.texts, unchanged.new, unchanged.texts_per_second) == (32, 0, 0)
    assert (plan.documents, plan.passages, plan.sentences, plan.questions) == (4, 6, 10, 13)
    assert (plan.texts, plan.new) == (32, 3)
    assert plan_index(library, WordEmbedder(), small_index.root, force=True).new == 32
    assert plan_index(library, WordEmbedder(name="other"), small_index.root).new == 32
    assert tree(small_index.root) == before


def test_what_a_killed_build_had_embedded_is_not_new(
    small_library: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.begun.ROWS", 5)
    monkeypatch.setattr("index.begun.WORTH_KEEPING", 10)
    library, root = load_library(small_library), tmp_path / "index"
    root.mkdir()
    BegunVectors(WordEmbedder(), root).embed([question.question for question in library.questions])

    assert plan_index(library, WordEmbedder(), root).new == 32 - 13
    assert plan_index(library, WordEmbedder(), root, force=True).new == 32


def test_time_and_disk_are_those_of_the_build(pages: Path, tmp_path: Path) -> None:
    library, root = load_library(pages), tmp_path / "index"
    plan = plan_index(library, Slow(), root)
    assert not root.exists()
    began = time.perf_counter()
    report = build_index(library, Slow(), root)
    seconds = time.perf_counter() - began
    folder, manifest, _ = current(root)
    size = sum(file.bytes for file in manifest.files.values()) + (folder / "MANIFEST.json").stat().st_size

    assert 1_500 < plan.passages < 2_500
    assert plan.new == report.embedded
    assert plan.index_bytes == pytest.approx(size, rel=0.3)
    assert seconds / 2 < plan.embedding_seconds + plan.writing_seconds < seconds * 2


def test_a_large_library_is_weighed_on_a_sample(pages: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    library, nowhere = load_library(pages), Path("/nowhere")
    whole = plan_index(library, WordEmbedder(), nowhere)
    monkeypatch.setattr("index.plan._SAMPLE_PASSAGES", 200)
    monkeypatch.setattr("index.plan._SAMPLE_TEXTS", 100)
    sampled = plan_index(library, WordEmbedder(), nowhere)

    assert sampled.index_bytes == pytest.approx(whole.index_bytes, rel=0.3)
    assert sampled.index_bytes != whole.index_bytes
