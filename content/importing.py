"""A source file to document files in the content folder, all of its documents or none."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Literal, NamedTuple

from content.changes import Changes, lost_caveats, sentence_changes, sentences
from content.drafts import as_markdown
from content.errors import DuplicateDocument, SourceRefused
from content.extract import Extract, LeftOut, Piece
from content.library import read_folder
from content.matching import earlier_version
from content.missing import missing_facts
from content.readers.markdown import as_document
from content.revising import revised_facts
from content.sandbox import extracted
from content.schema import Document, Fact, Kind, Speaker
from content.source_file import SourceFile, read_source_file
from content.writing import SOURCES, changing, removed_name, write_files

Outcome = Literal["new", "changed", "unchanged"]
_FOLDERS: dict[Kind, str] = {"trial": "trials", "therapy": "therapies", "clinic": "clinic"}


class Added(Fact):
    """What became of one document of a source file.

    `missing` are the facts a person must still enter, `lost_caveats` caveats of any document that name
    a sentence this one no longer holds, as "document-id: sentence". `pieces` and `left_out` together
    are what the source shows.
    """

    document: Document
    path: str
    outcome: Outcome
    changes: Changes | None = None
    missing: tuple[str, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    pieces: tuple[Piece, ...] = ()
    lost_caveats: tuple[str, ...] = ()


class _Stored(NamedTuple):
    """A document of the folder with its file."""

    path: Path
    document: Document


class _Written(NamedTuple):
    """One document as it is going to stand in the folder; `extract` is None for one of our own files."""

    path: Path
    raw: bytes
    before: _Stored | None
    extract: Extract | None

    @property
    def document(self) -> Document:
        return as_document(self.path, self.raw)

    @property
    def outcome(self) -> Outcome:
        if self.before is None:
            return "new"
        return "unchanged" if self.raw == self.before.path.read_bytes() else "changed"


def add_source(
    path: Path, folder: Path, today: date, *,
    name: str | None = None, kind: Kind | None = None, speaker: Speaker | None = None,
) -> tuple[Added, ...]:  # fmt: skip
    """Write every document of a source file into the content folder, or none of them.

    A source that was imported before keeps its id and all that a person entered; where its words
    changed, somebody must compare them again. An unchanged one writes nothing. `name` is that of the
    file for messages; `kind` and `speaker` count where the source does not tell.
    Raises SourceRefused, UnknownFormat, UnreadableDocument, KindNeeded, DuplicateDocument, CannotWrite.
    """
    file = read_source_file(path, name)
    extracts = () if file.is_document else extracted(path, name=file.name)
    if extracts and read_source_file(path, name) != file:
        raise SourceRefused(file.name, "it changed while it was read")
    with changing(folder):
        known = [_Stored(*entry) for entry in read_folder(folder)]
        if extracts:
            written = list(_imported(file, extracts, folder, known, today, kind, speaker))
        else:
            written = [_own(file, folder, known)]
        _refuse_same_words(file.name, written, known)
        added = [_added(one, [*(stored.document for stored in known), one.document]) for one in written]
        write_files(_files(file, folder, written))
    return tuple(added)


def _own(file: SourceFile, folder: Path, known: list[_Stored]) -> _Written:
    """Take a document file as it is, in place of the one of its id."""
    document = as_document(Path(file.name), file.data)
    before = next((stored for stored in known if stored.document.id == document.id), None)
    path = before.path if before else _new_path(folder, document)
    return _Written(path, file.data, before, None)


def _imported(
    file: SourceFile, extracts: tuple[Extract, ...], folder: Path, known: list[_Stored], today: date,
    kind: Kind | None, speaker: Speaker | None,
) -> Iterator[_Written]:  # fmt: skip
    left, taken = list(known), {stored.document.id for stored in known}
    for extract in extracts:
        documents = (stored.document for stored in left)
        same = earlier_version(extract, documents, file=file.name, sha256=file.sha256)
        before = next((stored for stored in left if stored.document is same), None)
        front = revised_facts(file, extract, same, today, kind=kind, speaker=speaker, taken=taken)
        taken.add(front.id)
        if before:
            left.remove(before)
            if before.document.imported and before.document.imported.sha256 == file.sha256:
                yield _Written(before.path, before.path.read_bytes(), before, extract)
                continue
        raw = as_markdown(front, extract.pieces).encode("utf-8")
        document = as_document(Path(file.name), raw)
        if same and same.reviewed and same.text == document.text:
            # The words somebody compared with their source are still those words.
            front = front.model_copy(update={"reviewed": same.reviewed})
            raw = as_markdown(front, extract.pieces).encode("utf-8")
        yield _Written(before.path if before else _new_path(folder, document), raw, before, extract)


def _new_path(folder: Path, document: Document) -> Path:
    path, number = folder / _FOLDERS[document.kind] / f"{document.id}.md", 2
    while path.exists():
        path, number = path.with_name(f"{document.id}.{number}.md"), number + 1
    return path


def _refuse_same_words(name: str, written: list[_Written], known: list[_Stored]) -> None:
    replaced = {one.path for one in written}
    texts = {stored.document.sha256: str(stored.path) for stored in known if stored.path not in replaced}
    for one in written:
        if one.document.sha256 in texts:
            raise DuplicateDocument(texts[one.document.sha256], name, "the same words")
        texts[one.document.sha256] = f"{name} ({one.document.title})"


def _files(file: SourceFile, folder: Path, written: list[_Written]) -> dict[Path, bytes]:
    """Return what to write: the source first, then what is replaced, then the documents."""
    changed = [one for one in written if one.outcome != "unchanged"]
    kept = {folder / SOURCES / file.kept_name: file.data} if any(one.extract for one in changed) else {}
    replaced = {
        removed_name(folder, one.document.id): one.before.path.read_bytes() for one in changed if one.before
    }
    return kept | replaced | {one.path: one.raw for one in changed}


def _added(one: _Written, documents: list[Document]) -> Added:
    old = one.before.document if one.before else None
    changes = sentence_changes(old, one.document) if old and one.outcome == "changed" else None
    gone = set(changes.removed) - set(sentences(one.document)) if changes else set()
    newest = {document.id: document for document in documents}.values()
    return Added(
        document=one.document, path=str(one.path), outcome=one.outcome, changes=changes,
        missing=tuple(f"{fact.field}: {fact.message}" for fact in missing_facts(one.document)),
        left_out=one.extract.left_out if one.extract else (),
        pieces=one.extract.pieces if one.extract else (),
        lost_caveats=tuple(": ".join(lost) for lost in lost_caveats(tuple(gone), one.document.id, newest)),
    )  # fmt: skip
