"""What a person should look at before the documents answer anyone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Literal

from content.contradictions import contradictions
from content.disagreements import ContradictionNotFound, other_sides
from content.errors import CaveatNotFound
from content.fidelity import lost_exponent
from content.finding import Finding
from content.library import Library, caveats_of
from content.missing import missing_facts
from content.normalize import fold
from content.passages import document_sentences
from content.schema import Document

__all__ = ["Finding", "lint"]

# Six zeros lost, or 106 cells that somebody counted: only a person who looked at the source can tell.
_PERHAPS_LOST = re.compile(r"\b10\d (?:cells|cfu)\b")


def lint(library: Library, today: date) -> list[Finding]:
    """Return what is missing, contradictory, out of date or suspicious, in order of documents.

    A fact that no person has entered yet is an error and names what the source says of it. A document
    that is retracted or whose review is overdue is withheld, so it does not stop the others.
    """
    findings: list[Finding] = []
    for document in library.documents:
        findings += _missing(document)
        findings += contradictions(document)
        findings += _caveats(document, library)
        findings += _disagreements(document, library)
        findings += _approval(document, today)
        findings += _speaker(document)
        findings += _withheld(document, today)
        findings += _abbreviations(document)
        findings += _text(document)
    findings += _questions(library)
    return findings


def _finding(
    document: Document, field: str, message: str, severity: Literal["error", "warning"] = "error"
) -> Finding:
    return Finding(severity=severity, document_id=document.id, field=field, message=message)


def _missing(document: Document) -> Iterator[Finding]:
    for fact in missing_facts(document):
        severity: Literal["error", "warning"] = "error" if fact.needed else "warning"
        yield _finding(document, fact.field, f"missing: {fact.message}", severity)


def _caveats(document: Document, library: Library) -> Iterator[Finding]:
    try:
        caveats_of(document, library.documents)
    except CaveatNotFound as error:
        yield _finding(document, "caveats", str(error))


def _disagreements(document: Document, library: Library) -> Iterator[Finding]:
    try:
        other_sides(document, library.documents)
    except ContradictionNotFound as error:
        yield _finding(document, "contradicts", str(error))


def _approval(document: Document, today: date) -> Iterator[Finding]:
    approval = document.approval
    if approval is None:
        return
    if approval.on > today:
        yield _finding(document, "approval.on", f"{approval.on} has not come yet")
    if approval.status == "approved" and not approval.text:
        message = "for what it is approved is missing: an exact sentence of the library"
        yield _finding(document, "approval.text", message, "warning")
    if approval.due < today:
        message = f"withheld until somebody looks at the approval again, which was due on {approval.due}"
        yield _finding(document, "approval", message, "warning")


def _speaker(document: Document) -> Iterator[Finding]:
    if document.kind == "clinic" and document.speaker == "published_abstract":
        yield _finding(document, "speaker", "a page of the clinic is no published abstract: clinic_page")


def _withheld(document: Document, today: date) -> Iterator[Finding]:
    if document.retracted:
        message = f"withheld, because it was retracted: {document.retracted}"
        yield _finding(document, "retracted", message, "warning")
    if document.concern:
        message = f"shown, although its publisher has a concern: {document.concern}"
        yield _finding(document, "concern", message, "warning")
    if document.reviewed and document.reviewed.review_by < today:
        message = f"withheld until it is reviewed, which was due on {document.reviewed.review_by}"
        yield _finding(document, "reviewed.review_by", message, "warning")


def _abbreviations(document: Document) -> Iterator[Finding]:
    """What a visitor reads under a quote is a long form of a short form, and best the document's own."""
    text = fold(document.text)
    for short, long in document.abbreviations.items():
        field = f"abbreviations.{short}"
        if not short.strip() or "\n" in short + long or len(short) >= len(long.strip()):
            yield _finding(document, field, f"{long!r} is no long form of it")
        elif fold(long) not in text:
            message = f"{long!r} stands nowhere in the text: your own words are shown under quotes"
            yield _finding(document, field, message, "warning")


def _text(document: Document) -> Iterator[Finding]:
    lost = lost_exponent(document.text)
    if lost:
        yield _finding(document, "text", f"{lost!r} looks like a power of ten that lost its superscript")
    perhaps = _PERHAPS_LOST.search(document.text)
    if perhaps and not lost:
        message = f"{perhaps.group()!r} may be a power of ten that lost its superscript"
        yield _finding(document, "text", message, "warning" if document.reviewed else "error")


def _questions(library: Library) -> Iterator[Finding]:
    sentences = [document.slice(s) for document in library.documents for s in document_sentences(document)]
    for question in library.questions:
        if question.expect == "quote" and not any(question.accepts(words) for words in sentences):
            message = f"{question.id}: no sentence holds the accepted words"
            yield Finding(
                severity="error", document_id="questions.jsonl", field="accept_any", message=message
            )
