"""PubMed records as XML: articles and books, one or many, each abstract with its labels."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from xml.etree.ElementTree import Element

from content.errors import SourceRefused
from content.extract import Extract, LeftOut
from content.fidelity import checked
from content.readers.marked_words import dumb_words, plain_words, words_left_out, words_of
from content.readers.pubmed import Record, day_of, doi_of, extracts_of, title_of
from content.readers.xml_tree import children, everywhere, first, first_of, local, parsed, source_text

Words = Callable[[Element], str]

_RECORDS = ("PubmedArticle", "PubmedBookArticle", "MedlineCitation")
_SHOWN = re.compile(
    r"<(ArticleTitle|BookTitle|VernacularTitle|AbstractText|CopyrightInformation|CoiStatement)\b[^>]*(?<!/)>"
    r"(.*?)</\1>",
    re.DOTALL,
)
_NOTICES = {
    "RetractionIn": "retracted_in", "RetractionOf": "retraction_of",
    "PartialRetractionIn": "concern_in", "PartialRetractionOf": "retraction_of",
    "ExpressionOfConcernIn": "concern_in", "ErratumIn": "erratum_in",
}  # fmt: skip
_LEFT_OUT = {
    "VernacularTitle": "title in the original language", "CopyrightInformation": "copyright notice",
    "CoiStatement": "conflict of interest statement",
}  # fmt: skip


def read_pubmed_xml(data: bytes, name: str) -> tuple[Extract, ...]:
    """Return the records of a PubMed XML file that have an abstract.

    A label becomes a heading, so that a quote starts with its own sentence. An abstract in another
    language is left out; a record with a formula that no line of text can show is passed over.
    """
    root = parsed(data, name)
    elements = [root] if local(root) in _RECORDS else children(root, *_RECORDS)
    if not elements:
        raise SourceRefused(name, f"it holds no PubMed record but <{local(root)}>")
    records = [_record(element) for element in elements]
    shown = "\n".join(dumb_words(found[2]) for found in _SHOWN.finditer(source_text(data, name)))
    return checked(name, extracts_of(name, records, "pubmed_xml"), shown)


def _record(element: Element) -> Record:
    """Return a record; where its words cannot be written as they are, it says so and nobody quotes it."""
    try:
        return _read(element, words_of)
    except ValueError as error:
        return _read(element, words_left_out).model_copy(update={"unwritable": str(error)})


def _read(element: Element, words: Words) -> Record:
    citation = first_of(element, "MedlineCitation", "BookDocument")
    article, book = first_of(citation, "Article"), first_of(citation, "Book")
    pmid = _text(citation, "PMID")
    abstract = first(article, "Abstract")
    title = title_of(_title(article, "ArticleTitle", words) or _title(book, "BookTitle", words))
    other = list(_other_abstracts(citation, words))
    notices: dict[str, tuple[str, ...]] = {}
    for field, notice in _comments(citation):
        notices[field] = (*notices.get(field, ()), notice)
    published, published_words = _dates(article, book)
    return Record(
        pmid=pmid,
        title=title or f"PMID {pmid}",
        sections=tuple(_sections(abstract, words)) + tuple(s for s in other if isinstance(s, tuple)),
        doi=_doi(element, article),
        authors=_authors(article) or _authors(book),
        journal=_text(article, "Journal/Title") or _text(book, "Publisher/PublisherName") or None,
        published=published,
        published_words=published_words,
        types=tuple(plain_words(found) for found in everywhere(article, "PublicationType")),
        registered=_registered(article),
        left_out=(*_set_aside(citation), *(part for part in other if isinstance(part, LeftOut))),
        **notices,
    )


def _text(element: Element, path: str) -> str:
    found = first(element, path)
    return plain_words(found) if found is not None else ""


def _title(element: Element, name: str, words: Words) -> str:
    found = first(element, name)
    return words(found) if found is not None else ""


def _sections(abstract: Element | None, words: Words) -> Iterator[tuple[str, str]]:
    """Yield (label as printed, words) of each AbstractText that holds words."""
    for text in children(abstract, "AbstractText") if abstract is not None else ():
        said = words(text)
        if said:
            yield text.get("Label", "").strip(), said


def _other_abstracts(citation: Element, words: Words) -> Iterator[tuple[str, str] | LeftOut]:
    """Yield the parts of further abstracts: those in English are taken, under the name of their type."""
    for other in children(citation, "OtherAbstract"):
        language, kind = other.get("Language", "eng"), other.get("Type", "").replace("-", " ")
        english = language == "eng"
        for label, said in _sections(other, words if english else words_left_out):
            if english:
                yield label or kind, said
            else:
                yield LeftOut(why=f"abstract in another language ({language})", text=said)


def _set_aside(citation: Element) -> Iterator[LeftOut]:
    # The abstract of another language may carry a notice of its own, too.
    for found in everywhere(citation, *_LEFT_OUT):
        words = words_left_out(found)
        if words:
            yield LeftOut(why=_LEFT_OUT[local(found)], text=words)


def _comments(citation: Element) -> Iterator[tuple[str, str]]:
    for note in everywhere(citation, "CommentsCorrections"):
        field = _NOTICES.get(note.get("RefType", ""))
        if field:
            pmid = _text(note, "PMID")
            yield field, _text(note, "RefSource") + (f" PMID: {pmid}" if pmid else "")


def _doi(element: Element, article: Element) -> str | None:
    """Return the article's own DOI; those of its references stand in lists further down."""
    given = [
        e for e in children(article, "ELocationID") if e.get("EIdType") == "doi" and e.get("ValidYN") != "N"
    ]
    for path in ("PubmedData/ArticleIdList", "PubmedBookData/ArticleIdList", "BookDocument/ArticleIdList"):
        ids = first(element, path)
        given += [
            e for e in (children(ids, "ArticleId") if ids is not None else ()) if e.get("IdType") == "doi"
        ]
    return next((doi for e in given if (doi := doi_of(plain_words(e)))), None)


def _authors(holder: Element) -> tuple[str, ...]:
    """Return "Surname AB" of each author, the whole name of a group; editors stand for nobody."""
    lists = [found for found in children(holder, "AuthorList") if found.get("Type") != "editors"]
    found: list[str] = []
    for author in (author for group in lists for author in children(group, "Author")):
        parts = [_text(author, part) for part in ("LastName", "Initials", "Suffix", "CollectiveName")]
        if author.get("ValidYN") != "N" and any(parts):
            found.append(" ".join(part for part in parts if part))
    return tuple(found)


def _dates(article: Element, book: Element) -> tuple[date | None, str]:
    """Return the first date known to the day, and the words of the issue's date."""
    issue = first(article, "Journal/JournalIssue/PubDate")
    issue = issue if issue is not None else first(book, "PubDate")
    places: Sequence[Element | None] = (
        first(article, "ArticleDate"),
        issue,
        first(article, "ContributionDate"),
    )
    days = [day_of(*(_text(p, part) for part in ("Year", "Month", "Day"))) for p in places if p is not None]
    words = " ".join(plain_words(part) for part in issue) if issue is not None else ""
    return next((day for day in days if day), None), words


def _registered(article: Element) -> str | None:
    for bank in everywhere(article, "DataBank"):
        if _text(bank, "DataBankName") == "ClinicalTrials.gov":
            return _text(bank, "AccessionNumberList/AccessionNumber") or None
    return None
