"""How long and how fast the reader is taught."""

from __future__ import annotations

import math

from content.schema import Fact

GROUPS_A_STEP = 16
_WARM_UP_STEPS = 60


class TrainingPlan(Fact):
    """How long and how fast: `groups` questions in all, learning rates for changes and head.

    `start`: sha256 of the weights it goes on from, "" for the embedding model's own.
    """

    groups: int = 60_000
    rate: float = 1e-3
    plain_rate: float = 3e-4
    validate_every: int = 500
    seed: int = 20_261_122
    start: str = ""

    @property
    def steps(self) -> int:
        """How many steps the groups make, the last one whole."""
        return math.ceil(self.groups / GROUPS_A_STEP)

    def share_at(self, step: int) -> float:
        """Return the share of the learning rate: up in 60 steps, then linearly down to 0."""
        warm = min(1.0, (step + 1) / _WARM_UP_STEPS)
        return warm * max(0.0, 1.0 - step / self.steps)

    def differences(self, other: TrainingPlan) -> dict[str, tuple[object, object]]:
        """Return what both plans say where they differ; `groups` may, a longer run goes on from a shorter."""
        mine, theirs = self.model_dump(exclude={"groups"}), other.model_dump()
        return {name: (value, theirs[name]) for name, value in mine.items() if value != theirs[name]}
