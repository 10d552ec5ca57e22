"""One training run from files to weights."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch

from index.embedder import DEFAULT_NAME
from index.export import load_model
from index.training.examples import Example
from index.training.groups import MAX_TOKENS, Tokenize
from index.training.loop import Trainer, TrainingPlan
from index.training.network import ReaderNetwork
from index.training.sources import read_examples

_CHECKS_EACH = 30


def new_network() -> tuple[ReaderNetwork, Tokenize]:
    """Return an untrained reader over the default embedding model, and its pair tokenizer."""
    model = load_model(DEFAULT_NAME)
    bert: Any = model[0].auto_model
    bert.set_attn_implementation("sdpa")
    tokenizer = model.tokenizer.backend_tokenizer
    tokenizer.no_padding()
    tokenizer.enable_truncation(MAX_TOKENS)
    return ReaderNetwork(bert), tokenizer.encode


def train_reader(
    data: Sequence[Path], folder: Path, plan: TrainingPlan, *,
    never: Sequence[Path] = (), progress: bool = False,
) -> Trainer:  # fmt: skip
    """Train, or go on training, the reader in `folder`."""
    torch.manual_seed(plan.seed)
    examples, checks = read_examples(data, never=never)
    network, tokenize = new_network()
    trainer = Trainer(network, tokenize, plan, folder)
    trainer.train(examples, some_of_each(checks, _CHECKS_EACH), progress=progress)
    return trainer


def some_of_each(examples: Sequence[Example], count: int) -> list[Example]:
    """Return up to `count` examples of each source and answerability, always the same ones."""
    pools: dict[tuple[str, bool], list[Example]] = {}
    for example in examples:
        pools.setdefault((example.source, example.answerable), []).append(example)
    rng = random.Random(0)  # noqa: S311
    return [e for key in sorted(pools) for e in rng.sample(pools[key], min(count, len(pools[key])))]
