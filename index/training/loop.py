"""The training of the reader: steps, checkpoints, resuming, and what validation says."""

from __future__ import annotations

import json
import math
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.torch import load_file, save_file
from tqdm import tqdm

from content.schema import Fact
from index.training.examples import Example
from index.training.groups import Batch, Group, Sampler, Tokenize, as_batch, draw_group
from index.training.network import ReaderNetwork, save_weights
from index.training.validation import validate

_GROUPS_A_STEP = 16
# Groups of like length share a step: padding costs as much as words.
_POOL = 16
_WARM_UP_STEPS = 60
_CHECKPOINT_STEPS = 50
_GOLD_SHARE = 0.6
_CLIP = 1.0
_PARTS = 4


class TrainingPlan(Fact):
    """How long and how fast: `groups` questions in all, learning rates for changes and head."""

    groups: int = 60_000
    rate: float = 1e-3
    plain_rate: float = 3e-4
    validate_every: int = 500
    seed: int = 20_261_122


def loss_of(logits: torch.Tensor, batch: Batch) -> torch.Tensor:
    """Return the mean over groups of −log(Σ gold e^a / (1 + Σ all e^a)), tokens of a group together.

    Without gold the numerator is 1, "nothing here". Gold tokens count .6, the answer's words .4
    (both the whole gold sentence where the words are not known). Two candidates with logits ln 2
    and 0, the first gold: −log(2 / (1 + 2 + 1)) = log 2.
    """
    groups = torch.tensor(batch.group)
    every = _sums(logits, torch.from_numpy(batch.candidate), groups)
    total = torch.logaddexp(every, torch.zeros_like(every))
    gold = _sums(logits, torch.from_numpy(batch.gold), groups)
    answer = _sums(logits, torch.from_numpy(batch.answer), groups)
    known = torch.isfinite(gold)
    zero = torch.zeros_like(gold)
    wanted = _GOLD_SHARE * torch.where(known, gold, zero)
    wanted = wanted + (1 - _GOLD_SHARE) * torch.where(known, answer, zero)
    return (total - wanted).mean()


def _sums(logits: torch.Tensor, mask: torch.Tensor, groups: torch.Tensor) -> torch.Tensor:
    """Return the logsumexp of the masked logits of each group, -inf where none is masked."""
    masked = torch.where(mask, logits, torch.full_like(logits, -torch.inf))
    count = int(groups.max()) + 1
    return torch.stack([torch.logsumexp(masked[groups == n].flatten(), 0) for n in range(count)])


