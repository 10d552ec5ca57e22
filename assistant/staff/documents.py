"""What the Documents tab does: one function for each button, each with what it shows afterwards."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

from assistant.document_coverage import KeptCoverage
from assistant.settings import Settings
from assistant.staff.desk import Desk
from assistant.staff.documents_page import (
    added_html,
    coverage_html,
    document_html,
    list_html,
)
from assistant.staff.facts_form import facts_from, field_named
from assistant.staff.folder import changing, reading
from assistant.staff.shown import alert, done
from assistant.staff.texts import say
from assistant.vanished import answered_questions, questions_lost
from assistant.withholding import utc_today, withheld
from content.changes import sentences
from content.editing import file_sha256, remove_document, save_facts
from content.errors import FactsRefused, FaqError, KindNeeded
from content.importing import Added, add_source
from content.library import QUESTIONS_FILE, Library, load_library, read_folder
from content.lint import lint
from content.questions import read_questions
from content.schema import Document, Kind


class Saved(NamedTuple):
    """What is told after saving, and the field an error belongs to."""

    told: str
    field: str | None = None
    document: Document | None = None


def take_in(desk: Desk, upload: str | None, kind: str) -> tuple[str, str | None]:
    """Bring an uploaded file in and delete it; return what to show and the id of its first document."""
    if not upload:
        return alert(say("documents_no_file")), None
    path = Path(upload)
    try:
        added = add_source(path, changing(desk.settings), utc_today(), name=path.name, kind=_kind(kind))
    except KindNeeded:
        return alert(say("documents_kind_needed")), None
    except FaqError as error:
        return alert(str(error)), None
    finally:
        _forget(path)
    return added_html(added, _lost(desk, added)), added[0].document.id


def overview(settings: Settings) -> tuple[str, list[tuple[str, str]]]:
    """Return the table of all documents and the choices of the list: title, id."""
    try:
        documents = [document for _, document in read_folder(reading(settings))]
    except FaqError as error:
        return alert(f"{say('documents_broken')} {error}"), []
    documents.sort(key=lambda document: document.id)
    choices = [(f"{document.title} ({document.id})", document.id) for document in documents]
    return list_html(documents, withheld(documents, utc_today())), choices


def find(settings: Settings, document_id: str) -> Document | None:
    """Return a document of the folder, None where it is not or cannot be read."""
    try:
        found = read_folder(reading(settings))
    except FaqError:
        return None
    return next((document for _, document in found if document.id == document_id), None)


def stamp(settings: Settings, document_id: str) -> str:
    """Return the hash of a document's file, so that nobody's change is overwritten unseen."""
    return file_sha256(reading(settings), document_id)


def look(settings: Settings, document: Document) -> str:
    """Return the facts of a document and what to mend in it."""
    try:
        library: Library = load_library(reading(settings))
    except FaqError as error:
        return alert(str(error)) + document_html(document, ())
    findings = [found for found in lint(library, utc_today()) if found.document_id == document.id]
    return document_html(document, findings)


def save(settings: Settings, document_id: str, seen: str, values: Sequence[Any]) -> Saved:
    """Save the fields of the form; a refusal names its field and changes nothing."""
    document = find(settings, document_id)
    if document is None:
        return Saved(alert(say("documents_broken")))
    try:
        facts = facts_from(document, values)
        # The first change copies the built-in documents, byte for byte: the stamp stays the same.
        after = save_facts(changing(settings), document_id, facts, expected_sha256=seen or None)
    except FactsRefused as error:
        field = field_named(error.field)
        label = say(field.text_id) if field else error.field
        told = say("documents_refused", field=label, reason=error.reason)
        return Saved(alert(told), field.name if field else None)
    except FaqError as error:
        return Saved(alert(str(error)))
    return Saved(done(say("documents_saved")), document=after)


def remove(settings: Settings, document_id: str) -> str:
    """Take a document out of the folder; its file is kept."""
    try:
        remove_document(changing(settings), document_id)
    except FaqError as error:
        return alert(str(error))
    return done(say("documents_removed"))


def answers(desk: Desk, kept: KeptCoverage, document_id: str) -> Iterator[str]:
    """Yield how far the asking is, then what the document answers."""
    if desk.live is None:
        yield alert(say("no_index"))
        return
    for asked in kept.find(desk.live.now()):
        if asked.found is not None:
            yield coverage_html(asked.found.get(document_id))
        elif asked.done % 25 == 0:
            yield done(say("documents_asking", done=asked.done, total=asked.total))


def _lost(desk: Desk, added: Sequence[Added]) -> Mapping[str, Sequence[str]]:
    """Return the questions of staff that sentences answered which are gone now, by document."""
    changed = [one for one in added if one.changes is not None and one.changes.removed]
    if not changed:
        return {}
    folder = reading(desk.settings)
    questions = read_questions(folder / QUESTIONS_FILE) if (folder / QUESTIONS_FILE).exists() else ()
    remaining = [words for _, document in read_folder(folder) for words in sentences(document)]
    answered = answered_questions(desk.settings.index_root)
    return {
        one.document.id: [
            lost.question
            for lost in questions_lost(one.changes.removed, questions, answered, remaining=remaining)
        ]
        for one in changed
        if one.changes is not None
    }


def _forget(upload: Path) -> None:
    """Delete an uploaded file, its folder, and the empty files that Gradio makes for every upload."""
    upload.unlink(missing_ok=True)
    with suppress(OSError):
        upload.parent.rmdir()
    for begun in upload.parent.parent.glob("tmp*"):
        if begun.is_file() and begun.stat().st_size == 0:
            begun.unlink(missing_ok=True)


def _kind(chosen: str) -> Kind | None:
    kinds: dict[str, Kind] = {"trial": "trial", "therapy": "therapy", "clinic": "clinic"}
    return kinds.get(chosen)
