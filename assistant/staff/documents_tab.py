"""Documents: drop a file, see what was taken, enter its facts, see what it answers, take it out again."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from assistant.document_coverage import KeptCoverage
from assistant.staff import documents, names_tab
from assistant.staff.desk import Desk
from assistant.staff.facts_form import FIELDS, Field, caveat_choices, hints, values_of
from assistant.staff.shown import EVENT, box, on_open
from assistant.staff.texts import say, texts
from content.schema import Document

_TYPES = [".html", ".htm", ".pdf", ".docx", ".md", ".txt", ".nbib", ".xml", ".nxml", ".json"]
_KINDS = ("trial", "therapy", "clinic")


def build(gr: Any, desk: Desk) -> None:
    """Draw the tab."""
    gr.Markdown(say("documents_about"))
    with gr.Accordion(say("documents_add"), open=True):
        upload = gr.File(
            label=say("documents_file"), file_types=_TYPES, type="filepath", elem_id="staff-file"
        )
        as_told = [(say("documents_as_file"), ""), *((say(f"kind_{kind}"), kind) for kind in _KINDS)]
        kind = gr.Dropdown(as_told, value="", label=say("documents_kind"), elem_id="staff-kind")
        take = gr.Button(say("documents_take"), variant="primary", elem_id="staff-take")
        added = box(gr, elem_id="staff-added")
    everything = box(gr, elem_id="staff-all")
    chosen = gr.Dropdown([], label=say("documents_choose"), elem_id="staff-chosen")

    def take_in(path: str | None, given: str) -> tuple[Any, ...]:
        told, document_id = documents.take_in(desk, path, given)
        table, choices = documents.overview(desk.settings)
        now = gr.update(choices=choices, value=document_id) if document_id else gr.update(choices=choices)
        return told, None, table, now

    def opened() -> tuple[Any, ...]:
        table, choices = documents.overview(desk.settings)
        return table, gr.update(choices=choices, value=None)

    take.click(take_in, [upload, kind], [added, upload, everything, chosen], **EVENT)
    on_open(gr, opened, [everything, chosen])
    _one_document(gr, desk, chosen, everything)
    names_tab.build(gr, desk)


def _one_document(gr: Any, desk: Desk, chosen: Any, everything: Any) -> None:
    with gr.Column(visible=False) as about:
        facts = box(gr, elem_id="staff-document")
        seen = gr.State("")
        with gr.Accordion(say("documents_facts"), open=True, elem_id="staff-facts"):
            fields = [_drawn(gr, field) for field in FIELDS]
            save = gr.Button(say("documents_save"), variant="primary", elem_id="staff-save")
            saved = box(gr, elem_id="staff-saved")

    def show(document_id: str | None) -> list[Any]:
        document = documents.find(desk.settings, document_id) if document_id else None
        if document is None:
            return [gr.update(visible=False), "", "", "", *(gr.update() for _ in FIELDS)]
        stamp = documents.stamp(desk.settings, document.id)
        told = documents.look(desk.settings, document)
        return [gr.update(visible=True), told, stamp, "", *_filled(gr, document)]

    def keep(document_id: str, stamp: str, *values: Any) -> list[Any]:
        result = documents.save(desk.settings, document_id, stamp, values)
        table, _ = documents.overview(desk.settings)
        if result.document is None:
            wrong = [_told(gr, field, result.told if field.name == result.field else "") for field in FIELDS]
            return [gr.update(), gr.update(), result.told, table, *wrong]
        stamp = documents.stamp(desk.settings, document_id)
        told = documents.look(desk.settings, result.document)
        return [told, stamp, result.told, table, *_filled(gr, result.document)]

    chosen.change(show, [chosen], [about, facts, seen, saved, *fields], **EVENT)
    save.click(keep, [chosen, seen, *fields], [facts, seen, saved, everything, *fields], **EVENT)
    with about:
        _more(gr, desk, chosen, everything)


def _more(gr: Any, desk: Desk, chosen: Any, everything: Any) -> None:
    """Draw what is worked out when somebody asks for it, and the way out."""
    coverage = KeptCoverage()
    with gr.Row():
        answers = gr.Button(say("documents_answers"), elem_id="staff-answers")
        remove = gr.Button(say("documents_remove"), variant="stop", elem_id="staff-remove")
    with gr.Group(visible=False, elem_id="staff-sure") as sure:
        question = box(gr)
        with gr.Row():
            yes = gr.Button(say("documents_remove_yes"), variant="stop", elem_id="staff-remove-yes")
            no = gr.Button(say("documents_remove_no"), elem_id="staff-remove-no")
    shown = box(gr, elem_id="staff-more")

    def asked(document_id: str) -> Iterator[str]:
        yield from documents.answers(desk, coverage, document_id)

    def ask(document_id: str) -> tuple[Any, str]:
        document = documents.find(desk.settings, document_id)
        title = document.title if document else document_id
        return gr.update(visible=True), say("documents_remove_sure", title=title)

    def removed(document_id: str) -> tuple[Any, ...]:
        told = documents.remove(desk.settings, document_id)
        table, choices = documents.overview(desk.settings)
        return gr.update(visible=False), told, table, gr.update(choices=choices, value=None)

    answers.click(asked, [chosen], [shown], **EVENT)
    remove.click(ask, [chosen], [sure, question], **EVENT)
    no.click(lambda: gr.update(visible=False), [], [sure], **EVENT)
    yes.click(removed, [chosen], [sure, shown, everything, chosen], **EVENT)


def _drawn(gr: Any, field: Field) -> Any:
    """Draw one field; its label and what it says below it come from the table of texts."""
    usual: dict[str, Any] = {
        "label": say(field.text_id), "info": _info(field),
        "elem_id": f"staff-{field.text_id.replace('_', '-')}",
    }  # fmt: skip
    if field.shape == "choice":
        name = field.name.replace(".", "_")
        choices = [(say(f"{name}_{value}" if value else "not_entered"), value) for value in field.choices]
        return gr.Dropdown(choices, **usual)
    if field.shape == "yes_no":
        return gr.Radio([(say("yes"), "yes"), (say("no"), "no"), (say("not_entered"), "")], **usual)
    if field.shape == "caveats":
        return gr.Dropdown([], multiselect=True, **usual)
    return gr.Textbox(lines=3 if field.shape == "lines" else 1, max_lines=12, **usual)


def _filled(gr: Any, document: Document) -> list[Any]:
    said = hints(document)
    filled = []
    for field, value in zip(FIELDS, values_of(document), strict=True):
        more = {"choices": caveat_choices(document)} if field.shape == "caveats" else {}
        filled.append(gr.update(value=value, info=said.get(field.name) or _info(field), **more))
    return filled


def _told(gr: Any, field: Field, wrong: str) -> Any:
    return gr.update(info=wrong or _info(field))


def _info(field: Field) -> str:
    name = f"{field.text_id}_info"
    return say(name) if name in texts() else ""
