"""Benchmark questions with known answer places, as examples."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from content.benchmarks import Benchmark, BenchmarkQuestion
from content.passages import split
from content.readers.plain import UNTITLED
from content.roles import section_role
from content.schema import Document, Passage, Span
from index.lexical import LexicalStore
from index.training.examples import Example, ReadPassage

_NEAR_PASSAGES = 40
_SAME_DOCUMENT = 4
_OTHER_DOCUMENTS = 2


class PassagePool:
    """The passages of a benchmark's used documents, searchable for hard negatives."""

    def __init__(self, benchmark: Benchmark) -> None:
        """Split only documents that some question is about: others may belong to unseen sets."""
        self.documents = {key: benchmark.by_id[key] for key in sorted(benchmark.used)}
        self.passages: list[Passage] = [p for d in self.documents.values() for p in split(d)]
        self.rows: dict[str, list[int]] = {key: [] for key in self.documents}
        for row, passage in enumerate(self.passages):
            self.rows[passage.document_id].append(row)
        self._lexical = LexicalStore.from_texts(
            [self.documents[p.document_id].slice(p.span) for p in self.passages]
        )

    def read(self, row: int, spans: Sequence[Span] = ()) -> ReadPassage:
        """Return a passage; sentences that overlap one of `spans` are gold."""
        return as_read(self.documents[self.passages[row].document_id], self.passages[row], spans)

    def near(self, question: str, document_id: str, taken: Iterable[int]) -> list[int]:
        """Return hard negatives: passages of the same document first, then of others, best first."""
        skip = set(taken)
        found = [row for row, _ in self._lexical.search(question, _NEAR_PASSAGES) if row not in skip]
        own = [row for row in self.rows[document_id] if row not in skip]
        same = sorted(own, key=lambda row: found.index(row) if row in found else len(found))
        others = [row for row in found if self.passages[row].document_id != document_id]
        return same[:_SAME_DOCUMENT] + others[:_OTHER_DOCUMENTS]


def as_read(document: Document, passage: Passage, spans: Sequence[Span] = ()) -> ReadPassage:
    """Return what the reader sees of a passage; sentences that overlap one of `spans` are gold."""
    words = document.slice(passage.span)
    gold = tuple(
        place
        for place, sentence in enumerate(passage.sentences)
        if any(span.start < sentence.end and sentence.start < span.end for span in spans)
    )
    return ReadPassage(
        title="" if document.title == UNTITLED else document.title,
        role=section_role(words, passage.headings),
        sentences=tuple(document.slice(sentence) for sentence in passage.sentences),
        gold=gold,
        answers=tuple(document.slice(span) for span in spans) if gold else (),
    )


def benchmark_examples(benchmark: Benchmark) -> list[Example]:
    """Return one example for each question with spans, and for each written about one document."""
    pool = PassagePool(benchmark)
    found: list[Example] = []
    for question in benchmark.questions:
        if question.spans:
            found += _with_answer(benchmark, pool, question)
        elif question.near:
            rows = pool.near(question.question, question.near, ())
            passages = tuple(pool.read(row) for row in rows)
            group = group_of(benchmark, question.near)
            found.append(Example(benchmark.name, group, question.question, passages))
    return found


def _with_answer(benchmark: Benchmark, pool: PassagePool, question: BenchmarkQuestion) -> list[Example]:
    document_id = question.spans[0][0]
    spans = [span for key, span in question.spans if key == document_id]
    read = {row: pool.read(row, spans) for row in pool.rows[document_id]}
    gold = [row for row, passage in read.items() if passage.gold]
    if not gold:
        return []
    negatives = pool.near(question.question, document_id, gold)
    passages = tuple(read[row] for row in gold[:2]) + tuple(pool.read(row) for row in negatives)
    return [Example(benchmark.name, group_of(benchmark, document_id), question.question, passages)]


def group_of(benchmark: Benchmark, document_id: str) -> str:
    """Return the article a document belongs to: sections of one page are kept together."""
    title = benchmark.by_id[document_id].title
    name = benchmark.names[document_id] if title == UNTITLED else title
    return f"{benchmark.name} {name}"
