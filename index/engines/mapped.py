"""An open generation in files: everything mapped, nothing of it taken into memory whole."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import get_args

import numpy as np

from content.schema import Kind, Speaker
from index.embedder import FloatMatrix, FloatVector
from index.engines.codes import Codes, Mask, scan
from index.engines.errors import GenerationDamaged
from index.engines.nearest import check_vector
from index.engines.packed import Names, Packed, mapped
from index.engines.proof import CODES, KINDS, SPEAKERS, STARTS, VECTORS, FolderFacts
from index.engines.protocol import Blob, Candidates, Record, Rows, Where
from index.engines.scattered import ScatteredRows

ALL_KINDS: tuple[Kind, ...] = get_args(Kind)
ALL_SPEAKERS: tuple[Speaker, ...] = get_args(Speaker)
# So many are compared one by one sooner than a filter is handed to the codes.
_FEW, _BLOCK = 20_000, 16_384


class MappedGeneration:
    """One generation of a folder whose files were verified; it outlives the folder's name."""

    def __init__(self, folder: Path, told: FolderFacts) -> None:
        """Map the files; raises GenerationDamaged for one that does not fit the others."""
        self.facts, self._told, count = told.facts, told, told.facts.count
        shape = (count, self.facts.dimension)
        self._vectors: FloatMatrix = mapped(folder / VECTORS, "<f4", shape)
        self._kinds = mapped(folder / KINDS, "u1", (count,))
        self._speakers = mapped(folder / SPEAKERS, "u1", (count,))
        self._starts = mapped(folder / STARTS, "<i8", (told.runs,))
        self._documents = Names(folder, "documents", told.runs)
        self._passages = Packed(folder, "passages", count)
        self._keys, self._blobs = Names(folder, "keys", told.keys), Packed(folder, "blobs", told.keys)
        with_codes = told.recipe.codec != "flat"
        self._codes = Codes(folder / CODES, told.recipe, shape) if with_codes else None
        self._scattered = ScatteredRows(folder / VECTORS, shape) if with_codes else None

    def candidates(self, vector: FloatVector, n: int, where: Where | None = None) -> Candidates:
        """Return the `n` nearest of what the codes find, or of all that match where they find fewer."""
        check_vector(self, vector)
        vector = np.ascontiguousarray(vector, dtype=np.float32)
        if where is None or where == Where():
            rows = self._codes.search(vector, n) if self._codes else None
            if rows is None or len(rows) < min(n, self.facts.count):
                rows = scan(self._vectors, vector, n)
            return self._best(rows, vector, n)
        matching = self._matching(where)
        rows = None
        if len(matching) > max(n, _FEW) and self._codes and self._told.recipe.codec != "hnsw":
            rows = self._codes.search(vector, n, self._mask(matching))
        if rows is None or len(rows) < min(n, len(matching)):
            return self._scanned(matching, vector, n)
        return self._best(rows, vector, n)

    def count(self, where: Where | None = None) -> int:
        """Return how many passages match."""
        return self.facts.count if where is None or where == Where() else len(self._matching(where))

    def vectors(self, rows: Sequence[int]) -> FloatMatrix:
        """Return vectors exactly as written; KeyError for no row."""
        self._must_be(rows)
        return self._taken(np.asarray(rows, dtype=np.int64))

    def get(self, rows: Sequence[int]) -> list[Record]:
        """Return passages, each compared with its hash; KeyError for no row."""
        self._must_be(rows)
        return [self._record(row) for row in rows]

    def rows_where(self, where: Where) -> list[int]:
        """Return the rows of all matching passages, ascending."""
        found: list[int] = self._matching(where).tolist()
        return found

    def blobs(self, keys: Sequence[str]) -> Mapping[str, Blob]:
        """Return what was written under these keys, compared with its hash; the last of equal keys.

        None is copied: all workers look at one.
        """
        numbers = {key: self._keys.numbers(key)[-1:] for key in keys}
        return {key: self._blobs.view(found[0]) for key, found in numbers.items() if found}

    def close(self) -> None:
        """Let the maps go; they are given back when nobody uses them any more."""
        vars(self).clear()

    def _record(self, row: int) -> Record:
        run = int(np.searchsorted(self._starts, row, "right")) - 1
        raw = self._passages[row]
        end = 4 + int.from_bytes(raw[:4], "little")
        return Record(row, raw[4:end].decode(), self._documents[run], raw[end:])

    def _must_be(self, rows: Sequence[int]) -> None:
        for row in rows:
            if not 0 <= row < self.facts.count:
                raise KeyError(row)

    def _taken(self, rows: Rows) -> FloatMatrix:
        # Vectors that every question scans are in memory anyway.
        if self._scattered is None or len(rows) > _FEW:
            return np.asarray(self._vectors[rows], dtype=np.float32)
        return self._scattered.take(rows)

    def _best(self, rows: Rows, vector: FloatVector, n: int) -> Candidates:
        # In order of rows: the disk is read in one direction.
        rows = np.sort(rows)
        vectors = self._taken(rows)
        best = np.argsort(-(vectors @ vector), kind="stable")[:n] if len(rows) > n else slice(None)
        return Candidates(rows[best], vectors[best])

    def _scanned(self, rows: Rows, vector: FloatVector, n: int) -> Candidates:
        """Return the nearest of these rows by comparing with each, block by block."""
        found = [
            rows[first : first + _BLOCK][scan(self._vectors[rows[first : first + _BLOCK]], vector, n)]
            for first in range(0, len(rows), _BLOCK)
        ]
        return self._best(np.concatenate([np.zeros(0, np.int64), *found]), vector, n)

    def _matching(self, where: Where) -> Rows:
        """Return the rows that match, ascending."""
        rows = None if where.document_id is None else self._of_documents(where.document_id)
        for wanted, known, column in (
            (where.kind, ALL_KINDS, self._kinds),
            (where.speaker, ALL_SPEAKERS, self._speakers),
        ):
            if wanted is None:
                continue
            right = np.array([value in wanted for value in known], dtype=bool)
            fits = right[column if rows is None else column[rows]]
            rows = np.flatnonzero(fits) if rows is None else rows[fits]
        return np.arange(self.facts.count, dtype=np.int64) if rows is None else rows

    def _of_documents(self, names: Sequence[str]) -> Rows:
        edges = np.append(self._starts, self.facts.count)
        runs = sorted({run for name in names for run in self._documents.numbers(name)})
        if any(edges[run] >= edges[run + 1] for run in runs):
            raise GenerationDamaged(self.facts.name, "its documents overlap")
        parts = [np.arange(edges[run], edges[run + 1], dtype=np.int64) for run in runs]
        return np.concatenate([np.zeros(0, np.int64), *parts])

    def _mask(self, rows: Rows) -> Mask:
        mask = np.zeros(self.facts.count, dtype=bool)
        mask[rows] = True
        return mask
