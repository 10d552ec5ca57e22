"""The network of danger merged into the embedding model and exported, once, in a child process.

Run as `python -m index.danger_export WEIGHTS FOLDER`.
"""

from __future__ import annotations

import sys
from pathlib import Path

from index.danger_graph import MeaningFacts
from index.embedder import DEFAULT_NAME
from index.export import load_model, save_graph, whole_folder
from index.graph import FACTS, file_sha256
from index.training.danger_network import MAX_TOKENS, DangerNetwork, load_meaning


def export_danger(weights: Path, folder: Path) -> MeaningFacts:
    """Write `model.onnx`, `tokenizer.json` and `facts.json` of a network of danger into `folder`.

    The graph maps token ids of a question to three log-odds; int8 like the embedder. The folder
    appears whole or not at all.
    """
    model = load_model(DEFAULT_NAME)
    network = DangerNetwork(model[0].auto_model)
    load_meaning(network, weights)
    network.merge()
    with whole_folder(folder) as target:
        hashes = save_graph(model, network.eval(), "log_odds", target)
        facts = MeaningFacts(weights_sha256=file_sha256(weights), max_tokens=MAX_TOKENS, **hashes)
        (target / FACTS).write_text(facts.model_dump_json(indent=1), "utf-8")
    return facts


if __name__ == "__main__":
    export_danger(Path(sys.argv[1]), Path(sys.argv[2]))
