"""What a build will cost, told before it starts: counted in full, timed and weighed on a sample."""

from __future__ import annotations

import resource
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from time import perf_counter

import numpy as np

from content.library import Library
from content.schema import Fact
from index import begun
from index.begun import BegunVectors, key_of
from index.build import known_vectors
from index.data import IndexData
from index.embedder import Embedder, FloatMatrix, cores
from index.known import KnownVectors
from index.lexical import LexicalStore
from index.regular import everything_below
from index.stored import write_data
from index.unembedded import unembedded
from index.vectors import MAPPED_BYTES

_SAMPLE_SECONDS = 2.5
_SAMPLE_TEXTS = 20_000
# Enough for the share of each file; a larger library is weighed by that many of its passages.
_SAMPLE_PASSAGES = 2_000
# One document in the manifest, one text in a dictionary, and a letter of a passage as terms are counted.
_SOURCE_BYTES, _ENTRY_BYTES, _TERM_BYTES = 300, 200, 5
# Written, synced, and read again to be hashed twice: a slow disk.
_BYTES_PER_SECOND = 50_000_000


class IndexPlan(Fact):
    """Counts, and from measured speed the seconds and bytes of a build.

    `new` texts have to be embedded, the others are known. `kept_bytes` of the disk are needed while it is
    built only; `memory_bytes` is the most the process will hold, besides mapped files that the system may
    let go. `texts_per_second` is 0 when nothing is new.
    """

    documents: int
    passages: int
    sentences: int
    questions: int
    texts: int
    new: int
    cores: int
    texts_per_second: float
    embedding_seconds: float
    writing_seconds: float
    index_bytes: int
    kept_bytes: int
    memory_bytes: int


def plan_index(
    library: Library, embedder: Embedder, root: Path, *, titles: bool = True, mined: bool = True,
    force: bool = False,
) -> IndexPlan:  # fmt: skip
    """Return what `build_index` would do with these arguments; nothing in `root` is touched."""
    began = perf_counter()
    data = unembedded(library, embedder.facts, titles=titles, mined=mined)
    groups = data.embedded_texts()
    wanted = list(dict.fromkeys(text for texts in groups for text in texts))
    known = KnownVectors() if force else known_vectors(root, embedder)
    new = [text for text in wanted if text not in known]
    if not force:
        new = BegunVectors(embedder, root).missing(new)
    preparing = perf_counter() - began
    speed = _speed(embedder, new)
    began = perf_counter()
    index_bytes, scale = _weighed(data)
    writing = preparing + (perf_counter() - began) * scale + index_bytes / _BYTES_PER_SECOND
    row_bytes = 4 * embedder.facts.dimension
    matrices = [rows * row_bytes for rows in (len(new), *map(len, groups))]
    mapped = sum(size for size in matrices if size > MAPPED_BYTES)
    return IndexPlan(
        documents=len(data.documents), passages=len(data.passages), sentences=len(data.sentences),
        questions=len(data.questions), texts=len(wanted), new=len(new), cores=cores(),
        texts_per_second=round(speed, 1), embedding_seconds=round(len(new) / speed, 1) if new else 0.0,
        writing_seconds=round(writing, 1), index_bytes=index_bytes,
        kept_bytes=len(new) * (row_bytes + 32) * (len(new) > begun.WORTH_KEEPING) + mapped,
        memory_bytes=_memory(groups, wanted, sum(matrices) - mapped),
    )  # fmt: skip


def _speed(embedder: Embedder, texts: Sequence[str]) -> float:
    """Return how many of these texts are embedded a second, measured on some of each length."""
    if not texts:
        return 0.0
    # Long and short ones mixed by their hash, the same in every plan.
    sample = sorted(texts[:: -(-len(texts) // _SAMPLE_TEXTS)], key=key_of)
    # The first run of a graph takes its memory.
    embedder.embed(sample[:1])
    began, done, batch = perf_counter(), 0, 32 * cores()
    while done < len(sample) and perf_counter() - began < _SAMPLE_SECONDS:
        done += len(embedder.embed(sample[done : done + batch]))
    return done / (perf_counter() - began)


def _weighed(data: IndexData) -> tuple[int, float]:
    """Return the bytes of an index of these words, and how many times the sample it was weighed on it is."""
    step = max(1, len(data.passages) // _SAMPLE_PASSAGES)
    documents = data.documents[::step]
    names = {document.id for document in documents}
    passages = tuple(passage for passage in data.passages if passage.document_id in names)
    sample = replace(data, documents=documents, passages=passages)
    texts = sample.embedded_texts()
    passage_rows, sentence_rows, question_rows, document_rows = (
        _any_rows(len(rows), data.embedder.dimension) for rows in texts
    )
    sample = replace(
        sample, passage_vectors=passage_rows, sentence_vectors=sentence_rows, question_vectors=question_rows,
        document_vectors=document_rows, lexical=LexicalStore.from_texts(texts[0]),
    )  # fmt: skip
    with tempfile.TemporaryDirectory(prefix="faq-plan-") as folder:
        write_data(Path(folder), sample)
        weighed = sum(path.stat().st_size for path in everything_below(Path(folder)) if path.is_file())
        asked = question_rows.nbytes + (Path(folder) / "questions.jsonl").stat().st_size
    scale = len(data.passages) / max(1, len(passages))
    # Questions are all in the sample, whatever its size.
    return int((weighed - asked) * scale + asked + len(data.documents) * _SOURCE_BYTES), scale


def _any_rows(count: int, dimension: int) -> FloatMatrix:
    rows = np.zeros((count, dimension), dtype=np.float32)
    rows[:, 0] = 1
    return rows


def _memory(groups: Sequence[Sequence[str]], wanted: Sequence[str], held_rows: int) -> int:
    """Return the bytes held at most: all words so far, what finds a text, terms, and rows in memory."""
    unit = 1 if sys.platform == "darwin" else 1024
    now = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit
    return now + held_rows + len(wanted) * _ENTRY_BYTES + sum(map(len, groups[0])) * _TERM_BYTES
