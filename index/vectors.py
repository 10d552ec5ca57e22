"""Exact nearest neighbours by inner product (the one home of FAISS), and vectors on disk."""

from __future__ import annotations

from pathlib import Path

import faiss
import numpy as np
import numpy.typing as npt

from index.embedder import FloatMatrix, FloatVector
from index.errors import IndexDamaged

_UNIT_TOLERANCE = 1e-3


class VectorStore:
    """Unit vectors in memory. FAISS's own file reader never runs: its files carry no checksum."""

    def __init__(self, rows: FloatMatrix) -> None:
        """Take float32 (n, d), unit rows."""
        self.rows = np.ascontiguousarray(rows, dtype=np.float32)
        self._flat = faiss.IndexFlatIP(self.rows.shape[1])
        self._flat.add(self.rows)

    def search(self, vector: FloatVector, k: int) -> list[tuple[int, float]]:
        """Return up to `k` (row, cosine), best first, equal cosines in row order.

        `vector`: float32 (d,), unit length. Cosines are in [-1, 1], higher is nearer.
        """
        k = min(k, len(self.rows))
        if k <= 0:
            return []
        cosines, rows = self._flat.search(vector[None, :], k)
        found = [(int(row), float(cosine)) for row, cosine in zip(rows[0], cosines[0], strict=True)]
        return sorted(found, key=lambda pair: (-pair[1], pair[0]))


def save_vectors(path: Path, rows: FloatMatrix) -> None:
    """Write float32 (n, d) as a `.npy` file; no pickle, little-endian, C order."""
    with path.open("wb") as file:
        np.save(file, np.ascontiguousarray(rows, dtype="<f4"), allow_pickle=False)


def load_vectors(path: Path, *, count: int, dimension: int) -> FloatMatrix:
    """Read what `save_vectors` wrote, refusing anything else before memory is taken.

    The declared shape is compared with the expected one and with the file's length first: a
    forged header can name an array of terabytes. Every row must be finite and of unit length.
    """
    try:
        with path.open("rb") as file:
            shape, dtype, fortran = _header(file)
            if (shape, dtype, fortran) != ((count, dimension), np.dtype("<f4"), False):
                raise IndexDamaged(path, f"holds {dtype} {shape}, expected <f4 {(count, dimension)}")
            if path.stat().st_size != file.tell() + count * dimension * 4:
                raise IndexDamaged(path, "length differs from the shape it declares")
            rows = np.fromfile(file, dtype="<f4").reshape(count, dimension)
    except (OSError, ValueError, SyntaxError) as error:
        raise IndexDamaged(path, f"not a vector file ({error})") from error
    norms = np.linalg.norm(rows, axis=1)
    if not np.all(np.abs(norms - 1.0) < _UNIT_TOLERANCE):
        raise IndexDamaged(path, "a row is not a unit vector")
    return np.ascontiguousarray(rows, dtype=np.float32)


def _header(file: object) -> tuple[tuple[int, ...], npt.DTypeLike, bool]:
    version = np.lib.format.read_magic(file)  # type: ignore[arg-type]
    if version != (1, 0):
        raise ValueError(f"npy version {version}")
    shape, fortran, dtype = np.lib.format.read_array_header_1_0(file)  # type: ignore[arg-type]
    return shape, dtype, fortran
