"""The loss, computed by hand: what counts as gold, whose tokens share a sum, and that padding is nothing."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from index.training.groups import Batch
from index.training.loss import loss_of

# A letter a token: "-" question or padding, "s" of a sentence, "g" of a gold one, "a" of the answer in it.
Rows = list[str]


def batch_of(rows: Rows, groups: list[int]) -> Batch:
    kinds = np.array([list(row) for row in rows])
    ids = np.zeros(kinds.shape, dtype=np.int64)
    return Batch(
        ids=ids, types=ids, attention=ids, candidate=kinds != "-", gold=np.isin(kinds, ["g", "a"]),
        answer=kinds == "a", group=groups,
    )  # fmt: skip


def loss(rows: Rows, odds: list[list[float]], groups: list[int] | None = None) -> float:
    """Return the loss of tokens with these odds e^a."""
    logits = torch.tensor(odds, dtype=torch.float64).log()
    return float(loss_of(logits, batch_of(rows, groups or [0] * len(rows))))


@pytest.mark.parametrize(
    ("rows", "odds", "fraction"),
    [
        # The docstring's: gold 2 of 1 + 2 + 1.
        (["-as"], [[9, 2, 1]], 2 / 4),
        # Nothing here is 1 of the same sum.
        (["-ss"], [[9, 2, 1]], 1 / 4),
        # Tokens of a sentence, and rows of a group, are summed before they are compared.
        (["-aa", "ss-"], [[9, 2, 3], [4, 1, 9]], 5 / 11),
        (["-s", "-s"], [[9, 2], [9, 7]], 1 / 10),
        # Gold in two passages: either will do.
        (["a", "a"], [[2], [5]], 7 / 8),
    ],
)
def test_the_loss_of_one_group_by_hand(rows: Rows, odds: list[list[float]], fraction: float) -> None:
    assert loss(rows, odds) == pytest.approx(-math.log(fraction), abs=1e-12)


def test_the_gold_sentence_counts_six_tenths_and_the_answers_words_four() -> None:
    # Gold 1 + 3, of which the answer 3, of 1 + 1 + 3 + 5.
    expected = math.log(10) - 0.6 * math.log(4) - 0.4 * math.log(3)
    assert loss(["gas"], [[1, 3, 5]]) == pytest.approx(expected, abs=1e-12)


def test_groups_are_independent_and_count_alike() -> None:
    rows, odds = ["-as", "-ss", "sss"], [[9.0, 2, 1], [9.0, 4, 4], [1.0, 2, 3]]
    one, other = loss(rows[:2], odds[:2]), loss(rows[2:], odds[2:])
    assert loss(rows, odds, [0, 0, 1]) == pytest.approx((one + other) / 2, abs=1e-12)
    assert loss(rows[:2] * 3, odds[:2] * 3, [0, 0, 1, 1, 2, 2]) == pytest.approx(one, abs=1e-12)


def test_padding_never_matters() -> None:
    rows, odds = ["-gas", "sss-"], [[9.0, 2, 1, 3], [4.0, 1, 2, 9]]
    for noise in (1e-9, 1.0, 1e9):
        padded = loss([f"{row}--" for row in rows], [[*row, noise, noise] for row in odds])
        assert padded == loss(rows, odds)


def test_what_is_masked_is_not_taught_and_nothing_explodes() -> None:
    """Groups with gold, without, and a row without gold: every gradient is finite, of padding 0."""
    rows, groups = ["-gas-", "sss--", "-ss--"], [0, 0, 1]
    logits = torch.zeros((3, 5), requires_grad=True)
    loss_of(logits, batch_of(rows, groups)).backward()  # type: ignore[no-untyped-call]
    assert logits.grad is not None and bool(torch.isfinite(logits.grad).all())
    masked = np.array([list(row) for row in rows]) == "-"
    assert (logits.grad.numpy()[masked] == 0).all() and (logits.grad.numpy()[~masked] != 0).all()


def test_raising_gold_and_lowering_the_rest_is_better() -> None:
    better = [loss(["as"], [[gold, other]]) for gold, other in ((1, 2), (2, 2), (2, 1), (20, 0.1))]
    assert better == sorted(better, reverse=True)
    assert loss(["ss"], [[0.1, 0.1]]) < loss(["ss"], [[0.1, 1]])
