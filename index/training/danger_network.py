"""What danger means, as a network: the embedding model taught by whole questions instead of pairs."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.torch import load_file
from torch import nn

from content.normalize import fold
from index.danger import ASPECTS, Numbers
from index.training.network import LowRankNetwork, learnable_model, put_weights

MAX_TOKENS = 128
_HEAD, _DROPPED = 256, 0.2
_ROWS = 512
# Before the name of each of its numbers in a file that holds the words as well.
_NETWORK = "network."


class DangerNetwork(LowRankNetwork):
    """Token ids of a question to three log-odds, in the order of `index.danger.ASPECTS`."""

    def __init__(self, bert: Any) -> None:
        """Take the transformer of a sentence-transformers model."""
        super().__init__(bert)
        width = int(bert.config.hidden_size)
        self.head = nn.Sequential(
            nn.Dropout(_DROPPED), nn.Linear(width, _HEAD), nn.GELU(), nn.Dropout(_DROPPED),
            nn.Linear(_HEAD, len(ASPECTS)),
        )  # fmt: skip

    def forward(self, input_ids: Any, attention_mask: Any, token_type_ids: Any) -> torch.Tensor:
        """Return float log-odds (rows, 1, 3) of the mean of each row's tokens."""
        hidden = self.bert(
            input_ids=input_ids, attention_mask=attention_mask, token_type_ids=token_type_ids
        ).last_hidden_state
        seen = attention_mask[..., None].to(hidden.dtype)
        mean = (hidden * seen).sum(1, keepdim=True) / seen.sum(1, keepdim=True)
        logits: torch.Tensor = self.head(mean)
        return logits


def new_network() -> tuple[DangerNetwork, Any]:
    """Return an untrained network over the default embedding model, and its tokenizer."""
    bert, tokenizer = learnable_model(MAX_TOKENS)
    return DangerNetwork(bert), tokenizer


class LearntMeaning:
    """A taught network as `index.danger.Meaning`: slower than its graph, and exact."""

    def __init__(self, network: DangerNetwork, tokenizer: Any) -> None:
        """Take a network and the tokenizer of its model."""
        self.network, self._tokenizer = network, tokenizer

    def log_odds(self, texts: Sequence[str]) -> Numbers:
        """Return float32 (n, 3), those of like length together."""
        found = np.zeros((len(texts), len(ASPECTS)), np.float32)
        order = sorted(range(len(texts)), key=lambda place: len(texts[place]))
        with torch.inference_mode():
            for at in range(0, len(order), _ROWS):
                rows = order[at : at + _ROWS]
                found[rows] = self.logits([texts[row] for row in rows]).cpu().numpy()
        return found

    def logits(self, texts: Sequence[str]) -> torch.Tensor:
        """Return float32 (n, 3)."""
        encoded = [torch.tensor(self._tokenizer.encode(fold(text)).ids) for text in texts]
        device = next(self.network.parameters()).device
        ids = nn.utils.rnn.pad_sequence(encoded, batch_first=True).to(device)
        lengths = torch.tensor([len(one) for one in encoded], device=device)
        seen = (torch.arange(ids.shape[1], device=device) < lengths[:, None]).long()
        # Half the bits where that is faster: processors without them take ten times as long.
        fast = self.network.training and device.type == "cuda"
        with torch.autocast(device.type, dtype=torch.bfloat16, enabled=fast):
            found: torch.Tensor = self.network(ids, seen, torch.zeros_like(ids))
        return found[:, 0].float()


def meaning_weights(network: DangerNetwork) -> dict[str, Numbers]:
    """Return what was learnt as float16, under the names it has in a file of danger."""
    return {
        f"{_NETWORK}{name}": parameter.detach().to(torch.float16).cpu().numpy()
        for name, parameter in network.learnt().items()
    }


def load_meaning(network: DangerNetwork, path: Path) -> None:
    """Put the network of a file of danger into one; raises ValueError when it does not fit."""
    stored = {
        name.removeprefix(_NETWORK): tensor
        for name, tensor in load_file(str(path)).items()
        if name.startswith(_NETWORK)
    }
    put_weights(network, stored, path)
