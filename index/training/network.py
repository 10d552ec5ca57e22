"""The embedding model's layers with low-rank changes that are learnt, and the reader's head over them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file, save
from torch import nn

from index.embedder import DEFAULT_NAME
from index.export import load_model

RANK = 32


class LowRank(nn.Module):
    """A frozen linear layer plus a trained change of rank `RANK` (Hu et al., LoRA, ICLR 2022)."""

    def __init__(self, frozen: nn.Linear) -> None:
        super().__init__()
        self.frozen = frozen
        frozen.weight.requires_grad_(False)
        self.down = nn.Parameter(torch.randn(RANK, frozen.in_features) / frozen.in_features**0.5)
        self.up = nn.Parameter(torch.zeros(frozen.out_features, RANK))

    def forward(self, values: torch.Tensor) -> torch.Tensor:
        """Return W x + up down x + b."""
        changed: torch.Tensor = self.frozen(values) + (values @ self.down.T) @ self.up.T
        return changed

    def merged(self) -> nn.Linear:
        """Return one plain linear layer that computes the same."""
        with torch.no_grad():
            self.frozen.weight += self.up @ self.down
        return self.frozen


class LowRankNetwork(nn.Module):
    """A transformer that learns by low-rank changes; whoever is one adds a head and `forward`."""

    def __init__(self, bert: Any) -> None:
        """Take the transformer of a sentence-transformers model and make it learnable."""
        super().__init__()
        self.bert = bert
        bert.requires_grad_(False)
        for parent, name in list(_linear_places(bert)):
            setattr(parent, name, LowRank(getattr(parent, name)))
        for name, parameter in bert.encoder.named_parameters():
            # Biases and normalisations are few numbers and learn along.
            if name.endswith("bias") or "LayerNorm" in name:
                parameter.requires_grad_(True)

    def learnt(self) -> dict[str, torch.Tensor]:
        """Return every trained number by name, in a fixed order."""
        return {name: p for name, p in sorted(self.named_parameters()) if p.requires_grad}

    def merge(self) -> None:
        """Turn every low-rank change into its layer's own weights."""
        for parent, name in list(_low_rank_places(self.bert)):
            setattr(parent, name, getattr(parent, name).merged())


class ReaderNetwork(LowRankNetwork):
    """Token ids of (question, passage) to one evidence logit a token; "nothing here" is 0."""

    def __init__(self, bert: Any) -> None:
        """Take the transformer of a sentence-transformers model."""
        width = int(bert.config.hidden_size)
        first, last = nn.Linear(width, width), nn.Linear(width, 1)
        nn.init.constant_(last.bias, -4.0)
        super().__init__(bert)
        self.head = nn.Sequential(first, nn.GELU(), last)
        for module in bert.modules():
            if isinstance(module, nn.Dropout):
                module.p = 0.0

    def forward(self, input_ids: Any, attention_mask: Any, token_type_ids: Any) -> torch.Tensor:
        """Return float logits (rows, tokens)."""
        hidden = self.bert(
            input_ids=input_ids, attention_mask=attention_mask, token_type_ids=token_type_ids
        ).last_hidden_state
        logits: torch.Tensor = self.head(hidden)[..., 0]
        return logits


def learnable_model(max_tokens: int) -> tuple[Any, Any]:
    """Return the transformer of the default embedding model and its tokenizer, cutting at `max_tokens`."""
    from transformers.utils import logging

    # Drawn even where nobody looks, for a load that takes no time.
    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    model = load_model(DEFAULT_NAME)
    bert: Any = model[0].auto_model
    bert.set_attn_implementation("sdpa")
    tokenizer = model.tokenizer.backend_tokenizer
    tokenizer.no_padding()
    tokenizer.enable_truncation(max_tokens)
    return bert, tokenizer


def save_weights(network: LowRankNetwork, path: Path) -> None:
    """Write what was learnt as float16 safetensors."""
    tensors = {name: p.detach().to(torch.float16).contiguous() for name, p in network.learnt().items()}
    # Not `save_file`: its files can be read by their owner alone, and these are shipped.
    path.write_bytes(save(tensors))


def load_weights(network: LowRankNetwork, path: Path) -> None:
    """Put stored weights into a network; raises ValueError, nothing changed, when they do not fit."""
    put_weights(network, load_file(str(path)), path)


def put_weights(network: LowRankNetwork, stored: Mapping[str, torch.Tensor], path: Path) -> None:
    """Put weights that stood in a file into a network; raises ValueError when they do not fit."""
    learnt = network.learnt()
    if set(stored) != set(learnt):
        raise ValueError(f"{path}: {len(set(stored) ^ set(learnt))} weights too many or too few")
    wrong = [name for name, parameter in learnt.items() if stored[name].shape != parameter.shape]
    if wrong:
        raise ValueError(f"{path}: {wrong[0]} is {list(stored[wrong[0]].shape)}, "
                         f"not {list(learnt[wrong[0]].shape)}")  # fmt: skip
    with torch.no_grad():
        for name, parameter in learnt.items():
            parameter.copy_(stored[name].to(parameter.dtype))


def _linear_places(bert: Any) -> Iterator[tuple[Any, str]]:
    for layer in bert.encoder.layer:
        yield from ((layer.attention.self, name) for name in ("query", "key", "value"))
        yield from ((part, "dense") for part in (layer.attention.output, layer.intermediate, layer.output))


def _low_rank_places(bert: Any) -> Iterator[tuple[Any, str]]:
    return (place for place in _linear_places(bert) if isinstance(getattr(*place), LowRank))
