"""The facts of a document when its source comes in, for the first time or again."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from pathlib import Path

from content.drafts import facts_of
from content.errors import KindNeeded
from content.extract import Extract
from content.matching import new_id
from content.normalize import normalize
from content.schema import Document, FrontMatter, Imported, Kind, Source, Speaker
from content.source_file import SourceFile
from content.transcription import one_line

SPEAKERS: dict[Kind, Speaker] = {
    "trial": "published_abstract", "therapy": "clinic_page", "clinic": "clinic_page",
}  # fmt: skip


def revised_facts(
    file: SourceFile, extract: Extract, before: Document | None, today: date, *,
    kind: Kind | None, speaker: Speaker | None, taken: Collection[str],
) -> FrontMatter:  # fmt: skip
    """Return the front matter of a source's document; `before` is its earlier version.

    What the source states of itself is taken over. What a person entered stays: id, kind, speaker,
    study, caveats, questions and all the rest, and a title that is no heading of the words. `reviewed`
    is left out. `kind` and `speaker` count where neither tells, so that a trial stays one in a file of
    several documents; a new id is none of `taken`. Raises KindNeeded.
    """
    kind = (before.kind if before else extract.kind) or kind
    if kind is None:
        raise KindNeeded(file.name)
    title = normalize(one_line(extract.title)) or Path(file.name).stem
    facts = {
        "id": before.id if before else new_id(kind, title, extract.source.published, taken),
        "title": before.title if before and not _follows_source(before) else title,
        "kind": kind,
        "speaker": (before.speaker if before else extract.speaker) or speaker or SPEAKERS[kind],
        "source": _source(extract, before, today),
        "reviewed": None,
        "study_hints": extract.hints or (before.study_hints if before else None),
        "publication_types": extract.publication_types or (before.publication_types if before else ()),
        # A notice stays until a person takes it out: another copy of a page may be older than it.
        "retracted": extract.retracted or (before.retracted if before else None),
        "concern": extract.concern or (before.concern if before else None),
        "imported": Imported(file=file.name, sha256=file.sha256, format=extract.format, on=today),
    }
    entered = facts_of(before).model_dump(exclude=set(facts)) if before else {}
    return FrontMatter.model_validate(entered | facts)


def _follows_source(before: Document) -> bool:
    return before.title in {before.slice(heading.span) for heading in before.headings}


def _source(extract: Extract, before: Document | None, today: date) -> Source:
    """Return what the source states, and for the rest what was known before."""
    old = before.source if before else Source()
    stated = {name: getattr(extract.source, name) or getattr(old, name) for name in Source.model_fields}
    return Source(**stated | {"accessed": extract.source.accessed or today})
