"""What was fetched from a store and is kept for a while: passages, documents, columns of terms."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from threading import Lock
from typing import Generic, NamedTuple, TypeVar

import numpy as np
from pydantic import ValidationError

from content.schema import Document, FrontMatter, Passage
from index.embedder import FloatMatrix
from index.engines.errors import GenerationDamaged
from index.engines.protocol import Blob, Generation
from index.lexical import terms
from index.term_scores import Column, TermScores

Key = TypeVar("Key")
Found = TypeVar("Found")
_DOCUMENTS = 1024
# Columns of common terms are long: they are kept up to so many bytes in all.
_COLUMN_BYTES = 256 * 1024 * 1024


class Kept(Generic[Key, Found]):
    """The things used last, sizes up to `most` in all, each as `size` says; any thread may ask."""

    def __init__(
        self, fetch: Callable[[Sequence[Key]], Mapping[Key, Found]], most: int,
        size: Callable[[Found], int] = lambda found: 1,
    ) -> None:  # fmt: skip
        self._fetch, self._most, self._size = fetch, most, size
        self._held: OrderedDict[Key, Found] = OrderedDict()
        self._lock, self._total = Lock(), 0

    def of(self, keys: Iterable[Key]) -> dict[Key, Found]:
        """Return what is found under some keys; what is not held is fetched in one go."""
        wanted, found = list(dict.fromkeys(keys)), dict[Key, Found]()
        with self._lock:
            for key in wanted:
                if key in self._held:
                    self._held.move_to_end(key)
                    found[key] = self._held[key]
        missing = [key for key in wanted if key not in found]
        if missing:
            fetched = self._fetch(missing)
            found |= fetched
            self._keep(fetched)
        return found

    def _keep(self, fetched: Mapping[Key, Found]) -> None:
        with self._lock:
            for key, value in fetched.items():
                if key not in self._held:
                    self._held[key] = value
                    self._total += self._size(value)
            while self._total > self._most and self._held:
                self._total -= self._size(self._held.popitem(last=False)[1])


class StoredPassage(NamedTuple):
    """A passage and the vectors of its sentences: float32 (sentences, d), unit rows."""

    passage: Passage
    sentence_vectors: FloatMatrix


def passage_body(stored: StoredPassage) -> bytes:
    """Return the bytes a store keeps of a passage: length of the JSON, the JSON, the vectors."""
    words = stored.passage.model_dump_json().encode("utf-8")
    return len(words).to_bytes(4, "little") + words + stored.sentence_vectors.astype("<f4").tobytes()


def stored_passage(body: bytes, dimension: int, where: str) -> StoredPassage:
    """Read what `passage_body` wrote. Raises GenerationDamaged."""
    end = 4 + int.from_bytes(body[:4], "little")
    try:
        passage = Passage.model_validate_json(body[4:end])
        vectors = np.frombuffer(body[end:], dtype="<f4").reshape(len(passage.sentences), dimension)
    except (ValidationError, ValueError) as error:
        raise GenerationDamaged(where, "a passage cannot be read") from error
    return StoredPassage(passage, vectors.astype(np.float32, copy=False))


class StoredDocuments(Mapping[str, Document]):
    """The documents of a generation by id, fetched when they are looked at, their text checked by its hash.

    `front` is what is known of every document without its text.
    """

    def __init__(
        self, generation: Generation, front: tuple[FrontMatter, ...], sha256: Mapping[str, str]
    ) -> None:
        self.front = front
        self._generation, self._sha256 = generation, sha256
        self._kept = Kept[str, Document](self._fetched, _DOCUMENTS)

    def __getitem__(self, document_id: str) -> Document:
        return self.of([document_id])[document_id]

    def __iter__(self) -> Iterator[str]:
        return (document.id for document in self.front)

    def __len__(self) -> int:
        return len(self.front)

    def __contains__(self, document_id: object) -> bool:
        return document_id in self._sha256

    def of(self, ids: Iterable[str]) -> dict[str, Document]:
        """Return several documents, fetched in one go; KeyError for an unknown one."""
        return self._kept.of(ids)

    def _fetched(self, ids: Sequence[str]) -> dict[str, Document]:
        for document_id in ids:
            if document_id not in self._sha256:
                raise KeyError(document_id)
        blobs = self._generation.blobs([f"document/{document_id}" for document_id in ids])
        return {document_id: self._read(document_id, blobs) for document_id in ids}

    def _read(self, document_id: str, blobs: Mapping[str, Blob]) -> Document:
        where = f"{self._generation.facts.name}: document {document_id}"
        try:
            document = Document.model_validate_json(bytes(blobs[f"document/{document_id}"]))
        except (KeyError, ValidationError) as error:
            raise GenerationDamaged(where, "is not there or cannot be read") from error
        if (document.id, document.sha256) != (document_id, self._sha256[document_id]):
            raise GenerationDamaged(where, "is not the one the manifest names")
        return document


class StoredColumns:
    """BM25 over the passages of a generation; the column of a term is fetched when it is asked for."""

    def __init__(self, generation: Generation) -> None:
        self._generation, self.count = generation, generation.facts.count
        self._kept = Kept[str, Column | None](self._fetched, _COLUMN_BYTES, _column_bytes)

    def column(self, term: str) -> Column | None:
        """Return the column of a stemmed term, None when no text holds it."""
        return self._kept.of([term])[term]

    def scores(self, question: str) -> TermScores:
        """Return the BM25 score of every text that shares a term with a question."""
        asked = terms(question)
        found = self._kept.of(asked)
        columns = (found[term] for term in asked)
        return TermScores([column for column in columns if column is not None], self.count)

    def frequency(self, term: str) -> int:
        """Return in how many texts a stemmed term stands."""
        column = self.column(term)
        return 0 if column is None else len(column.rows)

    def _fetched(self, asked: Sequence[str]) -> dict[str, Column | None]:
        blobs = self._generation.blobs([f"term/{term}" for term in asked])
        return {term: self._read(term, blobs.get(f"term/{term}")) for term in asked}

    def _read(self, term: str, blob: Blob | None) -> Column | None:
        if blob is None:
            return None
        half = len(blob) // 8
        column = Column(np.frombuffer(blob, "<i4", half), np.frombuffer(blob, "<f4", half, half * 4))
        if len(blob) % 8 or not half or column.rows.min() < 0 or column.rows.max() >= self.count:
            raise GenerationDamaged(self._generation.facts.name, f"the column of {term!r} cannot be read")
        return column


def column_blob(column: Column) -> bytes:
    """Return the bytes a store keeps of a column: the rows, then the values."""
    return column.rows.astype("<i4").tobytes() + column.values.astype("<f4").tobytes()


def _column_bytes(column: Column | None) -> int:
    # What stands in a file that is mapped takes no memory of this process.
    held = 0 if column is None or isinstance(column.rows.base, memoryview) else len(column.rows)
    return 64 + 8 * held
