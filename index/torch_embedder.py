"""Models with special pooling or prompts, run by sentence-transformers itself."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from content.normalize import fold
from index.embedder import EmbedderFacts, FloatMatrix
from index.export import load_model


class TorchEmbedder:
    """Slower and heavier than a graph, but true to whatever the model's own pipeline does."""

    def __init__(self, facts: EmbedderFacts) -> None:
        self.facts = facts
        self._model = load_model(facts.name)

    def embed(self, texts: Sequence[str], *, progress: bool = False) -> FloatMatrix:
        """Return float32 (n, d), unit rows."""
        if not texts:
            return np.zeros((0, self.facts.dimension), dtype=np.float32)
        rows = self._model.encode(
            [fold(text) for text in texts],
            normalize_embeddings=True,
            show_progress_bar=progress,
            convert_to_numpy=True,
        )
        return np.asarray(rows, dtype=np.float32)
