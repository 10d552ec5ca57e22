"""A benchmark folder is scored as its figures are defined, by the searcher and reader of a site."""

from __future__ import annotations

from pathlib import Path

import pytest
from asking import COSINE
from beir import Asked
from fakes import WordEmbedder, WordEvidence

from assistant.benchmark_report import BenchmarkRow, benchmark_figures
from assistant.benchmark_run import (
    benchmark_searcher,
    evaluate_benchmark,
    judgements,
    sentence_rank,
)
from assistant.report import save_benchmark
from assistant.run_comparison import compare_runs, read_earlier
from assistant.runs import read_qrels
from assistant.settings import Settings
from content.benchmarks import BenchmarkQuestion, read_benchmark
from content.schema import Span
from index.documents import ranked_documents
from index.reader import Reader

LUPUS = "Lupus patients were followed. Sixteen patients had cells.\nThere were no deaths."


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a set of three documents, three questions they answer and one that none does."""
    asked = Asked(
        lupus=("Lupus", LUPUS), knee=("Knee", "A knee hurts. A doctor helps."), clinic="The clinic is old."
    )
    asked.ask("Were lupus patients followed?", "lupus", "Lupus patients were followed.")
    asked.ask("How many lupus patients?", "lupus", "Sixteen patients had cells.")
    asked.ask("Any deaths?", "lupus", "There were no deaths.")
    return asked.refuse("What is the cost?", "knee").write(tmp_path / "sets" / "small")


@pytest.fixture
def embedder(monkeypatch: pytest.MonkeyPatch) -> WordEmbedder:
    """Let a benchmark be run with word counts and read by the cosine of sentences alone."""
    words = WordEmbedder()
    monkeypatch.setattr("assistant.benchmark_run.open_embedder", lambda name, models: words)
    monkeypatch.setattr("assistant.benchmark_run.open_evidence", lambda models: WordEvidence())
    monkeypatch.setattr("assistant.benchmark_run.CAUTIOUS", COSINE)
    return words


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path / "home")


def test_rows_by_hand(folder: Path, embedder: WordEmbedder, settings: Settings) -> None:
    rows = evaluate_benchmark(read_benchmark(folder), settings).rows

    assert [row.id for row in rows] == ["q0", "q1", "q2", "u0"]
    assert [row.answerable for row in rows] == [True, True, True, False]
    assert [row.documents[0] for row in rows[:3]] == ["lupus"] * 3
    assert all(set(row.documents) == {"lupus", "knee", "clinic"} for row in rows)
    assert [row.right for row in rows] == [("lupus",), ("lupus",), ("lupus",), ()]
    # (lupus, patients)/√2 is nearer to "Lupus patients were followed." than to the sixteen with cells.
    assert [row.sentence_rank for row in rows] == [1, 2, 1, None]
    # The third answer stands in the second paragraph, which alone holds "deaths".
    assert [row.passage_rank for row in rows] == [1, 1, 1, None]
    # 10 · cosine − 5, once more as the signal of the best sentence.
    assert rows[2].confidence == pytest.approx(1 / (1 + 2.718281828 ** -(10 * 1 - 5)), abs=1e-5)
    assert rows[3].confidence == pytest.approx(1 / (1 + 2.718281828**5), abs=1e-5)


def test_figures_by_hand(folder: Path, embedder: WordEmbedder, settings: Settings) -> None:
    report = evaluate_benchmark(read_benchmark(folder), settings)

    assert (report.name, report.questions) == ("small", 4)
    assert report.index_id.startswith("ix-")
    assert report.figures["document_ndcg@10"] == 1
    assert report.figures["document_recall@1"] == 1
    assert report.figures["sentence_in_document@1"] == pytest.approx(2 / 3, abs=1e-4)
    assert report.figures["sentence_in_document@3"] == 1
    assert report.figures["span_in_passage@1"] == 1
    assert report.figures["answerability_auroc"] == 1


def test_documents_are_those_of_the_ranking(folder: Path, embedder: WordEmbedder, settings: Settings) -> None:
    benchmark = read_benchmark(folder)
    searcher = benchmark_searcher(benchmark, settings)
    for row, question in zip(
        evaluate_benchmark(read_benchmark(folder), settings).rows, benchmark.questions, strict=True
    ):
        found = ranked_documents(searcher, question.question)
        assert row.documents == tuple(benchmark.names[key] for key, _ in found)


def test_an_index_is_built_once_for_each_set(
    folder: Path, embedder: WordEmbedder, settings: Settings
) -> None:
    first = evaluate_benchmark(read_benchmark(folder), settings)
    embedder.asked.clear()
    again = evaluate_benchmark(read_benchmark(folder), settings)

    assert sorted(set(embedder.asked)) == sorted(row.question for row in read_benchmark(folder).questions)
    assert again.index_id == first.index_id
    timeless = {"milliseconds": 0.0}
    assert [row.model_copy(update=timeless) for row in again.rows] == [
        row.model_copy(update=timeless) for row in first.rows
    ]
    [root] = (settings.home / "benchmarks").iterdir()
    assert root.name.startswith("small-")


def test_another_corpus_under_the_same_name_is_another_index(
    folder: Path, embedder: WordEmbedder, settings: Settings
) -> None:
    first = evaluate_benchmark(read_benchmark(folder), settings)
    corpus = folder / "corpus.jsonl"
    corpus.write_text(corpus.read_text("utf-8").replace("is old", "is new"), "utf-8")

    assert evaluate_benchmark(read_benchmark(folder), settings).index_id != first.index_id
    assert len(list((settings.home / "benchmarks").iterdir())) == 2


def test_a_set_is_held_against_its_own_earlier_report(
    folder: Path, embedder: WordEmbedder, settings: Settings, tmp_path: Path
) -> None:
    benchmark = read_benchmark(folder)
    report = evaluate_benchmark(benchmark, settings)
    save_benchmark(report, tmp_path / "report")
    before = read_earlier(tmp_path / "report", judgements(benchmark))

    assert before == report.run
    assert read_qrels(tmp_path / "report" / "qrels.trec") == report.qrels == judgements(benchmark)
    found = compare_runs(report.run, before, report.qrels)
    assert (found.questions, found.credible_loss) == (3, False)
    assert report.intervals["document_ndcg@10"] == (1, 1)


def test_a_set_without_spans_or_refusals_has_no_figures_of_them(
    tmp_path: Path, embedder: WordEmbedder, settings: Settings
) -> None:
    folder = Asked(lupus=LUPUS).ask("Any deaths?", "lupus").write(tmp_path / "bare")
    (folder / "unanswerable.jsonl").unlink()
    report = evaluate_benchmark(read_benchmark(folder), settings)

    assert [row.sentence_rank for row in report.rows] == [None]
    assert report.figures["document_ndcg@10"] == 1
    for name in ("sentence_in_document@1", "span_in_passage@3", "answerability_auroc"):
        assert report.figures[name] is None


def test_a_sentence_that_is_not_there_comes_after_all_of_its_document(
    folder: Path, embedder: WordEmbedder, settings: Settings
) -> None:
    searcher = benchmark_searcher(read_benchmark(folder), settings)
    reader = Reader(searcher, COSINE.reader)
    gap = LUPUS.index(" Sixteen")
    # A gold span that touches two sentences and shares no character with either.
    spans = (("d-0", Span(start=gap, end=gap + 1)),)
    question = BenchmarkQuestion(id="q", question="Any deaths?", documents={"d-0": 1}, spans=spans)

    assert sentence_rank(searcher, reader, question) == 4
    overlapping = question.model_copy(update={"spans": (("d-0", Span(start=gap, end=gap + 2)),)})
    assert sentence_rank(searcher, reader, overlapping) == 3
    assert sentence_rank(searcher, reader, question.model_copy(update={"spans": ()})) is None


def row(name: str, **facts: object) -> BenchmarkRow:
    """Return a row whose document is found first and whose sentence comes first, unless told otherwise."""
    usual = {
        "id": name, "kind": "", "answerable": True, "documents": ("a", "b"), "right": ("a",),
        "sentence_rank": 1, "passage_rank": 1, "confidence": 0.5, "milliseconds": 1.0,
    }  # fmt: skip
    return BenchmarkRow.model_validate(usual | facts)


def test_shares_are_over_the_answerable_questions_with_spans() -> None:
    rows = [
        row("q1"),
        row("q2", sentence_rank=3, passage_rank=3),
        row("q3", sentence_rank=4, passage_rank=4),
        row("q4", sentence_rank=9, passage_rank=None),
        row("q5", sentence_rank=None, passage_rank=None),
        row("u1", answerable=False, right=(), sentence_rank=None, passage_rank=None),
    ]
    figures = benchmark_figures(rows)

    for name in ("sentence_in_document", "span_in_passage"):
        assert figures[f"{name}@1"] == 0.25
        assert figures[f"{name}@3"] == 0.5


def test_documents_are_scored_in_all_and_for_each_kind() -> None:
    rows = [
        row("q1", kind="what"),
        row("q2", kind="why", right=("b",)),
        row("q3", kind="why", right=("c",)),
        row("u1", kind="none", answerable=False, right=()),
    ]
    figures = benchmark_figures(rows)

    # First, second (1/log₂ 3) and not at all.
    assert figures["document_ndcg@10"] == pytest.approx((1 + 0.6309) / 3, abs=1e-4)
    assert figures["document_rr@10"] == 0.5
    assert figures["document_recall@1"] == pytest.approx(1 / 3, abs=1e-4)
    assert figures["document_ndcg@10 what"] == 1
    assert figures["document_ndcg@10 why"] == pytest.approx(0.6309 / 2, abs=1e-4)
    assert "document_ndcg@10 none" not in figures
    assert not any(" " in name for name in benchmark_figures(rows[1:3])), "one kind is the whole"


def test_confidence_of_answerable_and_unanswerable_questions_is_compared() -> None:
    unanswerable = {"answerable": False, "right": (), "sentence_rank": None}
    rows = [
        row("q1", confidence=0.9), row("q2", confidence=0.4),
        row("u1", confidence=0.4, **unanswerable), row("u2", confidence=0.1, **unanswerable),
    ]  # fmt: skip

    # Of four pairs three are won and one is a tie.
    assert benchmark_figures(rows)["answerability_auroc"] == 0.875


def test_times_are_those_of_the_middle_and_the_slowest() -> None:
    rows = [row(f"q{n}", milliseconds=float(n)) for n in range(1, 101)]

    assert [benchmark_figures(rows)[name] for name in ("p50_ms", "p99_ms")] == [50, 99]
    assert [benchmark_figures(rows[:1])[name] for name in ("p50_ms", "p99_ms")] == [1, 1]


def test_without_rows_there_are_no_figures() -> None:
    assert set(benchmark_figures([]).values()) == {None}
