"""Examples for the description of the HTTP interface: a page of two sentences, asked and quoted for real."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import Any, Literal

from assistant.citation import cite
from assistant.schema import Answer, QuoteBlock, Redirect, WordingBlock
from assistant.whole_document import WholeDocument, described
from content.readers.markdown import canonical_text
from content.schema import Document, Source, Span

Operation = Literal["ask", "document", "give_feedback"]
_QUESTION = "Do you offer massage?"
_QUOTED = "We offer massage on the day after an infusion."
_TEXT = f"# Massage after an infusion\n\n{_QUOTED} We have not studied massage."
_INDEX = "ix-000000000000"
_RECEIPT = "r-0123456789abcdef01234567"


@cache
def example_document() -> Document:
    """Return the page that the examples quote; it is in nobody's index."""
    text, blocks, headings = canonical_text(_TEXT)
    return Document(
        id="therapy-massage", title="Massage after an infusion", kind="therapy", speaker="clinic_page",
        source=Source(
            publisher="Example Clinic", url="https://clinic.example/massage", accessed=date(2026, 11, 22)
        ),
        caveats=("We have not studied massage.",), text=text, blocks=blocks, headings=headings,
    )  # fmt: skip


@cache
def example_answers() -> dict[str, Answer]:
    """Return one answer with a verified quote and one emergency."""
    document = example_document()
    places = [document.text.index(words) for words in (_QUOTED, *document.caveats)]
    span = Span(start=places[0], end=places[1] + len(document.caveats[0]))
    quoted = Answer(
        question=_QUESTION, status="answered", confidence=0.97, index_id=_INDEX, receipt=_RECEIPT,
        blocks=(WordingBlock(id="quotes_intro"), QuoteBlock(citation=1), WordingBlock(id="not_advice")),
        citations=(cite(1, document, "therapy-massage#p1", span),),
    )  # fmt: skip
    emergency = Answer(
        question="I cannot breathe", status="redirected", index_id=_INDEX, receipt=_RECEIPT,
        redirect=Redirect(kind="emergency", rule="breathing"), blocks=(WordingBlock(id="emergency"),),
    )  # fmt: skip
    return {"quoted": quoted, "emergency": emergency}


def example_whole_document() -> WholeDocument:
    """Return the page as `GET /v1/documents/{id}` gives it."""
    document = example_document()
    return described(document, {document.id: document})


def examples_of(operation: Operation) -> Any:
    """Return the example bodies of an operation as OpenAPI lists them."""
    not_helpful = {"helpful": False, "reason": "too_little", "passage_ids": ["therapy-massage#p1"]}
    bodies: dict[Operation, dict[str, object]] = {
        "ask": {
            "question": {"question": _QUESTION},
            "follow-up": {"question": "And how soon?", "history": [_QUESTION]},
        },
        "document": {},
        "give_feedback": {
            "helpful": {"receipt": _RECEIPT, "helpful": True},
            "not-helpful": {"receipt": _RECEIPT, **not_helpful},
        },
    }
    return {name: {"value": value} for name, value in bodies[operation].items()}
