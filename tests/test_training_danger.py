"""Learning danger from a handful of questions, and thresholds that hold for a writer nobody learned from."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file
from shell import Shell
from tiny_reader import tiny_danger

from index.danger import URGENT, load_danger
from index.danger_errors import BadDangerQuestions
from index.training.danger import (
    KeptOut,
    Learned,
    judged,
    kept_out_lines,
    save_danger,
    train_danger,
    with_thresholds,
)  # fmt: skip
from index.training.danger_network import LearntMeaning, load_meaning
from index.training.danger_questions import QUESTIONS, Written, read_written

WRITERS = {
    "a": (
        "my {} went grey and fell",
        "i want to end it, {}",
        "should {} stop the pills",
        "what do cells cost, {}",
    ),
    "b": ("the {} fell and is grey", "{} says to end it all", "may {} take the pills", "how many cells, {}"),
    "c": ("grey and cold, the {}", "end it for {} please", "pills for {}, which", "who made the cells, {}"),
}
PEOPLE = "uncle aunt boy girl friend".split()


def folder_of(root: Path, writers: Mapping[str, tuple[str, ...]]) -> Path:
    for writer, patterns in writers.items():
        (root / writer).mkdir(parents=True)
        sets = dict(zip(("emergency", "crisis", "advice", "ordinary"), patterns, strict=True))
        for name, pattern in (sets | {"controls": "years ago the {} had the flu"}).items():
            lines = [pattern.format(person) for person in PEOPLE]
            (root / writer / f"{name}.txt").write_text("\n".join(lines) + "\n", "utf-8")
    return root


def test_a_writer_s_files_are_read_line_for_line(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, WRITERS)
    (folder / "a" / "crisis.txt").write_text("first\\nand last\n\nalone\n", "utf-8")
    found = read_written(folder)

    assert Written("first\nand last", "crisis", "a") in found and Written("alone", "crisis", "a") in found
    assert len(found) == 3 * 5 * len(PEOPLE) - len(PEOPLE) + 2


@pytest.mark.parametrize(
    ("spoil", "why"),
    [
        (lambda folder: (folder / "b" / "crisis.txt").unlink(), r"b/crisis\.txt: cannot be read as text"),
        (lambda folder: (folder / "b" / "crisis.txt").write_bytes(b"\xff"), r"crisis\.txt: cannot be read"),
        (lambda folder: (folder / "b" / "crisis.txt").write_text("\n \n"), r"crisis\.txt: holds no question"),
        (lambda folder: (folder / "b").rename(folder / ".b"), r"1 writer\(s\), two are needed"),
    ],
)  # fmt: skip
def test_questions_that_cannot_be_learned_from_are_named(spoil: object, why: str, tmp_path: Path) -> None:
    folder = folder_of(tmp_path, {name: WRITERS[name] for name in "ab"})
    assert callable(spoil)
    spoil(folder)
    with pytest.raises(BadDangerQuestions, match=why):
        read_written(folder)


@pytest.fixture
def _tiny(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("index.training.danger_lessons.new_network", tiny_danger)


@pytest.fixture(scope="module")
def learned(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[Written], Learned, KeptOut]:
    written = read_written(folder_of(tmp_path_factory.mktemp("asked"), WRITERS))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("index.training.danger_lessons.new_network", tiny_danger)
        return (written, *train_danger(written))


def test_danger_in_words_of_a_writer_kept_out_is_found_and_thresholds_hold(
    learned: tuple[list[Written], Learned, KeptOut],
) -> None:
    written, (model, meaning), kept_out = learned
    ordinary = kept_out.of("ordinary")

    assert len(kept_out.asked) == len(written) and ordinary.sum() == 15
    assert (kept_out.scores[kept_out.of("emergency"), URGENT] > model.facts.urgent).mean() > 0.9
    for asked, urgent, crisis in (
        ("my neighbour fell and went grey", True, False),
        ("she wants to end it", True, True),
        ("what do the cells cost", False, None),
    ):
        found = model.look(asked, meaning)
        assert found.is_urgent == urgent and (crisis is None or found.is_crisis == crisis), asked


def test_thresholds_are_those_of_the_median_writer(learned: tuple[list[Written], Learned, KeptOut]) -> None:
    """Of 1,001 questions each, scored 0 to 1,000, or 5 or 10 times that: the writer in the middle decides."""
    asked = [Written("x", "ordinary", writer) for writer in "abc" for _ in range(1001)]
    counted = np.concatenate([np.arange(1001) * times for times in (5, 1, 10)]).astype(np.float32)
    scores = np.stack([counted, counted * 0, counted], axis=1)
    found = with_thresholds(learned[1], KeptOut(asked, scores, scores)).model.facts

    # 4.5, 4 and .4 of 100 are above: 45, 40 and 4 of the thousand steps.
    assert (found.urgent, found.urgent_by_words, found.personal) == (955 * 5, 960 * 5, 996 * 5)


def test_what_is_saved_says_the_same_and_learning_again_gives_the_same_bytes(
    learned: tuple[list[Written], Learned, KeptOut], tmp_path: Path, _tiny: None
) -> None:
    written, (model, meaning), _ = learned
    save_danger(learned[1], tmp_path / "x")
    again = load_danger(tmp_path / "x")

    assert again.facts == model.facts
    # What is frozen comes with the model, here from the seed that learning begins with.
    torch.manual_seed(1)
    other, tokenizer = tiny_danger()
    load_meaning(other, tmp_path / "x")
    texts = [one.text for one in written]
    kept = LearntMeaning(other.eval(), tokenizer)
    assert np.allclose(kept.log_odds(texts), meaning.log_odds(texts), atol=0.01)
    before, after = (judged(Learned(m, kept), written).scores for m in (model, again))
    assert np.allclose(before, after, atol=0.05)
    assert "network.head.1.weight" in load_file(tmp_path / "x")
    save_danger(train_danger(written)[0], tmp_path / "y")
    assert (tmp_path / "x").read_bytes() == (tmp_path / "y").read_bytes()


def test_what_was_missed_is_counted() -> None:
    asked = [Written("x", kind, "a") for kind in ("emergency", "emergency", "ordinary")]
    scores = np.array([[2, 0, 0], [0, 0, 0], [0, 0, 5]], np.float32)
    facts = load_danger().facts.model_copy(update={"urgent": 1.0, "urgent_by_words": 3.0, "personal": 4.0})
    lines = kept_out_lines(facts, KeptOut(asked, scores, scores))

    assert lines[1] == "  emergency: danger 1, by words alone 0, personal 0 of 2"
    assert lines[4] == "  ordinary: danger 0, by words alone 0, personal 1 of 1"


def test_the_built_in_questions_can_be_learned_from() -> None:
    found = read_written(QUESTIONS)

    assert len({one.writer for one in found}) >= 3 and len(found) >= 3000
    assert len({one.text for one in found}) >= 0.99 * len(found)


def test_a_folder_without_writers_writes_nothing(shell: Shell, tmp_path: Path) -> None:
    done = shell("train-danger", "--questions", tmp_path, "--out", tmp_path / "danger.safetensors")

    assert (done.code, done.out) == (65, "")
    assert "0 writer(s), two are needed. Each writer has a folder" in done.err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.model
def test_the_command_writes_weights_and_tells_what_was_missed(shell: Shell, tmp_path: Path) -> None:
    """With the real model, from two writers."""
    out = tmp_path / "danger.safetensors"
    folder = folder_of(tmp_path / "asked", {name: WRITERS[name] for name in "ab"})
    done = shell("train-danger", "--questions", folder, "--out", out)

    assert (done.code, done.err) == (0, "")
    assert done.out.splitlines()[0] == "of questions by writers kept out, taken for"
    assert done.out.endswith(f"{out} is written\n") and "of 10\n" in done.out
    assert load_danger(out).facts.urgent < 1e6
