"""TREC files: read, written, read again, and scored as the field scores them."""

from __future__ import annotations

from math import log2
from pathlib import Path
from urllib.parse import unquote

import ir_measures
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.errors import BrokenRun, CannotRead
from assistant.run_comparison import score_run
from assistant.runs import read_qrels, read_run, write_qrels, write_run

# Two queries judged; x is graded 2 for a, y is judged and not right; b is not in the run.
QRELS = "a 0 x 2\na 0 y 0\na 0 z 1\nb 0 x 1\n"
RUN = "a Q0 y 1 0.9 t\na Q0 x 2 0.8 t\na Q0 z 3 0.1 t\nc Q0 x 1 1 t\n"
IDS = st.text(max_size=6)


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    run, qrels = tmp_path / "run.trec", tmp_path / "qrels.trec"
    run.write_text(RUN, "utf-8")
    qrels.write_text(QRELS, "utf-8")
    return run, qrels


def test_a_run_scored_by_hand(files: tuple[Path, Path]) -> None:
    found = score_run(*files)

    assert (found.queries, found.missing) == (2, 1)
    # a: x at rank 2, z at rank 3; b is missing and counts 0; c is not judged and counts nothing.
    gained, best = 2 / log2(3) + 1 / log2(4), 2 / log2(2) + 1 / log2(3)
    assert found.figures == {
        "ndcg@10": round(gained / best / 2, 4),
        "recall@1": 0, "recall@3": 1 / 2, "recall@5": 1 / 2, "recall@10": 1 / 2, "recall@100": 1 / 2,
        "rr": 1 / 2 / 2,
        "map": round((1 / 2 + 2 / 3) / 2 / 2, 4),
    }  # fmt: skip


def test_figures_are_those_of_ir_measures_reading_the_same_files(files: tuple[Path, Path]) -> None:
    names = {"nDCG@10": "ndcg@10", "R@1": "recall@1", "R@3": "recall@3", "R@100": "recall@100", "RR": "rr",
             "AP": "map"}  # fmt: skip
    measures = [ir_measures.parse_measure(name) for name in names]
    qrels = ir_measures.read_trec_qrels(str(files[1]))  # type: ignore[no-untyped-call]
    run = ir_measures.read_trec_run(str(files[0]))  # type: ignore[no-untyped-call]
    expected = ir_measures.calc_aggregate(measures, qrels, run)

    found = score_run(*files).figures

    for measure, value in expected.items():
        assert found[names[str(measure)]] == pytest.approx(value, abs=5e-5)


def test_beir_judgements_score_alike(files: tuple[Path, Path], tmp_path: Path) -> None:
    trec = score_run(*files)
    lines = [line.split() for line in QRELS.splitlines()]
    rows = "".join(f"{query}\t{document}\t{grade}\n" for query, _, document, grade in lines)
    for name, head in (("with.tsv", "query-id\tcorpus-id\tscore\r\n"), ("without.tsv", "")):
        (tmp_path / name).write_text(head + rows, "utf-8", newline="")

        assert score_run(files[0], tmp_path / name).figures == trec.figures


def test_beir_ids_may_hold_spaces_and_trec_columns_any_white_space(tmp_path: Path) -> None:
    path = tmp_path / "qrels"
    path.write_text("query-id\tcorpus-id\tscore\nq 1\td 1\t1\n", "utf-8")
    assert read_qrels(path) == {"q 1": {"d 1": 1}}
    path.write_text("\ufeffq1\t0\td1\t-1\r\n\n  q1   0 d2  2\n", "utf-8")
    assert read_qrels(path) == {"q1": {"d1": -1, "d2": 2}}


def test_the_score_orders_a_run_and_not_its_rank_or_its_lines(tmp_path: Path) -> None:
    run, qrels = tmp_path / "run", tmp_path / "qrels"
    qrels.write_text("a 0 x 1\n", "utf-8")
    run.write_text("a Q0 y 1 1e-3 t\na Q0 x 2 2.5E+1 t\n", "utf-8")

    assert score_run(run, qrels).figures["rr"] == 1
    # Equal scores: the last id first, as trec_eval does.
    run.write_text("a Q0 x 1 1 t\na Q0 y 2 1 t\n", "utf-8")
    assert score_run(run, qrels).figures["rr"] == 1 / 2


