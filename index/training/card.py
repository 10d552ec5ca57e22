"""What a trained reader is, said so that others can judge it: the facts of its run and a model card."""

from __future__ import annotations

from collections.abc import Iterable

from content.schema import Fact
from index.training.examples import BY_RULE, OTHER_TOPIC

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
    "medquad": ("MedQuAD, development half (Ben Abacha and Demner-Fushman 2019)", "CC BY 4.0"),
    OTHER_TOPIC: ("our questions of the other sets asked about another topic", "CC BY-SA 4.0"),
    BY_RULE: ("our rule-labelled questions over the trial abstracts of the other sets", "Apache-2.0"),
}


class LossSummary(Fact):
    """The mean loss of the first and of the last `over_steps` steps."""

    over_steps: int
    first: float
    last: float


class TrainingRun(Fact):
    """The facts of a finished run; `questions` there were to draw from, `groups` were drawn.

    `start`: sha256 of the earlier run's weights that it went on from, "" for none. `command` names
    files and folders without the machine they lie on. `validations` hold `step` and the figures of
    `index.training.validation`, over at most `checks` questions each.
    """

    command: str
    groups: int
    steps: int
    questions: dict[str, int]
    checks: int
    rate: float
    plain_rate: float
    seed: int
    rank: int
    start: str
    loss: LossSummary
    validations: tuple[dict[str, int | float], ...]
    weights_sha256: str
    weights_bytes: int


def unlicensed(sources: Iterable[str]) -> list[str]:
    """Return the sources whose licence is not known here, sorted."""
    return sorted(set(sources) - set(SOURCES))


def model_card(run: TrainingRun) -> str:
    """Return the card in Markdown: what it is, data and licences, figures, limits."""
    unknown = unlicensed(run.questions)
    warning = f"**Do not ship**: the licence of {', '.join(unknown)} is not known.\n" if unknown else ""
    parts = [
        "# Passage reader\n", warning, _WHAT.format(run=run, start=_start(run)),
        "## Training data\n", _data_table(run), _LICENCES,
        "## On documents never trained on\n", _FIGURES.format(run=run), _figures_table(run),
        "## Limits\n", _LIMITS,
    ]  # fmt: skip
    return "\n".join(part for part in parts if part)


_WHAT = """\
Low-rank changes (rank {run.rank}) of all-MiniLM-L6-v2's layers and a small head, as float16. Input: a
question and a passage with its title and section. Output: for every token the log-odds that it answers; a
sentence scores the logsumexp of its tokens, "nothing here" is 0. It chooses among sentences of documents
and writes nothing.

- Made by `{run.command}`
- {start}{run.groups:,} draws in {run.steps:,} steps, seed {run.seed}, learning rate {run.rate} (biases and \
normalisations {run.plain_rate})
- Mean loss of {run.loss.over_steps} steps: {run.loss.first} at the start, {run.loss.last} at the end \
(`loss.png`)
- Weights: `reader.safetensors`, {run.weights_bytes:,} bytes, sha256 `{run.weights_sha256}`
"""
_LICENCES = """\
The datasets' licences are recorded from memory of their publishers' pages: check them before you ship. The
base model is Apache-2.0. The weights hold no text of any set.
"""
_FIGURES = """\
About one document in five of every source was kept out of training; {run.checks:,} questions about these were
asked, at most 30 of each source and answerability, which is a 95 % margin of up to ± .18. `hit`: the gold
sentence comes first among all passages shown with the question. `auroc`: evidence of answerable against
unanswerable questions. `trial rules` has labels made by patterns.
"""
_LIMITS = """\
English only. It says which sentence speaks to a question, not what is true. Its score is no probability: use
it with the threshold that `faq calibrate` sets.
"""


def _start(run: TrainingRun) -> str:
    return f"Went on from the weights with sha256 `{run.start}` of an earlier run\n- " if run.start else ""


def _data_table(run: TrainingRun) -> str:
    unknown = ("unknown", "unknown: do not ship")
    rows = [
        f"| {name} | {count:,} | {' | '.join(SOURCES.get(name, unknown))} |"
        for name, count in sorted(run.questions.items())
    ]
    return "\n".join(["| source | questions | what it is | licence |", "|---|---|---|---|", *rows, ""])


def _figures_table(run: TrainingRun) -> str:
    if not run.validations:
        return "No document was kept out.\n"
    figures = sorted((name, value) for name, value in run.validations[-1].items() if name != "step")
    rows = [f"| {name} | {value:.3f} |" for name, value in figures]
    return "\n".join(["| figure | value |", "|---|---|", *rows, ""])
