"""A build reads a question with a passage once, and never believes what is not its own."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from index.evidence import EvidenceFacts, PassageText
from index.remembered import RememberedEvidence

ONE = PassageText(title="A", role="body", sentences=("Knees bend.", "Hips turn."))
OTHER = PassageText(title="A", role="body", sentences=("Knees bend.", "Hips do not turn."))


class Counting:
    """Scores a sentence by its length, and counts what it read."""

    def __init__(self, weights: str = "w") -> None:
        self.facts = EvidenceFacts(weights_sha256=weights, max_tokens=9)
        self.read: list[tuple[str, PassageText]] = []

    def sentence_evidence(self, question: str, passages: Sequence[PassageText]) -> list[tuple[float, ...]]:
        self.read += [(question, passage) for passage in passages]
        return [tuple(len(question) + len(s) / 10 for s in passage.sentences) for passage in passages]


def test_it_says_what_the_reader_says_and_reads_nothing_twice(tmp_path: Path) -> None:
    model, path = Counting(), tmp_path / "home" / "readings.json"
    first = RememberedEvidence(model, path)

    said = first.sentence_evidence("Do knees bend?", [ONE, OTHER])
    first.save()
    again = RememberedEvidence(model, path)

    assert said == Counting().sentence_evidence("Do knees bend?", [ONE, OTHER])
    assert again.sentence_evidence("Do knees bend?", [OTHER, ONE]) == said[::-1]
    assert len(model.read) == 2
    again.sentence_evidence("Do hips bend?", [ONE])
    assert model.read[2:] == [("Do hips bend?", ONE)]


def test_what_a_build_did_not_ask_for_is_forgotten(tmp_path: Path) -> None:
    model, path = Counting(), tmp_path / "readings.json"
    for asked in ("first", "second"):
        held = RememberedEvidence(model, path)
        held.sentence_evidence(asked, [ONE])
        held.save()

    RememberedEvidence(model, path).sentence_evidence("first", [ONE])

    assert [question for question, _ in model.read] == ["first", "second", "first"]


@pytest.mark.parametrize("damage", ["another reader", "a changed score", "no JSON", "another shape"])
def test_nothing_else_is_believed(tmp_path: Path, damage: str) -> None:
    model, path = Counting(), tmp_path / "readings.json"
    held = RememberedEvidence(model, path)
    right = held.sentence_evidence("Do knees bend?", [ONE])
    held.save()
    if damage == "another reader":
        model = Counting("v")
    else:
        kept = path.read_text("utf-8")
        broken = {
            "a changed score": kept.replace("15.1", "15.2"),
            "no JSON": kept[:-3],
            "another shape": "[]",
        }
        assert broken[damage] != kept
        path.write_text(broken[damage], "utf-8")
    model.read.clear()

    assert RememberedEvidence(model, path).sentence_evidence("Do knees bend?", [ONE]) == right
    assert len(model.read) == 1


def test_a_file_that_cannot_be_written_stops_nothing(tmp_path: Path) -> None:
    path = tmp_path / "readings.json"
    path.mkdir()
    held = RememberedEvidence(Counting(), path)
    held.sentence_evidence("Do knees bend?", [ONE])

    held.save()
