"""Rows of a file that are read here and there, asked of the disk all at once."""

from __future__ import annotations

import os
import weakref
from pathlib import Path

import numpy as np

from index.embedder import FloatMatrix
from index.engines.errors import GenerationDamaged
from index.engines.protocol import Rows

# Not every system can be told beforehand what will be read.
_TOLD = hasattr(os, "posix_fadvise")


class ScatteredRows:
    """Float32 rows of a file whose length was compared, read one by one.

    Not through a map: of every row looked at the system would map its neighbours as well, and gigabytes
    that nobody asked for would count as memory of this process.
    """

    def __init__(self, path: Path, shape: tuple[int, int]) -> None:
        self._file = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        # Whoever has opened a generation may go on with it as long as they hold it.
        weakref.finalize(self, os.close, self._file)
        self._path, self._dimension = path, shape[1]
        # Otherwise the system reads 128 KB around each of them and throws out what others need.
        if _TOLD:
            os.posix_fadvise(self._file, 0, 0, os.POSIX_FADV_RANDOM)

    def take(self, rows: Rows) -> FloatMatrix:
        """Return these rows. The disk looks for all of them side by side, not one after another.

        Raises GenerationDamaged when the file has become shorter.
        """
        file, size = self._file, self._dimension * 4
        starts = [row * size for row in rows.tolist()]
        for start in starts if _TOLD else ():
            os.posix_fadvise(file, start, size, os.POSIX_FADV_WILLNEED)
        found = np.empty((len(starts), self._dimension), dtype="<f4")
        for row, start in zip(found, starts, strict=True):
            if os.preadv(file, [row.data], start) != size:
                raise GenerationDamaged(str(self._path), "is shorter than it was")
        return np.asarray(found, dtype=np.float32)
