"""Words found as words: BM25 over stemmed terms (the one home of bm25s)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import Stemmer

from content.normalize import fold
from index.errors import IndexDamaged
from index.regular import must_be_regular
from index.term_scores import Column, TermScores
from index.vectors import MAPPED_BYTES, npy_header

if TYPE_CHECKING:
    import bm25s

_Table = Mapping[str, npt.NDArray[Any]]
# Changes when the same text would give other terms.
TERMS_ID = "terms-1"
_ARRAYS = {"data": "<f4", "indices": "<i4", "indptr": "<i8"}
_WRITTEN_AS: dict[str, Any] = {
    "k1": 1.5, "b": 0.75, "delta": 0.5, "method": "lucene", "idf_method": "lucene",
    "dtype": "float32", "int_dtype": "int32", "backend": "numpy",
}  # fmt: skip
_WORD = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+(?:-[^\W_]+)*|\w+")
_STEMMER = Stemmer.Stemmer("english")
# Function words only: "no", "not", "how", "when" and "who" carry meaning in patients' questions
# and are kept where they stand in documents.
STOP_WORDS = frozenset(
    "a an and any are as at be been but by can could did do does doing for from had has have having "
    "he her hers him his i if in into is it its just me my of on or our out she so some such than "
    "that the their them then there these they this those to was we were what which while will with "
    "would you your yours am about tell please s t m re ve ll d".split()
)


def terms(text: str) -> list[str]:
    """Return the stemmed terms of a text, stop words left out, in order.

    "Follow-up" gives its parts and the joined word, so that it meets "followup":
    `terms("follow-up of 8.25 months")` is `["follow", "up", "followup", "8.25", "month"]`.
    """
    found: list[str] = []
    for word in _WORD.findall(fold(text)):
        parts = word.split("-")
        found += [part for part in parts if part not in STOP_WORDS]
        if len(parts) > 1:
            found.append("".join(parts))
    return list(_STEMMER.stemWords(found))


def content_words(text: str) -> list[str]:
    """Return the words of a text as they are written, folded, stop words left out, in order."""
    parts = (part for word in _WORD.findall(fold(text)) for part in word.split("-"))
    return [part for part in parts if part not in STOP_WORDS]


class LexicalStore:
    """A BM25 table over texts: k1 1.5, b 0.75, Lucene's variant (Kamphuis et al., ECIR 2020)."""

    def __init__(self, vocabulary: Mapping[str, int], table: _Table, count: int) -> None:
        """Take the number of each term, and bm25s's arrays by name: `data`, `indices`, `indptr`."""
        self._vocabulary, self._table = vocabulary, table
        self.count = count

    @classmethod
    def from_texts(cls, texts: Sequence[str]) -> LexicalStore:
        """Count the terms of every text; a text's place is its row."""
        rows = [terms(text) for text in texts]
        if not any(rows):
            # bm25s needs one term at least; the mark can be no term, `terms` never yields it.
            rows = [["<none>"]] * max(1, len(texts))
        # Numbered here: bm25s numbers terms as a set yields them, differently in every process.
        numbers = {term: number for number, term in enumerate(sorted({t for row in rows for t in row}))}
        table = [[numbers[term] for term in row] for row in rows]
        scorer = _scorer()
        scorer.index((table, numbers), create_empty_token=False, show_progress=False)
        return cls(scorer.vocab_dict, {name: scorer.scores[name] for name in _ARRAYS}, len(texts))

    def search(self, question: str, k: int) -> list[tuple[int, float]]:
        """Return up to `k` (row, BM25 score > 0), best first, equal scores in row order."""
        return self.scores(question).best(k)

    def scores(self, question: str) -> TermScores:
        """Return the BM25 score of every text that shares a term."""
        found = (self.column(term) for term in terms(question))
        return TermScores([column for column in found if column is not None], self.count)

    def column(self, term: str) -> Column | None:
        """Return the texts that hold a stemmed term and what it gives each, None for an unknown one."""
        number = self._vocabulary.get(term)
        if number is None:
            return None
        table = self._table
        place = slice(*table["indptr"][number : number + 2].tolist())
        return Column(table["indices"][place], table["data"][place])

    def columns(self) -> Iterator[tuple[str, Column]]:
        """Yield every term with its column, in order of terms."""
        for term in sorted(self._vocabulary):
            column = self.column(term)
            if column is not None:
                yield term, column

    def frequency(self, term: str) -> int:
        """Return in how many texts a stemmed term stands."""
        column = self.column(term)
        return 0 if column is None else len(column.rows)

    def save(self, folder: Path) -> None:
        """Write bm25s's arrays (.npy) and vocabulary (JSON); no pickle."""
        scorer = _scorer()
        scorer.vocab_dict = self._vocabulary
        scorer.scores = {**self._table, "num_docs": max(self.count, 1)}
        scorer.nonoccurrence_array = None
        scorer.save(str(folder), show_progress=False)

    @classmethod
    def load(cls, folder: Path, *, count: int) -> LexicalStore:
        """Read what `save` wrote; the caller has verified the files' hashes."""
        try:
            scores = {name: _row(folder / f"{name}.csc.index.npy", kind) for name, kind in _ARRAYS.items()}
            written = json.loads((folder / "params.index.json").read_bytes())
            vocabulary = json.loads((folder / "vocab.index.json").read_bytes())
            found = written["num_docs"]
            as_ours = all(written[name] == value for name, value in _WRITTEN_AS.items())
            whole = as_ours and _is_table(scores, vocabulary, max(count, 1))
        except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise IndexDamaged(folder, f"not a lexical table ({error})") from error
        if found != max(count, 1):
            raise IndexDamaged(folder, f"holds {found} texts, expected {count}")
        if not whole:
            raise IndexDamaged(folder, "not a lexical table of these texts")
        return cls(vocabulary, scores, count)


def _scorer() -> bm25s.BM25:
    # Half a second, most of it scipy, that only counting needs: answering reads the arrays.
    import bm25s

    return bm25s.BM25(**_WRITTEN_AS)


def _row(path: Path, kind: str) -> npt.NDArray[Any]:
    """Read an array as `save` wrote it, or map a large one.

    Any other is refused before memory is taken for what it claims. np.load is kept away from: its parser
    of headers fails when two threads are in it.
    """
    size, start = must_be_regular(path), len(npy_header(kind, (0,)))
    count = max(0, size - start) // np.dtype(kind).itemsize
    header = npy_header(kind, (count,))
    with path.open("rb") as file:
        if file.read(len(header)) != header or size != len(header) + count * np.dtype(kind).itemsize:
            raise ValueError(f"{path.name} is no row of {kind}")
        if size > MAPPED_BYTES:
            return np.memmap(path, kind, "r", offset=len(header), shape=(count,))
        return np.fromfile(file, dtype=kind)


def _is_table(scores: dict[str, npt.NDArray[Any]], vocabulary: object, count: int) -> bool:
    """Tell whether every term has a column, and every column names texts that there are.

    Of mapped columns only the edges are looked at: to look at each value would read the whole file once
    more, and its hash was compared.
    """
    data, rows, edges = (scores[name] for name in _ARRAYS)
    columns = sorted(vocabulary.values()) if isinstance(vocabulary, dict) else None
    return bool(
        columns == list(range(len(edges) - 1))
        and len(data) == len(rows) == edges[-1]
        and edges[0] == 0
        and np.all(np.diff(edges) >= 0)
        and (isinstance(rows, np.memmap) or np.all((rows >= 0) & (rows < count)))
        and (isinstance(data, np.memmap) or np.all(np.isfinite(data)))
    )
