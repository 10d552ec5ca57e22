"""`faq check`: what must be mended before anyone is answered from the content folder."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Literal, NamedTuple

from assistant.answer import Assistant
from assistant.benefit import asks_benefit
from assistant.building import fit_once, open_models, proposed, remembered
from assistant.confidence import load_calibration
from assistant.errors import BadQuestion
from assistant.settings import Settings
from content.finding import Finding
from content.library import Library, load_library
from content.lint import lint
from content.normalize import fold
from content.schema import Document, Fact
from index.build import candidate, up_to_date_index
from index.embedder import Embedder
from index.search import Searcher


class CheckReport(Fact):
    """What was looked at, and what was found, in order of documents; errors stop publishing."""

    documents: int
    questions: int
    findings: tuple[Finding, ...]

    @property
    def errors(self) -> tuple[Finding, ...]:
        """Return what must be mended."""
        return tuple(finding for finding in self.findings if finding.severity == "error")


def check(
    settings: Settings, *, progress: bool = False, embedder: Embedder | None = None
) -> CheckReport:  # fmt: skip
    """Lint the content, then ask every staff question of what would be published.

    Where something must be mended in the documents, nothing is asked yet. Nothing is published.
    """
    library = load_library(settings.content)
    findings = linted(library)
    asked = sum(len(document.questions) for document in library.documents)
    if asked and not any(finding.severity == "error" for finding in findings):
        findings += unanswered(_candidate(library, settings, embedder, progress=progress))
    return CheckReport(documents=len(library.documents), questions=asked, findings=tuple(findings))


def linted(library: Library) -> list[Finding]:
    """Return what the documents alone tell, today."""
    return lint(library, datetime.now(UTC).date())


def unanswered(faq: Assistant) -> list[Finding]:
    """Return an error for each staff question that its own document does not answer first.

    Behind better evidence is first, where the question is about benefit. A document that is withheld answers
    nobody, so its questions wait as well. Of a site without the reader what is refused is a warning.
    """
    known = {(fold(s.text), s.passage_id.rpartition("#")[0]) for s in faq.calibration.suggestions}
    hidden = faq.withheld()
    return [
        finding
        for document in faq.documents.values()
        if document.id not in hidden
        for text in document.questions
        if (fold(text), document.id) not in known
        for finding in _asked(faq, document, text)
    ]


def _asked(faq: Assistant, document: Document, text: str) -> Iterator[Finding]:
    why = _why_not(faq, document, text)
    if why is None:
        return
    severity: Literal["error", "warning"] = "error"
    advice = ". Ask what the document says, or take the question out"
    if why.refused and not faq.settings.reader:
        # Who builds without the reader chose to be answered less often; a wrong answer is wrong all the same.
        severity, advice = "warning", "; it may be with FAQ_READER=true"
    message = f"{text!r} {why.words}{advice}"
    yield Finding(severity=severity, document_id=document.id, field="questions", message=message)


class _WhyNot(NamedTuple):
    """What is wrong with the answer to a staff question."""

    words: str
    refused: bool = False


def _why_not(faq: Assistant, document: Document, text: str) -> _WhyNot | None:
    try:
        answer = faq.answer(text)
    except BadQuestion as error:
        return _WhyNot(f"cannot be asked ({error})")
    if answer.redirect:
        return _WhyNot(f"is never searched: it is taken as {answer.redirect.kind.replace('_', ' ')}")
    if answer.status != "answered":
        sure, needed = answer.confidence or 0, faq.calibration.threshold
        return _WhyNot(f"is refused: {sure:.2f} sure, {needed:.2f} is needed", refused=True)
    quoted = [citation.document_id for citation in answer.citations if citation.caveat_of is None]
    # Better evidence comes first where benefit is asked about: the document's own answer stands below it.
    enough = quoted if asks_benefit(text) else quoted[:1]
    return None if document.id in enough else _WhyNot(f"is answered from {quoted[0]}")


def _candidate(
    library: Library, settings: Settings, embedder: Embedder | None, *, progress: bool
) -> Assistant:
    """Return the assistant of the index in use when it holds this content, else of one in memory."""
    embedder, reader, meaning = open_models(settings, embedder)
    evidence = remembered(reader, settings)
    held = up_to_date_index(
        library, embedder, settings.index_root, evidence=evidence,
        settings_id=settings.calibration_settings, titles=settings.embed_titles,
    )  # fmt: skip
    if held is not None:
        searcher = Searcher(held, embedder, evidence, meaning=meaning)
        calibration = load_calibration(held.calibration, held.index_id)
        return proposed(searcher, calibration, settings)
    searcher = candidate(
        library, embedder, settings.index_root, evidence=evidence, meaning=meaning,
        titles=settings.embed_titles, mined=settings.mined_aliases, progress=progress,
    )  # fmt: skip
    return proposed(searcher, fit_once(searcher, library, settings, progress=progress), settings)
