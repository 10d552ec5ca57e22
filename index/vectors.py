"""Exact nearest neighbours by inner product (the one home of FAISS), and vectors on disk."""

from __future__ import annotations

import io
import os
import tempfile
from pathlib import Path
from typing import BinaryIO

import numpy as np
import numpy.typing as npt

from index.embedder import FloatMatrix, FloatVector
from index.errors import BuildFailed, IndexDamaged

# Larger arrays stay on the disk, mapped: a million passages with their sentences take 9 GB of it, workers
# share one copy, and only what is asked for is read.
MAPPED_BYTES = 64_000_000
_UNIT_TOLERANCE = 1e-3
# FAISS sums the same row differently from place to place; its cosines may be this far off.
_ROUNDING = 1e-5
_SPARE = 8
# So few are all compared: a clinic's own pages are found without FAISS, whose import takes longer.
_FEW = 500


class VectorStore:
    """Unit vectors, compared where they stand: FAISS copies none of them and reads no file of its own."""

    def __init__(self, rows: FloatMatrix) -> None:
        """Take float32 (n, d), unit rows, in memory or mapped."""
        self.rows = np.ascontiguousarray(rows, dtype=np.float32)

    def search(self, vector: FloatVector, k: int) -> list[tuple[int, float]]:
        """Return up to `k` (row, cosine), best first, equal cosines in row order.

        `vector`: float32 (d,), unit length. Cosines are in [-1, 1], higher is nearer, and equal
        for equal rows: those FAISS finds are summed again, each row in the same way.
        """
        k = min(k, len(self.rows))
        if k <= 0:
            return []
        rows = self._nearest(vector, k)
        cosines = np.einsum("nd,d->n", self.rows[rows], vector)
        found = zip(rows.tolist(), cosines.tolist(), strict=True)
        return sorted(found, key=lambda pair: (-pair[1], pair[0]))[:k]

    def _nearest(self, vector: FloatVector, k: int) -> npt.NDArray[np.int64]:
        """Return at least the `k` nearest rows, with every row that rounding could put among them."""
        if len(self.rows) <= _FEW:
            return np.arange(len(self.rows), dtype=np.int64)
        import faiss

        asked = k
        while True:
            asked = min(asked + _SPARE, len(self.rows))
            cosines, rows = faiss.knn(vector[None, :], self.rows, asked, metric=faiss.METRIC_INNER_PRODUCT)
            if asked == len(self.rows) or cosines[0][-1] < cosines[0][k - 1] - _ROUNDING:
                return np.asarray(rows[0], dtype=np.int64)
            asked *= 2


def roomy(rows: int, dimension: int, folder: Path) -> FloatMatrix:
    """Return float32 (n, d) to be filled: in memory, or a large one in `folder`, mapped from a file.

    That file has no name: it goes with the process, however that ends. Its room is taken at once, as a disk
    that is full when a mapped page is written kills the process. Raises BuildFailed when there is none.
    """
    size = rows * dimension * 4
    if size <= MAPPED_BYTES:
        return np.empty((rows, dimension), dtype=np.float32)
    try:
        with tempfile.TemporaryFile(dir=folder) as file:
            if hasattr(os, "posix_fallocate"):
                os.posix_fallocate(file.fileno(), 0, size)
            return np.asarray(np.memmap(file, np.float32, "r+", shape=(rows, dimension)))
    except OSError as error:
        raise BuildFailed(folder, error) from error


def save_vectors(path: Path, rows: FloatMatrix) -> None:
    """Write float32 (n, d) as a `.npy` file; no pickle, little-endian, C order."""
    with path.open("wb") as file:
        np.save(file, np.ascontiguousarray(rows, dtype="<f4"), allow_pickle=False)


def load_vectors(path: Path, *, count: int, dimension: int) -> FloatMatrix:
    """Read what `save_vectors` wrote, or map a large file, refusing anything else before memory is taken.

    The header is compared with the only one that fits, never parsed: a forged one can name an
    array of terabytes. Every row must be finite and of unit length.
    """
    header = npy_header("<f4", (count, dimension))
    try:
        with path.open("rb") as file:
            if file.read(len(header)) != header:
                raise IndexDamaged(path, f"does not begin as float32 rows of shape {(count, dimension)}")
            if path.stat().st_size != len(header) + count * dimension * 4:
                raise IndexDamaged(path, "length differs from the shape it declares")
            rows = _rows(file, count, dimension)
    except (OSError, ValueError) as error:
        raise IndexDamaged(path, f"not a vector file ({error})") from error
    with np.errstate(over="ignore", invalid="ignore"):
        # Of a mapped file no row is copied.
        norms = np.sqrt(np.einsum("nd,nd->n", rows, rows))
    if not np.all(np.abs(norms - 1.0) < _UNIT_TOLERANCE):
        raise IndexDamaged(path, "a row is not a unit vector")
    return np.ascontiguousarray(rows, dtype=np.float32)


def _rows(file: BinaryIO, count: int, dimension: int) -> FloatMatrix:
    if count * dimension * 4 <= MAPPED_BYTES:
        return np.fromfile(file, dtype="<f4").reshape(count, dimension)
    return np.asarray(np.memmap(file, "<f4", "r", offset=file.tell(), shape=(count, dimension)))


def npy_header(kind: str, shape: tuple[int, ...]) -> bytes:
    """Return the only header that a `.npy` file of this kind of number and shape may have."""
    header = io.BytesIO()
    facts = {"descr": kind, "fortran_order": False, "shape": shape}
    np.lib.format.write_array_header_1_0(header, facts)
    return header.getvalue()
