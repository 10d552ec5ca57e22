"""Questions: what was refused, what did not help, and one click that makes a labelled question of it."""

from __future__ import annotations

from typing import Any

from assistant.staff import questions
from assistant.staff.desk import Desk
from assistant.staff.shown import EVENT, box, on_open
from assistant.staff.texts import say


def build(gr: Any, desk: Desk) -> None:
    """Draw the tab."""
    gr.Markdown(say("questions_about"))
    shown = box(gr, elem_id="staff-asked")
    group = gr.Dropdown([], label=say("questions_choose"), elem_id="staff-group")
    question = gr.Textbox(
        label=say("questions_words"), info=say("questions_words_info"), elem_id="staff-label-question",
        max_length=desk.settings.max_question_chars,
    )  # fmt: skip
    find = gr.Button(say("questions_find"), elem_id="staff-find")
    none = (say("questions_no_passage"), questions.NO_PASSAGE)
    sentence = gr.Dropdown([none], value=none[1], label=say("questions_sentence"), elem_id="staff-sentence")
    add = gr.Button(say("questions_add"), variant="primary", elem_id="staff-label")
    told = box(gr, elem_id="staff-labelled")

    def opened() -> tuple[Any, ...]:
        report, choices = questions.overview(desk)
        return report, gr.update(choices=choices, value=None)

    def found(asked: str) -> tuple[Any, str]:
        problem, choices = questions.candidates(desk, asked)
        # The likeliest sentence is offered; that none answers is one choice away.
        return gr.update(choices=choices, value=choices[min(1, len(choices) - 1)][1]), problem

    def chosen(asked: str | None) -> tuple[Any, ...]:
        return (asked, *found(asked)) if asked else ("", gr.update(), "")

    def label(asked: str, answer: str | None) -> str:
        return questions.label(desk, asked, answer)

    on_open(gr, opened, [shown, group])
    group.change(chosen, [group], [question, sentence, told], **EVENT)
    find.click(found, [question], [sentence, told], **EVENT)
    add.click(label, [question, sentence], [told], **EVENT)
