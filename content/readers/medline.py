"""PubMed records as MEDLINE text (.nbib): one field a line, its value on as many lines as it needs."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from content.encodings import decoded
from content.errors import SourceRefused
from content.extract import Extract, LeftOut
from content.fidelity import checked
from content.readers.pubmed import Record, day_of, doi_of, extracts_of, title_of
from content.roles import named_role
from content.transcription import one_line, without_ligatures

_MOST_RECORDS = 1_000
_FIELD = re.compile(r"(?P<tag>[A-Z0-9]{1,4}) *- ?(?P<value>.*)")
_CONTINUED = re.compile(r"\s{2,}(?P<value>\S.*)")
_DAY = re.compile(r"(\d{4}) ([A-Z][a-z]{2}) (\d{1,2})")
_IDENTIFIER = re.compile(r"(?P<value>.*\S) \[(?P<kind>\w+)\]")
_REGISTERED = re.compile(r"ClinicalTrials\.gov/(NCT\d{8})")
# "RESULTS: Pain fell." The labels of a structured abstract stand in capitals where a sentence starts.
_LABEL = re.compile(r"(?:^|(?<=[.?!)\]%\"”] ))(?P<label>[A-Z][A-Z0-9 ,&/()'-]{2,60}): (?=\S)")
# Labels that name no part of a report and still open one.
_OTHER_LABELS = re.compile(r"AVAILABILITY|SUPPLEMENTARY|CONTACT|FUNDING|SIGNIFICANCE|RELEVANCE|LEVEL OF EVID")
_LEFT_OUT = {
    "CI": "copyright notice", "COIS": "conflict of interest statement", "OCI": "copyright notice",
    "OAB": "another abstract, or one in another language", "TT": "title in the original language",
}  # fmt: skip
_SHOWN = frozenset({"TI", "BTI", "AB", *_LEFT_OUT})

Fields = dict[str, list[str]]


def read_medline(data: bytes, name: str) -> tuple[Extract, ...]:
    """Return the records of a MEDLINE or NBIB file that have an abstract.

    The format has no raised characters: PubMed writes "10(6)" for 10⁶ in older records and drops the
    mark in newer ones, so its XML is the better source. Each line is a field, a continuation or empty;
    another one refuses the file.
    """
    text = decoded(data, name=name)
    records = [_record(fields) for fields in _records(text, name)]
    return checked(name, extracts_of(name, records, "medline"), _dumb_words(text))


def _records(text: str, name: str) -> list[Fields]:
    found: list[Fields] = []
    values: list[str] | None = None
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        field, more = _FIELD.fullmatch(line), _CONTINUED.fullmatch(line)
        if field:
            if field["tag"] == "PMID":
                found.append({})
                if len(found) > _MOST_RECORDS:
                    raise SourceRefused(name, f"more than {_MOST_RECORDS:,} records; cut it into parts")
            if not found:
                raise SourceRefused(name, f"line {number}: a record starts with its PMID")
            values = found[-1].setdefault(field["tag"], [])
            values.append(field["value"])
        elif more and values:
            values[-1] += f" {more['value']}"
        else:
            raise SourceRefused(
                name, f"line {number} is neither a field nor goes on with one ({line[:40]!r})"
            )
    return found


def _record(fields: Fields) -> Record:
    def values(tag: str) -> list[str]:
        return [without_ligatures(one_line(value)) for value in fields.get(tag, ())]

    def value(*tags: str) -> str:
        return next((words for tag in tags for words in values(tag)), "")

    published = day_of(*_compact(value("DEP"))) or day_of(*_spelled(value("DP")))
    return Record(
        pmid=value("PMID"),
        title=title_of(value("TI", "BTI")) or f"PMID {value('PMID')}",
        sections=tuple(section for words in values("AB") for section in _sections(words)),
        doi=_doi([*values("LID"), *values("AID")]),
        authors=(*values("AU"), *values("CN")),
        journal=value("JT", "TA", "PB") or None,
        published=published,
        published_words=value("DP"),
        types=tuple(values("PT")),
        registered=next((found[1] for words in values("SI") if (found := _REGISTERED.search(words))), None),
        retracted_in=tuple(values("RIN")),
        retraction_of=tuple(values("ROF")),
        concern_in=tuple(values("ECI")),
        erratum_in=tuple(values("EIN")),
        left_out=tuple(
            LeftOut(why=why, text=words) for tag, why in _LEFT_OUT.items() for words in values(tag)
        ),
    )


def _sections(abstract: str) -> Iterator[tuple[str, str]]:
    """Yield (label, words) of the parts of an abstract; it has parts when it opens with a label."""
    labels = [found for found in _LABEL.finditer(abstract) if _is_label(found["label"])]
    if not labels or labels[0].start():
        yield "", abstract
        return
    ends = [label.start() for label in labels[1:]] + [len(abstract)]
    for label, end in zip(labels, ends, strict=True):
        yield label["label"], abstract[label.end() : end].strip()


def _is_label(words: str) -> bool:
    return bool(named_role(words) or _OTHER_LABELS.match(words))


def _doi(identifiers: Sequence[str]) -> str | None:
    found = (_IDENTIFIER.fullmatch(words) for words in identifiers)
    return next((doi_of(match["value"]) for match in found if match and match["kind"] == "doi"), None)


def _compact(words: str) -> tuple[str, str, str]:
    """Cut "20060110" into year, month and day."""
    return (words[:4], words[4:6], words[6:8]) if re.fullmatch(r"\d{8}", words) else ("", "", "")


def _spelled(words: str) -> tuple[str, str, str]:
    found = _DAY.fullmatch(words)
    return (found[1], found[2], found[3]) if found else ("", "", "")


def _dumb_words(text: str) -> str:
    """Return the shown fields by their first letters alone, line by line."""
    shown = False
    lines: list[str] = []
    for line in text.splitlines():
        if line[:1].strip():
            shown = line[:4].strip() in _SHOWN
            line = line[6:]
        if shown:
            lines.append(line)
    return "\n".join(lines)
