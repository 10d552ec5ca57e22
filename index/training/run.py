"""One training run from files to weights, and the facts about it."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from safetensors import SafetensorError

from index.errors import BadTrainingData, BadWeights, UnknownLicence, WeightsTooLarge
from index.graph import file_sha256
from index.training.card import LossSummary, TrainingRun, unlicensed
from index.training.examples import Example
from index.training.groups import MAX_TOKENS, Tokenize
from index.training.loop import Trainer
from index.training.network import RANK, ReaderNetwork, learnable_model, load_weights
from index.training.plan import GROUPS_A_STEP, TrainingPlan
from index.training.sources import read_examples

MAX_BYTES = 4_000_000
_CHECKS_EACH = 30
_SUMMED_STEPS = 50


class TrainingData(NamedTuple):
    """What is learnt from, and the validation questions asked along the way."""

    examples: list[Example]
    checks: list[Example]

    @property
    def questions(self) -> dict[str, int]:
        """How many questions there are to learn from, by source."""
        return dict(sorted(Counter(example.source for example in self.examples).items()))


def read_data(paths: Sequence[Path], *, never: Sequence[Path] = ()) -> TrainingData:
    """Return the examples of files and folders, and up to 30 checks of each source and answerability.

    Raises BadTrainingData, also when nothing is left to learn from, and UnreadableBenchmark.
    """
    examples, checks = read_examples(paths, never=never)
    if not examples:
        raise BadTrainingData(paths[0], "no question to learn from")
    return TrainingData(examples, some_of_each(checks, _CHECKS_EACH))


def require_licences(data: TrainingData) -> None:
    """Raise UnknownLicence when a source to learn from may not go into weights that are shipped."""
    unknown = unlicensed(data.questions)
    if unknown:
        raise UnknownLicence(unknown)


def some_of_each(examples: Sequence[Example], count: int) -> list[Example]:
    """Return up to `count` examples of each source and answerability, always the same ones."""
    pools: dict[tuple[str, bool], list[Example]] = {}
    for example in examples:
        pools.setdefault((example.source, example.answerable), []).append(example)
    rng = random.Random(0)  # noqa: S311
    return [e for key in sorted(pools) for e in rng.sample(pools[key], min(count, len(pools[key])))]


def weights_sha256(path: Path) -> str:
    """Return the sha256 of a weights file. Raises BadWeights when it cannot be read."""
    try:
        return file_sha256(path)
    except OSError as error:
        raise BadWeights(path, f"cannot be read ({error.strerror})") from error


def new_network() -> tuple[ReaderNetwork, Tokenize]:
    """Return an untrained reader over the default embedding model, and its pair tokenizer."""
    bert, tokenizer = learnable_model(MAX_TOKENS)
    return ReaderNetwork(bert), tokenizer.encode


def new_trainer(folder: Path, plan: TrainingPlan, *, start: Path | None = None) -> Trainer:
    """Return the trainer of `folder`, its network drawn from the plan's seed or taken from `start`.

    Raises BadWeights when `start` holds no weights of this network.
    """
    torch.manual_seed(plan.seed)
    network, tokenize = new_network()
    if start is not None:
        try:
            load_weights(network, start)
        except (OSError, SafetensorError, ValueError) as error:
            raise BadWeights(start, str(error)) from error
    return Trainer(network, tokenize, plan, folder)


def train_reader(
    data: Sequence[Path], folder: Path, plan: TrainingPlan, *,
    never: Sequence[Path] = (), progress: bool = False,
) -> Trainer:  # fmt: skip
    """Train, or go on training, the reader in `folder`."""
    found = read_data(data, never=never)
    trainer = new_trainer(folder, plan)
    trainer.train(found.examples, found.checks, progress=progress)
    return trainer


def describe_run(trainer: Trainer, data: TrainingData, command: str) -> TrainingRun:
    """Return the facts of a finished run. Raises WeightsTooLarge above 4 MB."""
    size = trainer.weights.stat().st_size
    if size > MAX_BYTES:
        raise WeightsTooLarge(trainer.weights, size, MAX_BYTES)
    losses, plan = trainer.losses, trainer.plan
    return TrainingRun(
        command=command, groups=trainer.step * GROUPS_A_STEP, steps=trainer.step,
        questions=data.questions, checks=len(data.checks),
        rate=plan.rate, plain_rate=plan.plain_rate, seed=plan.seed, rank=RANK, start=plan.start,
        loss=LossSummary(
            over_steps=min(_SUMMED_STEPS, len(losses)),
            first=_mean(losses[:_SUMMED_STEPS]), last=_mean(losses[-_SUMMED_STEPS:]),
        ),
        validations=tuple(trainer.validations),
        weights_sha256=file_sha256(trainer.weights), weights_bytes=size,
    )  # fmt: skip


def _mean(losses: Sequence[float]) -> float:
    return round(float(np.mean(losses)), 4)
