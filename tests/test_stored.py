"""What is read is what was written, and a generation that contradicts itself is refused."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from fakes import WordEmbedder
from small import SmallIndex

from content.library import Library
from content.schema import Document, Passage, Span
from index.build import build_index
from index.data import IndexData
from index.embedder import FloatMatrix
from index.errors import IndexDamaged
from index.generations import build_lock, publish
from index.manifest import describe
from index.question_keys import answer_rows
from index.search import Searcher
from index.stored import open_index, write_data

VECTORS = ("passage_vectors", "sentence_vectors", "question_vectors", "document_vectors")


@pytest.fixture
def data(small_index: SmallIndex) -> IndexData:
    return open_index(small_index.root)[0]


def store(small: SmallIndex, write: Callable[[Path], None], described: IndexData) -> None:
    """Publish a generation whose files and manifest need not agree."""
    with build_lock(small.root):
        publish(
            small.root,
            write,
            lambda folder, name, parent: describe(
                described, small.library, folder, evidence=None, settings_id="", generation=name,
                parent=parent, created_at=datetime.now(UTC), canaries=(),
            ),
        )  # fmt: skip


def files_of(data: IndexData) -> Callable[[Path], None]:
    return partial(write_data, data=data)


def test_what_was_written_is_read(small_index: SmallIndex, data: IndexData) -> None:
    written = replace(data, calibration='{"α": 1}')
    store(small_index, files_of(written), written)
    read, manifest, degraded = open_index(small_index.root)

    assert not degraded
    assert (read.documents, read.passages, read.questions) == (data.documents, data.passages, data.questions)
    assert (read.embedder, read.calibration) == (data.embedder, '{"α": 1}')
    assert read.index_id == manifest.index_id != data.index_id
    assert read.equivalents == data.equivalents != {}
    for name in VECTORS:
        assert getattr(read, name).tobytes() == getattr(data, name).tobytes()
    for question in ("lupus cells", "How many months?", "zebra"):
        again, before = read.lexical.scores(question), data.lexical.scores(question)
        everything = range(len(data.passages))
        assert again.of(everything) == before.of(everything)


def test_words_that_were_read_have_the_fingerprint_of_the_library(
    small_index: SmallIndex, data: IndexData
) -> None:
    read = Library(documents=data.documents, questions=data.questions)

    assert read.fingerprint == small_index.library.fingerprint
    assert [document.sha256 for document in data.documents] == [
        document.sha256 for document in small_index.library.documents
    ]


def test_no_file_is_a_pickle(small_index: SmallIndex) -> None:
    paths = [path for path in (small_index.root / "g-000001").rglob("*") if path.is_file()]

    assert {path.suffix for path in paths} == {".json", ".jsonl", ".npy", ""}
    for path in paths:
        if path.suffix == ".npy":
            assert not np.load(path, allow_pickle=False).dtype.hasobject
        else:
            path.read_text("utf-8")


def passages_with(data: IndexData, **change: object) -> tuple[Passage, ...]:
    """Change the last passage: two sentences at the end of the trial."""
    last = Passage.model_validate(data.passages[-1].model_dump() | change)
    return (*data.passages[:-1], last)


def trial_ends(data: IndexData) -> int:
    return len(data.by_id["trial-lupus"].text)


def test_a_passage_at_the_very_end_is_inside(small_index: SmallIndex, data: IndexData) -> None:
    assert data.passages[-1].span.end == trial_ends(data)
    store(small_index, files_of(data), data)
    assert open_index(small_index.root)[0].passages == data.passages


def test_a_passage_outside_its_document_is_refused(small_index: SmallIndex, data: IndexData) -> None:
    start, end = data.passages[-1].span.start, trial_ends(data)
    sentences = data.passages[-1].sentences
    outside = {
        "one character too long": passages_with(data, span=Span(start=start, end=end + 1)),
        "a sentence before it": passages_with(data, sentences=(Span(start=0, end=4), sentences[1])),
        "a sentence behind it": passages_with(data, sentences=(sentences[0], Span(start=end, end=end + 9))),
        "of no document": passages_with(data, document_id="nowhere"),
        "of a shorter document": passages_with(data, document_id="therapy-knee"),
    }
    for case, passages in outside.items():
        changed = replace(data, passages=passages)
        store(small_index, files_of(changed), changed)
        with pytest.raises(IndexDamaged, match="lies outside its document") as refusal:
            open_index(small_index.root)
        assert str(refusal.value).startswith(str(small_index.root)), case
        assert "faq build --force" in str(refusal.value)


def other_words(document: Document) -> Document:
    return document.model_copy(update={"text": document.text.replace("no deaths", "NO deaths")})


def test_documents_other_than_the_manifest_s_are_refused(small_index: SmallIndex, data: IndexData) -> None:
    changed = tuple(other_words(document) for document in data.documents)
    assert changed != data.documents
    for documents in (changed, data.documents[1:], ()):
        store(small_index, files_of(replace(data, documents=documents)), data)
        with pytest.raises(IndexDamaged, match="documents differ from the manifest"):
            open_index(small_index.root)


@pytest.mark.parametrize("name", VECTORS)
def test_vectors_must_be_as_many_as_texts_and_of_the_embedder_s_dimension(
    small_index: SmallIndex, data: IndexData, name: str
) -> None:
    rows: FloatMatrix = getattr(data, name)
    narrow = rows[:, :-1] / np.linalg.norm(rows[:, :-1], axis=1, keepdims=True).clip(1e-9)
    for wrong in (rows[:-1], np.vstack([rows, rows[:1]]), narrow, rows * np.float32(1.01)):
        change: dict[str, Any] = {name: wrong}
        store(small_index, files_of(replace(data, **change)), data)
        with pytest.raises(IndexDamaged, match=r"\.npy: .*faq build --force"):
            open_index(small_index.root)


def test_a_generation_without_its_lock_file_is_refused(small_index: SmallIndex) -> None:
    (small_index.root / "g-000001" / "LOCK").unlink()

    with pytest.raises(IndexDamaged, match="cannot be read"):
        open_index(small_index.root)


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"{}",
        b"[[6]]",
        b"[" * 999,
        b"[[0.5]]",
        b"[" + b"[10]," * 12 + b"[]]",
        b"[" + b"[-1]," * 12 + b"[]]",
    ],
    ids=["empty", "no list", "too few", "unclosed", "fraction", "no such sentence", "below zero"],
)
def test_answers_that_name_no_sentence_are_refused(
    small_index: SmallIndex, data: IndexData, raw: bytes
) -> None:
    def write(folder: Path) -> None:
        write_data(folder, data)
        (folder / "answers.json").write_bytes(raw)

    store(small_index, write, data)
    with pytest.raises(IndexDamaged, match=r"answers\.json: .*faq build --force"):
        open_index(small_index.root)


@pytest.mark.parametrize(
    "raw",
    [b"", b"[]", b'{"lupus": "sle"}', b'{"lupus": ["sle"]', b'{"lupus": [7]}', b"\xff"],
    ids=["empty", "no table", "a bare name", "unclosed", "a number", "no text"],
)
def test_names_that_cannot_be_read_are_refused(small_index: SmallIndex, data: IndexData, raw: bytes) -> None:
    def write(folder: Path) -> None:
        write_data(folder, data)
        (folder / "equivalents.json").write_bytes(raw)

    store(small_index, write, data)
    with pytest.raises(IndexDamaged, match=r"equivalents\.json: .*faq build --force"):
        open_index(small_index.root)


def test_names_are_read_in_the_order_they_were_written(small_index: SmallIndex, data: IndexData) -> None:
    names = {"ra": ("rheumatoid arthritis", "right arm"), "β": ("beta",), "alone": ()}
    named = replace(data, equivalents=names)
    store(small_index, files_of(named), named)

    assert open_index(small_index.root)[0].equivalents == names


def test_answers_are_read_as_they_would_be_found(data: IndexData) -> None:
    # "How many people took part?" is answered by the seventh sentence, "Any deaths?" by the last.
    assert data.stored_answers == ((6,), (6,), (7,), (8,), (9,), (3,), (5,), (0,), (1,), (), (), (), ())
    assert data.stored_answers == answer_rows(data.questions, data.embedded_texts()[1])


def test_an_index_without_questions_or_canaries_opens(small_index: SmallIndex, tmp_path: Path) -> None:
    library = Library(documents=small_index.library.documents)
    build_index(library, WordEmbedder(), tmp_path / "bare")
    data, manifest, _ = open_index(tmp_path / "bare")

    assert (data.questions, manifest.canaries) == ((), ())
    assert np.asarray(data.question_vectors).shape == (0, 16)
    assert Searcher(data, WordEmbedder()).search("lupus", 1)[0].passage.id == "trial-lupus#p1"
