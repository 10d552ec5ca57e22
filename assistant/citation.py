"""One verified quote: where it stands, what it says, who says it, and how to check it."""

from __future__ import annotations

import hashlib
from typing import Annotated, Literal
from urllib.parse import quote as percent_encode

from pydantic import Field, ValidationInfo, model_validator

from content.normalize import fold
from content.schema import Approval, Document, Fact, Slug, Span, Speaker

_CONTEXT_CHARS = 32


class Evidence(Fact):
    """Facts of the source, shown beside every quote."""

    speaker: Speaker
    design: str | None = None
    participants: int | None = None
    comparison_group: bool | None = None
    randomised: bool | None = None
    follow_up: str | None = None
    year: int | None = None
    doi: str | None = None
    stopped_early: bool | None = None
    approval: Approval | None = None


class Scores(Fact):
    """Raw component scores, higher is better; None where a component never saw the sentence."""

    dense: float | None = None
    lexical: float | None = None
    fused: float | None = None
    reader: float | None = None


class Selector(Fact):
    """W3C TextQuoteSelector: the words and up to 32 characters on either side of them."""

    exact: str
    prefix: str
    suffix: str


class Citation(Fact):
    """One verified quote. Offsets: 0-based, end-exclusive, code points of the canonical text.

    Law: `document.text[start:end] == cited_text` and the hash is the document's. Validation with
    the context {"documents": {id: Document}} checks it; without, only what the citation itself
    can show, so whoever loads stored answers passes the documents.
    """

    number: Annotated[int, Field(ge=1)]
    type: Literal["char_location"] = "char_location"
    document_id: Slug
    document_title: str
    document_sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    passage_id: str
    start_char_index: Annotated[int, Field(ge=0)]
    end_char_index: int
    offset_unit: Literal["unicode_code_point"] = "unicode_code_point"
    cited_text: Annotated[str, Field(min_length=1)]
    selector: Selector
    url: str | None = None
    scores: Scores = Scores()
    evidence: Evidence
    caveat_of: int | None = None

    @model_validator(mode="after")
    def _is_a_slice(self, info: ValidationInfo) -> Citation:
        if len(self.cited_text) != self.end_char_index - self.start_char_index:
            raise ValueError("cited_text is not as long as its offsets say")
        if self.selector.exact != self.cited_text:
            raise ValueError("selector.exact differs from cited_text")
        if info.context and "documents" in info.context:
            document = info.context["documents"].get(self.document_id)
            problem = mismatch(self, document)
            if problem:
                raise ValueError(problem)
        return self


def mismatch(citation: Citation, document: Document | None) -> str | None:
    """Say what is wrong between a citation and the stored document, or None when it holds."""
    if document is None:
        return f"document {citation.document_id!r} is not stored"
    # Hashed anew: a document changed in memory would still hold the hash of its old words.
    if citation.document_sha256 != hashlib.sha256(document.text.encode("utf-8")).hexdigest():
        return f"{citation.document_id}: the document has changed since it was quoted"
    if document.text[citation.start_char_index : citation.end_char_index] != citation.cited_text:
        return f"{citation.document_id}: the words differ from the document at these offsets"
    return None


def cite(
    number: int, document: Document, passage_id: str, span: Span, *,
    scores: Scores | None = None, caveat_of: int | None = None,
) -> Citation:  # fmt: skip
    """Return the verified citation of a span; the words are sliced here and nowhere else."""
    words = document.slice(span)
    data = {
        "number": number,
        "document_id": document.id,
        "document_title": document.title,
        "document_sha256": document.sha256,
        "passage_id": passage_id,
        "start_char_index": span.start,
        "end_char_index": span.end,
        "cited_text": words,
        "selector": Selector(
            exact=words,
            prefix=document.text[max(0, span.start - _CONTEXT_CHARS) : span.start],
            suffix=document.text[span.end : span.end + _CONTEXT_CHARS],
        ),
        "url": source_url(document, span),
        "scores": scores or Scores(),
        "evidence": evidence_of(document),
        "caveat_of": caveat_of,
    }
    return Citation.model_validate(data, context={"documents": {document.id: document}})


def evidence_of(document: Document) -> Evidence:
    """Return the facts shown beside every quote of a document."""
    source = document.source
    return Evidence(
        speaker=document.speaker,
        year=source.published.year if source.published else None,
        doi=source.doi,
        stopped_early=True if document.stopped_early else None,
        approval=document.approval,
        **(document.study.model_dump(exclude={"registered"}) if document.study else {}),
    )


def source_url(document: Document, span: Span) -> str | None:
    """Return the source's address, with a text fragment where the words are unique on the page.

    The fragment names the words' beginning and end, or all of them where either stands elsewhere
    too (WICG Scroll To Text Fragment). A doi.org address leads to a page of unknown text: none.
    """
    url, words = document.source.url, document.slice(span)
    if url is None or "doi.org/" in url or not _is_unique(words, document):
        return url
    parts = words.split()
    ends = [" ".join(parts[:4]), " ".join(parts[-4:])]
    if len(parts) <= 8 or not all(_is_unique(end, document) for end in ends):
        ends = [words]
    mark = "" if "#" in url else "#"
    return f"{url}{mark}:~:text={','.join(_fragment(part) for part in ends)}"


def _is_unique(words: str, document: Document) -> bool:
    folded, page = fold(words), fold(document.text)
    return page.find(folded) == page.rfind(folded) != -1


def _fragment(words: str) -> str:
    """Percent-encode one part of a text directive; "-" and "," are its own punctuation."""
    return percent_encode(words, safe="").replace("-", "%2D")
