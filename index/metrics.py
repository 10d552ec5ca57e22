"""Ranking and abstention figures over ids and scores, computed by ir-measures and by definition."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

_SPAN_DEPTHS = (1, 3)
_RECALL_DEPTHS = (1, 3, 5, 10, 100)


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


def span_figures(
    found: Mapping[str, Sequence[str]], right: Mapping[str, Sequence[str]]
) -> dict[str, float | None]:
    """Return the share of questions with any right id first, and among the first three.

    Recall asks for every right id, this for one. Which questions count is as in `ranking_figures`.
    """
    counted = {key: frozenset(ids) for key, ids in right.items() if ids}
    return {
        f"span_in_top@{k}": sum(not ids.isdisjoint(found.get(key, ())[:k]) for key, ids in counted.items())
        / len(counted)
        if counted
        else None
        for k in _SPAN_DEPTHS
    }


def run_figures(
    run: Mapping[str, Mapping[str, float]], qrels: Mapping[str, Mapping[str, int]]
) -> dict[str, float | None]:
    """Return the means over queries of what `run_values` returns, None without queries."""
    return {
        name: round(sum(values.values()) / len(values), 4) if values else None
        for name, values in run_values(run, qrels).items()
    }


def run_values(
    run: Mapping[str, Mapping[str, float]], qrels: Mapping[str, Mapping[str, int]]
) -> dict[str, dict[str, float]]:
    """Return nDCG@10, recall, reciprocal rank and average precision of query → document → score, each
    as query → value.

    Every query of `qrels` counts: one that the run misses scores 0, as does one whose grades are
    all 0. Grades above 0 are right; nDCG gains by grade. Equal scores are ordered by id, last one
    first. All of this as in `trec_eval -c`, which computes it (behind ir-measures).
    """
    import ir_measures
    from ir_measures import AP, RR, R, nDCG

    measures = {
        "ndcg@10": nDCG @ 10,
        **{f"recall@{k}": R @ k for k in _RECALL_DEPTHS},
        "rr": RR,
        "map": AP,
    }
    judged = [ir_measures.Qrel(key, one, grade) for key, ids in qrels.items() for one, grade in ids.items()]
    found: dict[str, dict[str, float]] = {name: dict.fromkeys(qrels, 0.0) for name in measures}
    if not judged:
        return found
    ranked = [
        ir_measures.ScoredDoc(key, one, score) for key, ids in run.items() for one, score in ids.items()
    ]
    names = {measure: name for name, measure in measures.items()}
    for metric in ir_measures.iter_calc(list(names), judged, ranked):
        if metric.query_id in qrels:
            found[names[metric.measure]][metric.query_id] = float(metric.value)
    return found


def auroc(positives: Sequence[float], negatives: Sequence[float]) -> float | None:
    """Return the chance that a positive outscores a negative, ties counted half.

    Positives .9, .4 against negatives .4, .1 give (1 + 1 + .5 + 1) / 4 = .875. None when either
    side is empty. Source: Hanley and McNeil, Radiology 1982.
    """
    if not positives or not negatives:
        return None
    wins = sum((p > n) + 0.5 * (p == n) for p in positives for n in negatives)
    return wins / (len(positives) * len(negatives))
