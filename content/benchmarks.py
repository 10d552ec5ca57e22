"""Benchmark folders in the BEIR layout, read as documents and questions."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from pydantic import Field

from content.errors import UnreadableBenchmark
from content.normalize import normalize
from content.readers.plain import read_plain
from content.schema import Document, Fact, Span

_URL = re.compile(r"https?://[^\s\"'<>]+")


class BenchmarkQuestion(Fact):
    """A question; `documents` maps the ids that answer it to their grade, empty for unanswerable ones.

    `spans`: exact places of the answer, by document. `near`: the document an unanswerable question
    was written about. `kind` is the set's own grouping, "" where it has none.
    """

    id: str
    question: str
    kind: str = ""
    documents: dict[str, int] = Field(default_factory=dict)
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

    Documents without words, grades of 0 and spans in documents that do not answer are left out.
    A document's own question, where the set stores one, is not read: it would give the answer
    away. Its `synonyms` become aliases. Raises UnreadableBenchmark naming file and line. Layout:
    Thakur et al., BEIR, NeurIPS 2021, https://github.com/beir-cellar/beir.
    """
    documents: list[Document] = []
    ours: dict[str, str] = {}
    for number, (place, row) in enumerate(_rows(folder / "corpus.jsonl")):
        with place:
            name = str(row["_id"])
            if name in ours:
                raise ValueError(f"id {name!r} is given twice")
            if normalize(str(row["text"])).strip():
                documents.append(_document(row, f"d-{number}"))
                ours[name] = f"d-{number}"
    questions = (*_answerable(folder, ours, documents), *_unanswerable(folder, ours))
    names = {document_id: name for name, document_id in ours.items()}
    return Benchmark(folder.name, tuple(documents), names, questions)


def _document(row: Mapping[str, Any], document_id: str) -> Document:
    synonyms = row.get("synonyms") or []
    found = json.loads(synonyms) if isinstance(synonyms, str) else synonyms
    if not isinstance(found, list):
        raise ValueError("synonyms are not a list")
    url = row.get("url")
    plain = isinstance(url, str) and _URL.fullmatch(url)
    return read_plain(
        str(row["text"]), document_id=document_id, title=str(row.get("title") or ""),
        url=url if plain else None, aliases=tuple(str(name) for name in found),
    )  # fmt: skip


def _answerable(
    folder: Path, ours: Mapping[str, str], documents: list[Document]
) -> Iterator[BenchmarkQuestion]:
    grades = _grades(folder / "qrels" / "test.tsv", ours)
    spans = _spans(folder / "spans.jsonl", ours, grades, {d.id: d.text for d in documents})
    for place, row in _rows(folder / "queries.jsonl"):
        with place:
            key = str(row["_id"])
            if key in grades:
                yield BenchmarkQuestion(
                    id=key, question=str(row["text"]), kind=str(row.get("kind") or ""),
                    documents=grades[key], spans=tuple(spans.get(key, ())),
                )  # fmt: skip


def _grades(path: Path, ours: Mapping[str, str]) -> dict[str, dict[str, int]]:
    """Return the grades above 0 of our documents, by question; the first line names the columns."""
    grades: dict[str, dict[str, int]] = {}
    for line, words in enumerate(_lines(path), 1):
        if line > 1 and words.strip():
            with _naming(path, line):
                query, document, grade = words.split("\t")
                if int(grade) > 0 and document in ours:
                    grades.setdefault(query, {})[ours[document]] = int(grade)
    return grades


def _spans(
    path: Path, ours: Mapping[str, str], grades: Mapping[str, Mapping[str, int]], texts: Mapping[str, str]
) -> dict[str, list[tuple[str, Span]]]:
    """Return the places of answers, by question; none when the set has no such file."""
    spans: dict[str, list[tuple[str, Span]]] = {}
    for place, row in _rows(path) if path.exists() else ():
        with place:
            key, document_id = str(row["query_id"]), ours.get(str(row["doc_id"]), "")
            words, start = normalize(str(row["text"])), int(row["start"])
            span = _placed(words, start, texts[document_id]) if document_id in grades.get(key, ()) else None
            if span:
                spans.setdefault(key, []).append((document_id, span))
    return spans


def _unanswerable(folder: Path, ours: Mapping[str, str]) -> Iterator[BenchmarkQuestion]:
    path = folder / "unanswerable.jsonl"
    for place, row in _rows(path) if path.exists() else ():
        # Where the set itself doubts that nothing answers, the question says nothing about refusing.
        with place:
            if not row.get("maybe_answerable"):
                kind, near = str(row.get("kind") or "unanswerable"), ours.get(str(row.get("near_doc")))
                yield BenchmarkQuestion(id=str(row["_id"]), question=str(row["text"]), kind=kind, near=near)


def _placed(words: str, start: int, text: str) -> Span | None:
    """Return where words stand in the normalised text; normalising may have moved them a little."""
    if not words.strip():
        return None
    if start < 0 or text[start : start + len(words)] != words:
        places = list(_occurrences(text, words))
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
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise UnreadableBenchmark(path, f"line {line} is not UTF-8 text") from error
    except OSError as error:
        raise UnreadableBenchmark(path, f"cannot be read ({error.strerror})") from error


def _rows(path: Path) -> Iterator[tuple[AbstractContextManager[None], dict[str, Any]]]:
    """Yield the JSON objects of a file, each with what names its line when it cannot be used."""
    for number, line in enumerate(_lines(path), 1):
        if line.strip():
            with _naming(path, number):
                row = json.loads(line)
                if not isinstance(row, dict):
                    raise ValueError("not a JSON object")
            yield _naming(path, number), row


@contextmanager
def _naming(path: Path, line: int) -> Iterator[None]:
    try:
        yield
    except (KeyError, TypeError, ValueError, RecursionError) as error:
        reason = f"{error} is missing" if isinstance(error, KeyError) else str(error).partition("\n")[0]
        raise UnreadableBenchmark(path, f"line {line} cannot be used: {reason}") from error
