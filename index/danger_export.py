"""The network of danger merged into the embedding model and exported, once, in a child process.

Run as `python -m index.danger_export WEIGHTS FOLDER`.
"""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path

from index.danger_graph import MeaningFacts
from index.embedder import DEFAULT_NAME
from index.export import export_merged, load_model
from index.graph import file_sha256
from index.training.danger_network import MAX_TOKENS, DangerNetwork, load_meaning


def export_danger(weights: Path, folder: Path) -> MeaningFacts:
    """Write `model.onnx`, `tokenizer.json` and `facts.json` of a network of danger into `folder`.

    The graph maps token ids of a question to three log-odds; int8 like the embedder. The folder
    appears whole or not at all.
    """
    model = load_model(DEFAULT_NAME)
    network = DangerNetwork(model[0].auto_model)
    load_meaning(network, weights)
    described = partial(MeaningFacts, weights_sha256=file_sha256(weights), max_tokens=MAX_TOKENS)
    return export_merged(model, network, "log_odds", folder, described)


if __name__ == "__main__":
    export_danger(Path(sys.argv[1]), Path(sys.argv[2]))
