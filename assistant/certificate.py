"""What is promised about wrong answers, for which questions, and what ends the promise."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from assistant.risk import (
    Flags,
    Floats,
    SelectiveRisk,
    candidate_thresholds,
    certified_threshold,
    controlled_threshold,
    needed_without_error,
    needs,
    percent,
)
from content.schema import Fact


class JointRisk(Fact):
    """P(answered and wrong) is at most `risk` on average; `errors`: wrong ones at or above `threshold`."""

    risk: float
    threshold: float
    errors: int


class Stratum(Fact):
    """Questions of one kind at the threshold in use; `upper`: exact bound on P(wrong | answered).

    Described, not promised: the threshold was chosen on these same questions, and each bound holds
    by itself, not all of them together.
    """

    questions: int
    answered: int
    wrong: int
    upper: float
    risk: float
    needed: int

    @property
    def needs(self) -> str | None:
        """What is missing to show the risk for this kind, or None when nothing is."""
        return needs(self.needed, self.wrong, self.risk) if self.answered < self.needed else None


class Certificate(Fact):
    """The promises kept on labelled questions, and the hashes of everything they depend on.

    `threshold`: the joint one, or with `both` the stricter of the two where a selective one exists. A
    stricter one keeps the joint promise always, and the selective one where surer answers are not
    wrong more often.
    `covered`: questions that the documents answer; `overall`: all kinds together.
    """

    risk: float
    confidence: float
    questions: int
    covered: int
    both: bool
    threshold: float
    joint: JointRisk
    selective: SelectiveRisk
    overall: Stratum
    by_kind: dict[str, Stratum]
    hashes: dict[str, str]

    @property
    def says(self) -> str:
        """One sentence for staff: what is promised and what is not."""
        alike, joint, found = f"the {self.questions} labelled ones", percent(self.joint.risk), self.selective
        if self.threshold > 1:
            return f"Nothing is answered: {alike} are too few or too often wrong to promise {joint}."
        if found.threshold is None:
            gap = f"{needs(found.needed, found.errors, self.risk)}, has {found.answered}"
            shown = f"nothing for the answered ones alone ({gap})"
        elif self.threshold < found.threshold:
            shown = (
                f"nothing for the answered ones alone (for {percent(self.risk)} of them, "
                f"{percent(self.confidence)} sure, the threshold would be {found.threshold:.3f})"
            )
        else:
            shown = f"at most {percent(self.risk)} of the answered ones ({percent(self.confidence)} sure)"
        return (
            f"Promised for questions like {alike}: on average at most {joint} of all are answered wrongly, "
            f"and {shown}; nothing is promised for a single answer, for one kind or for other questions."
        )

    def void_because(self, current: Mapping[str, str]) -> str | None:
        """Name what is no longer as certified, or None: the promises hold for exactly these hashes."""
        names = sorted(self.hashes.keys() | current.keys())
        changed = [name for name in names if self.hashes.get(name) != current.get(name)]
        return f"changed since it was certified: {', '.join(changed)}" if changed else None


def certify(
    probabilities: Floats, wrong: Flags, covered: Flags, strata: Sequence[tuple[str, ...]], *,
    risk: float, joint_risk: float, confidence: float, hashes: Mapping[str, str], both: bool = True,
) -> Certificate:  # fmt: skip
    """Certify the lowest threshold that keeps both risks on labelled questions, or the joint one alone:
    where the selective one cannot be shown, or is not wanted (`both` false).

    Row i of all four is one question, scored by a fit that never saw it; `wrong` says what would be
    shown if it were answered, `strata` the kinds it belongs to. Promises are for questions drawn as
    these were. Raises ValueError.
    """
    _check_rows(probabilities, wrong, covered, strata)
    lowest = controlled_threshold(probabilities, wrong, joint_risk)
    selective = certified_threshold(
        probabilities, wrong, risk, confidence, candidate_thresholds(probabilities)
    )
    threshold = max(lowest, selective.threshold or 0.0) if both else lowest
    shown = probabilities >= threshold

    def described(member: Flags) -> Stratum:
        return _stratum(member, shown, wrong, risk, confidence)

    return Certificate(
        risk=risk,
        confidence=confidence,
        questions=len(probabilities),
        covered=int(covered.sum()),
        both=both,
        threshold=threshold,
        joint=JointRisk(
            risk=joint_risk, threshold=lowest, errors=int((probabilities[wrong] >= lowest).sum())
        ),
        selective=selective,
        overall=described(np.ones(len(wrong), dtype=bool)),
        by_kind={
            kind: described(np.array([kind in kinds for kinds in strata]))
            for kind in sorted({kind for kinds in strata for kind in kinds})
        },
        hashes=dict(sorted(hashes.items())),
    )


def _check_rows(
    probabilities: Floats, wrong: Flags, covered: Flags, strata: Sequence[tuple[str, ...]]
) -> None:
    if not len(probabilities) == len(wrong) == len(covered) == len(strata):
        raise ValueError("each question has a probability, two flags and its strata")
    if not ((probabilities >= 0) & (probabilities <= 1)).all():
        raise ValueError("probabilities lie in [0, 1]")
    if not (wrong | covered).all():
        raise ValueError("every answer to a question that nothing covers is wrong")


def _stratum(member: Flags, shown: Flags, wrong: Flags, risk: float, confidence: float) -> Stratum:
    from assistant.fitting import highest_risk

    answered, errors = int((member & shown).sum()), int((member & shown & wrong).sum())
    return Stratum(
        questions=int(member.sum()),
        answered=answered,
        wrong=errors,
        upper=round(highest_risk(errors, answered, confidence), 6),
        risk=risk,
        needed=needed_without_error(risk, confidence, errors),
    )
