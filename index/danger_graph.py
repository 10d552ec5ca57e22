"""What a question means to the taught network of danger, as a graph."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

import numpy as np

from content.normalize import fold
from index.danger import DANGER_WEIGHTS, Meaning, Numbers, load_danger
from index.graph import NetworkFacts, TokenGraph, export_in_child, file_sha256, open_export, read_facts

# Changes when a graph exported from the same weights would come out differently.
_RECIPE = "danger-2"


class MeaningFacts(NetworkFacts):
    """What must be equal for two scores of danger to be comparable."""


class GraphMeaning:
    """The exported network run by onnxruntime and tokenizers alone; any thread may ask it."""

    def __init__(self, folder: Path) -> None:
        self.facts = read_facts(MeaningFacts, folder, "network of danger")
        self._graph = TokenGraph(
            folder, graph_sha256=self.facts.graph_sha256, tokenizer_sha256=self.facts.tokenizer_sha256,
            max_tokens=self.facts.max_tokens,
        )  # fmt: skip

    def log_odds(self, texts: Sequence[str]) -> Numbers:
        """Return float32 (n, 3); each text is run by itself, as dynamic int8 scales depend on neighbours."""
        return np.stack([self._graph.run(fold(text))[1][0] for text in texts])


def open_meaning(models: Path, *, weights: Path = DANGER_WEIGHTS, renew: bool = False) -> Meaning:
    """Return the network of a weights file, merged and exported into `models` on first use.

    A damaged export is refused, or with `renew` replaced by a fresh one. Raises BadDangerWeights.
    """
    load_danger(weights)
    folder = models / f"{_RECIPE}-{file_sha256(weights)[:16]}"
    export = partial(export_in_child, "index.danger_export", str(weights), folder, {"HF_HUB_OFFLINE": "1"})
    return open_export(folder, export, GraphMeaning, renew=renew)
