"""Study facts that the text, or the source's own record, contradicts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from content.finding import Finding
from content.normalize import fold
from content.schema import Document, Study

_SINGLE = re.compile(
    r"\b(single-arm|one-arm|uncontrolled|no (?:control|comparison) group|case (?:series|report))\b"
)
_CONTROLLED = re.compile(r"\b(randomi[sz]ed (?:controlled )?(?:trial|study)|placebo|control group)\b")
_STOPPED = re.compile(
    r"\b(?:(?:stopped|terminated|discontinued|halted|ended|closed|abandoned) (?:early|prematurely)|"
    r"(?:early|premature) (?:termination|closure) of the (?:trial|study)|"
    r"(?:trial|study) was (?:abandoned|terminated|halted))\b"
)
_NUMBER = re.compile(r"\d+(?:,\d{3})*(?:\.\d+)?")
_ONES = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen"
).split()
_TENS = "zero ten twenty thirty forty fifty sixty seventy eighty ninety".split()


class _Record(NamedTuple):
    """What a publication type says of two study facts; None where it does not tell."""

    comparison_group: bool | None
    randomised: bool | None


# PubMed publication types, which people at the National Library of Medicine assign (MeSH, category V03).
# "Clinical Trial" and its phases tell neither.
_RECORDS = {
    "randomized controlled trial": _Record(comparison_group=True, randomised=True),
    "controlled clinical trial": _Record(comparison_group=True, randomised=None),
    "case reports": _Record(comparison_group=False, randomised=False),
}
# These report no study of their own: whether something works cannot be read there.
_NO_STUDY = frozenset("comment editorial letter news review".split())


def contradictions(document: Document) -> Iterator[Finding]:
    """Yield what speaks against the study facts a person entered; there may be none to speak against.

    Participants and follow-up must be written in the text, in digits or words. A design that the text
    or the publication type contradicts is an error; another figure in the source's record a warning.
    """
    if document.study is None:
        return
    yield from _unwritten(document, document.study)
    yield from _design(document, document.study)
    yield from _recorded(document, document.study)
    yield from _stopped(document)


def _error(document: Document, field: str, message: str) -> Finding:
    return Finding(severity="error", document_id=document.id, field=f"study.{field}", message=message)


def _unwritten(document: Document, study: Study) -> Iterator[Finding]:
    text = fold(document.text)
    numbers = set(_numbers(text))
    words = set(re.findall(r"\w+(?:-\w+)?", text)) | set(re.findall(r"\w+ \w+", text))

    def is_written(number: str) -> bool:
        return number in numbers or bool(_spelled(number) & words)

    if not is_written(str(study.participants)):
        yield _error(document, "participants", f"{study.participants} is not written in the text")
    missing = [number for number in _numbers(study.follow_up or "") if not is_written(number)]
    if missing:
        yield _error(document, "follow_up", f"{', '.join(missing)} is not written in the text")


def _design(document: Document, study: Study) -> Iterator[Finding]:
    text = fold(document.text)
    single, controlled = _SINGLE.search(text), _CONTROLLED.search(text)
    if single and (study.comparison_group or study.randomised):
        yield _error(document, "comparison_group", f"the text says {single.group()!r}")
    if controlled and not single and not study.comparison_group:
        yield _error(document, "comparison_group", f"the text says {controlled.group()!r}")
    if study.randomised and not re.search(r"\brandomi[sz]", text):
        yield _error(document, "randomised", "the text does not say so")


def _stopped(document: Document) -> Iterator[Finding]:
    """A study that was stopped early counts for less, so the text has to say so, in these words."""
    text = fold(document.text)
    if document.stopped_early and fold(document.stopped_early) not in text:
        message = f"{document.stopped_early!r} is not written in the text"
        yield Finding(severity="error", document_id=document.id, field="stopped_early", message=message)
    said = _STOPPED.search(text)
    if said and not document.stopped_early:
        message = f"the text says {said.group()!r}: if that is this study, enter these words"
        yield Finding(severity="warning", document_id=document.id, field="stopped_early", message=message)


def _recorded(document: Document, study: Study) -> Iterator[Finding]:
    for kind in document.publication_types:
        record = _RECORDS.get(fold(kind))
        for field, said in record._asdict().items() if record else ():
            if said is not None and getattr(study, field) is not said:
                yield _error(document, field, f"the source's record calls it {kind!r}")
        if fold(kind) in _NO_STUDY:
            message = f"the source's record calls it {kind!r}, which reports no study of its own"
            yield _error(document, "design", message).model_copy(update={"severity": "warning"})
    for field in ("participants", "comparison_group", "randomised"):
        said = getattr(document.study_hints, field, None)
        if said is not None and said != getattr(study, field):
            told = {True: "yes", False: "no"}[said] if isinstance(said, bool) else said
            message = f"the source's record says {told}"
            yield _error(document, field, message).model_copy(update={"severity": "warning"})


def _numbers(text: str) -> list[str]:
    """Return the numbers of a text in order, "1,016" as 1016."""
    return [number.replace(",", "") for number in _NUMBER.findall(text)]


def _spelled(number: str) -> set[str]:
    """Return the ways to write a whole number below 100 in words: "sixteen", "twenty-one"."""
    if not number.isdecimal() or int(number) >= 100:
        return set()
    tens, ones = divmod(int(number), 10)
    if tens < 2:
        return {_ONES[int(number)]}
    return {f"{_TENS[tens]}{gap}{_ONES[ones]}" for gap in "- "} if ones else {_TENS[tens]}
