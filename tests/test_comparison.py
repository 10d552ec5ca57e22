"""Two runs matched by question id: gains, losses, forgotten questions, and earlier rows on disk."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from judged import row

from assistant.comparison import compare, read_baseline, read_outcomes
from assistant.errors import BrokenRun, CannotRead
from assistant.rows import Row
from content.questions import LabelledQuestion

RANKS = st.lists(st.sampled_from((None, 1, 2, 5)), min_size=1, max_size=8)


def run(*ranks: int | None, first: int = 0) -> list[Row]:
    """Return covered questions with these ranks of the first right quote; None refuses."""
    return [
        row(f"q{n}", status="answered" if rank else "no_answer", hit_rank=rank)
        for n, rank in enumerate(ranks, first)
    ]


def test_a_comparison_by_hand() -> None:
    found = compare(run(1, 1, 2, None), run(1, 2, None, None))

    assert (found.questions, found.forgotten_now, found.forgotten_before) == (4, 0, 0)
    first, third, decision = (found.figures[name] for name in ("right@1", "right@3", "right_decision"))
    assert (first.before, first.now, first.difference) == (1 / 4, 2 / 4, 1 / 4)
    assert (third.before, third.now, third.difference) == (2 / 4, 3 / 4, 1 / 4)
    assert (decision.before, decision.now) == (2 / 4, 3 / 4)
    assert first.p == third.p == decision.p == 1, "one question that differs may be chance"
    assert found.verdict == (
        "No credible loss against the baseline: right@1 +0.250 (p = 1.000), right@3 +0.250 (p = 1.000), "
        "right_decision +0.250 (p = 1.000)."
    )


def test_five_losses_may_be_chance_and_six_are_not() -> None:
    five, six = compare(run(*[2] * 5), run(*[1] * 5)), compare(run(*[2] * 6), run(*[1] * 6))

    assert (five.figures["right@1"].p, five.credible_loss) == (2 / 2**5, False)
    assert (six.figures["right@1"].p, six.credible_loss) == (round(2 / 2**6, 4), True)
    assert six.verdict == "Credible loss against the baseline: right@1 -1.000 (p = 0.031)."
    assert not compare(run(*[1] * 6), run(*[2] * 6)).credible_loss, "a gain is no loss"


def test_a_forgotten_question_is_wrong_in_the_run_that_forgot_it() -> None:
    whole = run(*[1] * 8)

    forgot = compare(whole[:2], whole)
    found = compare(whole, whole[:2])

    assert (forgot.questions, forgot.forgotten_now, forgot.forgotten_before) == (8, 6, 0)
    assert forgot.figures["right@1"].now == 2 / 8
    assert forgot.credible_loss
    assert (found.forgotten_now, found.forgotten_before) == (0, 6)
    assert found.figures["right@1"].before == 2 / 8
    assert not found.credible_loss
    assert compare([], whole).credible_loss, "asking nothing is the worst run"


def test_refusals_and_redirects_count_in_the_decision_alone() -> None:
    def away(status: str, redirect: str | None = None) -> list[Row]:
        return [row(f"e{n}", "emergency", status, redirect=redirect) for n in range(6)]

    found = compare(away("answered"), away("redirected", "emergency"))

    assert list(found.figures) == ["right_decision"]
    assert found.credible_loss
    uncovered = [
        [row(f"u{n}", "no_passage", status) for n in range(6)] for status in ("answered", "no_answer")
    ]
    assert compare(*uncovered).verdict.startswith("Credible loss against the baseline: right_decision -1")


def test_what_a_question_expects_now_is_what_counts() -> None:
    refused = [row(f"q{n}", "no_passage", "no_answer") for n in range(6)]

    # Since then the documents cover these: the earlier refusals are wrong today.
    found = compare(run(*[1] * 6), refused)

    assert found.figures["right_decision"].before == 0
    assert found.figures["right@1"].difference == 1


def test_nothing_to_compare_is_no_loss() -> None:
    found = compare([], [])

    assert (found.questions, found.figures, found.credible_loss) == (0, {}, False)
    assert found.verdict == "No credible loss against the baseline: nothing to compare."


@given(RANKS, RANKS, st.integers(0, 4))
@settings(deadline=None)
def test_exchanging_the_runs_turns_every_sign(
    ours: list[int | None], theirs: list[int | None], first: int
) -> None:
    there = compare(run(*ours), run(*theirs, first=first)).figures
    back = compare(run(*theirs, first=first), run(*ours)).figures

    assert {name: (one.before, one.now, -one.difference, one.p) for name, one in there.items()} == {
        name: (one.now, one.before, one.difference, one.p) for name, one in back.items()
    }


def written(path: Path, *rows: dict[str, object]) -> Path:
    path.write_text("".join(f"{json.dumps(one)}\n\n" for one in rows), "utf-8")
    return path


OLD: dict[str, object] = {
    "id": "a", "expect": "quote", "status": "answered", "redirect": None, "hit_rank": 1, "exact": True,
}  # fmt: skip


def test_rows_of_another_version_can_be_compared_with(tmp_path: Path) -> None:
    # Fewer fields than a row has today, and one it never had.
    path = written(tmp_path / "rows.jsonl", OLD, {**OLD, "id": "b", "hit_rank": None, "mood": "good"})

    found = read_outcomes(tmp_path)

    assert [(one.id, one.hit_rank) for one in found] == [("a", 1), ("b", None)]
    assert read_outcomes(path) == found, "the folder and its rows are the same run"


def test_rows_of_today_can_be_compared_with(tmp_path: Path) -> None:
    rows = run(1, None)
    (tmp_path / "rows.jsonl").write_text("".join(f"{one.model_dump_json()}\n" for one in rows), "utf-8")

    assert compare(rows, read_outcomes(tmp_path)).figures["right@1"].difference == 0


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("{", "line 2: line: Invalid JSON"),
        ("[]", "line 2: line: Input should be"),
        ('{"id": "b"}', "line 2: expect: Field required"),
        (json.dumps({**OLD, "id": "b", "hit_rank": "first"}), "line 2: hit_rank: "),
        (json.dumps(OLD), "line 2: id 'a' is given twice"),
    ],
)
def test_a_broken_row_is_named(tmp_path: Path, line: str, said: str) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_text(f"{json.dumps(OLD)}\n{line}\n", "utf-8")

    with pytest.raises(BrokenRun) as raised:
        read_outcomes(path)
    assert f"{path}, {said}" in str(raised.value)
    assert "faq eval --report" in str(raised.value)


@pytest.mark.parametrize("words", [None, b"\xff\xfe"])
def test_an_unreadable_baseline_is_named(tmp_path: Path, words: bytes | None) -> None:
    if words:
        (tmp_path / "rows.jsonl").write_bytes(words)

    with pytest.raises(CannotRead, match=r"rows\.jsonl: cannot be read"):
        read_outcomes(tmp_path)


def test_a_baseline_without_any_of_the_questions_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path / "rows.jsonl", OLD)
    known, other = (LabelledQuestion(id=name, question="?", expect="no_passage") for name in ("a", "b"))

    assert len(read_baseline(path, [known, other])) == 1
    assert len(read_baseline(path, [])) == 1
    with pytest.raises(BrokenRun, match="none of its questions is asked"):
        read_baseline(path, [other])
