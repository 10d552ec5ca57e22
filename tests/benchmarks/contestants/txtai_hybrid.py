"""txtai: BM25 and dense vectors, half each, as `hybrid` has it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from turns import Texts, take_turns, with_titles


class Hybrid:
    """An Embeddings database without content storage: it returns ids alone, which is its fastest form."""

    def __init__(self, model: Path) -> None:
        import torch
        from txtai import Embeddings

        self._torch = torch
        # 256 tokens, as the model's own settings say; txtai would read 512 and take longer.
        given = {"path": str(model), "method": "sentence-transformers", "hybrid": True, "gpu": False}
        kind: Any = Embeddings
        self._found = kind(given)

    def threads(self, count: int) -> None:
        self._torch.set_num_threads(count)

    def build(self, texts: Texts) -> None:
        self._found.index(with_titles(texts))

    def search(self, question: str) -> list[str]:
        return [str(key) for key, _ in self._found.search(question, 10)]


if __name__ == "__main__":
    take_turns(Hybrid)
