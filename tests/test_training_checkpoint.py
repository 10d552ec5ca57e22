"""Checkpoints of another plan, another network, or of nothing at all are refused by name."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import save_file
from tiny_reader import three_examples, tiny_network, tokenize

from index.errors import BadCheckpoint, PlanMismatch
from index.training.checkpoint import FILE, read_checkpoint, read_facts
from index.training.loop import Trainer
from index.training.plan import TrainingPlan

torch.set_num_threads(1)
PLAN = TrainingPlan(groups=2 * 16, seed=7)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a run of two steps."""
    folder = tmp_path_factory.mktemp("run")
    Trainer(tiny_network(), tokenize, PLAN, folder).train(three_examples(), [])
    return folder


def test_an_empty_folder_has_nothing_to_go_on_from(tmp_path: Path) -> None:
    assert read_facts(tmp_path, PLAN) is None
    assert read_facts(tmp_path / "none", PLAN) is None


@pytest.mark.parametrize("groups", [17, 32, 33, 60_000])
def test_the_number_of_questions_may_grow(folder: Path, groups: int) -> None:
    facts = read_facts(folder, PLAN.model_copy(update={"groups": groups}))
    assert facts is not None
    assert (facts.step, facts.plan, len(facts.losses), facts.validations) == (2, PLAN, 2, [])


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"seed": 8}, "seed 7, asked for 8."),
        ({"rate": 0.5, "groups": 999}, "rate 0.001, asked for 0.5."),
        ({"plain_rate": 0.5, "seed": 1}, "plain_rate 0.0003, asked for 0.5, seed 7, asked for 1."),
        ({"validate_every": 1}, "validate_every 500, asked for 1."),
        ({"groups": 16}, "groups 32, asked for 16."),
    ],
)
def test_another_plan_is_refused_naming_both(folder: Path, changed: dict[str, Any], said: str) -> None:
    with pytest.raises(PlanMismatch) as caught:
        read_facts(folder, PLAN.model_copy(update=changed))
    assert str(caught.value).startswith(f"{folder / FILE}: begun with another plan: {said} Ask for the same")
    assert caught.value.exit_code == 65


FACTS = {"step": 2, "plan": PLAN.model_dump(), "losses": [1.0, 1.0], "validations": []}


@pytest.mark.parametrize(
    "facts",
    ["{", "[]", json.dumps({**FACTS, "step": "two"}), json.dumps({"step": 2}), json.dumps({**FACTS, "x": 1})],
)
def test_what_is_no_checkpoint_is_refused(tmp_path: Path, facts: str) -> None:
    save_file({"p.x": torch.zeros(1)}, str(tmp_path / FILE), metadata={"facts": facts})
    with pytest.raises(BadCheckpoint, match=rf"{FILE}: not a checkpoint of this program. Remove it"):
        read_facts(tmp_path, PLAN)


def test_a_file_cut_short_is_refused(tmp_path: Path, folder: Path) -> None:
    raw = (folder / FILE).read_bytes()
    for damaged in (b"", raw[:100], raw[:-1]):
        (tmp_path / FILE).write_bytes(damaged)
        with pytest.raises(BadCheckpoint, match="not a checkpoint of this program"):
            read_facts(tmp_path, PLAN)
    save_file({"p.x": torch.zeros(1)}, str(tmp_path / FILE))
    with pytest.raises(BadCheckpoint, match="not a checkpoint of this program"):
        read_facts(tmp_path, PLAN)


def test_a_checkpoint_of_another_network_is_refused_and_changes_nothing(folder: Path) -> None:
    network = tiny_network()
    before = {name: parameter.clone() for name, parameter in network.learnt().items()}
    optimiser = torch.optim.AdamW(network.parameters())
    wide = {**network.learnt(), "head.0.bias": torch.zeros(25)}
    for other in (dict(list(network.learnt().items())[1:]), wide):
        with pytest.raises(BadCheckpoint, match="not a checkpoint of this network"):
            read_checkpoint(folder, other, optimiser)
    assert all(torch.equal(parameter, before[name]) for name, parameter in network.learnt().items())
    read_checkpoint(folder, network.learnt(), optimiser)
    assert not all(torch.equal(parameter, before[name]) for name, parameter in network.learnt().items())
