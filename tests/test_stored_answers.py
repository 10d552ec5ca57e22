"""Whatever stands in a file of stored answers is read, and what is no answer says so."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from asking import small_assistant
from hypothesis import given
from hypothesis import strategies as st

from assistant.errors import CannotRead
from assistant.stored_answers import read_answers, stored_answers

ANSWER = small_assistant(body="Lupus patients improved.").answer("How were the lupus patients?")
LINE = ANSWER.model_dump_json()
PRETTY = json.dumps(json.loads(LINE), indent=2)


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        (LINE, [1]), (f"{LINE}\n{LINE}\n", [1, 2]), (f"\n \n{LINE}\n\n{LINE}", [3, 5]), (PRETTY, [1]),
        (f"\n{PRETTY}\n", [2]), (json.dumps(json.loads(LINE), indent="\t"), [1]), ("", []), (" \n\t", []),
    ],
)  # fmt: skip
def test_one_answer_may_stand_on_many_lines_or_one_on_each(text: str, lines: list[int]) -> None:
    found = read_answers(text, "f")

    assert [(one.answer, one.line, one.problem) for one in found] == [(ANSWER, line, None) for line in lines]


def test_a_broken_answer_on_many_lines_is_one_problem() -> None:
    (cut,) = read_answers(PRETTY[:-3], "f")
    between = read_answers(f"{LINE}\n{LINE[:-1]}\n{LINE}", "f")

    assert cut.answer is None
    assert cut.problem is not None and cut.problem.startswith("answer: Invalid JSON")
    assert [one.answer for one in between] == [ANSWER, None, ANSWER]


@given(st.text())
def test_any_text_is_read_or_says_why_not(text: str) -> None:
    assert all((one.answer is None) != (one.problem is None) for one in read_answers(text, "f"))


def test_a_folder_is_read_to_its_depths_in_order(tmp_path: Path) -> None:
    for name, text in {"b.json": PRETTY, "a/z.jsonl": LINE, "a/notes.txt": "x", "c.JSON": "x"}.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, "utf-8")
    (tmp_path / "d.json").mkdir()
    (tmp_path / "latin.jsonl").write_bytes(b"\xff")

    found = stored_answers(tmp_path, "faq verify")

    assert [Path(one.file).name for one in found] == ["z.jsonl", "b.json", "latin.jsonl"]
    assert [one.answer is None for one in found] == [False, False, True]


@pytest.mark.parametrize("raw", [b"\xff\xfe", None])
def test_a_file_that_is_no_text_is_an_error(tmp_path: Path, raw: bytes | None) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    if raw is not None:
        (tmp_path / "a.json").write_bytes(raw)

    with pytest.raises(CannotRead, match=r"a\.json: cannot be read as text.*faq verify"):
        stored_answers(tmp_path / "a.json", "faq verify")
    with pytest.raises(CannotRead, match=r"no file in it ends with \.json or \.jsonl"):
        stored_answers(empty, "faq verify")
