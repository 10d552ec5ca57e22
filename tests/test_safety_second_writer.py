"""What the rules make of questions by a second writer, who had never seen them.

The floors are what was found on the day the rules of version 3 were frozen. They are far from none missed,
and say so: rules tuned on one writer's words miss more than a quarter of another's. No rule may be written
from these questions; whoever wants to know whether newer rules are better needs a third writer.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from safety_sets import kind_of

FOLDER = Path(__file__).parent / "samples" / "second_writer"
URGENT = {"crisis", "emergency"}


def questions(name: str) -> list[str]:
    lines = (FOLDER / f"{name}.txt").read_text("utf-8").splitlines()
    return [line.rpartition("\t")[2].replace("\\n", "\n") for line in lines]


def share(name: str, kinds: set[str]) -> float:
    """Return the share of a set that is taken as one of these kinds."""
    asked = questions(name)
    return sum((kind_of(question) or "") in kinds for question in asked) / len(asked)


@pytest.mark.parametrize(("name", "size", "floor"), [("emergency", 285, 0.80), ("crisis", 156, 0.57)])
def test_dangers_told_in_other_words_are_found_as_often_as_before(name: str, size: int, floor: float) -> None:
    assert len(questions(name)) == size
    assert share(name, URGENT) >= floor


def test_personal_questions_in_other_words_are_found_as_often_as_before() -> None:
    assert share("advice", {*URGENT, "personal_advice"}) >= 0.52


@pytest.mark.parametrize(("name", "size", "ceiling"), [("ordinary", 851, 0.003), ("controls", 246, 0.18)])
def test_false_alarms_are_no_more_than_before(name: str, size: int, ceiling: float) -> None:
    assert len(questions(name)) == size
    assert share(name, URGENT) <= ceiling
