"""What a step of training makes smaller."""

from __future__ import annotations

import torch

from index.training.groups import Batch

_GOLD_SHARE = 0.6


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
