"""Benchmark folders: what counts as an answer, where it stands, and files that say where they are broken."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from beir import Rows, write_beir
from hypothesis import given, settings
from hypothesis import strategies as st

from content.benchmarks import Benchmark, BenchmarkQuestion, is_benchmark, read_benchmark
from content.errors import UnreadableBenchmark
from content.normalize import normalize
from content.readers.plain import UNTITLED
from content.schema import Span

ALL_FILES = ("corpus.jsonl", "queries.jsonl", "qrels/test.tsv", "spans.jsonl", "unanswerable.jsonl")
CORPUS: Rows = (
    {"_id": "A", "title": "Lupus", "text": "None died. It helped."},
    {"_id": "B", "title": "", "text": "It cost\u00a0$5."},
)
QUERIES: Rows = ({"_id": "q1", "text": "Any deaths?"}, {"_id": "q2", "text": "The price?", "kind": "money"})
QRELS = ("q1\tA\t2", "q2\tB\t1")


def write(
    folder: Path, corpus: Rows = CORPUS, queries: Rows = QUERIES, qrels: Sequence[str] = QRELS, **more: Rows
) -> Path:
    return write_beir(folder, corpus, queries, qrels, **more)


def refused(folder: Path) -> str:
    with pytest.raises(UnreadableBenchmark) as caught:
        read_benchmark(folder)
    return str(caught.value)


def question(benchmark: Benchmark, name: str) -> BenchmarkQuestion:
    return next(question for question in benchmark.questions if question.id == name)


def quoted(benchmark: Benchmark, name: str) -> list[str]:
    return [benchmark.by_id[key].slice(span) for key, span in question(benchmark, name).spans]


def test_a_folder_is_read_whole(tmp_path: Path) -> None:
    benchmark = read_benchmark(write(tmp_path / "small"))
    assert benchmark.name == "small"
    assert benchmark.names == {"d-0": "A", "d-1": "B"}
    assert [d.title for d in benchmark.documents] == ["Lupus", UNTITLED]
    assert benchmark.by_id["d-1"].text == "It cost $5."
    assert benchmark.questions == (
        BenchmarkQuestion(id="q1", question="Any deaths?", documents={"d-0": 2}),
        BenchmarkQuestion(id="q2", question="The price?", kind="money", documents={"d-1": 1}),
    )


def test_a_folder_is_a_benchmark_when_it_has_documents_and_questions(tmp_path: Path) -> None:
    folder = write(tmp_path / "small")
    assert is_benchmark(folder)
    (folder / "queries.jsonl").unlink()
    assert not is_benchmark(folder)
    assert not is_benchmark(tmp_path / "none") and not is_benchmark(folder / "corpus.jsonl")


def test_a_grade_of_0_and_a_document_that_is_not_there_answer_nothing(tmp_path: Path) -> None:
    qrels = ("q1\tA\t0", "q1\tB\t1", "q2\tgone\t1", "q2\tB\t-1", "gone\tA\t1", "", "q1\tA\t0")
    benchmark = read_benchmark(write(tmp_path, qrels=qrels))
    assert [(q.id, q.documents) for q in benchmark.questions] == [("q1", {"d-1": 1})]
    assert benchmark.used == {"d-1"}


def test_line_ends_of_windows_are_line_ends(tmp_path: Path) -> None:
    folder = write(tmp_path)
    before = read_benchmark(folder)
    for name in ("corpus.jsonl", "queries.jsonl", "qrels/test.tsv"):
        (folder / name).write_bytes((folder / name).read_bytes().replace(b"\n", b"\r\n"))
    assert read_benchmark(folder) == before


def test_documents_without_words_are_left_out_and_the_others_keep_their_numbers(tmp_path: Path) -> None:
    empty: Rows = [{"_id": "E", "text": " \n"}, "", {"_id": "F", "text": "\u00ad"}]
    benchmark = read_benchmark(write(tmp_path, corpus=[*empty, *CORPUS], qrels=("q1\tE\t1", "q2\tA\t1")))
    assert benchmark.names == {"d-2": "A", "d-3": "B"}
    assert [(q.id, q.documents) for q in benchmark.questions] == [("q2", {"d-2": 1})]


@pytest.mark.parametrize(
    ("synonyms", "aliases"),
    [
        (["SLE", "lupus"], ("SLE", "lupus")),
        ('["SLE", "lupus"]', ("SLE", "lupus")),
        ([], ()),
        ("[]", ()),
        ("", ()),
        (None, ()),
        ([5], ("5",)),
    ],
)
def test_synonyms_are_a_list_or_json_of_one(
    tmp_path: Path, synonyms: object, aliases: tuple[str, ...]
) -> None:
    benchmark = read_benchmark(write(tmp_path, corpus=[{"_id": "A", "text": "Words.", "synonyms": synonyms}]))
    assert benchmark.documents[0].aliases == aliases


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        ("https://example.org/a?b=1#c", True),
        ("http://example.org", True),
        ("httpx://example.org", False),
        ("https://", False),
        ("http: no", False),
        ("https://example.org/a b", False),
        ("https://example.org/\n", False),
        ("https://example.org/<a>", False),
        ("ftp://example.org", False),
        ("", False),
        (None, False),
        (7, False),
    ],
)
def test_a_document_keeps_its_words_whatever_its_url(tmp_path: Path, url: object, kept: bool) -> None:
    (document,) = read_benchmark(
        write(tmp_path, corpus=[{"_id": "A", "text": "Words.", "url": url}])
    ).documents
    assert document.source.url == (url if kept else None)


def test_spans_stand_where_their_words_stand_after_normalising(tmp_path: Path) -> None:
    text = "\ufeffIt cost\u00ad.\r\nIt cost $5, it cost $5, it cost\u00a0$5."
    third = text.rindex("it cost")
    spans = [
        {"query_id": "q2", "doc_id": "B", "start": third, "end": third + 10, "text": "it cost\u00a0$5"},
        {"query_id": "q2", "doc_id": "B", "start": 0, "end": 5, "text": "not there"},
        {"query_id": "q2", "doc_id": "B", "start": 0, "end": 1, "text": "\u00ad "},
        {"query_id": "q2", "doc_id": "B", "start": -3, "end": 1, "text": "It cost"},
        {"query_id": "q2", "doc_id": "B", "start": -3, "end": 1, "text": "$5"},
        {"query_id": "q2", "doc_id": "B", "start": 999, "end": 999, "text": "cost"},
    ]
    benchmark = read_benchmark(write(tmp_path, corpus=[CORPUS[0], {"_id": "B", "text": text}], spans=spans))
    assert benchmark.by_id["d-1"].text == "It cost.\nIt cost $5, it cost $5, it cost $5."
    assert quoted(benchmark, "q2") == ["it cost $5", "It cost", "$5", "cost"]
    assert [span.start for _, span in question(benchmark, "q2").spans] == [33, 0, 17, 36]


def test_a_span_in_a_document_that_does_not_answer_is_left_out(tmp_path: Path) -> None:
    spans = [
        {"query_id": "q1", "doc_id": name, "start": 0, "end": 4, "text": words}
        for name, words in (("B", "It c"), ("gone", "None"), ("A", "None"))
    ]
    benchmark = read_benchmark(write(tmp_path, spans=spans))
    assert question(benchmark, "q1").spans == (("d-0", Span(start=0, end=4)),)


@settings(deadline=None, max_examples=60)
@given(st.text(), st.text(), st.text())
def test_an_unmoved_span_is_found_wherever_words_stand(
    tmp_path_factory: pytest.TempPathFactory, before: str, words: str, after: str
) -> None:
    row = {"_id": "B", "text": f"{before} x{words}x {after}"}
    span = {"query_id": "q2", "doc_id": "B", "start": len(before) + 1, "text": f"x{words}x"}
    folder = write(tmp_path_factory.mktemp("any"), corpus=[CORPUS[0], row], spans=[span])
    assert quoted(read_benchmark(folder), "q2") == [normalize(f"x{words}x")]


def test_questions_the_set_itself_doubts_are_dropped(tmp_path: Path) -> None:
    rows: Rows = [
        {"_id": "u1", "text": "Any cats?", "near_doc": "A"},
        {"_id": "u2", "text": "Any dogs?", "near_doc": "gone", "kind": "pets"},
        {"_id": "u3", "text": "Any cows?", "maybe_answerable": True},
        {"_id": "u4", "text": "Any pigs?", "maybe_answerable": False},
    ]
    benchmark = read_benchmark(write(tmp_path, unanswerable=rows))
    assert benchmark.questions[2:] == (
        BenchmarkQuestion(id="u1", question="Any cats?", kind="unanswerable", near="d-0"),
        BenchmarkQuestion(id="u2", question="Any dogs?", kind="pets"),
        BenchmarkQuestion(id="u4", question="Any pigs?", kind="unanswerable"),
    )
    assert benchmark.used == {"d-0", "d-1"}


@pytest.mark.parametrize("name", ["corpus.jsonl", "queries.jsonl", "qrels/test.tsv"])
def test_a_missing_file_is_named(tmp_path: Path, name: str) -> None:
    (write(tmp_path) / name).unlink()
    assert refused(tmp_path).startswith(f"{tmp_path / name}: cannot be read (No such file or directory)")


@pytest.mark.parametrize("name", ALL_FILES)
def test_bytes_that_are_not_utf8_are_named_by_line(tmp_path: Path, name: str) -> None:
    write(tmp_path, spans=(), unanswerable=())
    (tmp_path / name).write_bytes(b"\n\n\xff\n")
    assert refused(tmp_path).startswith(f"{tmp_path / name}: line 3 is not UTF-8 text")


GOOD_SPAN = {"query_id": "q1", "doc_id": "A", "start": 0, "text": "None"}
ASKED = {"_id": "u1", "text": "Why?"}
BROKEN = [
    ("corpus", "{", "Expecting property name"),
    ("corpus", "[]", "not a JSON object"),
    ("corpus", '"A"', "not a JSON object"),
    ("corpus", "[" * 100_000, "recursion"),
    ("corpus", {"text": "Words."}, "'_id' is missing"),
    ("corpus", {"_id": "C"}, "'text' is missing"),
    ("corpus", {"_id": "A", "text": "Words."}, "id 'A' is given twice"),
    ("corpus", {"_id": "C", "text": "Words.", "synonyms": "lupus"}, "Expecting value"),
    ("corpus", {"_id": "C", "text": "Words.", "synonyms": '"lupus"'}, "synonyms are not a list"),
    ("corpus", {"_id": "C", "text": "Words.", "synonyms": {"a": 1}}, "synonyms are not a list"),
    ("corpus", '{"_id": "C", "text": "A half: \\ud800"}', "validation error"),
    ("queries", "q3", "Expecting value"),
    ("queries", {"text": "Why?"}, "'_id' is missing"),
    ("queries", {"_id": "q1"}, "'text' is missing"),
    ("spans", {**GOOD_SPAN, "start": "no"}, "invalid literal for int()"),
    ("spans", {**GOOD_SPAN, "start": None}, "int() argument"),
    ("spans", {"query_id": "q1", "doc_id": "A", "start": 0}, "'text' is missing"),
    ("spans", {"doc_id": "A", "start": 0, "text": "None"}, "'query_id' is missing"),
    ("unanswerable", {"text": "Why?"}, "'_id' is missing"),
    ("unanswerable", {"_id": "u1"}, "'text' is missing"),
]


@pytest.mark.parametrize(("name", "line", "reason"), BROKEN)
def test_a_broken_line_is_named(tmp_path: Path, name: str, line: dict[str, Any] | str, reason: str) -> None:
    write(tmp_path, spans=(GOOD_SPAN,) * 2, unanswerable=(ASKED,) * 2)
    path = tmp_path / f"{name}.jsonl"
    added = line if isinstance(line, str) else json.dumps(line)
    path.write_text(path.read_text("utf-8") + f"\n{added}\n{{}}\n", "utf-8")
    said = refused(tmp_path)
    assert said.startswith(f"{path}: line 4 cannot be used: ")
    assert reason in said and "\n" not in said


@pytest.mark.parametrize("line", ["q1 A 1", "q1\tA", "q1\tA\tyes", "q1\tA\t1\t1", "q1\tA\t"])
def test_a_broken_judgement_is_named(tmp_path: Path, line: str) -> None:
    write(tmp_path, qrels=("q1\tA\t1", "", line))
    path = tmp_path / "qrels" / "test.tsv"
    assert refused(tmp_path).startswith(f"{path}: line 4 cannot be used: ")
