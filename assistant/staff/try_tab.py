"""Try: an answer as the visitor sees it, beside every sentence that was read; two ways side by side."""

from __future__ import annotations

from typing import Any

from assistant.answer import Assistant
from assistant.cards import as_html
from assistant.contrast import contrast
from assistant.errors import BadQuestion
from assistant.explanation import Explanation, explain
from assistant.explanation_page import contrast_html, explanation_html
from assistant.live import LiveAssistant
from assistant.render import escape
from assistant.staff.desk import Desk
from assistant.staff.texts import say
from content.errors import FaqError

_NOTHING = ("", "", "", "", "")


def build(gr: Any, desk: Desk) -> None:
    """Draw the tab. What is tried here is neither counted nor kept."""
    if desk.live is None:
        gr.Markdown(say("no_index"))
        return
    live = desk.live
    gr.Markdown(say("try_about"))
    question = gr.Textbox(label=say("try_question"), max_length=desk.settings.max_question_chars)
    earlier = gr.Textbox(label=say("try_earlier"), lines=2, info=say("try_earlier_info"))
    with gr.Accordion(say("try_compare"), open=False):
        side = _other_side(gr, live, desk)
    ask = gr.Button(say("try_ask"), variant="primary", elem_id="staff-try-ask")
    differences = gr.HTML(elem_id="staff-try-differences")
    with gr.Row():
        shown = gr.HTML(label=say("try_visitor"), elem_id="staff-try-answer")
        other_shown = gr.HTML(label=say("try_other"), elem_id="staff-try-other")
    table = gr.HTML(elem_id="staff-try-table")
    other_table = gr.HTML(elem_id="staff-try-other-table")

    def tried(asked: str, before: str, *chosen: Any) -> tuple[str, ...]:
        return try_question(live, desk, asked, before, chosen)

    given = {
        "inputs": [question, earlier, *side],
        "outputs": [differences, shown, other_shown, table, other_table],
        "api_visibility": "private",
    }
    ask.click(tried, **given)
    question.submit(tried, **given)


def try_question(
    live: LiveAssistant, desk: Desk, asked: str, before: str, chosen: tuple[Any, ...]
) -> tuple[str, ...]:
    """Return the five parts of the page; the second side is empty when nothing else was chosen."""
    history = [line for line in before.split("\n") if line.strip()]
    faq = live.now()
    try:
        other = _other(faq, desk, chosen)
        one = explain(faq, asked, history)
        two = explain(other, asked, history) if other else None
    except BadQuestion as error:
        return (f"<p>{escape(str(error))}</p>", *_NOTHING[1:])
    except FaqError as error:
        return (f'<p role="alert">{escape(str(error))}</p>', *_NOTHING[1:])
    if two is None or other is None:
        return ("", _card(faq, one), "", explanation_html(one), "")
    compared = contrast_html(contrast(one, two))
    return compared, _card(faq, one), _card(other, two), explanation_html(one), explanation_html(two)


def _other_side(gr: Any, live: LiveAssistant, desk: Desk) -> list[Any]:
    """Draw what may differ: the generation, two settings and the threshold."""
    faq = live.now()
    with gr.Row():
        return [
            gr.Dropdown(_generation_names(desk), value="", label=say("try_generation")),
            gr.Number(
                desk.settings.passages_read, label=say("try_passages"), minimum=1, maximum=100, precision=0
            ),
            gr.Slider(1, 3, value=desk.settings.max_quotes, step=1, label=say("try_quotes")),
            gr.Number(
                round(faq.calibration.threshold, 3), label=say("try_threshold"), minimum=0, maximum=1.01
            ),
        ]


def _card(faq: Assistant, found: Explanation) -> str:
    return as_html(found.answer, faq.wording, faq.documents, faq.passages)
