"""One PubMed record, whichever way it was written down, as a document."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date

from pydantic import ValidationError

from content.errors import SourceRefused
from content.extract import Extract, Format, LeftOut, Piece
from content.fidelity import checked
from content.readers.publication_types import study_facts
from content.schema import Fact, Source

_MONTHS = {m: n for n, m in enumerate("jan feb mar apr may jun jul aug sep oct nov dec".split(), 1)}
# What these records say belongs to another record and answers nobody's question.
_NOTICES = frozenset(
    {"Retraction of Publication", "Retraction Notice", "Expression of Concern", "Published Erratum"}
)
_RETRACTED = "Retracted Publication"
_RETRACTED_TITLE = re.compile(r"\W*(?:RETRACTED|Retracted(?: article)?)\b\W")
# Printed by PubMed where a journal gave a part of its abstract no name.
_NO_LABELS = frozenset({"UNLABELLED", "UNLABELED", "UNASSIGNED"})
_DOI = re.compile(r"10\.\d{4,9}/\S+")


class Record(Fact):
    """What PubMed says of one publication. `sections` are (label or "", words of a paragraph).

    `unwritable` says why these words are not exactly those of the source, where they cannot be.
    """

    pmid: str
    title: str
    sections: tuple[tuple[str, str], ...] = ()
    doi: str | None = None
    authors: tuple[str, ...] = ()
    journal: str | None = None
    published: date | None = None
    published_words: str = ""
    types: tuple[str, ...] = ()
    registered: str | None = None
    retracted_in: tuple[str, ...] = ()
    retraction_of: tuple[str, ...] = ()
    concern_in: tuple[str, ...] = ()
    erratum_in: tuple[str, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    unwritable: str = ""


def extracts_of(name: str, records: Sequence[Record], form: Format) -> tuple[Extract, ...]:
    """Return the documents among the records; what was passed over is said by the first of them.

    A record without an abstract, one that cannot be written word for word, and a notice about another
    publication are no documents. Raises SourceRefused when none is left.
    """
    passed: list[tuple[Record, str]] = []
    found: list[Extract] = []
    for record in records:
        why = _why_none(record)
        try:
            # Looked at alone first: one spoilt record of two hundred does not stop the others.
            found += () if why else checked(name, [_extract(record, form)], "")
        except SourceRefused as refused:
            why = refused.reason
        passed += [(record, why)] if why else []
    if not found:
        reasons = "; ".join(f"PMID {record.pmid}: {why}" for record, why in passed[:5])
        raise SourceRefused(name, f"no record of it can be quoted ({reasons or 'it holds none'})")
    notes = tuple(
        LeftOut(why=f"record without a document of its own: {why}", text=text)
        for record, why in passed
        for text in (
            f"PMID {record.pmid}. {record.title}",
            *(words for _, words in record.sections),
            *(part.text for part in record.left_out),
        )
    )
    return (found[0].model_copy(update={"left_out": (*found[0].left_out, *notes)}), *found[1:])


def day_of(year: str, month: str, day: str) -> date | None:
    """Return a date that is known to the day, None for anything less: "2010", "Aug", "" is a month.

    A season or a month is not made a first day: the date stands beside every quote.
    """
    number = _MONTHS.get(month.strip().lower()[:3]) or (int(month) if month.strip().isdigit() else 0)
    try:
        return date(int(year), number, int(day))
    except ValueError:
        return None


def doi_of(words: str) -> str | None:
    """Return a DOI that has the form of one."""
    words = words.strip()
    return words if _DOI.fullmatch(words) else None


def title_of(words: str) -> str:
    """Return a title without the full stop that PubMed puts behind each of them."""
    ends_alone = words.endswith(".") and not words.endswith((" al.", ".."))
    return words[:-1] if ends_alone else words


def says_retracted(title: str) -> str | None:
    """Return a title that itself says that the article was retracted."""
    return title if _RETRACTED_TITLE.match(title) else None


def _why_none(record: Record) -> str:
    notice = next((name for name in record.types if name in _NOTICES), "")
    if notice or record.retraction_of:
        of = f" ({'; '.join(record.retraction_of)})" if record.retraction_of else ""
        return f"{notice or 'Retraction'}, a notice about another publication{of}"
    return record.unwritable or ("" if record.sections else "it has no abstract")


def _extract(record: Record, form: Format) -> Extract:
    kind, speaker, hints = study_facts(record.types, record.registered)
    return Extract(
        format=form,
        title=record.title,
        pieces=tuple(_pieces(record)),
        source=_source(record),
        kind=kind,
        speaker=speaker,
        hints=hints,
        publication_types=record.types,
        retracted=_retracted(record),
        concern="; ".join(record.concern_in) or None,
        left_out=(*record.left_out, *_notes(record)),
    )


def _pieces(record: Record) -> Iterator[Piece]:
    yield Piece(kind="heading", text=record.title, level=1)
    for label, words in record.sections:
        if label and label.upper() not in _NO_LABELS:
            yield Piece(kind="heading", text=label, level=2)
        yield Piece(kind="paragraph", text=words)


def _source(record: Record) -> Source:
    facts = {
        "url": f"https://pubmed.ncbi.nlm.nih.gov/{record.pmid}/" if record.pmid.isdigit() else None,
        "doi": record.doi, "authors": record.authors, "publisher": record.journal,
        "published": record.published,
    }  # fmt: skip
    try:
        return Source.model_validate(facts)
    except ValidationError:
        return Source.model_validate({**facts, "doi": None})


def _retracted(record: Record) -> str | None:
    """Return the words of the notice, or those the record itself says it with."""
    if record.retracted_in:
        return "; ".join(record.retracted_in)
    if _RETRACTED in record.types:
        return _RETRACTED
    return says_retracted(record.title)


def _notes(record: Record) -> Iterator[LeftOut]:
    if record.published is None and record.published_words:
        why = "date of publication, not known to the day: enter it by hand"
        yield LeftOut(why=why, text=record.published_words)
    for notice in record.erratum_in:
        yield LeftOut(why="a correction was published: compare the words with it", text=notice)
