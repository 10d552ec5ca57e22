"""Word counts that take their time, so that a kill comes in the middle."""

from __future__ import annotations

import time
from collections.abc import Sequence

from fakes import WordEmbedder

from index.embedder import FloatMatrix


class SlowWords(WordEmbedder):
    """Counts of words, some milliseconds for each text."""

    def __init__(self, milliseconds: float) -> None:
        super().__init__()
        self._seconds = milliseconds / 1000

    def embed(self, texts: Sequence[str], *, progress: bool = False) -> FloatMatrix:
        """Return float32 (n, 16), unit rows."""
        time.sleep(self._seconds * len(texts))
        return super().embed(texts, progress=progress)
