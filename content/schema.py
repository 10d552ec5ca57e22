"""The facts about words: documents, where their sentences stand, and who is speaking."""

from __future__ import annotations

import hashlib
from datetime import date, timedelta
from functools import cached_property
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

Kind = Literal["trial", "therapy", "clinic"]
Speaker = Literal["published_abstract", "clinic_page", "authority"]
Slug = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{1,79}$")]


class Fact(BaseModel):
    """A frozen value without surprise fields; the base of every model in the project."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Span(Fact):
    """A half-open range of Unicode code points in a document's canonical text, 0-based."""

    start: Annotated[int, Field(ge=0)]
    end: int

    @model_validator(mode="after")
    def _holds_something(self) -> Span:
        if self.end <= self.start:
            raise ValueError(f"a span holds at least one character, got {self.start}..{self.end}")
        return self


class Source(Fact):
    """Where the words come from; every field is shown beside the quote when present."""

    url: Annotated[str, Field(pattern=r"^https?://[^\s\"'<>]+$")] | None = None
    doi: Annotated[str, Field(pattern=r"^10\.\d{4,9}/\S+$")] | None = None
    authors: tuple[str, ...] = ()
    publisher: str | None = None
    published: date | None = None
    accessed: date | None = None


class Reviewed(Fact):
    """Who compared the document with its source, when, and when that must happen again."""

    by: str
    on: date
    review_by: date


class Study(Fact):
    """Study facts a person entered; `faq check` compares them with the text."""

    design: str
    participants: Annotated[int, Field(gt=0)]
    comparison_group: bool
    randomised: bool
    follow_up: str | None = None
    registered: str | None = None


class StudyHints(Fact):
    """What a source says of a study before a person has confirmed it; None where it does not tell."""

    design: str | None = None
    participants: Annotated[int, Field(gt=0)] | None = None
    comparison_group: bool | None = None
    randomised: bool | None = None
    follow_up: str | None = None
    registered: str | None = None


ApprovalStatus = Literal["approved", "not_approved", "withdrawn"]


class Approval(Fact):
    """What an authority had decided on a treatment when a person last looked.

    `text` is an exact sentence of the library that says for what, shown with every quote as caveats are.
    Without `review_by` somebody must look again within a year.
    """

    status: ApprovalStatus
    by: Annotated[str, Field(min_length=1, max_length=80, pattern=r"^[^\n]+$")]
    on: date
    text: str | None = None
    review_by: date | None = None

    @property
    def due(self) -> date:
        """The last day on which it may be shown."""
        return self.review_by or self.on + min(timedelta(days=365), date.max - self.on)


class Imported(Fact):
    """The file a document was made from; another hash means that the source has changed."""

    file: Annotated[str, Field(min_length=1, max_length=255)]
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    format: str
    on: date


class FrontMatter(Fact):
    """What stands above the words of a document file.

    `retracted` and `concern` hold what the source says of a retraction, which withholds the document,
    or of an expression of concern, which does not; `stopped_early` the words of the text that tell so.
    `contradicts` names sentences of other documents that say otherwise, each as
    "other-document-id: exact sentence". `abbreviations` are short forms with the long form
    a person approved; `rejected_abbreviations` are short forms that the text seems to explain and does not.
    """

    id: Slug
    title: Annotated[str, Field(min_length=1)]
    kind: Kind
    speaker: Speaker
    source: Source
    reviewed: Reviewed | None = None
    study: Study | None = None
    caveats: tuple[str, ...] = ()
    outcome_sections: tuple[str, ...] = ()
    limitation_sections: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    questions: tuple[str, ...] = ()
    abbreviations: dict[str, str] = Field(default_factory=dict)
    rejected_abbreviations: tuple[str, ...] = ()
    publication_types: tuple[str, ...] = ()
    retracted: str | None = None
    concern: str | None = None
    study_hints: StudyHints | None = None
    imported: Imported | None = None
    # Left out where there are none, so that a document without them keeps the bytes it had before.
    approval: Approval | None = Field(None, exclude_if=lambda approval: approval is None)
    contradicts: tuple[str, ...] = Field((), exclude_if=lambda named: not named)
    stopped_early: str | None = Field(None, exclude_if=lambda words: words is None)

    @model_validator(mode="after")
    def _decides_once(self) -> FrontMatter:
        both = set(self.abbreviations) & set(self.rejected_abbreviations)
        if both:
            raise ValueError(f"{min(both)} is among the abbreviations and among the rejected ones")
        return self


class Heading(Fact):
    """A heading line of the canonical text; searchable through its passages, never quoted."""

    span: Span
    level: Annotated[int, Field(ge=1, le=6)]


class Document(FrontMatter):
    """One canonical text with its facts.

    `text` is the result of `normalize` and never changes afterwards; `blocks` are the spans of
    its paragraphs and list items in order, `headings` those of its headings. Together they hold
    every character except the blank lines between them.
    """

    text: Annotated[str, Field(min_length=1)]
    blocks: tuple[Span, ...]
    headings: tuple[Heading, ...] = ()

    @cached_property
    def sha256(self) -> str:
        """Hash of the canonical text in UTF-8: what a reader needs to check a quote."""
        return hashlib.sha256(self.text.encode("utf-8")).hexdigest()

    def slice(self, span: Span) -> str:
        """Return the words of a span; the one way to get text that is shown to anyone."""
        if span.end > len(self.text):
            raise ValueError(f"{self.id}: span ends at {span.end}, text at {len(self.text)}")
        return self.text[span.start : span.end]


class Passage(Fact):
    """Neighbouring whole sentences of one document under one heading."""

    id: str
    document_id: Slug
    span: Span
    sentences: Annotated[tuple[Span, ...], Field(min_length=1)]
    headings: tuple[str, ...] = ()
