"""An answer as HTML card, terminal text or JSON: escapes, never edits, and checks again."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from assistant.citation import Citation, Evidence, mismatch
from assistant.schema import Answer, WordingBlock
from assistant.wording import Wording
from content.schema import Document

Documents = Mapping[str, Document]
# Everything but letters, digits, spaces and harmless stops becomes an entity, so that neither
# Markdown, HTML nor formulas can be read into a document's or a visitor's words. Control characters
# stay as they are: HTML knows no entity for them.
_SPECIAL = re.compile(r"[^\w ,.\x00-\x08\x0b\x0e-\x1f\x7f-\U0010ffff]|[_\u00a0]|  ")


def shown_words(citation: Citation, documents: Documents) -> str | None:
    """Return the words of a citation, sliced anew from the stored document.

    None when they are not exactly the cited ones: such a quote is withheld.
    """
    document = documents.get(citation.document_id)
    if document is None or mismatch(citation, document):
        return None
    return document.text[citation.start_char_index : citation.end_char_index]


def facts(evidence: Evidence, wording: Wording) -> list[str]:
    """Return the study facts of a quote in fixed words, in a fixed order."""
    found = [evidence.design] if evidence.design else []
    if evidence.participants is not None:
        found.append(f"{evidence.participants} {wording.text('people')}")
    if evidence.comparison_group is not None:
        found.append(wording.text("comparison_group" if evidence.comparison_group else "no_comparison_group"))
    if evidence.randomised:
        found.append(wording.text("randomised"))
    if evidence.year is not None:
        found.append(str(evidence.year))
    return found


def as_json(answer: Answer) -> str:
    """Return one line of JSON; the same answer gives the same bytes."""
    return answer.model_dump_json()


def as_text(answer: Answer, wording: Wording, documents: Documents) -> str:
    """Return the answer for a terminal, one block below the other."""
    return "\n\n".join(_pieces(answer, wording, documents, _text_quote, _text_line, _text_list))


def as_html(answer: Answer, wording: Wording, documents: Documents) -> str:
    """Return the answer as one block of HTML without blank lines, every word escaped."""
    pieces = _pieces(answer, wording, documents, _html_quote, _html_line, _html_list)
    return f'<div class="faq-answer faq-{answer.status}">{"".join(pieces)}</div>'


def escape(words: str) -> str:
    """Return words as HTML in which every special character is a numeric entity.

    A browser shows exactly `words`: runs of spaces, tabs and line ends included.
    """
    return _SPECIAL.sub(lambda found: "".join(f"&#{ord(c)};" for c in found.group()), words)


_Quote = Callable[[Citation, "str | None", "Citation | None", Wording], str]
_Line = Callable[[str, str], str]
_List = Callable[[str, list[tuple[str, "str | None"]]], str]


def _pieces(
    answer: Answer, wording: Wording, documents: Documents, quote: _Quote, line: _Line, listed: _List
) -> list[str]:
    """Walk the blocks in order; the three functions draw a quote, a sentence and a list."""
    pieces = []
    for block in answer.blocks:
        if isinstance(block, WordingBlock):
            pieces.append(line(block.id, wording.text(block.id)))
            if block.id == "closest":
                pieces.append(listed(block.id, [(topic.title, topic.url) for topic in answer.closest]))
            continue
        citation = answer.citations[block.citation - 1]
        above = answer.citations[citation.caveat_of - 1] if citation.caveat_of else None
        pieces.append(quote(citation, shown_words(citation, documents), above, wording))
    return pieces


def _text_quote(citation: Citation, words: str | None, above: Citation | None, wording: Wording) -> str:
    if words is None:
        return wording.text("withheld")
    label = f"{wording.text('caveat_label')}\n" if above else ""
    if above and above.document_id == citation.document_id:
        # The source stands right above, under the quote this caveat belongs to.
        return f"{label}“{words}”"
    speaker = wording.text(f"speaker.{citation.evidence.speaker}")
    about = " · ".join([speaker, *facts(citation.evidence, wording)])
    link = f"\n  {citation.url}" if citation.url else ""
    return f"{label}“{words}”\n  — {citation.document_title}\n  {about}{link}"


def _text_line(_: str, words: str) -> str:
    return words


def _text_list(_: str, rows: list[tuple[str, str | None]]) -> str:
    return "\n".join(f"  • {title}" + (f"  {url}" if url else "") for title, url in rows)


def _html_quote(citation: Citation, words: str | None, above: Citation | None, wording: Wording) -> str:
    if words is None:
        return f'<p class="faq-withheld">{escape(wording.text("withheld"))}</p>'
    label = f'<p class="faq-label">{escape(wording.text("caveat_label"))}</p>' if above else ""
    same_source = above is not None and above.document_id == citation.document_id
    return (
        f'<figure class="faq-{"caveat" if above else "quote"} faq-{citation.evidence.speaker}">{label}'
        f"<blockquote>{escape(words)}</blockquote>"
        f"{'' if same_source else _html_source(citation, wording)}</figure>"
    )


def _html_source(citation: Citation, wording: Wording) -> str:
    speaker = escape(wording.text(f"speaker.{citation.evidence.speaker}"))
    about = " · ".join(escape(fact) for fact in facts(citation.evidence, wording))
    return (
        f'<figcaption><span class="faq-speaker">{speaker}</span>'
        + (f'<span class="faq-facts">{about}</span>' if about else "")
        + f'<span class="faq-title">{escape(citation.document_title)}</span>'
        + f"{_html_link(citation, wording)}</figcaption>"
    )


def _html_link(citation: Citation, wording: Wording) -> str:
    if not citation.url:
        return f'<span class="faq-source">{escape(wording.text("no_link"))}</span>'
    return (
        f'<a class="faq-source" href="{escape(citation.url)}" target="_blank" '
        f'rel="noopener noreferrer">{escape(wording.text("source_link"))}</a>'
    )


def _html_line(wording_id: str, words: str) -> str:
    name = wording_id.replace("_", "-")
    return f'<p class="faq-wording faq-{name}">{escape(words)}</p>'


def _html_list(name: str, rows: list[tuple[str, str | None]]) -> str:
    items = "".join(
        f'<li><a href="{escape(url)}" target="_blank" rel="noopener noreferrer">{escape(title)}</a></li>'
        if url
        else f"<li>{escape(title)}</li>"
        for title, url in rows
    )
    return f'<ul class="faq-{name}">{items}</ul>'
