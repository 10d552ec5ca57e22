"""What a race of ours against the rivals came to: figures, ratios with their intervals, one table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import fmean, median

import numpy as np
from pydantic import Field

from assistant.significance import Interval, mean_interval
from content.schema import Fact
from index.metrics import run_values

# Fixed, so that the same times give the same intervals.
_SEED, _RESAMPLES = 20_260_101, 2000
QUALITY = ("ndcg@10", "recall@10", "rr")
# Heading, figure and digits of each column.
_COLUMNS = (
    ("starts, s", "start", 1),
    ("builds, s", "build", 1), ("× ours", "build ratio", 2),
    ("of processors, s", "build spent", 1), ("× ours", "build spent ratio", 2),
    ("question, ms: p50", "p50", 2), ("mean", "mean", 2), ("× ours", "time ratio", 2),
    ("of processors, ms", "spent", 2), ("× ours", "spent ratio", 2),
    ("nDCG@10", "ndcg@10", 3), ("ours − it", "ndcg@10 gap", 3),
    ("recall@10", "recall@10", 3), ("MRR@10", "rr", 3), ("memory, MB", "memory", 0),
)  # fmt: skip


class Raced(Fact):
    """One contestant, or one way of asking ours. Seconds of the clock; memory in MB.

    `builds`: one value for each round. `rounds`: for each round one value for each question, in order. With
    `_spent` the same in seconds of processors, which other work on the machine hardly touches. `found`: up to
    ten ids by question, best first; they are no ranking unless `ranks`. `failed`: why it stopped taking part.
    """

    name: str
    start: float = 0.0
    builds: tuple[float, ...] = ()
    builds_spent: tuple[float, ...] = ()
    rounds: tuple[tuple[float, ...], ...] = ()
    rounds_spent: tuple[tuple[float, ...], ...] = ()
    found: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    memory: float = 0.0
    ranks: bool = True
    failed: str = ""

    @property
    def times(self) -> list[float]:
        """The fastest of the rounds for each question: what else the machine did counts least."""
        return [min(row) for row in zip(*self.rounds, strict=True)]

    @property
    def times_spent(self) -> list[float]:
        """The same of processors."""
        return [min(row) for row in zip(*self.rounds_spent, strict=True)]


class Ratio(Fact):
    """How many times as long a rival took, with the 95 % interval."""

    value: float
    interval: Interval | None


def ratio(theirs: Sequence[float], ours: Sequence[float]) -> Ratio:
    """Return sum of theirs over sum of ours, pairs drawn with replacement 2000 times for the interval.

    Times 2 and 4 against 1 and 1 give 3, between 2 and 4. One pair alone has no interval.
    """
    pairs = np.array([theirs, ours], dtype=np.float64)
    value = float(pairs[0].sum() / pairs[1].sum())
    if pairs.shape[1] < 2:
        return Ratio(value=value, interval=None)
    drawn = np.random.default_rng(_SEED).integers(0, pairs.shape[1], (_RESAMPLES, pairs.shape[1]))
    sums = pairs[:, drawn].sum(axis=2)
    low, high = np.percentile(sums[0] / sums[1], (2.5, 97.5))
    return Ratio(value=value, interval=(float(low), float(high)))


def quality(one: Raced, right: Mapping[str, Sequence[str]]) -> dict[str, list[float]]:
    """Return nDCG@10, recall@10 and reciprocal rank of each question, in the order of `right`."""
    run = {
        key: {found: float(len(ids) - place) for place, found in enumerate(ids)}
        for key, ids in one.found.items()
    }
    values = run_values(run, {key: dict.fromkeys(ids, 1) for key, ids in right.items()})
    return {name: [values[name][key] for key in right] for name in QUALITY}


def summary(raced: Sequence[Raced], right: Mapping[str, Sequence[str]]) -> list[dict[str, object]]:
    """Return a row of figures for each contestant; the first is ours, against which ratios are."""
    ours = raced[0]
    best = quality(ours, right)
    return [_row(one, ours, right, best) for one in raced]


def _row(
    one: Raced, ours: Raced, right: Mapping[str, Sequence[str]], best: Mapping[str, Sequence[float]]
) -> dict[str, object]:
    row: dict[str, object] = {
        "name": one.name,
        "failed": one.failed,
        "start": one.start,
        "memory": one.memory,
    }
    if one.builds:
        row |= {"build": median(one.builds), "build spent": median(one.builds_spent)}
        row["build ratio"] = ratio(one.builds, ours.builds[: len(one.builds)]).model_dump()
        row["build spent ratio"] = ratio(one.builds_spent, ours.builds_spent[: len(one.builds)]).model_dump()
    if one.rounds:
        row |= {"p50": median(one.times) * 1000, "mean": fmean(one.times) * 1000}
        row |= {"spent": fmean(one.times_spent) * 1000}
        row["time ratio"] = ratio(one.times, ours.times).model_dump()
        row["spent ratio"] = ratio(one.times_spent, ours.times_spent).model_dump()
    if one.rounds and one.ranks:
        for name, values in quality(one, right).items():
            gaps = [mine - its for mine, its in zip(best[name], values, strict=True)]
            row |= {
                name: fmean(values),
                f"{name} gap": fmean(gaps),
                f"{name} gap interval": mean_interval(gaps),
            }
    return row


def table(rows: Sequence[Mapping[str, object]]) -> str:
    """Return the rows as Markdown: what is slower has a ratio above 1, what finds less a gap above 0."""
    head = ["", *(name for name, _, _ in _COLUMNS)]
    lines = [f"| {' | '.join(head)} |", f"|{'---|' * len(head)}"]
    for row in rows:
        cells = [_cell(row, key, digits) for _, key, digits in _COLUMNS]
        if row["failed"]:
            cells[0] = f"**stopped:** {row['failed']}"
        lines.append(f"| {' | '.join([str(row['name']), *cells])} |")
    return "\n".join(lines)


def _cell(row: Mapping[str, object], key: str, digits: int) -> str:
    """Write a value, with its interval where it has one: 3.00 [2.00, 4.00]."""
    value, interval = row.get(key), row.get(f"{key} interval")
    if isinstance(value, dict):
        value, interval = value["value"], value["interval"]
    if not isinstance(value, int | float):
        return "–"
    within = f" [{interval[0]:.{digits}f}, {interval[1]:.{digits}f}]" if isinstance(interval, tuple) else ""
    return f"{value:.{digits}f}{within}"
