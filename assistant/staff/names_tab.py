"""Names: approve or reject what documents explain, and say which words mean the same at this site."""

from __future__ import annotations

from typing import Any

from assistant.staff import names
from assistant.staff.desk import Desk
from assistant.staff.shown import EVENT, box, on_select
from assistant.staff.texts import say


def build(gr: Any, desk: Desk) -> None:
    """Draw both parts, inside the Documents tab."""
    with gr.Accordion(say("names_part"), open=False, elem_id="staff-names"):
        _short_forms(gr, desk)
    with gr.Accordion(say("synonyms_part"), open=False, elem_id="staff-synonyms"):
        _synonyms(gr, desk)


def _short_forms(gr: Any, desk: Desk) -> None:
    gr.Markdown(say("names_about"))
    everything = box(gr, elem_id="staff-names-all")
    pair = gr.Dropdown([], label=say("names_choose"), elem_id="staff-pair")
    with gr.Row():
        approve = gr.Button(say("names_approve"), variant="primary", elem_id="staff-approve")
        reject = gr.Button(say("names_reject"), variant="stop", elem_id="staff-reject")
    told = box(gr, elem_id="staff-names-told")

    def opened() -> tuple[Any, ...]:
        found = names.overview(desk.settings)
        # The next one to decide is chosen, so that each takes one click.
        return found.table, gr.update(choices=found.choices, value=found.next)

    def approved(chosen: str | None) -> tuple[Any, ...]:
        return names.decide(desk.settings, chosen, approve=True), *opened()

    def rejected(chosen: str | None) -> tuple[Any, ...]:
        return names.decide(desk.settings, chosen, approve=False), *opened()

    approve.click(approved, [pair], [told, everything, pair], **EVENT)
    reject.click(rejected, [pair], [told, everything, pair], **EVENT)
    on_select(gr, opened, [everything, pair])


def _synonyms(gr: Any, desk: Desk) -> None:
    gr.Markdown(say("synonyms_about"))
    lines = gr.Textbox(
        label=say("synonyms_lines"), info=say("synonyms_info"), lines=5, max_lines=30,
        elem_id="staff-synonym-lines",
    )  # fmt: skip
    # What was read when editing began: nobody overwrites unseen what somebody else saved since.
    seen = gr.State(())
    save = gr.Button(say("synonyms_save"), variant="primary", elem_id="staff-synonyms-save")
    told = box(gr, elem_id="staff-synonyms-told")

    def opened() -> tuple[Any, ...]:
        return names.synonyms(desk.settings)

    def kept(words: str, before: Any) -> tuple[Any, ...]:
        return names.save_synonyms(desk.settings, words, before)

    save.click(kept, [lines, seen], [told, seen], **EVENT)
    on_select(gr, opened, [lines, seen, told])
