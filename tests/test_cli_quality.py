"""The commands that say how good things are, as a shell sees them."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path

import pytest
from shell import Shell

from assistant.settings import Settings


def test_checking_ends_with_one_only_for_errors(shell: Shell, small_settings: Settings) -> None:
    # Three of the small library's pages name no reviewer: warnings. A lost caveat is an error.
    assert shell("check").code == 0
    assert shell("check").out.endswith("4 documents, 0 staff questions: 0 errors, 3 warnings\n")

    path = small_settings.content / "trials" / "lupus.md"
    path.write_text(path.read_text("utf-8").replace("caveats: [The study", "caveats: [This study"), "utf-8")

    assert shell("check").code == 1
    assert "error: trial-lupus, caveats: " in shell("check").out


def test_an_evaluation_is_printed_and_saved(shell: Shell, small_settings: Settings, tmp_path: Path) -> None:
    asked = small_settings.content / "questions.jsonl"

    done = shell("eval", asked, "--report", tmp_path / "report", "--json")

    assert (done.code, done.err) == (0, ""), "no progress bar in a pipe"
    assert json.loads(done.out) == json.loads((tmp_path / "report" / "report.json").read_text("utf-8"))
    assert json.loads(done.out)["questions"] == 13
    assert (small_settings.home / "reports").exists() is False
    assert str(small_settings.home / "reports") in shell("eval", asked).out


def test_a_report_is_compared_with_an_earlier_one(
    shell: Shell, small_settings: Settings, tmp_path: Path
) -> None:
    asked, first = small_settings.content / "questions.jsonl", tmp_path / "first"
    shell("eval", asked, "--report", first)

    # The folder may be the very one that is written over.
    printed = shell("eval", asked, "--report", first, "--baseline", first, "--gate")
    as_json = shell("eval", asked, "--report", first, "--baseline", first / "rows.jsonl", "--json")

    assert (printed.code, printed.err) == (0, "")
    assert "No credible loss against the baseline: right@1 +0.000 (p = 1.000)" in printed.out
    compared = json.loads(as_json.out)["comparison"]
    assert (compared["credible_loss"], compared["questions"]) == (False, 13)
    assert compared["figures"]["right_decision"]["difference"] == 0
    assert "No credible loss" in (first / "report.html").read_text("utf-8")


def better_than(folder: Path) -> Path:
    """Make every question of a report right in every way."""
    lines = [json.loads(line) for line in (folder / "rows.jsonl").read_text("utf-8").splitlines()]
    status = {"quote": "answered", "no_passage": "no_answer"}
    rows = [{**row, "hit_rank": 1, "status": status.get(row["expect"], row["status"])} for row in lines]
    (folder / "rows.jsonl").write_text("".join(f"{json.dumps(row)}\n" for row in rows), "utf-8")
    return folder


@pytest.mark.parametrize("words", [(), ("--json",)])
def test_the_gate_closes_on_a_credible_loss_alone(
    shell: Shell, small_settings: Settings, tmp_path: Path, words: tuple[str, ...]
) -> None:
    asked, now = small_settings.content / "questions.jsonl", tmp_path / "now"
    # Nine questions refused now; the baseline says that all were answered rightly.
    odd = tmp_path / "odd.jsonl"
    line = '{"id": "%d", "question": "Any dogs?", "expect": "quote", "accept_any": ["no deaths"]}'
    odd.write_text("\n".join(line % n for n in range(9)), "utf-8")
    shell("eval", odd, "--report", tmp_path / "before")
    better = better_than(tmp_path / "before")

    closed = shell("eval", odd, "--report", now, "--baseline", better, "--gate", *words)
    warned = shell("eval", odd, "--report", now, "--baseline", better, *words)

    assert (closed.code, warned.code) == (1, 0), "without the gate a loss is only told"
    assert "Credible loss against the baseline: right@1 -1.000 (p = 0.004)" in closed.out
    assert "Credible loss" in warned.out
    assert shell("eval", asked, "--report", now, "--baseline", now, "--gate").code == 65, "other questions"


def test_comparing_with_nothing_is_refused_before_anything_is_asked(
    shell: Shell, small_settings: Settings, tmp_path: Path
) -> None:
    asked = small_settings.content / "questions.jsonl"

    alone = shell("eval", asked, "--report", tmp_path / "new", "--gate")
    nowhere = shell("eval", asked, "--report", tmp_path / "new", "--baseline", tmp_path / "nowhere")

    assert alone.code == 2
    assert "--gate needs an earlier run" in alone.err
    assert nowhere.code == 66
    assert "nowhere: cannot be read as text" in nowhere.err
    assert not (tmp_path / "new").exists()


def test_a_run_file_is_scored(shell: Shell, tmp_path: Path) -> None:
    run, qrels = tmp_path / "run.txt", tmp_path / "qrels.tsv"
    run.write_text("a Q0 x 1 0.5 t\na Q0 y 2 0.4 t\n", "utf-8")
    qrels.write_text("query-id\tcorpus-id\tscore\na\ty\t1\nb\tx\t1\n", "utf-8")

    printed = shell("eval", run, "--qrels", qrels)
    as_json = shell("eval", run, "--qrels", qrels, "--json", "--report", tmp_path / "report")

    assert (printed.code, printed.err) == (0, "")
    assert printed.out.startswith("2 queries, 1 of them not in the run\nndcg@10")
    assert "\nrr          0.25\n" in printed.out
    found = json.loads(as_json.out)
    assert (found["queries"], found["missing"], found["figures"]["recall@3"]) == (2, 1, 0.5)
    assert json.loads((tmp_path / "report" / "report.json").read_text("utf-8")) == found


def test_a_run_is_held_against_an_earlier_one_and_the_gate_closes_on_a_credible_loss(
    shell: Shell, tmp_path: Path
) -> None:
    queries = [f"q{n}" for n in range(8)]
    good = "".join(f"{query} Q0 x 1 0.5 t\n" for query in queries)
    (tmp_path / "good.trec").write_text(good, "utf-8")
    (tmp_path / "bad.trec").write_text(good.replace(" x ", " y "), "utf-8")
    (tmp_path / "qrels").write_text("".join(f"{query} 0 x 1\n" for query in queries), "utf-8")
    words = ("eval", tmp_path / "bad.trec", "--qrels", tmp_path / "qrels", "--baseline")

    worse = shell(*words, tmp_path / "good.trec", "--gate")
    same = shell(*words, tmp_path / "bad.trec", "--gate")

    # Eight losses of eight: 2 / 2^8 by chance.
    assert worse.code == 1 and "ndcg@10    1 -> 0  -1  p 0.0078  (8 questions)" in worse.out
    assert (
        worse.out.rstrip().startswith("8 queries")
        and "Credible loss against the baseline: ndcg@10" in worse.out
    )
    assert same.code == 0 and "No credible loss" in same.out
    assert shell(*words, tmp_path / "none").code == 66


def test_a_broken_run_file_is_one_line_of_error(shell: Shell, tmp_path: Path) -> None:
    run, qrels = tmp_path / "run.txt", tmp_path / "qrels.txt"
    run.write_text("a Q0 x 1 0.5 t\na Q0 y 2 t\n", "utf-8")
    qrels.write_text("a 0 x 1\n", "utf-8")

    broken = shell("eval", run, "--qrels", qrels)

    assert (broken.code, broken.out) == (65, "")
    assert broken.err.startswith(f"faq: {run}, line 2: 5 columns instead of 6. A line of a run is: ")
    assert broken.err.count("\n") == 1
    assert shell("eval", tmp_path / "none", "--qrels", qrels).code == 66


def test_a_report_of_a_hostile_question_runs_nothing(
    shell: Shell, small_settings: Settings, tmp_path: Path
) -> None:
    asked = tmp_path / "asked.jsonl"
    question = {"id": "<b>", "question": "<script>alert('deaths')</script>", "expect": "quote",
                "accept_any": ["words that stand nowhere"]}  # fmt: skip
    asked.write_text(json.dumps(question), "utf-8")

    assert shell("eval", asked, "--report", tmp_path / "report").code == 0

    page = (tmp_path / "report" / "report.html").read_text("utf-8")
    assert "<script" not in page
    assert "&lt;b&gt;" in page
    assert "&lt;script&gt;alert(&#x27;deaths&#x27;)&lt;/script&gt;" in page


def test_an_empty_set_is_an_empty_report(shell: Shell, small_settings: Settings, tmp_path: Path) -> None:
    empty = tmp_path / "empty.jsonl"
    empty.write_text("\n", "utf-8")

    done = shell("eval", empty, "--report", tmp_path / "report", "--json")

    assert done.code == 0
    assert json.loads(done.out)["questions"] == 0
    assert (tmp_path / "report" / "run.trec").read_text("utf-8") == ""


def test_a_terminal_gets_a_progress_bar(
    shell: Shell, small_settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)

    shell("eval", small_settings.content / "questions.jsonl")

    assert "evaluating: 100%" in terminal.getvalue()


def test_calibrating_on_too_few_questions_is_refused(shell: Shell, small_settings: Settings) -> None:
    done = shell("calibrate", small_settings.content / "questions.jsonl")

    assert (done.code, done.out) == (65, "")
    assert "9 questions with a quote and 2 without a passage; at least 10" in done.err
