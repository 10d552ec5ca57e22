"""`faq train-reader` as a shell sees it: what it leaves behind, what it refuses, how it goes on."""

from __future__ import annotations

import json
import shlex
import signal
from pathlib import Path
from typing import Any

import pytest
import torch
from beir import Asked, lines
from safetensors.torch import load_file
from shell import Shell
from tiny_reader import tiny_reader

from index.training import run
from index.training.card import TrainingRun
from index.training.loop import Trainer

RESULT = ["MODEL_CARD.md", "checkpoint.safetensors", "figures.json", "loss.png", "reader.safetensors"]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Return a folder named as a set whose licence is known, with twelve pages asked about twice."""
    asked = Asked(**{f"d{n}": (f"Page {n}", f"Patient {n} slept. Doctor {n} left.") for n in range(12)})
    for n in range(12):
        asked.ask(f"Who slept on page {n}?", f"d{n}", f"Patient {n}").refuse(f"Who died on {n}?", f"d{n}")
    return asked.write(tmp_path / "data" / "squad2")


@pytest.fixture
def tiny(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the command teach a network that needs no model and no time."""
    monkeypatch.setattr(run, "new_network", tiny_reader)


def press_ctrl_c_at(step: int, monkeypatch: pytest.MonkeyPatch, times: int = 1) -> None:
    learn = Trainer._learn

    def learning(trainer: Trainer, batch: Any) -> float:
        for _ in range(times if trainer.step == step else 0):
            # To this very thread: one that another thread takes may come late and count as the same press.
            signal.raise_signal(signal.SIGINT)
        return learn(trainer, batch)

    monkeypatch.setattr(Trainer, "_learn", learning)


def figures(folder: Path) -> TrainingRun:
    return TrainingRun.model_validate_json((folder / "figures.json").read_text("utf-8"))


@pytest.mark.model
def test_the_real_reader_is_taught_and_described(shell: Shell, data: Path, tmp_path: Path) -> None:
    torch.set_num_threads(1)
    done = shell("train-reader", data, "--out", tmp_path / "run", "--groups", 17)
    assert (done.code, done.err) == (0, "")
    assert sorted(path.name for path in (tmp_path / "run").iterdir()) == RESULT
    weights = load_file(str(tmp_path / "run" / "reader.safetensors"))
    assert {tensor.dtype for tensor in weights.values()} == {torch.float16}
    assert all(bool(torch.isfinite(tensor).all()) for tensor in weights.values())
    facts = figures(tmp_path / "run")
    assert (facts.steps, facts.groups, facts.validations[-1]["step"]) == (2, 32, 2)
    assert 2_500_000 < facts.weights_bytes <= 4_000_000


def test_a_run_leaves_weights_card_picture_and_figures(
    shell: Shell, tiny: None, data: Path, tmp_path: Path
) -> None:
    kept = Asked(x=("Other", "Patient 3 slept. Doctor 3 left.")).ask("Who?", "x").write(tmp_path / "kept")
    done = shell(
        "train-reader", data, "--out", tmp_path / "run", "--groups", 33, "--never", kept, "--seed", 5
    )
    assert (done.code, done.err) == (0, "")
    weights = tmp_path / "run" / "reader.safetensors"
    assert done.out == f"3 steps done; {weights} and its MODEL_CARD.md are written\n"
    assert sorted(path.name for path in (tmp_path / "run").iterdir()) == RESULT
    facts = figures(tmp_path / "run")
    assert (facts.steps, facts.groups, facts.seed) == (3, 48, 5)
    # Two questions a page, in training or in validation; page 3 in neither.
    assert facts.questions.keys() == {"squad2"} and facts.questions["squad2"] + facts.checks == 22
    card = (tmp_path / "run" / "MODEL_CARD.md").read_text("utf-8")
    assert "`faq train-reader squad2 --out DIR --groups 33 --never kept --seed 5`" in card
    assert str(tmp_path) not in card + (tmp_path / "run" / "figures.json").read_text("utf-8")
    assert (tmp_path / "run" / "loss.png").read_bytes().startswith(b"\x89PNG")


