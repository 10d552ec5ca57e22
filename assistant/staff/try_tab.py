"""Try: an answer as the visitor sees it, beside every sentence that was read; two ways side by side."""

from __future__ import annotations

from typing import Any

from assistant.staff.desk import Desk
from assistant.staff.shown import EVENT, box, on_select, one_line
from assistant.staff.texts import say
from assistant.staff.tryout import IN_USE, LIMITS, Tryout


def build(gr: Any, desk: Desk) -> None:
    """Draw the tab. What is tried here is neither counted nor kept."""
    tryout = Tryout(desk)
    gr.Markdown(say("try_about"))
    question = gr.Textbox(
        label=say("try_question"), max_length=desk.settings.max_question_chars, elem_id="staff-try-question"
    )
    earlier = gr.Textbox(
        label=say("try_earlier"), info=say("try_earlier_info"), lines=2, elem_id="staff-try-earlier"
    )
    with gr.Accordion(say("try_compare"), open=False, elem_id="staff-try-compare"):
        gr.Markdown(say("try_compare_about"))
        with gr.Row():
            way = _way(gr, tryout)
    ask = gr.Button(say("try_ask"), variant="primary", elem_id="staff-try-ask")
    shown = box(gr, elem_id="staff-try-shown")

    def tried(asked: str, before: str, *chosen: str) -> str:
        return one_line(tryout.ask(asked, before, chosen))

    def offered() -> Any:
        return gr.update(choices=tryout.choices())

    given = {"inputs": [question, earlier, *way], "outputs": [shown], **EVENT}
    ask.click(tried, **given)
    question.submit(tried, **given)
    # An index may have been published, or gone back to, since the page was opened.
    on_select(gr, offered, way[:1])


def _way(gr: Any, tryout: Tryout) -> list[Any]:
    """Draw what may differ: the index, then what is entered as LIMITS names it."""
    kept = gr.Dropdown(tryout.choices(), value=IN_USE, label=say("try_generation"), elem_id="staff-try-kept")
    # Not Gradio's own box for numbers, for which an empty one is a nought.
    return [kept, *(_number(gr, name, *limits) for name, limits in LIMITS.items())]


def _number(gr: Any, name: str, low: int, high: int) -> Any:
    return gr.Textbox(
        label=say(f"try_{name}"), info=say("try_number_info", low=low, high=high),
        placeholder=say("try_as_in_use"), elem_id=f"staff-try-{name.replace('_', '-')}",
    )  # fmt: skip
