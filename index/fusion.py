"""Two rankings made one."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

RANK_CONSTANT = 60.0


def reciprocal_rank_fusion(
    rankings: Mapping[str, Sequence[int]], *, weights: Mapping[str, float] | None = None
) -> dict[int, float]:
    """Return score(d) = Σ over rankings r of weight_r / (60 + rank_r(d)), ranks from 1.

    An item missing from a ranking adds nothing for it. Two rankings that both put an item first
    give 1/61 + 1/61. Source: Cormack, Clarke and Büttcher, SIGIR 2009,
    https://doi.org/10.1145/1571941.1572114.
    """
    parts: dict[int, list[float]] = {}
    for name, ranking in rankings.items():
        weight = 1.0 if weights is None else weights[name]
        for rank, item in enumerate(ranking, 1):
            parts.setdefault(item, []).append(weight / (RANK_CONSTANT + rank))
    # fsum rounds once, so equal parts give equal sums whichever ranking comes first.
    return {item: math.fsum(its_parts) for item, its_parts in parts.items()}


def in_order(scores: Mapping[int, float]) -> list[int]:
    """Return the items, best score first, equal scores in the order of the items themselves."""
    return sorted(scores, key=lambda item: (-scores[item], item))
