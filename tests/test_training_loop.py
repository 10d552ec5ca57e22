"""Training: it goes on after a kill or a stop as if nothing had been, and it makes the loss smaller."""

from __future__ import annotations

import io
import itertools
import json
import sys
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest
import torch
from safetensors import safe_open
from safetensors.torch import load_file
from tiny_reader import three_examples, tiny_network, tokenize

from index.training import loop
from index.training.checkpoint import read_facts
from index.training.groups import Sampler, as_batch, draw_group
from index.training.loop import Trainer
from index.training.loss import loss_of
from index.training.plan import TrainingPlan

torch.set_num_threads(1)
# Eight steps: two pools and a half, four checkpoints, validations at 3, 6 and the last.
PLAN = TrainingPlan(groups=8 * 16 - 5, validate_every=3, seed=7)
EXAMPLES = three_examples()


class Killed(Exception):
    """Stands for a power cut."""


class Outcome(NamedTuple):
    """All that a run leaves behind."""

    losses: list[float]
    validations: list[dict[str, Any]]
    weights: bytes
    checkpoint: bytes


@pytest.fixture(autouse=True)
def _small_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loop, "_POOL", 3)
    monkeypatch.setattr(loop, "_CHECKPOINT_STEPS", 2)


def trainer_of(folder: Path, plan: TrainingPlan = PLAN) -> Trainer:
    return Trainer(tiny_network(), tokenize, plan, folder)


def run(folder: Path, plan: TrainingPlan = PLAN, stop: Callable[[], bool] = lambda: False) -> Outcome | None:
    """Train to the end, or return nothing where it was stopped before."""
    trainer = trainer_of(folder, plan)
    if not trainer.train(EXAMPLES, EXAMPLES, stop=stop):
        assert not trainer.weights.exists()
        return None
    files = (trainer.weights.read_bytes(), (folder / "checkpoint.safetensors").read_bytes())
    return Outcome(trainer.losses, trainer.validations, *files)


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(loop, "_POOL", 3)
        found = run(tmp_path_factory.mktemp("undisturbed"))
    assert found is not None
    return found


def test_a_run_ends_with_a_loss_for_each_step_and_figures_where_they_are_due(undisturbed: Outcome) -> None:
    assert len(undisturbed.losses) == PLAN.steps == 8
    assert [found["step"] for found in undisturbed.validations] == [3, 6, 8]
    assert all(found.keys() == {"step", "hit quiz", "auroc quiz"} for found in undisturbed.validations)


