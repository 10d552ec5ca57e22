"""What the reader learns from: a question, passages, and which sentences answer it."""

from __future__ import annotations

import hashlib
from typing import NamedTuple

# One document in five is never trained on.
_FIFTHS = 5
# The source of questions made by rule: labels as good as their patterns.
BY_RULE = "trial rules"
# The source of answerable questions that were asked about another topic, so that nothing answers.
OTHER_TOPIC = "other topic"


class ReadPassage(NamedTuple):
    """A passage as the reader sees it; `gold` counts its sentences from 0."""

    title: str
    role: str
    sentences: tuple[str, ...]
    gold: tuple[int, ...] = ()
    answers: tuple[str, ...] = ()


class Example(NamedTuple):
    """A question with its passages: those with gold sentences first, hard negatives behind.

    No gold sentence anywhere: the question has no answer here. `group` names the document, the unit
    by which training and validation are kept apart.
    """

    source: str
    group: str
    question: str
    passages: tuple[ReadPassage, ...]

    @property
    def answerable(self) -> bool:
        """Say whether any passage holds a gold sentence."""
        return any(passage.gold for passage in self.passages)


def held_out(group: str) -> bool:
    """Say whether a document belongs to the validation fifth; the same on every machine."""
    return hashlib.sha256(group.encode("utf-8")).digest()[0] % _FIFTHS == 0


def without_gold(example: Example) -> Example:
    """Return an example with the same passages, in order, and no gold sentence."""
    return example._replace(passages=tuple(p._replace(gold=(), answers=()) for p in example.passages))