def test_an_empty_run_scores_nothing(tmp_path: Path) -> None:
    (tmp_path / "run").write_text("", "utf-8")
    (tmp_path / "qrels").write_text(QRELS, "utf-8")

    found = score_run(tmp_path / "run", tmp_path / "qrels")

    assert found.missing == found.queries == 2
    assert set(found.figures.values()) == {0}


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("a Q0 x 1 0.5", "5 columns instead of 6"),
        ("a Q0 x 1 0.5 my run", "7 columns instead of 6"),
        ("a Q0 x 1 high t", "score 'high' is not a number"),
        ("a Q0 x 1 nan t", "score 'nan' is not a number"),
        ("a Q0 x 1 inf t", "score 'inf' is not a number"),
        ("a Q0 x first 0.5 t", "rank 'first' is not a number"),
        ("a Q0 y 2 0.5 t", "'y' is ranked twice for 'a'"),
    ],
)
def test_a_broken_run_is_named_by_file_and_line(tmp_path: Path, line: str, said: str) -> None:
    path = tmp_path / "run"
    path.write_text(f"a Q0 y 1 1 t\n\n{line}\n", "utf-8")

    with pytest.raises(BrokenRun) as raised:
        read_run(path)
    assert f"{path}, line 3: {said}. A line of a run is: query Q0 document rank score tag" in str(
        raised.value
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a 0 x 1\na 0 x", "line 2: 3 columns instead of 4"),
        ("a 0 x 1\na 0 x 1 1", "line 2: 5 columns instead of 4"),
        ("a 0 x right", "line 1: grade 'right' is not a whole number"),
        ("a 0 x 0.5", "line 1: grade '0.5' is not a whole number"),
        ("a 0 x 1\na 0 x 2", "line 2: 'x' has two grades for 'a'"),
        ("query-id\tcorpus-id\tscore\na\tx", "line 2: 2 columns instead of 3"),
        ("query-id\tcorpus-id\tscore\na\tx\tone", "line 2: grade 'one' is not a whole number"),
        ("", "no judgements"),
        ("query-id\tcorpus-id\tscore\n", "no judgements"),
    ],
)
def test_broken_judgements_are_named_by_file_and_line(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "qrels"
    path.write_text(text, "utf-8")

    with pytest.raises(BrokenRun) as raised:
        read_qrels(path)
    assert str(path) in str(raised.value)
    assert said in str(raised.value)


@pytest.mark.parametrize("words", [None, b"\xff"])
def test_an_unreadable_file_is_named(tmp_path: Path, words: bytes | None) -> None:
    path = tmp_path / "run"
    if words:
        path.write_bytes(words)

    for read in (read_run, read_qrels):
        with pytest.raises(CannotRead, match="faq eval RUN_FILE --qrels QRELS_FILE"):
            read(path)


def test_what_is_written_by_hand(tmp_path: Path) -> None:
    write_run(tmp_path / "run", {"q 1": ["b", "a"], "100%": ["c"], "": [""], "none": []})
    write_qrels(tmp_path / "qrels", {"q 1": ["a"], "none": []})

    assert (tmp_path / "run").read_text("utf-8") == (
        "q%201 Q0 b 1 2 faq\nq%201 Q0 a 2 1 faq\n100%25 Q0 c 1 1 faq\n% Q0 % 1 1 faq\n"
    )
    assert (tmp_path / "qrels").read_text("utf-8") == "q%201 0 a 1\n"


@given(st.dictionaries(IDS, st.lists(IDS, unique=True, min_size=1, max_size=4), max_size=4))
@settings(deadline=None)
def test_rankings_survive_any_ids(
    tmp_path_factory: pytest.TempPathFactory, rankings: dict[str, list[str]]
) -> None:
    path = tmp_path_factory.mktemp("run") / "run.trec"
    write_run(path, rankings)
    found = read_run(path)

    # Different ids stay different, in the same order.
    assert [len(documents) for documents in found.values()] == [len(ids) for ids in rankings.values()]
    for documents in found.values():
        assert sorted(documents, key=lambda one: -documents[one]) == list(documents)
    written = [one for query, documents in found.items() for one in (query, *documents)]
    given_ids = [one for query, ids in rankings.items() for one in (query, *ids)]
    assert [unquote(one) if one != "%" else "" for one in written] == given_ids


def test_an_id_that_only_looks_escaped_stays_another_one(tmp_path: Path) -> None:
    write_run(tmp_path / "run", {"q": ["a b", "a%20b", "a%2520b"]})

    assert len(read_run(tmp_path / "run")["q"]) == 3
