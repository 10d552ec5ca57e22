"""Pictures of an evaluation and of a training (home of matplotlib)."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.abstention import reliability, risk_coverage
from assistant.figures import Group, scored
from assistant.rows import Row
from assistant.significance import risk_band

if TYPE_CHECKING:
    from matplotlib.figure import Figure

# Told apart by people who see few colours, and in grey print (Okabe and Ito 2008).
_BLUE, _ORANGE, _GREY = "#0072b2", "#e69f00", "#767676"
_NO_METADATA = {"Date": None, "Creator": None, "Format": None, "Type": None}
_BINS = 20
_SMOOTHED_STEPS = 50
_MARKERS = "os^vDPX*<>"


def plot_risk_coverage(rows: Sequence[Row], path: Path) -> None:
    """Draw risk against coverage as PNG; without questions to score the plot stays empty."""
    _risk_coverage(rows).savefig(path, dpi=120)


def svg_plots(rows: Sequence[Row], groups: Mapping[str, Mapping[str, Group]]) -> dict[str, str]:
    """Return every picture as one `<svg>` element, by its caption; the same rows give the same bytes."""
    drawn = {
        "Risk and coverage: answering only the most confident questions, with its 95 % band":
            _risk_coverage(rows),
        "Reliability: what confidence promises against what came true": _reliability(rows),
        "Confidence of questions the documents cover, and of those they do not": _histograms(rows),
        **{f"Right quotes by {name}": _hits(found) for name, found in groups.items()},
    }  # fmt: skip
    return {caption: _svg(figure) for caption, figure in drawn.items()}


def svg_drift(reference: Sequence[float], live: Sequence[float]) -> str:
    """Return how confident live answers were against the labelled questions, as one `<svg>` element."""
    figure = _empty("confidence", "share of questions")
    axes = figure.axes[0]
    for values, name, colour in ((reference, "labelled", _BLUE), (live, "asked by visitors", _ORANGE)):
        # Shares, not numbers: a thousand labelled questions would hide fifty that were asked.
        weights = [1 / max(1, len(values))] * len(values)
        label = f"{name} ({len(values)})"
        axes.hist(values, bins=_BINS, range=(0, 1), weights=weights, color=colour, alpha=0.6, label=label)
    axes.legend(loc="upper center")
    axes.set(xlim=(0, 1), title="Confidence now and when it was calibrated")
    return _svg(figure)


def plot_loss(losses: Sequence[float], validations: Sequence[Mapping[str, float]], path: Path) -> None:
    """Draw the running mean of a training's loss, and below it what validation said, as PNG.

    Without steps the plot stays empty.
    """
    from matplotlib.figure import Figure

    window = max(1, min(_SMOOTHED_STEPS, len(losses) // 4))
    means = [sum(losses[n - window : n]) / window for n in range(window, len(losses) + 1)]
    figure = Figure(figsize=(7, 6), layout="constrained")
    above, below = figure.subplots(2, sharex=True)
    above.plot(range(window, window + len(means)), means, color=_BLUE)
    above.set(ylabel=f"loss, mean of {window} steps")
    for number, name in enumerate(sorted({n for v in validations for n in v if n.startswith("hit ")})):
        points = [(found["step"], found[name]) for found in validations if name in found]
        below.plot(*zip(*points, strict=True), marker=_MARKERS[number % len(_MARKERS)], label=name[4:])
    below.set(xlabel="step", ylabel="gold sentence first, in validation", ylim=(0, 1))
    if below.lines:
        figure.legend(loc="outside right lower", fontsize="small")
    for axes in (above, below):
        axes.grid(alpha=0.3)
    figure.savefig(path, dpi=120)


def _risk_coverage(rows: Sequence[Row]) -> Figure:
    figure = _empty("share of questions answered", "share of those wrong")
    axes = figure.axes[0]
    points = risk_coverage(scored(rows))
    coverages = [coverage for coverage, _ in points]
    band = risk_band(scored(rows), coverages)
    axes.fill_between(
        coverages, [low for low, _ in band], [high for _, high in band], step="post", color=_BLUE, alpha=0.15
    )
    axes.step(coverages, [risk for _, risk in points], where="post", color=_BLUE)
    axes.set(xlim=(0, 1), ylim=(0, 1), title="Risk and coverage, most confident first")
    return figure


def _reliability(rows: Sequence[Row]) -> Figure:
    figure = _empty("confidence", "share right")
    axes = figure.axes[0]
    bins = reliability(scored([row for row in rows if row.redirect is None]))
    axes.plot([0, 1], [0, 1], color=_GREY, linestyle="--", linewidth=1, label="perfect")
    axes.plot([one.confidence for one in bins], [one.right for one in bins], "o-", color=_BLUE, label="found")
    axes.legend(loc="upper left")
    axes.set(xlim=(0, 1), ylim=(0, 1), title="Ten equally large bins of confidence")
    return figure


def _histograms(rows: Sequence[Row]) -> Figure:
    figure = _empty("confidence", "questions")
    axes = figure.axes[0]
    sides = (("quote", "covered", _BLUE), ("no_passage", "not covered", _ORANGE))
    for expect, name, colour in sides:
        values = [row.confidence for row in rows if row.expect == expect]
        axes.hist(values, bins=_BINS, range=(0, 1), color=colour, alpha=0.6, label=f"{name} ({len(values)})")
    axes.legend(loc="upper center")
    axes.set(xlim=(0, 1), title="Confidence, before the threshold")
    return figure


def _hits(groups: Mapping[str, Group]) -> Figure:
    figure = _empty("", "share of covered questions")
    axes = figure.axes[0]
    shown = {name: group for name, group in groups.items() if group.figures["quote_hit@1"] is not None}
    for shift, name, colour in ((-0.2, "quote_hit@1", _BLUE), (0.2, "quote_hit@3", _ORANGE)):
        heights = [group.figures[name] or 0.0 for group in shown.values()]
        axes.bar([place + shift for place in range(len(shown))], heights, 0.4, color=colour, label=name)
    axes.set_xticks(
        range(len(shown)), [f"{name.replace('_', ' ')}\n{g.covered}" for name, g in shown.items()]
    )
    # Above the highest bar, where it hides none.
    axes.legend(loc="upper center", ncols=2)
    axes.set(
        ylim=(0, 1.2),
        yticks=[0, 0.25, 0.5, 0.75, 1],
        title="Accepted words in the first, and in the first three quotes",
    )
    return figure


def _empty(across: str, up: str) -> Figure:
    from matplotlib.figure import Figure

    figure = Figure(figsize=(6, 4), layout="constrained")
    axes = figure.subplots()
    axes.set(xlabel=across, ylabel=up)
    axes.grid(alpha=0.3)
    return figure


def _svg(figure: Figure) -> str:
    from matplotlib import rc_context

    file = io.StringIO()
    # Words stay words, for reading aloud and for searching; ids depend on what is drawn alone.
    with rc_context({"svg.fonttype": "none", "svg.hashsalt": "quoted-faq"}):
        figure.savefig(file, format="svg", metadata=_NO_METADATA)
    # Inside a page neither the XML declaration nor the document type belongs.
    words = file.getvalue()
    return words[words.index("<svg") :].strip()
