"""Everything a training run needs to go on, in one file that is replaced whole."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from pydantic import ValidationError
from safetensors import SafetensorError, safe_open
from safetensors.torch import load_file, save_file

from content.schema import Fact
from index.errors import BadCheckpoint, PlanMismatch
from index.training.plan import TrainingPlan

FILE = "checkpoint.safetensors"
_STATE = ("step", "exp_avg", "exp_avg_sq")


class CheckpointFacts(Fact):
    """Where a run stands: `step` steps done, the loss of each, and what validation said."""

    step: int
    plan: TrainingPlan
    losses: list[float]
    validations: list[dict[str, Any]]


def read_facts(folder: Path, plan: TrainingPlan) -> CheckpointFacts | None:
    """Return the facts of the checkpoint in `folder`, None where there is none.

    Law: a run goes on only under the plan it began with, `groups` apart, and those not below what it
    has learnt. Raises BadCheckpoint, PlanMismatch.
    """
    path = folder / FILE
    if not path.exists():
        return None
    try:
        with safe_open(str(path), framework="pt") as file:
            facts = CheckpointFacts.model_validate(json.loads((file.metadata() or {})["facts"]))
    except (OSError, SafetensorError, KeyError, ValueError, ValidationError) as error:
        raise BadCheckpoint(path, "not a checkpoint of this program") from error
    differing = facts.plan.differences(plan)
    if plan.steps < facts.step:
        differing["groups"] = (facts.plan.groups, plan.groups)
    if differing:
        raise PlanMismatch(path, differing)
    return facts


def write_checkpoint(
    folder: Path, learnt: Mapping[str, torch.Tensor], optimiser: torch.optim.Optimizer,
    facts: CheckpointFacts,
) -> None:  # fmt: skip
    """Write network, optimiser and facts; a kill leaves the checkpoint before."""
    tensors = {f"p.{name}": p.detach().contiguous() for name, p in learnt.items()}
    for name, parameter in learnt.items():
        for key, value in optimiser.state[parameter].items():
            tensors[f"o.{key}.{name}"] = value.detach().reshape(value.shape or (1,)).contiguous()
    temporary = folder / "tmp.safetensors"
    save_file(tensors, str(temporary), metadata={"facts": json.dumps(facts.model_dump())})
    os.replace(temporary, folder / FILE)


def read_checkpoint(
    folder: Path, learnt: Mapping[str, torch.Tensor], optimiser: torch.optim.Optimizer
) -> None:
    """Put the numbers of the checkpoint in `folder` into network and optimiser.

    Raises BadCheckpoint when they are those of another network.
    """
    path = folder / FILE
    stored = load_file(str(path))
    shapes = {name: tensor.shape for name, tensor in stored.items() if name.startswith("p.")}
    if shapes != {f"p.{name}": parameter.shape for name, parameter in learnt.items()}:
        raise BadCheckpoint(path, "not a checkpoint of this network")
    with torch.no_grad():
        for name, parameter in learnt.items():
            parameter.copy_(stored[f"p.{name}"])
            state = {key: stored[f"o.{key}.{name}"] for key in _STATE}
            state["step"] = state["step"].reshape(())
            optimiser.state[parameter] = state
