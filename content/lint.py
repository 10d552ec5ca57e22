"""What a person should look at before the documents answer anyone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Literal

from content.errors import CaveatNotFound
from content.library import Library, caveats_of
from content.normalize import fold
from content.passages import document_sentences
from content.schema import Document, Fact, Study

_SINGLE = re.compile(
    r"\b(single-arm|one-arm|uncontrolled|no (?:control|comparison) group|case (?:series|report))\b"
)
_CONTROLLED = re.compile(r"\b(randomi[sz]ed (?:controlled )?(?:trial|study)|placebo|control group)\b")
_NUMBER = re.compile(r"\d+(?:,\d{3})*(?:\.\d+)?")
# "1×10⁶" loses its superscript in careless extraction and becomes ten times, a million times too much.
_LOST_EXPONENT = re.compile(r"[×x]\s?10\d{1,2}\b|\b10\d (?:cells|cfu)\b")


class Finding(Fact):
    """One thing found in one document; errors stop `faq check`, warnings do not."""

    severity: Literal["error", "warning"]
    document_id: str
    field: str
    message: str


def lint(library: Library, today: date) -> list[Finding]:
    """Return what is missing, contradictory, out of date or suspicious, in order of documents.

    Study facts are compared with the text: participants and follow-up must be written there, and
    a design the text contradicts is an error.
    """
    findings: list[Finding] = []
    for document in library.documents:
        findings += _facts(document)
        findings += _caveats(document, library)
        findings += _review(document, today)
        findings += _text(document)
    findings += _questions(library)
    return findings


def _facts(document: Document) -> Iterator[Finding]:
    def finding(field: str, message: str, severity: Literal["error", "warning"] = "error") -> Finding:
        return Finding(severity=severity, document_id=document.id, field=field, message=message)

    if document.kind != "trial":
        if not (document.source.url or document.source.publisher):
            yield finding("source", "neither url nor publisher: nobody can look the words up")
        return
    if not (document.source.url or document.source.doi):
        yield finding("source", "a trial needs a url or doi")
    if document.source.published is None:
        yield finding("source.published", "a trial needs its date of publication")
    if document.study is None:
        yield finding("study", "a trial needs design, participants, comparison_group and randomised")
        return
    yield from _contradictions(document, document.study)
    if document.study.follow_up is None:
        yield finding("study.follow_up", "how long people were followed is not given", "warning")


def _contradictions(document: Document, study: Study) -> Iterator[Finding]:
    def error(field: str, message: str) -> Finding:
        return Finding(severity="error", document_id=document.id, field=f"study.{field}", message=message)

    text = fold(document.text)
    numbers = _numbers(text)
    if str(study.participants) not in numbers:
        yield error("participants", f"{study.participants} is not written in the text")
    missing = [number for number in _numbers(study.follow_up or "") if number not in numbers]
    if missing:
        yield error("follow_up", f"{', '.join(missing)} is not written in the text")
    single, controlled = _SINGLE.search(text), _CONTROLLED.search(text)
    if single and (study.comparison_group or study.randomised):
        yield error("comparison_group", f"the text says {single.group()!r}")
    if controlled and not single and not study.comparison_group:
        yield error("comparison_group", f"the text says {controlled.group()!r}")
    if study.randomised and not re.search(r"\brandomi[sz]", text):
        yield error("randomised", "the text does not say so")


def _numbers(text: str) -> list[str]:
    """Return the numbers of a text in order, "1,016" as 1016."""
    return [number.replace(",", "") for number in _NUMBER.findall(text)]


def _caveats(document: Document, library: Library) -> Iterator[Finding]:
    try:
        caveats_of(document, library.documents)
    except CaveatNotFound as error:
        yield Finding(severity="error", document_id=document.id, field="caveats", message=str(error))
    if document.kind == "trial" and not document.caveats:
        message = "a trial needs at least one sentence that stands beside its outcomes"
        yield Finding(severity="error", document_id=document.id, field="caveats", message=message)


def _review(document: Document, today: date) -> Iterator[Finding]:
    if document.reviewed is None:
        message = "nobody is named who compared the text with its source"
        yield Finding(severity="warning", document_id=document.id, field="reviewed", message=message)
    elif document.reviewed.review_by < today:
        message = f"review was due on {document.reviewed.review_by}"
        yield Finding(severity="error", document_id=document.id, field="reviewed.review_by", message=message)


def _text(document: Document) -> Iterator[Finding]:
    lost = _LOST_EXPONENT.search(document.text)
    if lost:
        message = f"{lost.group()!r} looks like a power of ten that lost its superscript"
        yield Finding(severity="warning", document_id=document.id, field="text", message=message)


def _questions(library: Library) -> Iterator[Finding]:
    sentences = [document.slice(s) for document in library.documents for s in document_sentences(document)]
    for question in library.questions:
        if question.expect == "quote" and not any(question.accepts(words) for words in sentences):
            message = f"{question.id}: no sentence holds the accepted words"
            yield Finding(
                severity="error", document_id="questions.jsonl", field="accept_any", message=message
            )
