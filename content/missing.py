"""Facts that no source tells and a person must enter, with what the source says of them."""

from __future__ import annotations

import re

from content.changes import sentences
from content.normalize import fold
from content.schema import Document, Fact, StudyHints

# Sentences that tell how far a finding carries: design, size, controls, what is left open.
_CAVEAT = re.compile(
    r"\b(?:single-arm|one-arm|open-label|uncontrolled|non-?randomi[sz]ed|randomi[sz]ed|double-blind|placebo|"
    r"(?:control|comparison) (?:group|arm)|pilot|phase (?:i|1|i/ii|1/2|ii|2)\b|case (?:series|report)|"
    r"retrospective|small (?:sample|number|study)|limitations?|limited by|"
    r"\d+ (?:[a-z-]+ ){0,2}(?:patients|participants|people|subjects|women|men|children)|"
    r"n ?= ?\d+|(?:further|larger|future|more) (?:[a-z-]+ ){0,3}(?:trials?|studies|research))\b"
)
_CANDIDATES = 5
_FIELDS = {
    "design": "the kind of study, for example: single-arm trial",
    "comparison_group": "whether others were treated differently (true or false)",
    "randomised": "whether chance decided who got what (true or false)",
    "participants": "how many people took part",
    "follow_up": "how long they were followed",
}


class Missing(Fact):
    """A fact that is not there; `needed`: without it `faq check` does not pass."""

    field: str
    message: str
    needed: bool = True


def missing_facts(document: Document) -> tuple[Missing, ...]:
    """Return what a person must still enter, in the order of front matter.

    A source is quoted as a hint and decides nothing: "Clinical Trial" alone does not tell whether
    anyone was treated differently.
    """
    found = [*_source(document), *_review(document)]
    if document.kind == "trial":
        found += [*_study(document), *_caveat(document)]
    return tuple(found)


def caveat_candidates(document: Document) -> tuple[str, ...]:
    """Return up to five sentences that name design, size, controls or limits, in order; a person chooses."""
    found = (sentence for sentence in sentences(document) if _CAVEAT.search(fold(sentence)))
    return tuple(dict.fromkeys(found))[:_CANDIDATES]


def hinted(hints: StudyHints | None, field: str) -> str:
    """Return what the source says of a study fact, as words behind a message: "" when nothing."""
    value = getattr(hints, field, None)
    if value is None:
        return ""
    said = {True: "yes", False: "no"}.get(value, value) if isinstance(value, bool) else value
    return f"; the source says: {said}; check it"


def _source(document: Document) -> list[Missing]:
    source = document.source
    if document.kind != "trial":
        known = source.url or source.publisher
        return (
            [] if known else [Missing(field="source", message="url or publisher: where to look the words up")]
        )
    found = []
    if not (source.url or source.doi):
        found.append(Missing(field="source", message="url or doi: where to look the study up"))
    if source.published is None:
        found.append(Missing(field="source.published", message="the date of publication"))
    return found


def _review(document: Document) -> list[Missing]:
    if document.reviewed is not None:
        return []
    message = "who compared the words with the source, on which day, and when that must happen again"
    return [Missing(field="reviewed", message=message, needed=False)]


def _study(document: Document) -> list[Missing]:
    study, hints = document.study, document.study_hints
    absent = [name for name in _FIELDS if study is None or getattr(study, name) is None]
    found = [
        Missing(
            field=f"study.{name}", message=_FIELDS[name] + hinted(hints, name), needed=name != "follow_up"
        )
        for name in absent
    ]
    if study is None and document.publication_types:
        called = f"; its record calls it: {', '.join(document.publication_types)}"
        found[0] = found[0].model_copy(update={"message": found[0].message + called})
    return found


def _caveat(document: Document) -> list[Missing]:
    if document.caveats:
        return []
    message = "at least one sentence that stands beside every outcome"
    candidates = caveat_candidates(document)
    if candidates:
        message += "; candidates: " + " ".join(f"“{sentence}”" for sentence in candidates)
    return [Missing(field="caveats", message=message)]
