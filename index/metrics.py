"""Ranking and abstention figures over ids and scores, computed by ir-measures and by definition."""

from __future__ import annotations

from collections.abc import Mapping, Sequence


def ranking_figures(
    found: Mapping[str, Sequence[str]], right: Mapping[str, Sequence[str]]
) -> dict[str, float | None]:
    """Return recall@1, @3, @5, @10, reciprocal rank and nDCG@10 of rankings, best first.

    `right` decides which questions count: one without a ranking scores 0, one without any right
    id is left out. None when nothing can be scored. Definitions: https://ir-measur.es
    (Voorhees 1999 for RR, Järvelin and Kekäläinen 2002 for nDCG).
    """
    import ir_measures
    from ir_measures import RR, R, nDCG

    measures = {
        "passage_recall@1": R @ 1,
        "passage_recall@3": R @ 3,
        "passage_recall@5": R @ 5,
        "passage_recall@10": R @ 10,
        "passage_rr@10": RR @ 10,
        "passage_ndcg@10": nDCG @ 10,
    }
    qrels = [ir_measures.Qrel(key, one, 1) for key, ids in right.items() for one in ids]
    if not qrels:
        return dict.fromkeys(measures)
    run = [
        ir_measures.ScoredDoc(key, one, float(len(ids) - place))
        for key, ids in found.items()
        for place, one in enumerate(ids)
    ]
    values = ir_measures.calc_aggregate(list(measures.values()), qrels, run)
    return {name: float(values[measure]) for name, measure in measures.items()}


def auroc(positives: Sequence[float], negatives: Sequence[float]) -> float | None:
    """Return the chance that a positive outscores a negative, ties counted half.

    Positives .9, .4 against negatives .4, .1 give (1 + 1 + .5 + 1) / 4 = .875. None when either
    side is empty. Source: Hanley and McNeil, Radiology 1982.
    """
    if not positives or not negatives:
        return None
    wins = sum((p > n) + 0.5 * (p == n) for p in positives for n in negatives)
    return wins / (len(positives) * len(negatives))
