"""Where the words of a question may come from, and which of them nobody may be shown."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from asking import small_assistant
from small import QUESTIONS

from assistant.asked import Asked, asked_before, asked_in, wanted
from assistant.clusters import packed
from assistant.errors import CannotRead
from assistant.past import past_indexes
from assistant.publishing import publish
from assistant.questions import KeptText, QuestionStore, noted
from assistant.settings import Settings
from assistant.stored_answers import read_answers

FAQ = small_assistant(body="Lupus patients improved.")
RECEIPT = "r-" + "0" * 24
TALK = ("How were the lupus patients?", "And then?", "And now?")


def talk(*questions: str) -> str:
    return "\n".join(FAQ.answer(question).model_dump_json() for question in questions)


def test_a_stored_question_stands_alone_or_follows_those_above_it() -> None:
    answers = read_answers(talk(*TALK), "a") + read_answers(talk(TALK[0]), "b")

    assert asked_in(answers, 0) == [Asked(TALK[0], (), "stored answer")]
    assert [one.history for one in asked_in(answers, 2)] == [(), TALK[1:2], TALK[:2]]
    assert [one.history for one in asked_in(answers, 3)] == [()], "another file is another conversation"
    assert asked_in(read_answers("{}", "c"), 0) == []


def test_what_is_given_counts_more_than_what_is_found(tmp_path: Path) -> None:
    path = tmp_path / "talk.jsonl"
    path.write_text(talk(*TALK[:2]), "utf-8")

    def unasked() -> list[Asked]:
        raise AssertionError("nothing is looked for")

    (bare,) = wanted(RECEIPT, "Why?", ("How?",), unasked)
    first, second = wanted(str(path), None, (), unasked)
    (_, given) = wanted(str(path), None, ("How?",), unasked)

    assert bare == (RECEIPT, [Asked("Why?", ("How?",), "command line")], None)
    assert (first.receipt, first.stored) == (FAQ.answer(TALK[0]).receipt, FAQ.answer(TALK[0]))
    assert len(second.asked) == 2
    assert given.asked == [Asked(TALK[1], ("How?",), "command line")]
    assert wanted(RECEIPT, None, (), list) == [(RECEIPT, [], None)]


@pytest.mark.parametrize("given", ["r-", "r-12", RECEIPT.upper(), RECEIPT + "0", "none.json", ""])
def test_what_is_no_receipt_must_be_a_file(
    given: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    with pytest.raises(CannotRead, match=r"neither a receipt|no file in it ends with"):
        wanted(given, None, (), list)


def test_written_questions_of_today_and_of_kept_indexes_are_known(unbuilt: Settings) -> None:
    publish(unbuilt)
    path = unbuilt.content / "therapies" / "stroke.md"
    asks = "kind: therapy\nquestions:\n  - Can cells help after a stroke?"
    path.write_text(path.read_text("utf-8").replace("kind: therapy", asks), "utf-8")
    lines = (unbuilt.content / "questions.jsonl").read_text("utf-8").splitlines()[1:]
    more = {"id": "new", "question": "And why?", "history": ["What is it?"], "expect": "no_passage"}
    (unbuilt.content / "questions.jsonl").write_text("\n".join([*lines, json.dumps(more)]), "utf-8")

    found = asked_before(unbuilt, past_indexes(unbuilt.home, unbuilt.index_root))

    labelled = [one.question for one in found if one.whence == "labelled question"]
    assert sorted(labelled) == sorted([*(question for _, question, *_ in QUESTIONS), "And why?"])
    assert Asked("And why?", ("What is it?",), "labelled question") in found
    assert Asked("Can cells help after a stroke?", (), "staff question") in found
    assert not unbuilt.questions_file.exists(), "looking makes no file"


def test_kept_questions_are_shown_only_where_enough_asked(unbuilt: Settings) -> None:
    store = QuestionStore(unbuilt.questions_file)
    answer = FAQ.answer(TALK[0])
    for words, times in (("asked by many", 5), ("asked by few", 4)):
        vector = packed(np.zeros(3, dtype=np.float32))
        text = KeptText("2026-11-27", words, "answered", "", "", "e", vector)
        store.add([noted(answer, date(2026, 11, 27), "en", text)] * times)
    store.close()

    found = [one for one in asked_before(unbuilt, []) if one.whence == "kept question"]

    assert {(one.question, one.shown) for one in found} == {("asked by many", True), ("asked by few", False)}


def test_a_broken_folder_hides_nothing_of_the_indexes(unbuilt: Settings) -> None:
    publish(unbuilt)
    (unbuilt.content / "therapies" / "knee.md").write_bytes(b"\xff")

    found = asked_before(unbuilt, past_indexes(unbuilt.home, unbuilt.index_root))

    assert len(found) == len(QUESTIONS)
