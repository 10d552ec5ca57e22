"""A picture of the race: how long a question takes against how well it is answered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from matplotlib.figure import Figure

_BLUE, _ORANGE = "#0072b2", "#e69f00"


def plot_race(rows: Sequence[Mapping[str, object]], path: Path) -> None:
    """Draw the time of a question, the quality of its ranking and the time of building as PNG."""
    figure = Figure(figsize=(11, 4), layout="constrained")
    across, builds = figure.subplots(1, 2)
    for row in rows:
        time, found, colour = row.get("mean"), row.get("ndcg@10"), _BLUE if _is_ours(row) else _ORANGE
        if isinstance(time, float) and isinstance(found, float):
            across.plot(time, found, "o", color=colour)
            across.annotate(str(row["name"]), (time, found), xytext=(4, 4), textcoords="offset points")
    across.set(xscale="log", xlabel="milliseconds of one question, one thread", ylabel="nDCG@10")
    across.set_title("Up and to the left is better")
    built = [row for row in rows if isinstance(row.get("build"), float)]
    builds.barh(
        [str(row["name"]) for row in built], [float(str(row["build"])) for row in built],
        color=[_BLUE if _is_ours(row) else _ORANGE for row in built],
    )  # fmt: skip
    builds.set(xlabel="seconds from texts to what can be searched", title="Building")
    builds.invert_yaxis()
    for axes in (across, builds):
        axes.grid(alpha=0.3)
    figure.savefig(path, dpi=120)


def _is_ours(row: Mapping[str, object]) -> bool:
    return str(row["name"]).startswith("ours")
