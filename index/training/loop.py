"""The training of the reader: steps, checkpoints, resuming, and what validation says."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from functools import partial
from itertools import takewhile
from pathlib import Path
from typing import Any

import numpy as np
import torch
from tqdm import tqdm

from index.training.checkpoint import CheckpointFacts, read_checkpoint, read_facts, write_checkpoint
from index.training.examples import Example
from index.training.groups import Batch, Group, Sampler, Tokenize, as_batch, draw_group
from index.training.loss import loss_of
from index.training.network import ReaderNetwork, save_weights
from index.training.plan import GROUPS_A_STEP, TrainingPlan
from index.training.validation import validate

# Groups of like length share a step: padding costs as much as words.
_POOL = 16
_CHECKPOINT_STEPS = 50
_CLIP = 1.0
# Half the bits for the large products, nearly twice as fast; weights and sums stay float32.
half_precision = partial(torch.autocast, "cpu", dtype=torch.bfloat16)
_PARTS = 4


def _never() -> bool:
    return False


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
        self.step = 0
        self.losses: list[float] = []
        self.validations: list[dict[str, Any]] = []
        folder.mkdir(parents=True, exist_ok=True)

    @property
    def weights(self) -> Path:
        """Where the weights stand once the last step is done."""
        return self.folder / "reader.safetensors"

    def train(
        self, examples: Sequence[Example], checks: Sequence[Example], *,
        progress: bool = False, stop: Callable[[], bool] = _never,
    ) -> bool:  # fmt: skip
        """Go from where the last checkpoint stands to the end; say whether it was reached.

        Law: a run that was stopped or killed and goes on ends with the same numbers as one that was
        not. `stop` is asked after every step and every question of a validation.
        """
        sampler = Sampler(examples)
        self.resume()
        pending: list[list[Group]] = []
        steps = self.plan.steps
        with tqdm(total=steps, initial=self.step, unit="step", disable=None if progress else True) as bar:
            while not stop():
                if checks and self._validation_is_due():
                    self._validate(checks, bar, stop)
                elif self.step < steps:
                    pending = pending or self._pool(sampler)[self.step % _POOL :]
                    self._take(pending.pop(0), bar)
                else:
                    break
        if self.step:
            self.save()
        done = self.step == steps and not (checks and self._validation_is_due())
        if done:
            save_weights(self.network, self.weights)
        return done

    def _take(self, groups: Sequence[Group], bar: tqdm[Any]) -> None:
        self.losses.append(self._learn(as_batch(groups)))
        self.step += 1
        bar.update()
        bar.set_postfix(loss=f"{np.mean(self.losses[-50:]):.3f}")
        if self.step % _CHECKPOINT_STEPS == 0:
            self.save()

    def _validation_is_due(self) -> bool:
        at = self.step > 0 and (self.step % self.plan.validate_every == 0 or self.step == self.plan.steps)
        return at and not any(found["step"] == self.step for found in self.validations)

    def _validate(self, checks: Sequence[Example], bar: tqdm[Any], stop: Callable[[], bool]) -> None:
        figures = validate(self.network, self.tokenize, takewhile(lambda _: not stop(), checks))
        if stop():
            return
        self.validations.append({"step": self.step, **figures})
        self.save()
        if not bar.disable:
            said = ", ".join(f"{name} {value:.3f}" for name, value in sorted(figures.items()))
            bar.write(f"step {self.step}: {said}", file=sys.stderr)

    def _pool(self, sampler: Sampler) -> list[list[Group]]:
        """Return the steps of one pool; drawn from its number alone, so that resuming repeats it."""
        rng = np.random.default_rng([self.plan.seed, self.step // _POOL])
        drawn = [draw_group(sampler.draw(rng), self.tokenize, rng) for _ in range(_POOL * GROUPS_A_STEP)]
        drawn.sort(key=lambda group: max(len(row.ids) for row in group.rows))
        steps = [drawn[n : n + GROUPS_A_STEP] for n in range(0, len(drawn), GROUPS_A_STEP)]
        return [steps[int(place)] for place in rng.permutation(len(steps))]

    def _learn(self, batch: Batch) -> float:
        self.network.train()
        share = self.plan.share_at(self.step)
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
            with half_precision():
                logits = self.network(*(torch.from_numpy(array[rows, :width]) for array in arrays))
            parts.append(torch.nn.functional.pad(logits.float(), (0, batch.ids.shape[1] - width)))
        return torch.cat(parts)[torch.from_numpy(np.argsort(order, kind="stable"))]

    def save(self) -> None:
        """Write a checkpoint; a kill leaves the one before."""
        facts = CheckpointFacts(
            step=self.step, plan=self.plan, losses=self.losses, validations=self.validations
        )
        write_checkpoint(self.folder, self.network.learnt(), self._optimiser, facts)

    def resume(self) -> None:
        """Go back to the last checkpoint, if there is one. Raises BadCheckpoint, PlanMismatch."""
        facts = read_facts(self.folder, self.plan)
        if facts is not None:
            read_checkpoint(self.folder, self.network.learnt(), self._optimiser)
            self.step, self.losses = facts.step, list(facts.losses)
            self.validations = list(facts.validations)
