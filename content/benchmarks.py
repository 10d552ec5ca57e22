"""Benchmark folders in the BEIR layout, read as documents and questions."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from content.errors import UnreadableBenchmark
from content.normalize import normalize
from content.readers.plain import read_plain
from content.schema import Document, Fact, Span

_NO_URL = ("", None)


class BenchmarkQuestion(Fact):
    """A question; `documents` maps the ids that answer it to their grade, empty for unanswerable ones.

    `spans`: exact places of the answer, by document. `near`: the document an unanswerable question
    was written about. `kind` is the set's own grouping, "" where it has none.
    """

    id: str
    question: str
    kind: str = ""
    documents: dict[str, int] = {}
    spans: tuple[tuple[str, Span], ...] = ()
    near: str | None = None


@dataclass(frozen=True)
class Benchmark:
    """One set: documents under short ids of our own, `names` gives each its id in the set."""

    name: str
    documents: tuple[Document, ...]
    names: dict[str, str]
    questions: tuple[BenchmarkQuestion, ...]

    @cached_property
    def by_id(self) -> dict[str, Document]:
        """Documents by our id."""
        return {document.id: document for document in self.documents}

    @cached_property
    def used(self) -> frozenset[str]:
        """Our ids of the documents that some question is about."""
        about = {d for q in self.questions for d in q.documents}
        return frozenset(about | {q.near for q in self.questions if q.near})


def is_benchmark(folder: Path) -> bool:
    """Say whether a path is a folder in the BEIR layout."""
    return (folder / "corpus.jsonl").is_file() and (folder / "queries.jsonl").is_file()


def read_benchmark(folder: Path) -> Benchmark:
    """Read `corpus.jsonl`, `queries.jsonl`, `qrels/test.tsv` and, where present, `spans.jsonl` and
    `unanswerable.jsonl`.

    A document's own question, where the set stores one, is not read: it would give the answer
    away. Its `synonyms` become aliases. Raises UnreadableBenchmark naming file and line. Layout:
    Thakur et al., BEIR, NeurIPS 2021, https://github.com/beir-cellar/beir.
    """
    documents: list[Document] = []
    ours: dict[str, str] = {}
    for number, row in enumerate(_rows(folder / "corpus.jsonl")):
        document_id = f"d-{number}"
        try:
            documents.append(_document(row, document_id))
        except ValueError:
            continue
        ours[str(row["_id"])] = document_id
    questions = (*_answerable(folder, ours, documents), *_unanswerable(folder, ours))
    names = {document_id: name for name, document_id in ours.items()}
    return Benchmark(folder.name, tuple(documents), names, questions)


def _document(row: Mapping[str, Any], document_id: str) -> Document:
    synonyms = row.get("synonyms") or []
    found = json.loads(synonyms) if isinstance(synonyms, str) else synonyms
    url = row.get("url")
    plain = isinstance(url, str) and url.startswith("http") and not set(url) & set(" \"'<>")
    return read_plain(
        str(row["text"]), document_id=document_id, title=str(row.get("title") or ""),
        url=url if plain else None, aliases=tuple(str(name) for name in found),
    )  # fmt: skip


def _answerable(
    folder: Path, ours: Mapping[str, str], documents: list[Document]
) -> Iterator[BenchmarkQuestion]:
    texts = {document.id: document.text for document in documents}
    grades: dict[str, dict[str, int]] = {}
    for number, line in enumerate(_lines(folder / "qrels" / "test.tsv")):
        if number and line.strip():
            query, document, grade = line.split("\t")
            if document in ours and int(grade) > 0:
                grades.setdefault(query, {})[ours[document]] = int(grade)
    spans: dict[str, list[tuple[str, Span]]] = {}
    if (folder / "spans.jsonl").exists():
        for row in _rows(folder / "spans.jsonl"):
            document_id = ours.get(str(row["doc_id"]))
            span = _placed(row, texts[document_id]) if document_id else None
            if document_id and span:
                spans.setdefault(str(row["query_id"]), []).append((document_id, span))
    for row in _rows(folder / "queries.jsonl"):
        key = str(row["_id"])
        if key in grades:
            yield BenchmarkQuestion(
                id=key, question=str(row["text"]), kind=str(row.get("kind") or ""),
                documents=grades[key], spans=tuple(spans.get(key, ())),
            )  # fmt: skip


def _unanswerable(folder: Path, ours: Mapping[str, str]) -> Iterator[BenchmarkQuestion]:
    if not (folder / "unanswerable.jsonl").exists():
        return
    for row in _rows(folder / "unanswerable.jsonl"):
        # Where the set itself doubts that nothing answers, the question says nothing about refusing.
        if not row.get("maybe_answerable"):
            yield BenchmarkQuestion(
                id=str(row["_id"]), question=str(row["text"]), kind=str(row.get("kind") or "unanswerable"),
                near=ours.get(str(row.get("near_doc"))),
            )  # fmt: skip


def _placed(row: Mapping[str, Any], text: str) -> Span | None:
    """Return where a span stands in the normalised text; normalising may have moved it a little."""
    words = normalize(str(row["text"]))
    start = int(row["start"])
    if not words.strip():
        return None
    if text[start : start + len(words)] != words:
        places = [p for p in _occurrences(text, words)]
        if not places:
            return None
        start = min(places, key=lambda place: abs(place - start))
    return Span(start=start, end=start + len(words))


def _occurrences(text: str, words: str) -> Iterator[int]:
    place = text.find(words)
    while place >= 0:
        yield place
        place = text.find(words, place + 1)


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text("utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise UnreadableBenchmark(path, "cannot be read as text") from error


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    for number, line in enumerate(_lines(path), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except ValueError as error:
            raise UnreadableBenchmark(path, f"line {number} is not JSON") from error
        if not isinstance(row, dict):
            raise UnreadableBenchmark(path, f"line {number} is not a JSON object")
        yield row