class Trainer:
    """A network being taught; everything it needs to go on stands in `folder`."""

    def __init__(
        self, network: ReaderNetwork, tokenize: Tokenize, plan: TrainingPlan, folder: Path,
    ) -> None:  # fmt: skip
        self.network, self.tokenize, self.plan, self.folder = network, tokenize, plan, folder
        fast = {n for n in network.learnt() if n.endswith((".up", ".down")) or n.startswith("head")}
        low_rank = [p for n, p in network.learnt().items() if n in fast]
        plain = [p for n, p in network.learnt().items() if n not in fast]
        self._optimiser = torch.optim.AdamW(
            [{"params": low_rank, "rate": plan.rate}, {"params": plain, "rate": plan.plain_rate}],
            betas=(0.9, 0.98), weight_decay=0.01,
        )  # fmt: skip
        self.steps = math.ceil(plan.groups / _GROUPS_A_STEP)
        self.step = 0
        self.losses: list[float] = []
        self.validations: list[dict[str, Any]] = []
        folder.mkdir(parents=True, exist_ok=True)

    def train(
        self, examples: Sequence[Example], checks: Sequence[Example], *, progress: bool = False
    ) -> None:
        """Go from where the last checkpoint stands to the end, saving as it goes."""
        sampler = Sampler(examples)
        self.resume()
        bar = tqdm(total=self.steps, initial=self.step, unit="step", disable=None if progress else True)
        pending: list[list[Group]] = []
        with bar:
            while self.step < self.steps:
                if not pending:
                    pending = self._pool(sampler)[self.step % _POOL :]
                self.losses.append(self._learn(as_batch(pending.pop(0))))
                self.step += 1
                bar.update()
                bar.set_postfix(loss=f"{np.mean(self.losses[-50:]):.3f}")
                last = self.step == self.steps
                if checks and (self.step % self.plan.validate_every == 0 or last):
                    figures = validate(self.network, self.tokenize, checks)
                    self.validations.append({"step": self.step, **figures})
                if self.step % _CHECKPOINT_STEPS == 0 or last:
                    self.save()
        save_weights(self.network, self.folder / "reader.safetensors")

    def _pool(self, sampler: Sampler) -> list[list[Group]]:
        """Return the steps of one pool; drawn from its number alone, so that resuming repeats it."""
        rng = np.random.default_rng([self.plan.seed, self.step // _POOL])
        drawn = [draw_group(sampler.draw(rng), self.tokenize, rng) for _ in range(_POOL * _GROUPS_A_STEP)]
        drawn.sort(key=lambda group: max(len(row.ids) for row in group.rows))
        steps = [drawn[n : n + _GROUPS_A_STEP] for n in range(0, len(drawn), _GROUPS_A_STEP)]
        return [steps[int(place)] for place in rng.permutation(len(steps))]

    def _learn(self, batch: Batch) -> float:
        self.network.train()
        share = self._share()
        for part in self._optimiser.param_groups:
            part["lr"] = part["rate"] * share
        loss = loss_of(self._logits(batch), batch)
        self._optimiser.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(self.network.learnt().values(), _CLIP)
        self._optimiser.step()
        return float(loss.detach())

    def _logits(self, batch: Batch) -> torch.Tensor:
        """Return logits (rows, tokens); rows of like length run together, so that little is padding."""
        lengths = batch.attention.sum(axis=1)
        order = np.argsort(-lengths, kind="stable")
        parts = []
        for rows in np.array_split(order, min(_PARTS, len(order))):
            width = int(lengths[rows].max())
            arrays = (batch.ids, batch.attention, batch.types)
            logits = self.network(*(torch.from_numpy(array[rows, :width]) for array in arrays))
            parts.append(torch.nn.functional.pad(logits, (0, batch.ids.shape[1] - width)))
        return torch.cat(parts)[torch.from_numpy(np.argsort(order, kind="stable"))]

    def _share(self) -> float:
        """Return the share of the learning rate: up in 60 steps, then linearly down to 0."""
        warm = min(1.0, (self.step + 1) / _WARM_UP_STEPS)
        return warm * max(0.0, 1.0 - self.step / self.steps)

    def save(self) -> None:
        """Write network, optimiser and figures; a kill leaves the checkpoint before."""
        tensors = {f"p.{name}": p.detach().contiguous() for name, p in self.network.learnt().items()}
        for name, parameter in self.network.learnt().items():
            for key, value in self._optimiser.state[parameter].items():
                tensors[f"o.{key}.{name}"] = value.detach().reshape(value.shape or (1,)).contiguous()
        facts = {"step": self.step, "plan": self.plan.model_dump(), "losses": self.losses,
                 "validations": self.validations}  # fmt: skip
        save_file(tensors, str(self.folder / "tmp.safetensors"), metadata={"facts": json.dumps(facts)})
        os.replace(self.folder / "tmp.safetensors", self.folder / "checkpoint.safetensors")

    def resume(self) -> None:
        """Go back to the last checkpoint, if there is one."""
        path = self.folder / "checkpoint.safetensors"
        if not path.exists():
            return
        stored = load_file(str(path))
        facts = json.loads(read_metadata(path)["facts"])
        self.step, self.losses = int(facts["step"]), list(facts["losses"])
        self.validations = list(facts["validations"])
        with torch.no_grad():
            for name, parameter in self.network.learnt().items():
                parameter.copy_(stored[f"p.{name}"])
                state = {k: stored[f"o.{k}.{name}"] for k in ("step", "exp_avg", "exp_avg_sq")}
                state["step"] = state["step"].reshape(())
                self._optimiser.state[parameter] = state


def read_metadata(path: Path) -> dict[str, str]:
    """Return the text stored beside the tensors of a safetensors file."""
    from safetensors import safe_open

    with safe_open(str(path), framework="pt") as file:
        return dict(file.metadata() or {})
