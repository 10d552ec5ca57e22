"""The reader's small weights merged into the embedding model and exported, once, in a child process.

Run as `python -m index.reader_export WEIGHTS FOLDER`.
"""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path

from index.embedder import DEFAULT_NAME
from index.evidence import EvidenceFacts
from index.export import export_merged, load_model
from index.graph import file_sha256
from index.training.network import ReaderNetwork, load_weights

MAX_TOKENS = 256


def export_reader(weights: Path, folder: Path) -> EvidenceFacts:
    """Write `model.onnx`, `tokenizer.json` and `facts.json` of a reader into `folder`.

    The graph maps token ids of (question, passage) to one logit a token; int8 like the embedder.
    The folder appears whole or not at all.
    """
    model = load_model(DEFAULT_NAME)
    network = ReaderNetwork(model[0].auto_model)
    load_weights(network, weights)
    described = partial(EvidenceFacts, weights_sha256=file_sha256(weights), max_tokens=MAX_TOKENS)
    return export_merged(model, network, "logits", folder, described)


if __name__ == "__main__":
    export_reader(Path(sys.argv[1]), Path(sys.argv[2]))
