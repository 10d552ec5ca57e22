"""The plan: how many steps, how fast at each, and which plan may go on from which."""

from __future__ import annotations

import pytest

from index.training.plan import TrainingPlan


@pytest.mark.parametrize(("groups", "steps"), [(1, 1), (16, 1), (17, 2), (60_000, 3750)])
def test_sixteen_questions_make_a_step(groups: int, steps: int) -> None:
    assert TrainingPlan(groups=groups).steps == steps


def test_the_rate_rises_for_sixty_steps_and_falls_to_nothing() -> None:
    """Of 120 steps: 1/60 · 120/120, 30/60 · 91/120, 60/60 · 61/120, 30/120, and 1/120 at the last."""
    plan = TrainingPlan(groups=120 * 16)
    shares = [plan.share_at(step) for step in (0, 29, 59, 90, 119, 120)]
    assert shares == pytest.approx([1 / 60, 91 / 240, 61 / 120, 1 / 4, 1 / 120, 0])


def test_plans_differ_in_anything_but_the_number_of_questions() -> None:
    plan = TrainingPlan()
    assert plan.differences(TrainingPlan(groups=1)) == {}
    assert plan.differences(TrainingPlan(seed=1, rate=0.5)) == {"seed": (20_261_122, 1), "rate": (1e-3, 0.5)}
    assert plan.differences(TrainingPlan(start="ab")) == {"start": ("", "ab")}
