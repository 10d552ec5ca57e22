"""A document as anyone may fetch it: the canonical text that offsets count in, its hash and its facts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from pydantic import Field

from assistant.answer import Assistant
from assistant.errors import NoSuchDocument
from assistant.withholding import Why
from content.disagreements import other_sides
from content.library import caveats_of
from content.schema import Approval, Document, Fact, Kind, Slug, Source, Speaker, Study


class WholeDocument(Fact):
    """One document. Law: `text[start_char_index:end_char_index]` of a citation is its `cited_text`.

    Offsets count Unicode code points, and `sha256` is that of the text in UTF-8.
    """

    id: Slug
    title: str
    kind: Kind
    speaker: Speaker
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    text: str
    study: Study | None = None
    source: Source
    caveats: Annotated[
        tuple[str, ...], Field(description="sentences shown beside every outcome quoted from it")
    ] = ()
    contradicts: Annotated[
        tuple[str, ...], Field(description="sentences of other documents that say otherwise, shown with it")
    ] = ()
    approval: Approval | None = None
    withheld: Annotated[
        Why | None,
        Field(
            description="why nothing is quoted from it now; its text is here so that quotes can be checked"
        ),
    ] = None


def whole_document(document_id: str, faq: Assistant) -> WholeDocument:
    """Return a document of the index in use, a withheld one as well. Raises NoSuchDocument."""
    document = faq.documents.get(document_id)
    if document is None:
        raise NoSuchDocument(document_id)
    found = described(document, faq.documents)
    return found.model_copy(update={"withheld": faq.withheld().get(document_id)})


def described(document: Document, documents: Mapping[str, Document]) -> WholeDocument:
    """Return a document with its caveats as sentences, those of other documents included."""
    caveats, opposed = caveats_of(document, documents), other_sides(document, documents)
    return WholeDocument(
        id=document.id,
        title=document.title,
        kind=document.kind,
        speaker=document.speaker,
        sha256=document.sha256,
        text=document.text,
        study=document.study,
        source=document.source,
        caveats=tuple(documents[caveat.document_id].slice(caveat.span) for caveat in caveats),
        contradicts=tuple(documents[side.document_id].slice(side.span) for side in opposed),
        approval=document.approval,
    )
