"""Rows of a mapped file that are read here and there, asked of the disk all at once."""

from __future__ import annotations

import mmap
from pathlib import Path

import numpy as np

from index.embedder import FloatMatrix
from index.engines.protocol import Rows


class ScatteredRows:
    """Float32 rows of a file whose length was compared; a map of its own, read without looking ahead."""

    def __init__(self, path: Path, shape: tuple[int, int]) -> None:
        with path.open("rb") as file:
            self._map = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        # Otherwise the system reads 128 KB around each of them and throws out what others need.
        self._map.madvise(mmap.MADV_RANDOM)
        self._rows = np.frombuffer(self._map, dtype="<f4").reshape(shape)
        self._bytes = shape[1] * 4

    def take(self, rows: Rows) -> FloatMatrix:
        """Return these rows, copied. The disk looks for all of them side by side, not one after another."""
        for row in rows.tolist():
            start = row * self._bytes
            page = start - start % mmap.PAGESIZE
            self._map.madvise(mmap.MADV_WILLNEED, page, start + self._bytes - page)
        return np.asarray(self._rows[rows], dtype=np.float32)
