"""Benchmark questions with known answer places, as examples."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from content.benchmarks import Benchmark, BenchmarkQuestion
from content.passages import split
from content.readers.plain import UNTITLED
from content.roles import section_role
from content.schema import Document, Passage, Span
from index.lexical import LexicalStore
from index.training.examples import Example, ReadPassage, held_out

_NEAR_PASSAGES = 40
_SAME_DOCUMENT = 4
_OTHER_DOCUMENTS = 2


class PassagePool:
    """The passages of a benchmark's used documents, searchable for hard negatives."""

    def __init__(self, benchmark: Benchmark) -> None:
        """Split only documents that some question is about and those of the same title, the other
        sections of its page: the rest may belong to unseen sets."""
        pages = {benchmark.by_id[key].title for key in benchmark.used} - {UNTITLED}
        kept = sorted(d.id for d in benchmark.documents if d.id in benchmark.used or d.title in pages)
        self.documents = {key: benchmark.by_id[key] for key in kept}
        self._names = benchmark.names
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

    def page(self, document_id: str) -> list[str]:
        """Return the sections of a document's page: the same title, and ids such as "page-1", "page-2".

        Another publisher's page about the same thing may well answer the same question.
        """
        title, stem = self.documents[document_id].title, self._stem(document_id)
        if title == UNTITLED or not stem:
            return []
        return [k for k in self.documents if self.documents[k].title == title and self._stem(k) == stem]

    def _stem(self, document_id: str) -> str:
        return self._names[document_id].rpartition("-")[0]

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
    """Return one example for each question with spans, for each that a section of a page answers, and
    for each unanswerable one written about one document."""
    pool = PassagePool(benchmark)
    found: list[Example] = []
    for question in benchmark.questions:
        if question.spans:
            found += _with_answer(benchmark, pool, question)
        elif question.documents:
            found += _with_section(benchmark, pool, question)
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


def _with_section(benchmark: Benchmark, pool: PassagePool, question: BenchmarkQuestion) -> list[Example]:
    """Return the question with the opening of the section that answers it, all of it gold, against the
    openings of the page's other sections; none where a page has only one."""
    document_id = min(question.documents)
    others = [pool.rows[key][0] for key in pool.page(document_id)
              if key not in question.documents and pool.rows[key]]  # fmt: skip
    if not others or not pool.rows[document_id]:
        return []
    opening = pool.read(pool.rows[document_id][0])
    gold = opening._replace(gold=tuple(range(len(opening.sentences))))
    same = {row for rows in map(pool.rows.get, question.documents) for row in rows or ()}
    elsewhere = pool.near(question.question, document_id, same)[:_OTHER_DOCUMENTS]
    rows = dict.fromkeys((*others[:_SAME_DOCUMENT], *elsewhere))
    group = group_of(benchmark, document_id)
    return [Example(benchmark.name, group, question.question, (gold, *map(pool.read, rows)))]


def about_held_out(benchmark: Benchmark, question: BenchmarkQuestion) -> bool:
    """Say whether a question is about a document of the validation fifth; one about none is not."""
    about = [*question.documents, *([question.near] if question.near else [])][:1]
    return any(held_out(group_of(benchmark, document_id)) for document_id in about)


def group_of(benchmark: Benchmark, document_id: str) -> str:
    """Return the article a document belongs to: sections of one page are kept together."""
    title = benchmark.by_id[document_id].title
    name = benchmark.names[document_id] if title == UNTITLED else title
    return f"{benchmark.name} {name}"
