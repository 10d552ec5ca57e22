"""Files of questions: read whole, in order, and refused whole."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.asking import AskedLine, asked_lines
from assistant.errors import CannotRead

TEXTS = st.text(st.characters(exclude_categories=["Cs"]))


def write(folder: Path, *lines: str) -> Path:
    path = folder / "questions.jsonl"
    path.write_text("\n".join(lines), "utf-8", newline="")
    return path


def test_lines_come_in_order_and_blank_ones_are_skipped(tmp_path: Path) -> None:
    path = write(tmp_path, "", '{"question": "Second?"}', "  \t", '{"question": "First?"}', "")

    assert [line.question for line in asked_lines(path)] == ["Second?", "First?"]


def test_history_is_kept_and_a_label_ignored(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        '{"id": "q1", "question": "And how long?", "history": ["What is COPD?"], "expect": "no_passage"}',
    )

    assert asked_lines(path) == [AskedLine(question="And how long?", history=("What is COPD?",))]


def test_line_ends_of_other_systems_are_no_part_of_a_question(tmp_path: Path) -> None:
    path = write(tmp_path, '{"question": "One?"}\r', '{"question": "Two?"}\r', "")

    assert [line.question for line in asked_lines(path)] == ["One?", "Two?"]


def test_an_empty_file_asks_nothing(tmp_path: Path) -> None:
    assert asked_lines(write(tmp_path)) == []


@given(st.lists(st.builds(AskedLine, question=TEXTS, history=st.lists(TEXTS).map(tuple))))
@settings(deadline=None)
def test_whatever_was_written_is_read(
    tmp_path_factory: pytest.TempPathFactory, asked: list[AskedLine]
) -> None:
    path = write(
        tmp_path_factory.mktemp("asked"),
        *(json.dumps(line.model_dump(), ensure_ascii=False) for line in asked),
    )

    assert asked_lines(path) == asked


@pytest.mark.parametrize(
    "broken",
    ["What is COPD?", '{"question": 1}', '{"q": "What is COPD?"}', '{"question": "a"} {"question": "b"}',
     '["What is COPD?"]', '{"question": "a", "history": "b"}'],
)  # fmt: skip
def test_a_broken_line_is_named_by_its_number_in_the_file(tmp_path: Path, broken: str) -> None:
    path = write(tmp_path, '{"question": "Fine?"}', "", broken, '{"question": "Fine too?"}')

    with pytest.raises(CannotRead, match="line 3 is not") as refused:
        asked_lines(path)

    assert str(refused.value).startswith(f"{path}: ")
    assert refused.value.exit_code == 66


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    latin = tmp_path / "latin.jsonl"
    latin.write_bytes('{"question": "naïve?"}'.encode("latin-1"))

    for path in (tmp_path / "none.jsonl", tmp_path, latin):
        with pytest.raises(CannotRead, match=r"cannot be read as text.*faq ask --from FILE"):
            asked_lines(path)
