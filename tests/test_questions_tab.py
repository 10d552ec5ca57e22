"""The Questions tab: groups that may be seen, and one click from a group to a labelled question."""

from __future__ import annotations

from datetime import date
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from asgi import in_loop
from test_question_report import note, stored

from assistant.chat import import_gradio
from assistant.feedback import Comment, FeedbackStore
from assistant.live import LiveAssistant
from assistant.questions import QuestionStore
from assistant.settings import Settings
from assistant.staff import questions, questions_tab
from assistant.staff.desk import Desk
from content.library import BUILT_IN
from content.questions import read_questions

PRIVATE = "zebrafinchley"
DIED = "There were no deaths."


@pytest.fixture
def desk(small_settings: Settings) -> Desk:
    settings = small_settings.model_copy(update={"keep_questions": "clusters", "feedback_text": True})
    feedback = FeedbackStore(settings.feedback_file)
    stored(
        settings, *[note("lupus <b>deaths</b>")] * 4, note(f"lupus deaths {PRIVATE}"), note(f"{PRIVATE} knee")
    )
    feedback.comment(Comment(day=date.today(), helpful=False, reason="other", words=f"too short {PRIVATE}"))
    feedback.close()
    return Desk(settings, LiveAssistant(settings), feedback, QuestionStore(settings.questions_file))


def test_only_large_groups_are_seen_escaped_and_masked(desk: Desk) -> None:
    shown, choices = questions.overview(desk)

    assert [value for _, value in choices] == ["lupus <[…]>deaths</[…]>"]
    assert choices[0][0].endswith("(asked 5 times, refused 5 times)")
    assert "lupus <" not in shown and "lupus <[…]>deaths</[…]>" in unescape(shown)
    assert "too short […]" in unescape(shown)
    assert PRIVATE not in shown
    assert "1 questions stand in smaller groups" in shown


def test_a_question_and_a_sentence_become_a_labelled_question(desk: Desk) -> None:
    problem, choices = questions.candidates(desk, "Did anybody die of it?")
    assert problem == "" and choices[0][1] == questions.NO_PASSAGE
    assert DIED in [value for _, value in choices]

    told = questions.label(desk, "Did anybody die of it?", DIED)
    refused = questions.label(desk, "Is there parking?", questions.NO_PASSAGE)

    added = read_questions(desk.settings.content / "questions.jsonl")[-2:]
    assert [(q.id, q.question, q.expect, q.accept_any) for q in added] == [
        ("staff-1", "Did anybody die of it?", "quote", (DIED,)),
        ("staff-2", "Is there parking?", "no_passage", ()),
    ]
    assert "Added as staff-1" in unescape(told) and "Added as staff-2" in unescape(refused)


@pytest.mark.parametrize("asked", ["", "why " * 400])
def test_what_cannot_be_asked_or_added_is_told(asked: str, desk: Desk) -> None:
    problem, choices = questions.candidates(desk, asked)
    assert 'role="alert"' in problem and len(choices) == 1


def test_a_mask_is_not_added(desk: Desk) -> None:
    assert "it holds a mask" in questions.label(desk, "lupus […]", questions.NO_PASSAGE)


def test_what_staff_do_here_is_not_counted(desk: Desk) -> None:
    questions.candidates(desk, "Did anybody die of it?")
    assert desk.live is not None
    desk.live.questions.close()

    assert desk.questions.counts().asked == 6
    desk.questions.close()


def test_the_built_in_questions_are_copied_before_the_first_is_added(desk: Desk, tmp_path: Path) -> None:
    before = (BUILT_IN / "questions.jsonl").read_bytes()
    settings = desk.settings.model_copy(update={"home": tmp_path / "new", "content": BUILT_IN})

    questions.label(desk._replace(settings=settings), "Is there parking?", questions.NO_PASSAGE)

    own = tmp_path / "new" / "content" / "questions.jsonl"
    assert own.read_bytes().startswith(before) and b"Is there parking?" in own.read_bytes()
    assert (BUILT_IN / "questions.jsonl").read_bytes() == before


def test_without_an_index_or_any_words_the_tab_says_so(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    desk = Desk(settings, None, FeedbackStore(settings.feedback_file), QuestionStore(settings.questions_file))

    shown, choices = questions.overview(desk)

    assert choices == []
    assert "No words of questions are kept" in shown and "Nothing was asked yet" in shown
    assert "There is no index yet" in questions.candidates(desk, "Did anybody die?")[0]


def test_choosing_a_group_fills_the_form_and_one_click_adds_it(desk: Desk) -> None:
    gr = import_gradio(desk.settings.home / "gradio")

    def drawn() -> Any:
        with gr.Blocks(analytics_enabled=False) as blocks:
            questions_tab.build(gr, desk)
        return blocks

    blocks = in_loop(drawn)
    run: dict[str, Any] = {f.fn.__name__: f.fn for f in blocks.fns.values() if f.fn is not None}

    report, group = run["opened"]()
    assert "lupus" in report and group["value"] is None
    asked, sentence, problem = run["chosen"](group["choices"][0][1])
    assert (asked, problem) == ("lupus <[…]>deaths</[…]>", "")
    assert DIED in [value for _, value in sentence["choices"]]
    assert run["chosen"](None)[0] == ""
    assert "Added as staff-1" in unescape(run["label"]("Did people with lupus die?", DIED))