@pytest.mark.parametrize("step", range(8))
def test_a_killed_run_goes_on_as_if_nothing_had_been(
    step: int, tmp_path: Path, undisturbed: Outcome, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed in the middle of a step, after the numbers were changed and before anything was written."""
    learn = Trainer._learn

    def dying(trainer: Trainer, batch: Any) -> float:
        found = learn(trainer, batch)
        if trainer.step == step:
            raise Killed
        return found

    monkeypatch.setattr(Trainer, "_learn", dying)
    with pytest.raises(Killed):
        run(tmp_path)
    monkeypatch.setattr(Trainer, "_learn", learn)
    assert run(tmp_path) == undisturbed


def test_a_run_killed_in_a_validation_validates_again(
    tmp_path: Path, undisturbed: Outcome, monkeypatch: pytest.MonkeyPatch
) -> None:
    def dying(*_: object) -> dict[str, float]:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(loop, "validate", dying)
        with pytest.raises(Killed):
            run(tmp_path)
    assert run(tmp_path) == undisturbed


def test_a_validation_is_kept_as_soon_as_it_is_done(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Step 3 has a validation and no checkpoint of its own."""
    take = Trainer._take

    def dying(trainer: Trainer, *given: Any) -> None:
        if trainer.step == 3:
            raise Killed
        take(trainer, *given)

    monkeypatch.setattr(Trainer, "_take", dying)
    with pytest.raises(Killed):
        run(tmp_path)
    facts = read_facts(tmp_path, PLAN)
    assert facts is not None and (facts.step, [found["step"] for found in facts.validations]) == (3, [3])


def test_a_run_stopped_again_and_again_ends_the_same(tmp_path: Path, undisturbed: Outcome) -> None:
    """`stop` is asked before each step and each question of a validation; any of these may be the last."""
    for asked in itertools.count():
        left = itertools.count(asked, -1)
        found = run(tmp_path, stop=lambda left=left: next(left) <= 0)  # type: ignore[misc]
        if found is not None:
            break
    assert found == undisturbed
    assert asked > 3


def test_a_finished_run_is_finished(tmp_path: Path, undisturbed: Outcome) -> None:
    assert run(tmp_path) == undisturbed == run(tmp_path)


def test_a_longer_run_goes_on_from_a_shorter(tmp_path: Path, undisturbed: Outcome) -> None:
    run(tmp_path)
    longer = run(tmp_path, PLAN.model_copy(update={"groups": 12 * 16}))
    assert longer is not None and len(longer.losses) == 12
    assert longer.losses[:8] == undisturbed.losses
    assert longer.validations[:3] == undisturbed.validations
    assert [found["step"] for found in longer.validations] == [3, 6, 8, 9, 12]


def test_another_seed_is_another_run(tmp_path: Path, undisturbed: Outcome) -> None:
    other = run(tmp_path, PLAN.model_copy(update={"seed": 8}))
    assert other is not None and other.losses != undisturbed.losses


def test_a_few_steps_on_three_examples_make_the_loss_smaller(tmp_path: Path) -> None:
    # The embeddings of the tiny network are noise and stay so: it learns slowly what it can.
    trainer = trainer_of(tmp_path, TrainingPlan(groups=40 * 16, rate=1e-2))
    rng = np.random.default_rng(1)
    batch = as_batch([draw_group(example, tokenize, rng) for example in EXAMPLES * 8])
    with torch.inference_mode():
        before = float(loss_of(trainer._logits(batch), batch))
    trainer.train(EXAMPLES, [])
    with torch.inference_mode():
        assert float(loss_of(trainer._logits(batch), batch)) < 0.8 * before


def test_only_what_is_learnt_changes(tmp_path: Path) -> None:
    trainer = trainer_of(tmp_path)
    before = {name: tensor.clone() for name, tensor in trainer.network.state_dict().items()}
    trainer.train(EXAMPLES, [])
    changed = {n for n, t in trainer.network.state_dict().items() if not torch.equal(t, before[n])}
    assert changed == set(trainer.network.learnt())


def test_rows_run_in_parts_as_they_would_together(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loop, "half_precision", nullcontext)
    trainer = trainer_of(tmp_path)
    groups = trainer._pool(Sampler(EXAMPLES))[0]
    for count in (1, 2, 16):
        batch = as_batch(groups[:count])
        arrays = (batch.ids, batch.attention, batch.types)
        with torch.inference_mode():
            together = trainer.network(*map(torch.from_numpy, arrays))
            parts = trainer._logits(batch)
        words = torch.from_numpy(batch.attention == 1)
        assert torch.allclose(parts[words], together[words], atol=1e-5)


def test_the_checkpoint_says_where_the_run_stands(tmp_path: Path, undisturbed: Outcome) -> None:
    """The format: facts beside tensors; p. a number, o.step., o.exp_avg., o.exp_avg_sq. its optimiser's."""
    run(tmp_path)
    path = tmp_path / "checkpoint.safetensors"
    with safe_open(str(path), framework="pt") as file:
        facts = json.loads(file.metadata()["facts"])
    assert facts == {
        "step": 8, "losses": undisturbed.losses, "validations": undisturbed.validations,
        "plan": {"groups": 123, "rate": 1e-3, "plain_rate": 3e-4, "validate_every": 3, "seed": 7,
                 "start": ""},
    }  # fmt: skip
    kinds = ("p", "o.step", "o.exp_avg", "o.exp_avg_sq")
    assert set(load_file(str(path))) == {f"{kind}.{n}" for kind in kinds for n in tiny_network().learnt()}
    assert sorted(found.name for found in tmp_path.iterdir()) == [path.name, "reader.safetensors"]


def test_a_terminal_hears_of_each_validation_and_a_pipe_does_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    trainer_of(tmp_path / "pipe").train(EXAMPLES, EXAMPLES, progress=True)
    assert capsys.readouterr() == ("", "")
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    trainer_of(tmp_path / "terminal").train(EXAMPLES, EXAMPLES, progress=True)
    lines = [line for line in terminal.getvalue().replace("\r", "\n").split("\n") if line.startswith("step ")]
    assert [line.partition(":")[0] for line in lines] == ["step 3", "step 6", "step 8"]
    assert "hit quiz 0." in lines[0] or "hit quiz 1." in lines[0]
    assert "8/8" in terminal.getvalue()
