"""Documents as staff see them: what is there, what is wrong with it, what it answers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from assistant.document_coverage import DocumentCoverage
from assistant.render import escape
from assistant.staff.facts_form import field_named
from assistant.staff.shown import alert, done, listed, table
from assistant.staff.texts import say
from content.extract import LeftOut, Piece
from content.finding import Finding
from content.importing import Added
from content.schema import Document


def list_html(documents: Sequence[Document], withheld: Mapping[str, str]) -> str:
    """Return the table of all documents."""
    head = [say(f"documents_{name}") for name in ("id", "title", "kind", "speaker", "review_by", "state")]
    rows = (
        [
            document.id,
            document.title,
            say(f"kind_{document.kind}"),
            say(f"speaker_{document.speaker}"),
            str(document.reviewed.review_by) if document.reviewed else say("documents_never"),
            say(f"withheld_{withheld[document.id]}") if document.id in withheld else say("documents_in_use"),
        ]
        for document in documents
    )
    kinds = ["withheld" if document.id in withheld else "" for document in documents]
    return table(say("documents_all"), head, rows, kinds=kinds)


def document_html(document: Document, findings: Iterable[Finding]) -> str:
    """Return what is known of one document and what must be mended in it."""
    source = document.source
    told = {
        "documents_id": document.id,
        "documents_words": str(len(document.text.split())),
        "fact_source_url": source.url,
        "fact_source_doi": source.doi,
        "documents_authors": ", ".join(source.authors),
        "documents_imported": f"{document.imported.file}, {document.imported.on}"
        if document.imported
        else "",
        "documents_types": ", ".join(document.publication_types),
        "documents_retracted": document.retracted,
        "documents_concern": document.concern,
        "documents_short_forms": "; ".join(f"{k} = {v}" for k, v in document.abbreviations.items()),
    }
    facts = "".join(
        f"<dt>{escape(say(name))}</dt><dd>{escape(value)}</dd>" for name, value in told.items() if value
    )
    # In a page of its own: a web page is shown there as a browser shows it, locked in a frame.
    link = f'<p><a href="/beside/{document.id}">{escape(say("documents_source"))}</a></p>'
    source_link = link if document.imported and document.imported.format != "markdown" else ""
    return f'<dl class="staff-facts">{facts}</dl>{source_link}{findings_html(findings)}'


def findings_html(findings: Iterable[Finding]) -> str:
    """Return findings, errors first; they keep a document from being published."""
    lines = [
        f'<li class="staff-{found.severity}"><strong>{escape(say(f"finding_{found.severity}"))}</strong> '
        f"{escape(found.document_id)}, {escape(found.field)}: {escape(found.message)}</li>"
        for found in sorted(findings, key=lambda found: found.severity)
    ]
    return f"<ul>{''.join(lines)}</ul>" if lines else done(say("findings_none"))


def added_html(added: Sequence[Added], lost: Mapping[str, Sequence[str]]) -> str:
    """Return what became of a file; `lost` are the questions no longer answered, by document."""
    return "".join(_one_added(one, lost.get(one.document.id, ())) for one in added)


def _one_added(one: Added, lost: Sequence[str]) -> str:
    parts = [done(say(f"added_outcome_{one.outcome}", title=one.document.title))]
    if one.changes is not None:
        parts += _part("added_removed", one.changes.removed) + _part("added_new", one.changes.added)
    parts += _part("added_lost", lost) + _part("added_lost_caveats", one.lost_caveats)
    parts += _part("added_missing", [_labelled(fact) for fact in one.missing])
    if one.pieces:
        parts.append(taken_html(one.pieces, one.left_out))
    return "".join(parts)


def taken_html(pieces: Sequence[Piece], left_out: Sequence[LeftOut]) -> str:
    """Return every word of the source: what was taken, beside what was not and why."""
    taken = "".join(f'<p class="staff-{piece.kind}">{escape(piece.text)}</p>' for piece in pieces)
    left = "".join(f"<p><strong>{escape(part.why)}:</strong> {escape(part.text)}</p>" for part in left_out)
    nothing = f"<p>{escape(say('taken_nothing_left'))}</p>"
    return (
        '<div class="staff-sides">'
        f"<section><h2>{escape(say('taken_words'))}</h2>{taken}</section>"
        f"<section><h2>{escape(say('taken_left_out'))}</h2>{left or nothing}</section></div>"
    )


def coverage_html(found: DocumentCoverage | None) -> str:
    """Return which sentences answer what, and those that answer nothing."""
    if found is None:
        return alert(say("coverage_unpublished"))
    none = escape(say("coverage_none"))
    rows = (
        f"<tr><td>{escape(part.sentence)}</td><td>{listed(part.questions) or none}</td></tr>"
        for part in found.sentences
    )
    told = say("coverage_told", never=len(found.never_quoted), of=len(found.sentences))
    return (
        f"<p>{escape(told)}</p>"
        f'<div class="staff-wide" title="{escape(say("coverage_name"))}"><table><thead><tr>'
        f'<th scope="col">{escape(say("coverage_sentence"))}</th>'
        f'<th scope="col">{escape(say("coverage_questions"))}</th></tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table></div>"
    )


def _labelled(fact: str) -> str:
    """Return a missing fact under the name it has in the form."""
    name, _, message = fact.partition(": ")
    field = field_named(name)
    return f"{say(field.text_id)}: {message}" if field else fact


def _part(name: str, items: Sequence[str]) -> list[str]:
    return [f"<h2>{escape(say(name))}</h2>{listed(items)}"] if items else []
