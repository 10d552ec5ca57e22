"""Publish: check, evaluate, publish, and back to an older index when something is wrong."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from assistant.staff import publish
from assistant.staff.desk import Desk
from assistant.staff.shown import EVENT, box, on_open
from assistant.staff.texts import say

# Two builds at once would only wait for each other.
_ONE = {**EVENT, "concurrency_id": "publish", "concurrency_limit": 1}


def build(gr: Any, desk: Desk) -> None:
    """Draw the tab."""
    settings = desk.settings
    gr.Markdown(say("publish_about"))
    with gr.Row():
        check = gr.Button(say("publish_check"), elem_id="staff-check")
        go = gr.Button(say("publish_publish"), variant="primary", elem_id="staff-publish-now")
        evaluate = gr.Button(say("publish_evaluate"), elem_id="staff-evaluate")
    told = box(gr, elem_id="staff-publish-told")
    kept = box(gr, elem_id="staff-generations")
    with gr.Accordion(say("publish_back"), open=False, elem_id="staff-back"):
        gr.Markdown(say("publish_back_about"))
        to = gr.Dropdown([], label=say("publish_to"), elem_id="staff-back-to")
        reason = gr.Textbox(label=say("publish_reason"), elem_id="staff-back-reason")
        by = gr.Textbox(label=say("publish_by"), elem_id="staff-back-by")
        back = gr.Button(say("publish_go_back"), variant="stop", elem_id="staff-back-now")

    def listed() -> tuple[Any, ...]:
        shown, choices = publish.kept(settings)
        return shown, gr.update(choices=choices, value=choices[0][1] if choices else None)

    def checked() -> Iterator[str]:
        yield from publish.check(settings)

    def published() -> Iterator[str]:
        yield from publish.publish(settings)

    def evaluated() -> Iterator[str]:
        yield from publish.evaluate(settings)

    def gone_back(name: str | None, why: str, who: str) -> tuple[Any, ...]:
        return publish.go_back(settings, name, why, who), *listed()

    check.click(checked, [], [told], **_ONE)
    evaluate.click(evaluated, [], [told], **_ONE)
    go.click(published, [], [told], **_ONE).then(listed, [], [kept, to], **EVENT)
    back.click(gone_back, [to, reason, by], [told, kept, to], **_ONE)
    on_open(gr, listed, [kept, to])
