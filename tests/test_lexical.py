"""Terms by hand, and BM25 as its formula."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from math import log
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.errors import IndexDamaged
from index.lexical import STOP_WORDS, LexicalStore, terms

# Three texts of 3, 2 and 4 terms: the mean length is 3.
TEXTS = ("Lupus, lupus: a study", "The knee studies", "Knee pain: the clinic's doctor")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("follow-up of 8.25 months", ["follow", "up", "followup", "8.25", "month"]),
        ("followup", ["followup"]),
        ("Follow‐up", ["follow", "up", "followup"]),  # U+2010, as journals print it
        ("Patients, patient; PATIENT'S", ["patient", "patient", "patient"]),
        ("treated treating treats", ["treat", "treat", "treat"]),
        ("the results of this study", ["result", "studi"]),
        ("no one was not asked how, when or who", ["no", "one", "not", "ask", "how", "when", "who"]),
        ("1,000 cells (10⁶)", ["1,000", "cell", "106"]),
        ("2007–2009", ["2007", "2009"]),
        ("state-of-the-art", ["state", "art", "stateoftheart"]),
        ("", []),
        ("… ! ? –", []),
        (" ".join(sorted(STOP_WORDS)), []),
    ],
)
def test_terms_by_hand(text: str, expected: list[str]) -> None:
    assert terms(text) == expected


def test_scores_by_hand() -> None:
    store = LexicalStore.from_texts(TEXTS)
    # Lucene: ln(1 + (N - n + 0.5)/(n + 0.5)) · f / (f + k1·(1 - b + b·length/mean length))
    lupus, study = log(1 + 2.5 / 1.5), log(1 + 1.5 / 2.5)
    in_first = study * 1 / (1 + 1.5 * (0.25 + 0.75 * 3 / 3))
    in_second = study * 1 / (1 + 1.5 * (0.25 + 0.75 * 2 / 3))

    assert store.scores("Lupus?").of([0, 1, 2]) == pytest.approx([lupus * 2 / (2 + 1.5), 0, 0], rel=1e-6)
    assert store.scores("a study").of([0, 1, 2]) == pytest.approx([in_first, in_second, 0], rel=1e-6)
    assert store.scores("study of lupus").of([0, 1, 2]) == pytest.approx(
        [in_first + lupus * 2 / 3.5, in_second, 0], rel=1e-6
    )
    assert [row for row, _ in store.search("study", 5)] == [1, 0]  # the shorter text first


def formula(texts: list[str], question: str) -> list[float]:
    rows = [Counter(terms(text)) for text in texts]
    mean = sum(row.total() for row in rows) / len(rows)
    scores = [0.0] * len(rows)
    for term in terms(question):
        holding = sum(term in row for row in rows)
        rarity = log(1 + (len(rows) - holding + 0.5) / (holding + 0.5))
        for number, row in enumerate(rows):
            if row[term]:
                length = 1 - 0.75 + 0.75 * row.total() / mean
                scores[number] += rarity * row[term] / (row[term] + 1.5 * length)
    return scores


sentences = st.lists(st.sampled_from("lupus knee the of pain follow-up 16".split()), max_size=8).map(" ".join)


@settings(deadline=None)
@given(st.lists(sentences, min_size=1, max_size=6), sentences)
def test_scores_are_the_formula(texts: list[str], question: str) -> None:
    store = LexicalStore.from_texts(texts)
    found = store.scores(question)
    scores = found.of(range(len(texts)))

    assert scores == np.array(scores, np.float32).tolist()
    assert sorted(row for row, _ in found.best(9)) == [row for row, score in enumerate(scores) if score]
    assert scores == pytest.approx(formula(texts, question), rel=1e-5, abs=1e-7)
    expected = sorted((row for row, score in enumerate(scores) if score), key=lambda r: (-scores[r], r))
    assert store.search(question, 4) == [(row, scores[row]) for row in expected[:4]]


def test_equal_texts_stand_in_row_order() -> None:
    store = LexicalStore.from_texts(["knee pain", "stroke", "knee pain", "pain of the knee"])

    assert [row for row, _ in store.search("knee", 10)] == [0, 2, 3]


@pytest.mark.parametrize("question", ["", "the of a", "… ?", "zebra", "<none>"])
@pytest.mark.parametrize("texts", [TEXTS, ("", "the", "?"), ()])
def test_a_question_that_shares_no_term_finds_nothing(texts: tuple[str, ...], question: str) -> None:
    store = LexicalStore.from_texts(texts)

    assert store.scores(question).of(range(len(texts))) == [0.0] * len(texts)
    assert store.scores(question).highest == 0
    assert store.search(question, 3) == []


def test_frequency_counts_texts_not_words() -> None:
    store = LexicalStore.from_texts(TEXTS)

    assert [store.frequency(term) for term in ("lupus", "studi", "knee", "zebra", "")] == [1, 2, 2, 0, 0]


@pytest.mark.parametrize("texts", [TEXTS, ("", "lupus", "?"), ("?",), ()])
def test_what_was_saved_scores_the_same(tmp_path: Path, texts: tuple[str, ...]) -> None:
    store = LexicalStore.from_texts(texts)
    store.save(tmp_path / "a")
    read = LexicalStore.load(tmp_path / "a", count=len(texts))
    read.save(tmp_path / "b")

    for question in ("lupus study", "knee", "zebra", ""):
        everything = range(len(texts))
        assert read.scores(question).of(everything) == store.scores(question).of(everything)
    for path in (tmp_path / "a").iterdir():
        assert path.read_bytes() == (tmp_path / "b" / path.name).read_bytes()


def test_no_file_of_the_table_is_a_pickle(tmp_path: Path) -> None:
    LexicalStore.from_texts(TEXTS).save(tmp_path)
    files = sorted(tmp_path.iterdir())

    assert {path.suffix for path in files} == {".json", ".npy"}
    for path in files:
        if path.suffix == ".npy":
            assert not np.load(path, allow_pickle=False).dtype.hasobject
        else:
            json.loads(path.read_text("utf-8"))


def test_a_table_of_another_size_is_refused(tmp_path: Path) -> None:
    LexicalStore.from_texts(TEXTS).save(tmp_path)

    with pytest.raises(IndexDamaged, match="holds 3 texts, expected 4"):
        LexicalStore.load(tmp_path, count=4)


def test_a_file_cut_short_or_missing_is_damage(tmp_path: Path) -> None:
    LexicalStore.from_texts(TEXTS).save(tmp_path)
    for path in sorted(tmp_path.iterdir()):
        raw = path.read_bytes()
        for length in (*range(0, len(raw), 16), len(raw) - 1):
            path.write_bytes(raw[:length])
            with pytest.raises(IndexDamaged):
                LexicalStore.load(tmp_path, count=3)
        path.unlink()
        with pytest.raises(IndexDamaged):
            LexicalStore.load(tmp_path, count=3)
        path.write_bytes(raw)


def test_every_process_writes_the_same_bytes(tmp_path: Path) -> None:
    # Sets of words come out in another order under another hash seed.
    program = (
        "import sys, pathlib; from index.lexical import LexicalStore;"
        "LexicalStore.from_texts(sys.argv[2:]).save(pathlib.Path(sys.argv[1]))"
    )
    for seed in ("1", "2"):
        command = [sys.executable, "-c", program, str(tmp_path / seed), *TEXTS]
        subprocess.run(command, env={"PYTHONHASHSEED": seed, "PYTHONPATH": ":".join(sys.path)}, check=True)

    for path in (tmp_path / "1").iterdir():
        assert path.read_bytes() == (tmp_path / "2" / path.name).read_bytes()


def test_a_large_table_is_mapped_and_scores_alike_to_the_last_bit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts = [f"{TEXTS[row % 3]} of room {row}" for row in range(300)]
    LexicalStore.from_texts(texts).save(tmp_path)
    whole = LexicalStore.load(tmp_path, count=300)
    monkeypatch.setattr("index.lexical.MAPPED_BYTES", 0)
    mapped = LexicalStore.load(tmp_path, count=300)

    assert all(isinstance(mapped._table[name], np.memmap) for name in ("data", "indices", "indptr"))
    for question in ("knee pain", "lupus in room 17", "study study", "nothing known"):
        assert mapped.scores(question).of(range(300)) == whole.scores(question).of(range(300))
        assert mapped.search(question, 10) == whole.search(question, 10)
    assert mapped.frequency("knee") == whole.frequency("knee") == 200

    path = tmp_path / "data.csc.index.npy"
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(IndexDamaged):
        LexicalStore.load(tmp_path, count=300)