def test_ctrl_c_saves_and_the_command_it_names_ends_as_if_it_had_not_been_pressed(
    shell: Shell, tiny: None, data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = ["train-reader", data, "--groups", "80", "--seed", "5", "--out"]
    assert shell(*words, tmp_path / "whole").code == 0
    with monkeypatch.context() as patch:
        press_ctrl_c_at(2, patch)
        stopped = shell(*words, tmp_path / "run it")
    assert (stopped.code, stopped.out) == (130, "")
    assert stopped.err.startswith("stopped after 3 of 5 steps. Go on with: faq train-reader ")
    assert [path.name for path in (tmp_path / "run it").iterdir()] == ["checkpoint.safetensors"]
    assert shell(*shlex.split(stopped.err.partition("Go on with: ")[2])[1:]).code == 0
    for name in RESULT:
        assert (tmp_path / "run it" / name).read_bytes() == (tmp_path / "whole" / name).read_bytes(), name


def test_ctrl_c_pressed_twice_does_not_wait(
    shell: Shell, tiny: None, data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # As on a terminal: a shell that runs the tests in the background lets them ignore it.
    around = signal.signal(signal.SIGINT, signal.default_int_handler)
    before = signal.getsignal(signal.SIGINT)
    press_ctrl_c_at(1, monkeypatch, times=2)
    done = shell("train-reader", data, "--out", tmp_path / "run", "--groups", 80)
    assert done.code == 130 and "Go on with" not in done.err
    assert list((tmp_path / "run").iterdir()) == []
    assert signal.signal(signal.SIGINT, around) is before


def test_more_questions_go_on_and_another_seed_does_not(
    shell: Shell, tiny: None, data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = ["train-reader", data, "--out", tmp_path / "run", "--groups"]
    assert shell(*words, 32).code == 0
    assert shell(*words, 48).code == 0
    assert figures(tmp_path / "run").steps == 3
    before = {path: path.read_bytes() for path in (tmp_path / "run").iterdir()}
    # Told before anything is read.
    monkeypatch.setattr(run, "read_data", None)
    for more, said in (
        (("48", "--seed", 9), "seed 20261122, asked for 9."),
        ((16,), "groups 48, asked for 16."),
    ):
        done = shell(*words, *more)
        assert (done.code, done.out) == (65, "")
        assert f"run/checkpoint.safetensors: begun with another plan: {said}" in done.err
    assert {path: path.read_bytes() for path in (tmp_path / "run").iterdir()} == before


def test_a_run_goes_on_from_earlier_weights_and_says_so(
    shell: Shell, tiny: None, data: Path, tmp_path: Path
) -> None:
    assert shell("train-reader", data, "--out", tmp_path / "a", "--groups", 16).code == 0
    weights = tmp_path / "a" / "reader.safetensors"
    words = ["train-reader", data, "--out", tmp_path / "b", "--groups", 16]
    assert shell(*words, "--start", weights).code == 0
    assert figures(tmp_path / "b").start == figures(tmp_path / "a").weights_sha256
    card = (tmp_path / "b" / "MODEL_CARD.md").read_text("utf-8")
    assert "--start reader.safetensors --seed" in card and figures(tmp_path / "b").start in card
    other = shell(*words)
    assert other.code == 65 and "begun with another plan: start" in other.err


def test_data_without_a_known_licence_is_learnt_from_only_when_asked(
    shell: Shell, tiny: None, tmp_path: Path
) -> None:
    row = {"src": "web_1", "q": "who?", "sents": ["No one.", "Rain."], "gold": [0], "ans": []}
    path = lines(tmp_path / "web.jsonl", [{**row, "title": f"{n}"} for n in range(4)])
    words = ("train-reader", path, "--out", tmp_path / "run", "--groups", 16)
    refused = shell(*words)
    assert (refused.code, refused.out) == (65, "")
    assert refused.err.startswith("faq: web: the licence is not known")
    assert not (tmp_path / "run").exists()
    assert shell(*words, "--unlicensed").code == 0
    card = (tmp_path / "run" / "MODEL_CARD.md").read_text("utf-8")
    assert "**Do not ship**: the licence of web is not known." in card and "--unlicensed`" in card
    assert json.loads((tmp_path / "run" / "figures.json").read_text("utf-8"))["questions"] == {"web": 4}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--groups", 0), "--groups"),
        (("--seed", -1), "--seed"),
        (("--out", __file__), "--out"),
    ],
)
def test_wrong_use_is_told(
    shell: Shell, data: Path, tmp_path: Path, words: tuple[Any, ...], said: str
) -> None:
    done = shell("train-reader", data, "--out", tmp_path / "run", *words)
    assert (done.code, done.out) == (2, "") and said in done.err


def test_data_that_is_none_is_named(shell: Shell, tmp_path: Path) -> None:
    done = shell("train-reader", tmp_path / "none", "--out", tmp_path / "run")
    assert done.code == 65 and done.err.startswith(f"faq: {tmp_path / 'none'}: neither a file of questions")
    assert done.err.count("\n") == 1 and not (tmp_path / "run").exists()
