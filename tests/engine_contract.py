"""What every engine must do; the test file of an engine subclasses it and gives `writer`, perhaps `reader`.

`writer` is an empty store, `reader` the same store as somebody who only reads sees it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import get_args

import numpy as np
import pytest
from memory_engine import MemoryEngine

from content.schema import Kind, Speaker
from index.embedder import FloatMatrix, FloatVector
from index.engines.errors import (
    BadVector,
    EngineBusy,
    GenerationMismatch,
    NotPublished,
    WriteRefused,
)
from index.engines.nearest import nearest
from index.engines.protocol import Batch, Engine, GenerationFacts, Where

DIMENSION, COUNT, BATCH = 32, 2_400, 500
EMBEDDER = "words-1"
KINDS: tuple[Kind, ...] = get_args(Kind)
SPEAKERS: tuple[Speaker, ...] = get_args(Speaker)
HOSTILE = ("a' OR 1=1 --", 'b"] || true', "c\\%_", "d\n;drop table", "é 中 \U0001f600")


def vectors_of(count: int, seed: int = 7) -> FloatMatrix:
    """Unit rows around a few topics, as real texts stand; every tenth row equals the one before."""
    random = np.random.default_rng(seed)
    topics = random.normal(size=(24, DIMENSION))
    rows = topics[random.integers(0, 24, count)] + 0.6 * random.normal(size=(count, DIMENSION))
    rows[10::10] = rows[9:-1:10][: len(rows[10::10])]
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), dtype=np.float32)


def document_of(row: int) -> str:
    """Six passages a document; a few documents have names that could be taken for a language."""
    number = row // 6
    return HOSTILE[number] if number < len(HOSTILE) else f"document-{number}"


def batches_of(vectors: FloatMatrix, mark: str = "") -> Iterator[Batch]:
    for first in range(0, len(vectors), BATCH):
        rows = range(first, min(first + BATCH, len(vectors)))
        yield Batch(
            first_row=first,
            ids=[f"{document_of(row)}#p{row % 6 + 1}" for row in rows],
            document_ids=[document_of(row) for row in rows],
            kinds=[KINDS[row // 6 % len(KINDS)] for row in rows],
            speakers=[SPEAKERS[row // 60 % len(SPEAKERS)] for row in rows],
            vectors=vectors[first : first + len(rows)],
            bodies=[body_of(row, mark) for row in rows],
        )


def body_of(row: int, mark: str = "") -> bytes:
    return f"passage {row} {mark}\x00\xff".encode("latin-1", "replace") * (1 + row % 3)


def facts_of(name: str, count: int = COUNT) -> GenerationFacts:
    return GenerationFacts(name=name, embedder=EMBEDDER, dimension=DIMENSION, count=count)


def blobs_of(mark: str = "") -> list[tuple[str, bytes]]:
    large = bytes(range(256)) * 1_000
    return [
        ("file/one", f"one {mark}".encode()),
        ("term/'; --", b"\x00\x01"),
        ("empty", b""),
        ("large", large),
    ]


def publish(engine: Engine, vectors: FloatMatrix, mark: str = "") -> str:
    """Write and publish the next generation."""
    with engine.building() as name:
        engine.write(facts_of(name, len(vectors)), batches_of(vectors, mark), blobs_of(mark))
        engine.publish(name)
    return name


def questions_of(vectors: FloatMatrix, count: int = 25) -> list[FloatVector]:
    random = np.random.default_rng(3)
    rows = vectors[random.integers(0, len(vectors), count)] + 0.15 * random.normal(size=(count, DIMENSION))
    return list(np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), dtype=np.float32))


class EngineContract:
    """The laws; each test has a store of its own unless the subclass says otherwise."""

    @pytest.fixture
    def reader(self, writer: Engine) -> Engine:
        return writer

    @pytest.fixture
    def oracle(self) -> MemoryEngine:
        engine = MemoryEngine()
        publish(engine, vectors_of(COUNT))
        return engine

    def test_before_the_first_there_is_nothing(self, reader: Engine) -> None:
        assert reader.published() is None
        assert reader.names() == []
        with pytest.raises(NotPublished):
            reader.open()

    def test_what_was_written_comes_back(self, writer: Engine, reader: Engine) -> None:
        vectors = vectors_of(COUNT)
        name = publish(writer, vectors)

        generation = reader.open(EMBEDDER)

        assert (reader.published(), reader.names()) == (name, [name])
        assert generation.facts == facts_of(name)
        assert generation.count() == COUNT
        rows = [0, COUNT - 1, 17, BATCH, BATCH - 1, 17]
        records = generation.get(rows)
        assert [record.row for record in records] == rows
        assert [record.body for record in records] == [body_of(row) for row in rows]
        assert [record.document_id for record in records] == [document_of(row) for row in rows]
        assert [record.id for record in records] == [f"{document_of(row)}#p{row % 6 + 1}" for row in rows]
        assert np.array_equal(generation.vectors(rows), vectors[rows]), "to the last bit"
        assert generation.get([]) == []
        for unknown in (-1, COUNT):
            with pytest.raises(KeyError):
                generation.get([unknown])
            with pytest.raises(KeyError):
                generation.vectors([unknown])

    def test_blobs_come_back(self, writer: Engine, reader: Engine) -> None:
        publish(writer, vectors_of(60))

        found = reader.open().blobs([key for key, _ in blobs_of()] + ["unknown"])

        assert found == dict(blobs_of())

    def test_finds_what_the_oracle_finds_with_the_same_scores(
        self, writer: Engine, reader: Engine, oracle: MemoryEngine
    ) -> None:
        vectors = vectors_of(COUNT)
        publish(writer, vectors)
        generation, exact = reader.open(), oracle.open()

        overlap, total = 0, 0
        for question in questions_of(vectors):
            found, wanted = nearest(generation, question, 10), nearest(exact, question, 10)
            assert found == sorted(found, key=lambda pair: (-pair[1], pair[0]))
            scores, right = dict(found), dict(wanted)
            overlap += len(scores.keys() & right.keys())
            total += len(wanted)
            for row in scores.keys() & right.keys():
                assert scores[row] == pytest.approx(right[row], abs=1e-5)

        assert overlap / total >= 0.97, "codes and graphs may lose a few of a hundred, no more"

    @pytest.mark.parametrize(
        "where",
        [
            *[Where(document_id=(words,)) for words in (*HOSTILE, "document-77", "unknown")],
            Where(document_id=tuple(f"document-{n}" for n in range(100, 140)), kind=("trial",)),
            Where(kind=("clinic",), speaker=("authority",)),
            Where(document_id=()),
            Where(),
        ],
        ids=lambda where: f"{sum(map(len, (where.document_id or (), where.kind or ())))} names",
    )
    def test_filters_are_exact(
        self, writer: Engine, reader: Engine, oracle: MemoryEngine, where: Where
    ) -> None:
        vectors = vectors_of(COUNT)
        publish(writer, vectors)
        generation, exact = reader.open(), oracle.open()

        matching = exact.rows_where(where)
        assert generation.rows_where(where) == matching
        assert generation.count(where) == len(matching)
        for question in questions_of(vectors, 5):
            found = nearest(generation, question, 10, where)
            assert {row for row, _ in found} <= set(matching)
            if len(matching) <= COUNT // 10:
                wanted = nearest(exact, question, 10, where)
                assert [row for row, _ in found] == [row for row, _ in wanted]
                assert dict(found) == pytest.approx(dict(wanted), abs=1e-5)

    def test_a_reader_keeps_the_generation_it_opened(self, writer: Engine, reader: Engine) -> None:
        vectors = vectors_of(120)
        first = publish(writer, vectors, "old")
        opened = reader.open()

        second = publish(writer, vectors[::-1].copy(), "new")

        assert opened.facts.name == first
        assert opened.get([5])[0].body == body_of(5, "old")
        assert reader.open().facts.name == reader.published() == second
        assert reader.open().get([5])[0].body == body_of(5, "new")
        assert reader.open(name=first).get([5])[0].body == body_of(5, "old")
        assert reader.names() == [second, first]

    def test_what_is_written_is_not_seen_before_it_is_published(self, writer: Engine, reader: Engine) -> None:
        vectors = vectors_of(120)
        first = publish(writer, vectors)
        with writer.building() as name:
            writer.write(facts_of(name, 120), batches_of(vectors, "new"), blobs_of("new"))
            assert reader.published() == first
            assert reader.open().get([5])[0].body == body_of(5)

    def test_a_write_that_fails_is_never_published_and_can_be_begun_anew(
        self, writer: Engine, reader: Engine
    ) -> None:
        vectors = vectors_of(1_200)
        first = publish(writer, vectors)

        def torn() -> Iterator[Batch]:
            yield next(batches_of(vectors, "torn"))
            raise OSError("the disk is gone")

        with writer.building() as name:
            with pytest.raises(OSError, match="the disk is gone"):
                writer.write(facts_of(name, 1_200), torn(), blobs_of("torn"))
            with pytest.raises(WriteRefused):
                writer.publish(name)
            assert reader.published() == first
            assert (
                writer.write(facts_of(name, 1_200), batches_of(vectors, "whole"), blobs_of("whole")) == 1_200
            )
            assert (
                writer.write(facts_of(name, 1_200), batches_of(vectors, "again"), blobs_of("again")) == 1_200
            )
            writer.publish(name)

        assert reader.open().count() == 1_200
        assert reader.open().get([3])[0].body == body_of(3, "again")
        assert reader.open().blobs(["file/one"]) == {"file/one": b"one again"}

    @pytest.mark.parametrize("wrong", ["count", "gap", "dimension", "published"])
    def test_what_breaks_the_law_is_refused(self, writer: Engine, reader: Engine, wrong: str) -> None:
        vectors = vectors_of(1_200)
        first = publish(writer, vectors[:60])
        batches: Sequence[Batch] = list(batches_of(vectors))
        name, count = first if wrong == "published" else "g-000009", 1_200
        if wrong == "count":
            count = 1_201
        if wrong == "gap":
            batches = [batches[0], batches[2]]
        if wrong == "dimension":
            batches = [batch._replace(vectors=batch.vectors[:, 1:]) for batch in batches]

        with pytest.raises(WriteRefused):
            writer.write(facts_of(name, count), batches, [])

        assert reader.published() == first
        assert reader.open().count() == 60
        with pytest.raises(WriteRefused):
            writer.publish("g-000009")

    def test_another_model_is_refused(self, writer: Engine, reader: Engine) -> None:
        vectors = vectors_of(60)
        publish(writer, vectors)
        with pytest.raises(GenerationMismatch, match="words-1"):
            reader.open("words-2")
        generation = reader.open(EMBEDDER)
        for bad in (vectors[0][1:], vectors[0] * 2, vectors[0] * np.float32(np.nan)):
            with pytest.raises(BadVector):
                nearest(generation, bad, 3)

    def test_one_builds_at_a_time(self, writer: Engine) -> None:
        with writer.building() as name, pytest.raises(EngineBusy), writer.building():
            pass
        with writer.building() as again:
            assert again == name, "what was never written takes no number"

    def test_going_back_and_taking_back(self, writer: Engine, reader: Engine) -> None:
        vectors = vectors_of(60)
        first, second = publish(writer, vectors, "old"), publish(writer, vectors, "new")

        writer.revoke(second, b"a wrong number")
        with pytest.raises(NotPublished):
            reader.open()
        writer.publish(first)

        assert reader.published() == first
        assert reader.open().get([0])[0].body == body_of(0, "old")
        assert reader.revocations() == {second: b"a wrong number"}
        assert reader.open(name=second).get([0])[0].body == body_of(0, "new"), "what was said can be proved"
        writer.revoke(second, b"another reason")
        assert reader.revocations() == {second: b"a wrong number"}, "the first reason stays"
        with pytest.raises(WriteRefused):
            writer.publish(second)

    def test_what_is_dropped_is_gone_and_its_number_is_not_given_again(
        self, writer: Engine, reader: Engine
    ) -> None:
        vectors = vectors_of(60)
        first, second = publish(writer, vectors), publish(writer, vectors)

        writer.drop(first)
        writer.drop(first)
        with pytest.raises(WriteRefused):
            writer.drop(second)

        assert reader.names() == [second]
        with pytest.raises(NotPublished):
            reader.open(name=first)
        with writer.building() as name:
            assert name == "g-000003"

    def test_an_empty_library_is_a_generation(self, writer: Engine, reader: Engine) -> None:
        publish(writer, vectors_of(0))
        generation = reader.open()
        assert generation.count() == 0
        assert nearest(generation, vectors_of(1)[0], 5) == []
