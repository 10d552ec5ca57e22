"""Several scores of one passage made one."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping
from typing import NamedTuple

from content.schema import Fact

_SHORT, _LONG = 5, 15


class FusionWeights(Fact):
    """How much each score counts. Tuned on development sets; the figures are in README's ablation table.

    `dense` and `document` are cosines of passage and whole document, `lexical` is BM25 divided by
    the best of the question, `staff` the cosine of a staff question above its floor. In a long question
    many words have to agree, so that those who hold them all are few: there `lexical_long` counts.
    """

    dense: float = 0.5
    document: float = 0.5
    lexical: float = 0.12
    lexical_long: float = 0.45
    staff: float = 0.5

    def for_terms(self, count: int) -> dict[str, float]:
        """Return the weight of each scorer for a question of so many different terms.

        Up to 5 terms are short, 15 and more are long, and in between the weight grows evenly: at 10 terms
        .12 and .45 give .285.
        """
        longer = max(0.0, min(1.0, (count - _SHORT) / (_LONG - _SHORT)))
        lexical = self.lexical + (self.lexical_long - self.lexical) * longer
        return {"dense": self.dense, "document": self.document, "lexical": lexical, "staff": self.staff}


class Found(NamedTuple):
    """Scores by passage row: all together, by scorer, BM25 as it is, the nearest staff question's."""

    fused: dict[int, float]
    scores: dict[str, dict[int, float]]
    lexical: dict[int, float]
    staff: dict[int, float]


def convex_fusion(
    scores: Mapping[str, Mapping[int, float]], weights: Mapping[str, float]
) -> dict[int, float]:
    """Return score(p) = Σ over scorers s of weight_s · score_s(p); a missing score counts 0.

    With weights ½ and ¼, scores .8 and .4 give .5. Sums of scores keep how far apart passages are,
    which ranks forget. Source: Bruch, Gai and Ingber, TOIS 2023,
    https://doi.org/10.1145/3596512.
    """
    parts: defaultdict[int, list[float]] = defaultdict(list)
    for name, found in scores.items():
        weight = weights[name]
        for item, score in found.items():
            parts[item].append(weight * score)
    # fsum rounds once, so equal parts give equal sums whichever scorer comes first.
    return {item: math.fsum(its_parts) for item, its_parts in parts.items()}


def in_order(scores: Mapping[int, float]) -> list[int]:
    """Return the items, best score first, equal scores in the order of the items themselves."""
    return sorted(scores, key=lambda item: (-scores[item], item))
