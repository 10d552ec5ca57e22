"""Stored answers checked again, by anyone, at any time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from tqdm import tqdm

from assistant.proofs import Proof, Proofs
from assistant.stored_answers import StoredAnswer
from content.schema import Fact

# `older`: by a text of the document that has changed since, or facts that have.
Proved = Literal["in_use", "older", "nothing_quoted", "no"]


class Verdict(Fact):
    """What became of one stored answer; `problems` is empty when every quote was said by its document.

    `by` names what proves the quotes, each once.
    """

    file: str
    line: int
    receipt: str | None = None
    quotes: int = 0
    proved: Proved
    by: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()


def verify(answers: Sequence[StoredAnswer], proofs: Proofs, *, progress: bool = False) -> list[Verdict]:
    """Prove every quote of stored answers by the hash it carries; nothing is repaired.

    What is no answer, another word, a shifted place, another fact beside the words or a document that
    nobody published is a problem.
    """
    bar = tqdm(answers, desc="verifying", unit="answer", disable=None if progress else True)
    return [_verdict(stored, proofs) for stored in bar]


def _verdict(stored: StoredAnswer, proofs: Proofs) -> Verdict:
    if stored.answer is None:
        why = stored.problem or "answer: none"
        return Verdict(file=stored.file, line=stored.line, proved="no", problems=(why,))
    found = [proofs.of_citation(citation) for citation in stored.answer.citations]
    problems = tuple(proof.problem for proof in found if proof.problem)
    by = tuple(dict.fromkeys(proof.by for proof in found if proof.by))
    return Verdict(
        file=stored.file,
        line=stored.line,
        receipt=stored.answer.receipt,
        quotes=len(found),
        proved=_proved(found),
        by=by,
        problems=problems,
    )


def _proved(proofs: Sequence[Proof]) -> Proved:
    if any(proof.problem for proof in proofs):
        return "no"
    if not proofs:
        return "nothing_quoted"
    return "older" if any(proof.older for proof in proofs) else "in_use"
