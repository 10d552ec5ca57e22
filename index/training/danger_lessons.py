"""Teaching the network of danger: what is asked of it, in which order, and what each answer costs."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from typing import NamedTuple

import torch
from torch import nn
from tqdm import tqdm

from index.training.danger_network import LearntMeaning, new_network
from index.training.danger_questions import URGENT_KINDS, Kind

# How often everything is asked, how many questions at once, how fast is learned, how sure is sure enough.
_TIMES, _AT_ONCE, _RATE, _WARM, _DOUBT = 4, 128, 1e-3, 0.1, 0.03
# This share of the questions is asked again, behind or before an ordinary one; so many are typed badly.
_JOINED, _BEHIND, _UNMARKED, _SLIPPED = 0.3, 0.6, 0.15, 0.15
_POOL = 20


class Piece(NamedTuple):
    """A question or a part of one, and what it is."""

    text: str
    kind: Kind


def taught(pieces: Sequence[Piece], *, seed: int = 1, progress: bool = False) -> LearntMeaning:
    """Return a network that has seen the pieces a few times, on a GPU where there is one.

    Law: without a GPU the same pieces and seed give the same weights on the same machine.
    """
    torch.manual_seed(seed)
    learnt = LearntMeaning(*new_network())
    network = learnt.network.to("cuda" if torch.cuda.is_available() else "cpu").train()
    draws = random.Random(seed)  # noqa: S311
    steps = _TIMES * -(-(len(pieces) + round(_JOINED * len(pieces))) // _AT_ONCE)
    optimiser = torch.optim.AdamW(network.learnt().values(), lr=_RATE, weight_decay=0.01)
    rates = torch.optim.lr_scheduler.OneCycleLR(optimiser, _RATE, total_steps=steps + 1, pct_start=_WARM)
    share = sum(piece.kind in URGENT_KINDS for piece in pieces) / len(pieces)
    rarity = ((1 - share) / share) ** 0.5
    with tqdm(total=steps, unit="step", desc="meaning", disable=None if progress else True) as bar:
        for _ in range(_TIMES):
            for batch in _batches(_varied(pieces, draws), draws):
                loss = _loss(learnt.logits([piece.text for piece in batch]), batch, rarity)
                optimiser.zero_grad(set_to_none=True)
                loss.backward()  # type: ignore[no-untyped-call]
                torch.nn.utils.clip_grad_norm_(network.learnt().values(), 1.0)
                optimiser.step()
                rates.step()
                bar.update()
    network.eval()
    return learnt


def _loss(logits: torch.Tensor, batch: Sequence[Piece], rarity: float) -> torch.Tensor:
    """Each aspect is learned from the pieces among which it must tell: a crisis among dangers."""
    urgent = torch.tensor([piece.kind in URGENT_KINDS for piece in batch], device=logits.device)
    crisis = torch.tensor([piece.kind == "crisis" for piece in batch], device=logits.device)
    personal = torch.tensor([piece.kind == "advice" for piece in batch], device=logits.device)
    right = torch.stack([urgent, crisis, personal], dim=1).float()
    counts = torch.stack([1 + (rarity - 1) * urgent.float(), urgent.float(), (~urgent).float()], dim=1)
    among = torch.stack([torch.ones_like(urgent), urgent, ~urgent], dim=1).sum(0).clamp(min=1)
    doubted = right * (1 - 2 * _DOUBT) + _DOUBT
    each = nn.functional.binary_cross_entropy_with_logits(logits, doubted, reduction="none")
    return ((each * counts).sum(0) / among).sum()


def _varied(pieces: Sequence[Piece], draws: random.Random) -> list[Piece]:
    """Return every piece, some of them again beside an ordinary question, as somebody might type them."""
    ordinary = [piece.text for piece in pieces if piece.kind == "ordinary"]
    found = list(pieces)
    for _ in range(round(_JOINED * len(pieces))):
        piece, beside = draws.choice(pieces), draws.choice(ordinary)
        both = (beside, piece.text) if draws.random() < _BEHIND else (piece.text, beside)
        found.append(Piece(" ".join(both), piece.kind))
    return [Piece(_typed(piece.text, draws), piece.kind) for piece in found]


def _typed(text: str, draws: random.Random) -> str:
    if draws.random() < _UNMARKED:
        text = re.sub(r"[^\w\s]", "", text)
    if draws.random() < _SLIPPED and len(text) > 8:
        at = draws.randrange(1, len(text) - 2)
        left, right = text[at], text[at + 1]
        text = text[:at] + draws.choice((right, right + left, left + left + right)) + text[at + 2 :]
    return text


def _batches(pieces: list[Piece], draws: random.Random) -> list[list[Piece]]:
    """Return the pieces in a drawn order, those of like length together: padding costs as much as words."""
    draws.shuffle(pieces)
    width = _AT_ONCE * _POOL
    found = []
    for start in range(0, len(pieces), width):
        alike = sorted(pieces[start : start + width], key=lambda piece: len(piece.text))
        found += [alike[at : at + _AT_ONCE] for at in range(0, len(alike), _AT_ONCE)]
    draws.shuffle(found)
    return found
