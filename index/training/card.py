"""What a trained reader is, said so that others can judge it: the model card and its loss plot."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from content.schema import Fact

# Where each source of training questions comes from and under which licence; a source that is not
# named here may not go into weights that are shipped.
SOURCES: dict[str, tuple[str, str]] = {
    "nqg": ("SQuAD 1.1 questions and sentences (Rajpurkar et al. 2016)", "CC BY-SA 4.0"),
    "xquad": ("XQuAD, English part (Artetxe et al. 2020)", "CC BY-SA 4.0"),
    "qed": ("QED over Natural Questions (Lamm et al. 2021)", "CC BY-SA 3.0"),
    "clapnq": ("CLAPNQ (Rosenthal et al. 2025)", "Apache-2.0"),
    "squad2": ("SQuAD 2.0, development half of its dev set (Rajpurkar et al. 2018)", "CC BY-SA 4.0"),
    "covidqa": ("COVID-QA, development half (Möller et al. 2020)", "Apache-2.0"),
    "pubmedqa": ("PubMedQA, development half (Jin et al. 2019)", "MIT"),
    "ei_abstracts": ("Evidence Inference abstracts, development half (Lehman et al. 2019)", "MIT"),
    "trial rules": ("our rule-labelled questions over the abstracts of the two sets above", "Apache-2.0"),
}


class TrainingRun(Fact):
    """The facts of a run the card states."""

    command: str
    groups: int
    questions: dict[str, int]
    rate: float
    seed: int
    weights_sha256: str
    weights_bytes: int
    validation: dict[str, float]


def unlicensed(sources: Sequence[str]) -> list[str]:
    """Return the sources whose licence is not known here, sorted."""
    return sorted(set(sources) - set(SOURCES))


def model_card(run: TrainingRun) -> str:
    """Return the card in Markdown: what it is, data and licences, figures, limits."""
    rows = [
        f"| {name} | {count:,} | {SOURCES[name][0]} | {SOURCES[name][1]} |" if name in SOURCES
        else f"| {name} | {count:,} | unknown | unknown: do not ship |"
        for name, count in sorted(run.questions.items())
    ]  # fmt: skip
    figures = [f"| {name} | {value:.3f} |" for name, value in sorted(run.validation.items())]
    return "\n".join([
        "# Passage reader",
        "",
        "Low-rank changes (rank 32) of all-MiniLM-L6-v2's layers and a small head. Input: a question and a "
        "passage with its title and section. Output: for every token the log-odds that it answers; a "
        "sentence scores the logsumexp of its tokens, \"nothing here\" is 0. It chooses among sentences "
        "of documents and writes nothing.",
        "",
        f"Trained with `{run.command}` on {run.groups:,} questions drawn from the sources below (seed {run.seed}, "
        f"learning rate {run.rate}). One document in five of every source was kept for validation. "
        f"Weights: {run.weights_bytes:,} bytes, sha256 `{run.weights_sha256}`.",
        "",
        "| source | questions | what it is | licence |",
        "|---|---|---|---|",
        *rows,
        "",
        "The base model is Apache-2.0. SQuAD's and QED's share-alike licences cover their texts; the weights "
        "hold none of them.",
        "",
        "## On documents never trained on",
        "",
        "`hit`: the gold sentence first among all passages shown with the question. `auroc`: evidence of "
        "answerable against unanswerable questions. `trial rules` has labels made by patterns and says "
        "little about truth.",
        "",
        "| figure | value |",
        "|---|---|",
        *figures,
        "",
        "## Limits",
        "",
        "English only. It knows abstracts, encyclopaedia articles and patient pages; tables, dialogue and "
        "legal text were not seen. It does not know what is true, only which sentence speaks to the "
        "question. Questions of the same topic that the text does not answer are its hardest case: never "
        "use its score without the calibrated threshold.",
        "",
    ])  # fmt: skip


def plot_loss(losses: Sequence[float], validations: Sequence[Mapping[str, float]], path: Path) -> None:
    """Draw the running mean of the loss, and what validation said, against the steps."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(7, 4), layout="constrained")
    left = figure.subplots()
    window = max(1, min(50, len(losses) // 4))
    smooth = np.convolve(losses, np.ones(window) / window, mode="valid")
    left.plot(np.arange(window, window + len(smooth)), smooth, label=f"loss, mean of {window} steps")
    left.set(xlabel="step", ylabel="loss")
    left.grid(alpha=0.3)
    if validations:
        right = left.twinx()
        for name in sorted(k for k in validations[-1] if k.startswith("hit")):
            points = [(v["step"], v[name]) for v in validations if name in v]
            right.plot([x for x, _ in points], [y for _, y in points], marker="o", linewidth=1, label=name)
        right.set(ylabel="gold sentence first, validation", ylim=(0, 1))
        right.legend(fontsize="x-small", loc="lower right")
    figure.savefig(path, dpi=120)
