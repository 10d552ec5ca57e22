"""The facts of a document changed by a person, its words left byte for byte as they are."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from pathlib import Path

from pydantic import ValidationError

from content.drafts import facts_of
from content.errors import DocumentChanged, DocumentNotFound, FactsRefused, UnreadableDocument
from content.library import read_folder
from content.readers.front_matter import write_front_matter
from content.readers.markdown import as_document
from content.schema import Document, FrontMatter
from content.writing import changing, set_aside, write_files

# The same lines as in the reader, in the bytes of any system.
_FRONT_MATTER = re.compile(
    rb"\A(?:\xef\xbb\xbf)?---[ \t]*(?:\r\n|\r|\n).*?(?:\r\n|\r|\n)---[ \t]*(?:\r\n|\r|\n|\Z)", re.DOTALL
)
# Other documents' caveats name the id, and the hash of the source says what was imported.
_FIXED = ("id", "imported")


def save_facts(
    folder: Path, document_id: str, facts: Mapping[str, object], *, expected_sha256: str | None = None
) -> Document:
    """Replace the named facts in a document's front matter; None takes one out. Returns the document.

    The whole file is checked before it replaces the old one, and its words stay byte for byte.
    `expected_sha256`: what `file_sha256` said when the facts were read; another file since is kept.
    Raises DocumentNotFound, FactsRefused, DocumentChanged, CannotWrite.
    """
    with changing(folder):
        path = document_path(folder, document_id)
        raw = path.read_bytes()
        if expected_sha256 and hashlib.sha256(raw).hexdigest() != expected_sha256:
            raise DocumentChanged(path)
        before = as_document(path, raw)
        front = _changed(before, facts)
        head = _FRONT_MATTER.match(raw)
        body = raw[head.end() :] if head else b""
        written = f"---\n{write_front_matter(front)}---\n".encode() + body
        after = _checked(path, written, before)
        if written != raw:
            write_files({path: written})
        return after


def remove_document(folder: Path, document_id: str) -> Path:
    """Take a document out of the content folder; returns where its file lies now, in `.removed`."""
    with changing(folder):
        return set_aside(document_path(folder, document_id), folder, document_id)


def document_path(folder: Path, document_id: str) -> Path:
    """Return the file of a document; raises DocumentNotFound."""
    for path, document in read_folder(folder):
        if document.id == document_id:
            return path
    raise DocumentNotFound(folder, document_id)


def file_sha256(folder: Path, document_id: str) -> str:
    """Return the hash of a document's whole file: facts and words."""
    return hashlib.sha256(document_path(folder, document_id).read_bytes()).hexdigest()


def _changed(document: Document, facts: Mapping[str, object]) -> FrontMatter:
    old = facts_of(document)
    for name in _FIXED:
        if name in facts and facts[name] != getattr(old, name):
            raise FactsRefused(document.id, name, "is never changed by hand")
    values = {name: getattr(old, name) for name in old.model_fields_set} | dict(facts)
    given = {name: value for name, value in values.items() if value is not None}
    try:
        return FrontMatter.model_validate(given)
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"]) or "facts"
        raise FactsRefused(document.id, field, first["msg"]) from error


def _checked(path: Path, written: bytes, before: Document) -> Document:
    try:
        after = as_document(path, written)
    except UnreadableDocument as error:
        raise FactsRefused(before.id, error.field or "front matter", error.reason) from error
    if (after.text, after.blocks, after.headings) != (before.text, before.blocks, before.headings):
        raise FactsRefused(before.id, "front matter", "the words below would change; edit the file by hand")
    return after
