"""The race against other tools: which documents run, whether they stay the same, and what a ratio is."""

from __future__ import annotations

import sys
from itertools import chain
from pathlib import Path

import pytest
from beir import write_beir

from content.benchmarks import read_benchmark

sys.path.insert(0, str(Path(__file__).parent / "benchmarks"))
from rival_figures import Raced, quality, ratio, summary, table
from rival_set import DOCUMENTS, Texts, read_texts
from rival_set import write_beir as write_texts

SIZES = {"covid_faq": 210, "kqa": 201, "pubmedqa": 1000, "medquad": 4200}
PAGES_OF = 3


def name_of(name: str, number: int) -> str:
    """Name a document; those of medquad are sections of pages, three each."""
    return f"P-{number // PAGES_OF}-{number % PAGES_OF}" if name == "medquad" else f"{number}"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return sets as large as the real ones with a question for every tenth document."""
    root = tmp_path_factory.mktemp("sets")
    for name, count in SIZES.items():
        documents = [
            {"_id": name_of(name, n), "title": f"T{n // PAGES_OF}", "text": f"Text {n}.", "synonyms": ["x"]}
            for n in range(count)
        ]
        asked = range(0, count, 10)
        kinds = {n: "synonym" if name == "medquad" and n % 20 == 0 else "" for n in asked}
        queries = [{"_id": f"q{n}", "text": f"Question {n}?", "kind": kinds[n]} for n in asked]
        write_beir(root / name, documents, queries, [f"q{n}\t{name_of(name, n)}\t1" for n in asked])
    return root


@pytest.fixture(scope="module")
def texts(folder: Path) -> Texts:
    return read_texts(folder)


def test_there_are_as_many_documents_as_in_scifact(texts: Texts) -> None:
    keys = [key for key, _, _ in texts.documents]

    assert len(keys) == len(set(keys)) == DOCUMENTS == 5183
    of_sets = {name: sum(key.startswith(f"{name}:") for key in keys) for name in SIZES}
    assert of_sets == {"covid_faq": 210, "kqa": 201, "pubmedqa": 1000, "medquad": 5183 - 1411}


def test_every_right_document_is_among_them(texts: Texts) -> None:
    keys = {key for key, _, _ in texts.documents}

    assert texts.questions.keys() == texts.right.keys()
    assert texts.right and all(texts.right.values())
    assert keys.issuperset(chain.from_iterable(texts.right.values()))


def test_pages_of_right_documents_are_whole(texts: Texts) -> None:
    keys = {key for key, _, _ in texts.documents}
    about = {one for ids in texts.right.values() for one in ids if one.startswith("medquad:")}

    assert about
    assert all(f"{one.rpartition('-')[0]}-{n}" in keys for one in about for n in range(PAGES_OF))


def test_other_names_of_a_page_are_not_asked_for(texts: Texts) -> None:
    asked = [int(key.partition(":q")[2]) for key in texts.questions if key.startswith("medquad:")]

    assert asked and all(number % 20 for number in asked)


def test_the_same_folder_gives_the_same_texts(folder: Path, texts: Texts) -> None:
    assert read_texts(folder) == texts


def test_fewer_documents_keep_only_their_own_questions(folder: Path, texts: Texts) -> None:
    few = read_texts(folder, 40)

    assert len(few.documents) == 40 and set(few.documents) < set(texts.documents)
    assert 0 < len(few.questions) < len(texts.questions)
    assert {one for ids in few.right.values() for one in ids} <= {key for key, _, _ in few.documents}


def test_what_is_written_is_read_as_a_benchmark(folder: Path, tmp_path: Path) -> None:
    few = read_texts(folder, 40)

    found = read_benchmark(write_texts(few, tmp_path))

    assert set(found.names.values()) == {key for key, _, _ in few.documents}
    assert {q.id: tuple(found.names[d] for d in q.documents) for q in found.questions} == few.right


def test_a_ratio_is_of_sums_and_its_interval_between_the_extremes() -> None:
    found = ratio([2.0, 4.0], [1.0, 1.0])

    # Drawn with replacement: both first (2), both second (4), or one of each (3), half of the time.
    assert (found.value, found.interval) == (3.0, (2.0, 4.0))
    assert ratio([6.0, 6.0, 6.0], [2.0, 2.0, 2.0]).interval == (3.0, 3.0)
    assert ratio([5.0], [2.0]).model_dump() == {"value": 2.5, "interval": None}


def test_the_fastest_round_of_a_question_counts() -> None:
    assert Raced(name="a", rounds=((3.0, 1.0), (2.0, 4.0))).times == [2.0, 1.0]


RIGHT = {"q1": ("a",), "q2": ("b",)}
FIRST = {"q1": ("a", "b"), "q2": ("b", "a")}
SECOND = {"q1": ("a", "b"), "q2": ("a", "b")}


def test_quality_is_of_each_question() -> None:
    found = quality(Raced(name="a", found=SECOND), RIGHT)

    # One right document in the second place: 1 / log2(3) and 1 / 2.
    assert found["ndcg@10"] == pytest.approx([1.0, 0.6309], abs=1e-4)
    assert (found["recall@10"], found["rr"]) == ([1.0, 1.0], [1.0, 0.5])


def test_the_table_holds_ratios_gaps_and_who_stopped() -> None:
    times = {"rounds_spent": ((1.0, 1.0),), "builds_spent": (1.0,)}
    ours = Raced(name="ours", builds=(10.0,), rounds=((1.0, 1.0),), found=FIRST, **times)
    other = Raced(name="other", builds=(25.0,), rounds=((2.0, 4.0),), found=SECOND, **times)
    lost = Raced(name="lost", failed="its process ended")

    rows = summary([ours, other, lost], RIGHT)
    written = table(rows).splitlines()

    assert rows[1]["ndcg@10 gap"] == pytest.approx((1 - 0.6309) / 2, abs=1e-4)
    assert "| 25.0 | 2.50 |" in written[3]
    assert "| 3.00 [2.00, 4.00] |" in written[3]
    assert written[4].startswith("| lost | **stopped:** its process ended |")
    assert {line.count("|") for line in written} == {written[0].count("|")}
