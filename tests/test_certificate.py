"""A certificate promises what labelled questions bear, says so plainly, and ends with what it rests on."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from assistant.certificate import Certificate, Stratum, certify
from assistant.risk import ANSWERS_NOTHING, candidate_thresholds, certified_threshold, controlled_threshold

HASHES = {"content": "c1", "embedder": "e1", "reader": "r1", "builder": "b1", "settings": "s1"}
LIMITS: dict[str, Any] = {"risk": 0.05, "joint_risk": 0.02, "confidence": 0.95, "hashes": HASHES}
ROWS = st.lists(
    st.tuples(st.integers(0, 30).map(lambda n: n / 30), st.sampled_from(["right", "wrong", "uncovered"])),
    max_size=150,
)


def certified(count: int = 400, *wrong_ranks: int, **limits: float) -> Certificate:
    """Certify probabilities that fall in equal steps: odd ranks are of trials, the first half asks numbers.

    The last quarter is covered by nothing.
    """
    ranks = np.arange(1, count + 1)
    covered = ranks <= 0.75 * count
    wrong = ~covered | np.isin(ranks, wrong_ranks)
    strata = [
        ("trial" if rank % 2 else "therapy", "number" if rank <= count / 2 else "place") for rank in ranks
    ]
    # Whole millionths, so that each threshold is also the probability of a question.
    return certify(np.linspace(0.99, 0.01, count).round(6), wrong, covered, strata, **LIMITS | limits)


def test_a_certificate_by_hand() -> None:
    found = certified(400, 100, 201)

    # floor(.02 · 401) − 1 = 7 errors: 100, 201 and the first five that nothing covers, 301 to 305.
    assert (found.joint.risk, found.joint.errors) == (0.02, 7)
    assert found.joint.threshold == pytest.approx(np.linspace(0.99, 0.01, 400)[305], abs=1.1e-6)
    # Candidates answer 25, 50, …: 75 is the first that can pass, 300 with two errors the last that does.
    assert (found.selective.answered, found.selective.errors, found.selective.needed) == (300, 2, 124)
    assert found.threshold == found.selective.threshold
    assert (found.questions, found.covered, found.risk, found.confidence) == (400, 300, 0.05, 0.95)


def test_the_joint_promise_alone_answers_more_and_says_what_the_other_would_take() -> None:
    both, alone = certified(400, 100, 201), certified(400, 100, 201, both=False)

    assert (both.both, alone.both) == (True, False)
    assert alone.threshold == alone.joint.threshold < both.threshold
    assert alone.selective == both.selective
    assert alone.overall.answered == 305
    assert "nothing for the answered ones alone (for 5 % of them, 95 % sure, the threshold" in alone.says
    assert f"would be {both.threshold:.3f}" in alone.says


def test_kinds_by_hand() -> None:
    found = certified(400, 100, 201)
    kinds = {
        name: (kind.questions, kind.answered, kind.wrong, kind.needed) for name, kind in found.by_kind.items()
    }

    assert kinds == {
        "number": (200, 200, 1, 93),
        "place": (200, 100, 1, 93),
        "therapy": (200, 150, 1, 93),
        "trial": (200, 150, 1, 93),
    }
    assert list(kinds) == sorted(kinds)
    assert (found.overall.answered, found.overall.wrong) == (300, 2)
    # One error of 150: P(Binomial(150, .031238) <= 1) = .05.
    upper = found.by_kind["trial"].upper
    assert upper == pytest.approx(0.031238, abs=1e-5)
    assert (1 - upper) ** 150 + 150 * upper * (1 - upper) ** 149 == pytest.approx(0.05, abs=1e-5)
    assert found.by_kind["trial"].needs is None


def test_a_kind_with_too_few_answers_says_what_it_needs() -> None:
    few = certified(40).by_kind["trial"]
    bounded = Stratum(questions=80, answered=70, wrong=1, upper=0.066, risk=0.05, needed=93)

    # Of 40 questions nothing may be answered at 2 %, as 1 / 41 is more.
    assert (few.questions, few.answered, few.upper) == (20, 0, 1.0)
    assert few.needs == "needs 59 answered questions without an error for 5 %"
    assert bounded.needs == "needs 93 answered questions with 1 error for 5 %"
    assert bounded.model_copy(update={"answered": 93}).needs is None


def test_the_stricter_threshold_is_in_use() -> None:
    strict_joint = certified(400, 250, joint_risk=0.0025)
    assert strict_joint.selective.threshold is not None
    assert strict_joint.threshold == strict_joint.joint.threshold > strict_joint.selective.threshold
    strict_selective = certified(400, joint_risk=0.2)
    assert strict_selective.selective.threshold is not None
    assert strict_selective.threshold == strict_selective.selective.threshold
    assert strict_selective.threshold > strict_selective.joint.threshold
    joint_alone = certified(400, 1)
    assert joint_alone.selective.threshold is None
    assert joint_alone.threshold == joint_alone.joint.threshold


@settings(deadline=None, max_examples=100)
@given(ROWS, st.sampled_from([0.02, 0.1, 0.3]))
def test_certificate_laws(rows: list[tuple[float, str]], risk: float) -> None:
    probabilities = np.array([p for p, _ in rows], dtype=float)
    wrong, covered = (
        np.array([[s != "right", s != "uncovered"] for _, s in rows], dtype=bool).reshape(-1, 2).T
    )
    strata = [(state, "any") for _, state in rows]
    found = certify(probabilities, wrong, covered, strata, **LIMITS | {"risk": risk})
    turned = certify(probabilities[::-1], wrong[::-1], covered[::-1], strata[::-1], **LIMITS | {"risk": risk})
    selective = certified_threshold(probabilities, wrong, risk, 0.95, candidate_thresholds(probabilities))

    assert turned == found
    assert Certificate.model_validate_json(found.model_dump_json()) == found
    assert found.joint.threshold == controlled_threshold(probabilities, wrong, 0.02)
    assert found.selective == selective
    assert found.threshold == max(found.joint.threshold, selective.threshold or 0)
    assert found.overall.wrong <= found.joint.errors
    for kind in (found.overall, *found.by_kind.values()):
        # Enough answered questions and a bound below the risk are one and the same.
        assert (kind.needs is None) == (kind.upper <= risk)
    if rows:
        assert found.by_kind["any"] == found.overall
    for state, kind in found.by_kind.items():
        assert kind.questions == sum(state in kinds for kinds in strata)


def test_what_it_says() -> None:
    alike = "Promised for questions like the 400 labelled ones: on average at most 2 % of all are "
    alike += "answered wrongly"
    unpromised = "nothing is promised for a single answer, for one kind or for other questions."

    assert (
        certified(400, 100).says == f"{alike}, and at most 5 % of the answered ones (95 % sure); {unpromised}"
    )
    assert certified(400, 1).says == (
        f"{alike}, and nothing for the answered ones alone "
        f"(needs 93 answered questions with 1 error for 5 %, has 75); {unpromised}"
    )
    assert certified(48).says == (
        "Nothing is answered: the 48 labelled ones are too few or too often wrong to promise 2 %."
    )
    assert certified(48).threshold == ANSWERS_NOTHING
    everything = certify(np.ones(60), np.zeros(60, bool), np.ones(60, bool), [()] * 60, **LIMITS)
    assert (everything.threshold, everything.overall.answered) == (1, 60)
    assert everything.says.startswith("Promised for questions like the 60 labelled ones")


@pytest.mark.parametrize(
    ("current", "says"),
    [
        (HASHES, None),
        (dict(reversed(HASHES.items())), None),
        (HASHES | {"reader": "r2"}, "changed since it was certified: reader"),
        (HASHES | {"reader": "r2", "content": "c2"}, "changed since it was certified: content, reader"),
        (HASHES | {"chunker": "x"}, "changed since it was certified: chunker"),
        ({"content": "c1"}, "changed since it was certified: builder, embedder, reader, settings"),
    ],
    ids=["the same", "in another order", "one", "two", "one more", "missing ones"],
)
def test_it_ends_with_what_it_rests_on(current: dict[str, str], says: str | None) -> None:
    assert certified().void_because(current) == says


def test_equal_inputs_give_equal_bytes_and_nothing_can_be_changed() -> None:
    found = certified()

    assert found.model_dump_json() == certified().model_dump_json()
    assert "202" not in "".join(name for name in Certificate.model_fields)
    with pytest.raises(ValidationError, match="frozen"):
        found.threshold = 0.0  # type: ignore[misc]


@pytest.mark.parametrize(
    ("probabilities", "wrong", "covered", "strata", "message"),
    [
        ([0.5], [False], [True], [], "each question has"),
        ([0.5, 0.5], [False], [True], [()], "each question has"),
        ([1.5], [False], [True], [()], "lie in"),
        ([float("nan")], [False], [True], [()], "lie in"),
        ([0.5], [False], [False], [()], "that nothing covers is wrong"),
    ],
)
def test_rows_that_cannot_be(
    probabilities: list[float], wrong: list[bool], covered: list[bool], strata: list[tuple[()]], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        certify(np.array(probabilities), np.array(wrong), np.array(covered), strata, **LIMITS)


@pytest.mark.parametrize("name", ["risk", "certificate", "drift"])
def test_a_calibration_may_hold_a_certificate(name: str) -> None:
    # Were the calibration or its fitting needed on import, each would need the other first.
    source = (Path(__file__).parent.parent / "assistant" / f"{name}.py").read_text("utf-8")
    ours = [
        node.module
        for node in ast.parse(source).body
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(("assistant", "index"))
    ]

    assert set(ours) <= {"assistant.risk"}
