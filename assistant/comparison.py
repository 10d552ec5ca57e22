"""Two runs over the same questions, and whether one of them is credibly worse."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from pydantic import ConfigDict, ValidationError

from assistant.errors import BrokenRun, CannotRead
from assistant.rows import Outcome
from assistant.significance import paired_p
from content.questions import LabelledQuestion
from content.schema import Fact

ROWS_FILE = "rows.jsonl"
CREDIBLE_P = 0.05
_COMMAND = "faq eval QUESTIONS --baseline REPORT_FOLDER"
_SHAPE = "Each line is a row as faq eval --report writes it"


class Difference(Fact):
    """One figure of two runs over `questions` questions; `p` of a two-sided paired randomisation test."""

    questions: int
    before: float
    now: float
    difference: float
    p: float

    @property
    def is_loss(self) -> bool:
        """Say whether the figure fell by more than chance explains."""
        return self.difference < 0 and self.p < CREDIBLE_P


class Comparison(Fact):
    """This run against an earlier one, matched by question id.

    A question that a run forgot counts as wrong in that run; `forgotten_now` and
    `forgotten_before` say how many there were. `verdict` is the result in a sentence.
    """

    questions: int
    forgotten_now: int
    forgotten_before: int
    figures: dict[str, Difference]
    credible_loss: bool
    verdict: str


class _EarlierOutcome(Outcome):
    """A row of any version: what else it holds does not matter here."""

    model_config = ConfigDict(frozen=True, extra="ignore")


# What is compared: its name, the questions it is asked of, and when one of them is right.
_COMPARED: tuple[tuple[str, Callable[[Outcome], bool], Callable[[Outcome], bool]], ...] = (
    ("right@1", lambda one: one.expect == "quote", lambda one: one.right_within(1)),
    ("right@3", lambda one: one.expect == "quote", lambda one: one.right_within(3)),
    ("right_decision", lambda one: True, lambda one: one.right_decision),
)


def read_outcomes(path: Path) -> list[Outcome]:
    """Read the rows of an earlier run from its report folder or its `rows.jsonl`.

    Raises CannotRead, and BrokenRun naming file and line. Blank lines are skipped.
    """
    path = path / ROWS_FILE if path.is_dir() else path
    try:
        lines = path.read_text("utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise CannotRead(path, "cannot be read as text", _COMMAND) from error
    found: dict[str, Outcome] = {}
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            outcome = _EarlierOutcome.model_validate_json(line)
        except ValidationError as error:
            first = error.errors()[0]
            field = ".".join(str(part) for part in first["loc"]) or "line"
            raise BrokenRun(path, number, f"{field}: {first['msg']}", _SHAPE) from error
        if outcome.id in found:
            raise BrokenRun(path, number, f"id {outcome.id!r} is given twice", _SHAPE)
        found[outcome.id] = outcome
    return list(found.values())


def read_baseline(path: Path, questions: Sequence[LabelledQuestion]) -> list[Outcome]:
    """Read an earlier run to compare these questions with; one that shares no question is refused."""
    found = read_outcomes(path)
    ids = {question.id for question in questions}
    if found and ids and not any(one.id in ids for one in found):
        raise BrokenRun(path, 0, "none of its questions is asked in this run", _SHAPE)
    return found


def compare(now: Sequence[Outcome], before: Sequence[Outcome]) -> Comparison:
    """Compare two runs question by question.

    What a question expects is taken from this run where both know it. Law: exchanging two runs that
    expect the same turns every sign and keeps every p.
    """
    ours = {one.id: one for one in now}
    theirs = {
        one.id: one.model_copy(update={"expect": ours[one.id].expect}) if one.id in ours else one
        for one in before
    }
    expected = theirs | ours
    found = {
        name: _difference([one for one in expected.values() if asked(one)], ours, theirs, right)
        for name, asked, right in _COMPARED
    }
    return concluded(
        {name: difference for name, difference in found.items() if difference},
        questions=len(expected),
        forgotten_now=len(expected.keys() - ours.keys()),
        forgotten_before=len(expected.keys() - theirs.keys()),
    )


def concluded(
    figures: dict[str, Difference], *, questions: int, forgotten_now: int, forgotten_before: int
) -> Comparison:
    """Return the comparison that these differences make: any credible loss is one of the whole."""
    losses = [name for name, difference in figures.items() if difference.is_loss]
    return Comparison(
        questions=questions,
        forgotten_now=forgotten_now,
        forgotten_before=forgotten_before,
        figures=figures,
        credible_loss=bool(losses),
        verdict=_verdict(figures, losses),
    )


def difference_of(now: Sequence[float], before: Sequence[float]) -> Difference:
    """Return how far the mean moved between two runs; value i of both is the same question's."""
    changes = [a - b for a, b in zip(now, before, strict=True)]
    return Difference(
        questions=len(now),
        before=round(sum(before) / len(now), 4),
        now=round(sum(now) / len(now), 4),
        difference=round(sum(changes) / len(now), 4),
        p=round(paired_p(changes), 4),
    )


def _difference(
    asked: Sequence[Outcome], now: Mapping[str, Outcome], before: Mapping[str, Outcome],
    right: Callable[[Outcome], bool],
) -> Difference | None:  # fmt: skip
    if not asked:
        return None
    ours = [float(one.id in now and right(now[one.id])) for one in asked]
    theirs = [float(one.id in before and right(before[one.id])) for one in asked]
    return difference_of(ours, theirs)


def _verdict(figures: Mapping[str, Difference], losses: Sequence[str]) -> str:
    said = ", ".join(
        f"{name} {figures[name].difference:+.3f} (p = {figures[name].p:.3f})" for name in losses or figures
    )
    if losses:
        return f"Credible loss against the baseline: {said}."
    return f"No credible loss against the baseline: {said or 'nothing to compare'}."
