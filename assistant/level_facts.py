"""The facts that tell how far a quote carries, in fixed words and a fixed order: never letters or marks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from assistant.citation import Evidence
from assistant.wording import Wording

_FIELD = re.compile(r"(\{[a-z]+\})")


class Part(NamedTuple):
    """Words of a fact; `entered`: those of the person who entered it beside the document, in its language."""

    words: str
    entered: bool = False


def facts(evidence: Evidence, wording: Wording) -> list[str]:
    """Return the facts of a quote's source, each as one string."""
    return ["".join(part.words for part in fact) for fact in fact_parts(evidence, wording)]


def fact_parts(evidence: Evidence, wording: Wording) -> list[tuple[Part, ...]]:
    """Return the facts of a quote's source: design, size, comparison, chance, time, year, approval."""
    return list(_facts(evidence, wording))


def _facts(evidence: Evidence, wording: Wording) -> Iterator[tuple[Part, ...]]:
    if evidence.design:
        yield (Part(evidence.design, entered=True),)
    if evidence.participants is not None:
        yield (Part(f"{evidence.participants} {wording.text('people')}"),)
    if evidence.comparison_group is not None:
        yield (
            Part(wording.text("comparison_group" if evidence.comparison_group else "no_comparison_group")),
        )
    if evidence.randomised or evidence.comparison_group:
        yield (Part(wording.text("randomised" if evidence.randomised else "not_randomised")),)
    if evidence.follow_up:
        yield _filled(wording.text("follow_up"), {"{time}": Part(evidence.follow_up, entered=True)})
    if evidence.stopped_early:
        yield (Part(wording.text("stopped_early")),)
    if evidence.year is not None:
        yield (Part(str(evidence.year)),)
    if evidence.approval:
        approval = evidence.approval
        values = {"{by}": Part(approval.by, entered=True), "{on}": Part(approval.on.isoformat())}
        yield _filled(wording.text(f"approval.{approval.status}"), values)


def _filled(sentence: str, values: dict[str, Part]) -> tuple[Part, ...]:
    return tuple(values.get(part, Part(part)) for part in _FIELD.split(sentence) if part)
