"""One generation in a Milvus store, open for reading."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from index.embedder import FloatMatrix, FloatVector
from index.engines.errors import GenerationDamaged
from index.engines.milvus_calls import MilvusCalls, Row
from index.engines.milvus_cells import expression, joined, one_of, place_of
from index.engines.milvus_register import Written
from index.engines.nearest import check_vector, exact_cosines
from index.engines.protocol import Candidates, Record, Rows, Where

# No answer holds more rows (16,384), nor more than 100 MB, nor should it take seconds.
_ROWS, _VECTORS, _PASSAGES, _PARTS = 16_000, 2_000, 250, 250
# Up to so many that match are compared one by one, whatever the graph would make of the filter.
_EXACT = 1_000
# How many the graph looks at: recall with a filter that a quarter pass was .77 at 64, .95 at 256.
_TIMES, _LEAST, _MOST = 4, 256, 32_768


class MilvusGeneration:
    """A generation does not change, so it is read as it lies there: nothing waits for writers."""

    def __init__(self, calls: MilvusCalls, written: Written) -> None:
        self.facts = written.facts
        self._calls, self._written = calls, written

    def candidates(self, vector: FloatVector, n: int, where: Where | None = None) -> Candidates:
        """Return about `n` near passages, all that match where they are few."""
        check_vector(self, vector)
        asked = expression(where)
        matching = self.count(where) if asked else self.facts.count
        if matching <= max(n, _EXACT if asked else 0):
            rows, vectors = self._all(where, matching)
            best = np.argsort(-np.array(exact_cosines(vectors, vector)), kind="stable")[:n]
            return Candidates(rows[best], vectors[best])
        limit = min(n, _ROWS)
        settings = {"ef": min(max(_TIMES * limit, _LEAST), _MOST)}
        found = self._calls.search(self._written.passages, vector, limit, asked, settings)
        return self._candidates(found)

    def count(self, where: Where | None = None) -> int:
        """Return how many passages match."""
        asked = expression(where) or "row >= 0"
        return int(self._calls.query(self._written.passages, asked, ["count(*)"])[0]["count(*)"])

    def vectors(self, rows: Sequence[int]) -> FloatMatrix:
        """Return stored vectors in the order of `rows`."""
        found = self._by_row(rows, ["vector"], _VECTORS)
        return self._matrix([found[int(row)]["vector"] for row in rows])

    def get(self, rows: Sequence[int]) -> list[Record]:
        """Return passages in the order of `rows`, each compared with its hash."""
        found = self._by_row(rows, ["id", "document_id", "body", "parts", "sha256"], _PASSAGES)
        keys = {f"body:{row}": held["parts"] for row, held in found.items()}
        rest = self._parts({place_of(key, part) for key, parts in keys.items() for part in range(1, parts)})
        return [self._record(int(row), found[int(row)], rest) for row in rows]

    def rows_where(self, where: Where) -> list[int]:
        """Return all matching rows, ascending."""
        matching = self.count(where)
        return sorted(row["row"] for row in self._matching(where, ["row"], matching, _ROWS))

    def blobs(self, keys: Sequence[str]) -> dict[str, bytes]:
        """Return the values of known keys, each compared with its hash."""
        heads = self._parts(place_of(f"blob:{key}", 0) for key in keys)
        found = {}
        for key in keys:
            head = heads.get(place_of(f"blob:{key}", 0))
            if head is not None:
                places = [place_of(f"blob:{key}", part) for part in range(head["parts"])]
                rest = self._parts(places[1:])
                found[key] = self._value(places, heads | rest, head["sha256"], f"value {key!r}")
        return found

    def close(self) -> None:
        """Nothing is held: the connection is the engine's."""

    def _all(self, where: Where | None, matching: int) -> tuple[Rows, FloatMatrix]:
        fields = ["row", "vector"]
        found = sorted(self._matching(where, fields, matching, _VECTORS), key=lambda row: int(row["row"]))
        if len(found) != matching:
            raise self._damaged(f"gives {len(found)} passages where it counts {matching}")
        rows = np.array([row["row"] for row in found], dtype=np.int64)
        return rows, self._matrix([row["vector"] for row in found])

    def _matching(self, where: Where | None, fields: list[str], matching: int, most: int) -> Iterator[Row]:
        """Give all rows that match: in one answer where it may hold them, else in ranges of rows."""
        asked = [expression(where)] if expression(where) else []
        step = most if matching > most else max(self.facts.count, 1)
        for first in range(0, self.facts.count if matching else 0, step):
            these = " and ".join([f"row >= {first}", f"row < {first + step}", *asked])
            yield from self._calls.query(self._written.passages, these, fields)

    def _by_row(self, rows: Sequence[int], fields: list[str], at_once: int) -> dict[int, Row]:
        wanted = sorted({int(row) for row in rows})
        for row in wanted:
            if not 0 <= row < self.facts.count:
                raise KeyError(row)
        found: dict[int, Row] = {}
        for start in range(0, len(wanted), at_once):
            asked = f"row in {wanted[start : start + at_once]}"
            answer = self._calls.query(self._written.passages, asked, ["row", *fields])
            found.update((int(row["row"]), row) for row in answer)
        if len(found) != len(wanted):
            raise self._damaged(f"{len(wanted) - len(found)} of {len(wanted)} passages are missing")
        return found

    def _parts(self, places: Iterable[str]) -> dict[str, Row]:
        wanted, found = sorted(places), dict[str, Row]()
        fields = ["place", "value", "parts", "sha256"]
        for start in range(0, len(wanted), _PARTS):
            asked = one_of("place", wanted[start : start + _PARTS])
            answer = self._calls.query(self._written.values, asked, fields)
            found.update((str(row["place"]), row) for row in answer)
        return found

    def _record(self, row: int, held: Row, rest: dict[str, Row]) -> Record:
        places = [place_of(f"body:{row}", part) for part in range(held["parts"])]
        parts = {places[0]: {"value": held["body"]}} | rest
        body = self._value(places, parts, held["sha256"], f"passage {row}")
        return Record(row, held["id"], held["document_id"], body)

    def _value(self, places: Sequence[str], held: dict[str, Row], sha256: str, what: str) -> bytes:
        try:
            value = joined([held[place]["value"] for place in places])
        except (KeyError, ValueError):
            raise self._damaged(f"{what} is torn") from None
        if hashlib.sha256(value).hexdigest() != sha256:
            raise self._damaged(f"{what} is not what was written")
        return value

    def _candidates(self, found: list[tuple[int, list[float]]]) -> Candidates:
        rows = np.array([row for row, _ in found], dtype=np.int64)
        return Candidates(rows, self._matrix([vector for _, vector in found]))

    def _matrix(self, vectors: Sequence[Sequence[float]]) -> FloatMatrix:
        return np.array(vectors, dtype=np.float32).reshape(len(vectors), self.facts.dimension)

    def _damaged(self, reason: str) -> GenerationDamaged:
        return GenerationDamaged(self.facts.name, reason)
