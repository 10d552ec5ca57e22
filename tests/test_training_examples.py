"""What the reader learns from: gold sentences where answers stand, and documents kept apart."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from beir import Asked, lines
from hypothesis import given
from hypothesis import strategies as st

from content.benchmarks import read_benchmark
from content.errors import UnreadableBenchmark
from index.errors import BadTrainingData
from index.training.examples import Example, ReadPassage, held_out
from index.training.places import benchmark_examples
from index.training.sources import read_examples

ROW: dict[str, Any] = {
    "src": "quiz_dev", "q": "who died?", "title": "Lupus", "sents": ["No one died.", "It rained."],
    "gold": [0], "ans": ["no one"],
}  # fmt: skip
LUPUS = "BACKGROUND: Lupus hurts.\nRESULTS: Pain fell by 8 points. No one died. Sleep got better.\nThe end."


def examples(folder: Path) -> list[Example]:
    return benchmark_examples(read_benchmark(folder))


def everything(*paths: Path, never: tuple[Path, ...] = ()) -> list[Example]:
    training, validation = read_examples(paths, never=never)
    return [*training, *validation]


def said(found: list[Example]) -> str:
    return " ".join(sentence for e in found for passage in e.passages for sentence in passage.sentences)


def many(count: int) -> Asked:
    """Return documents of two sentences, each with two questions."""
    asked = Asked(**{f"d{n}": (f"Page {n}", f"Patient {n} slept. Doctor {n} left.") for n in range(count)})
    for n in range(count):
        asked.ask(f"Who slept on page {n}?", f"d{n}", f"Patient {n}")
        asked.ask(f"Who left page {n}?", f"d{n}", f"Doctor {n} left.")
    return asked


@pytest.mark.parametrize(("group", "held"), [("a", False), ("abc", False), ("g", True), ("h", True)])
def test_the_validation_fifth_is_the_same_on_every_machine(group: str, held: bool) -> None:
    """First byte of the hash modulo 5, by hand: sha256("a") starts with ca = 202, leaving 2."""
    assert held_out(group) is held


def test_about_one_document_in_five_is_held_out() -> None:
    assert 150 < sum(held_out(f"page {n}") for n in range(1000)) < 250


def test_training_and_validation_share_no_document(tmp_path: Path) -> None:
    folder = many(40).write(tmp_path / "many")
    training, validation = read_examples([folder])
    assert len(training) + len(validation) == 80
    assert {e.group for e in training}.isdisjoint(e.group for e in validation)
    assert all(held_out(e.group) for e in validation) and validation
    golden = [{p.sentences for e in part for p in e.passages if p.gold} for part in (training, validation)]
    assert golden[0].isdisjoint(golden[1])
    assert read_examples([folder]) == (training, validation)


def test_sections_of_one_page_are_kept_together(tmp_path: Path) -> None:
    asked = Asked(a=("Lupus", "One. Two."), b=("Lupus", "Three. Four."), c="Five. Six.", d="Seven.")
    for name, words in (("a", "One."), ("b", "Four."), ("c", "Five."), ("d", "Seven.")):
        asked.ask("Which?", name, words)
    groups = [example.group for example in examples(asked.write(tmp_path / "set"))]
    assert groups == ["set Lupus", "set Lupus", "set c", "set d"]


def test_sentences_that_overlap_an_answer_are_gold(tmp_path: Path) -> None:
    asked = Asked(lupus=("Lupus study", LUPUS))
    asked.ask("Did pain or deaths change?", "lupus", "fell by 8 points. No one", "better")
    (example,) = examples(asked.write(tmp_path))
    gold = ReadPassage(
        title="Lupus study", role="results",
        sentences=("RESULTS: Pain fell by 8 points.", "No one died.", "Sleep got better."),
        gold=(0, 1, 2), answers=("fell by 8 points. No one", "better"),
    )  # fmt: skip
    assert example.passages[0] == gold
    assert example.answerable
    assert {p.sentences for p in example.passages[1:]} == {("BACKGROUND: Lupus hurts.",), ("The end.",)}
    assert all(p.gold == () == p.answers for p in example.passages[1:])


def test_an_answer_at_the_edge_of_a_sentence_is_not_in_the_next(tmp_path: Path) -> None:
    asked = Asked(lupus=LUPUS).ask("Deaths?", "lupus", "No one died.").ask("Sleep?", "lupus", " Sleep")
    gold = [example.passages[0].gold for example in examples(asked.write(tmp_path))]
    assert gold == [(1,), (2,)]


def test_a_page_without_a_title_shows_the_reader_none(tmp_path: Path) -> None:
    (example,) = examples(Asked(a="None died.").ask("Deaths?", "a", "None").write(tmp_path))
    assert example.passages[0] == ReadPassage("", "", ("None died.",), (0,), ("None",))


def page_of_sections() -> Asked:
    sections = {f"lupus-{n}": ("Lupus", words) for n, words in enumerate(
        ("Lupus is an illness. It hurts.\nIt is old.", "Rashes are a sign.", "Rest is a treatment.")
    )}  # fmt: skip
    return Asked(**sections, **{"flu-1": ("Flu", "Flu is a treatment."), "web-1": ("Lupus", "Other lupus.")})


def test_a_question_that_a_section_answers_takes_its_opening_against_the_pages_other_sections(
    tmp_path: Path,
) -> None:
    asked = page_of_sections().ask("What is lupus?", "lupus-0").ask("A treatment for flu?", "flu-1")
    (example,) = examples(asked.write(tmp_path / "set"))
    assert example.passages[0] == ReadPassage("Lupus", "", ("Lupus is an illness.", "It hurts."), gold=(0, 1))
    others = [passage.sentences[0] for passage in example.passages[1:]]
    # Another publisher's page may answer as well, and so may what follows the opening.
    assert others[:2] == ["Rashes are a sign.", "Rest is a treatment."]
    assert "It is old." not in others and not any(p.gold for p in example.passages[1:])
    assert example.group == "set Lupus"


def test_a_question_without_a_known_place_teaches_nothing(tmp_path: Path) -> None:
    assert examples(Asked(a="None died.").ask("Deaths?", "a").write(tmp_path)) == []


def test_a_question_written_about_a_page_that_does_not_answer_is_unanswerable(tmp_path: Path) -> None:
    asked = Asked(a=("Lupus", LUPUS), b="Dogs bark. Pain?")
    asked.refuse("Do dogs have pain?", "a").refuse("So?", "gone")
    (example,) = examples(asked.ask("Bark?", "b").write(tmp_path / "set"))
    assert not example.answerable and example.group == "set Lupus"
    assert [p.title for p in example.passages] == ["Lupus", "Lupus", "Lupus", ""]
    assert example.passages[0].sentences[0] == "RESULTS: Pain fell by 8 points."


def test_negatives_are_at_most_four_of_the_page_and_two_of_others_and_never_gold(tmp_path: Path) -> None:
    page = "\n".join(f"Pain number {n}." for n in range(9))
    others = {f"o{n}": f"Pain of others {n}." for n in range(5)}
    asked = Asked(page=("Page", page), **others).ask("Which pain number?", "page", "number 3")
    for name in others:
        asked.ask("Rain?", name)
    (example,) = examples(asked.write(tmp_path))
    sentences = [passage.sentences for passage in example.passages]
    assert sentences[0] == ("Pain number 3.",) and example.passages[0].gold == (0,)
    assert [p.title for p in example.passages] == ["Page"] * 5 + [""] * 2
    assert len(set(sentences)) == 7 and not any(p.gold for p in example.passages[1:])


def test_documents_nobody_asks_about_are_not_read(tmp_path: Path) -> None:
    asked = Asked(a="None died. Pain fell.", b="Pain came back after years.").ask("Pain?", "a", "None")
    assert "after years" not in said(everything(asked.write(tmp_path)))


def test_documents_of_a_benchmark_kept_for_reporting_are_never_read(tmp_path: Path) -> None:
    asked = Asked(a=("Lupus", "None died."), b=("Lupus", "None died. Pain fell."), c="Pain\u00a0rose.")
    asked.ask("Deaths from pain?", "a", "None").ask("Pain?", "b", "Pain").ask("More pain?", "c", "Pain")
    asked.refuse("Does pain cost?", "c").refuse("Does it rain?", "b")
    folder = asked.write(tmp_path / "learnt")
    kept = Asked(x=("Other title", "None died."), y="Pain rose.").ask("Deaths?", "x").write(tmp_path / "kept")
    assert {e.question for e in everything(folder)} == {
        *("Deaths from pain?", "Pain?", "More pain?", "Does pain cost?", "Does it rain?"),
    }  # fmt: skip
    found = everything(folder, never=(kept,))
    assert {e.question for e in found} == {"Pain?", "Does it rain?"}
    assert {p.sentences for e in found for p in e.passages} == {("None died.", "Pain fell.")}
    assert everything(folder, never=(kept, folder)) == []


def test_a_file_of_questions_gives_gold_and_hard_negatives(tmp_path: Path) -> None:
    other = {"src": "exam", "title": "", "sents": ["Who died then?", "Nobody knows."], "gold": [1]}
    copy = {"q": "who?", "title": "Copy", "sents": ["No one died.", "Who died?"], "gold": []}
    rows = [ROW, {**ROW, "q": "what fell?", "gold": [1], "ans": ["rain", "it"]}, ROW | other, ROW | copy]
    path = lines(tmp_path / "questions.jsonl", ["", *rows])
    found = {e.question + e.source: e for e in everything(path)}
    died = found["who died?quiz"]
    assert died.passages[0] == ReadPassage("Lupus", "", ("No one died.", "It rained."), (0,), ("no one",))
    # The copy shares a sentence with the gold passage and may hold the answer too.
    assert [p.sentences[0] for p in died.passages[1:]] == ["Who died then?"]
    assert not any(p.gold for p in died.passages[1:])
    assert found["what fell?quiz"].passages[0].answers == ("rain", "it")
    assert {e.group for e in found.values()} == {"quiz Lupus", "exam Who died then?", "quiz Copy"}


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("{", "line: Invalid JSON"),
        ("[]", "line: Input should be an object"),
        ({key: value for key, value in ROW.items() if key != "ans"}, "ans: Field required"),
        ({**ROW, "sents": []}, "sents: Tuple should have at least 1 item"),
        ({**ROW, "sents": "No one died."}, "sents: Input should be a valid array"),
        ({**ROW, "gold": [2]}, "gold [2] of 2 sentences"),
        ({**ROW, "gold": [-1]}, "gold [-1] of 2 sentences"),
        ({**ROW, "gold": ["a"]}, "gold.0: Input should be a valid integer"),
        ({**ROW, "title": None}, "title: Input should be a valid string"),
        ({**ROW, "ans": [5]}, "ans.0: Input should be a valid string"),
    ],
)
def test_a_line_that_cannot_be_learnt_from_is_named(tmp_path: Path, row: Any, reason: str) -> None:
    path = lines(tmp_path / "questions.jsonl", [ROW, "", row])
    with pytest.raises(BadTrainingData) as caught:
        read_examples([path])
    assert str(caught.value).startswith(f"{path}: line 3, ")
    assert reason in str(caught.value)


def test_what_is_neither_file_nor_folder_is_named(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "bytes").write_bytes(b"\xff")
    for name, reason in (("none", "neither"), ("empty", "neither"), ("bytes", "cannot be read as text")):
        with pytest.raises(BadTrainingData, match=rf"{name}: {reason}"):
            read_examples([tmp_path / name])
    with pytest.raises(UnreadableBenchmark, match="none"):
        read_examples([], never=[tmp_path / "none"])
    (tmp_path / "blank").write_text("\n \n")
    assert read_examples([tmp_path / "blank"]) == ([], []) == read_examples([])


@given(st.lists(st.tuples(st.integers(0, 3), st.booleans()), max_size=4))
def test_a_question_is_answerable_when_any_passage_holds_gold(kinds: list[tuple[int, bool]]) -> None:
    passages = tuple(ReadPassage("", "", ("a",) * (n + 1), (n,) if gold else ()) for n, gold in kinds)
    assert Example("", "", "?", passages).answerable is any(gold for _, gold in kinds)
