"""An answer as terminal text or JSON, and what every way of showing it shares: checks again, never edits."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from assistant.citation import Citation, mismatch
from assistant.hints import hint_parts, hints_under
from assistant.level_facts import facts
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


def is_intact(answer: Answer, documents: Documents) -> bool:
    """Say whether every citation still holds; where one does not, none is shown.

    A caveat may qualify quotes of several cards, so a quote is never left standing without one.
    """
    return all(shown_words(citation, documents) is not None for citation in answer.citations)


def as_json(answer: Answer) -> str:
    """Return one line of JSON; the same answer gives the same bytes."""
    return answer.model_dump_json()


def as_text(answer: Answer, wording: Wording, documents: Documents) -> str:
    """Return the answer for a terminal, one block below the other."""
    return "\n\n".join(_pieces(answer, wording, documents))


def escape(words: str) -> str:
    """Return words as HTML in which every special character is a numeric entity.

    A browser shows exactly `words`: runs of spaces, tabs and line ends included.
    """
    return _SPECIAL.sub(lambda found: "".join(f"&#{ord(c)};" for c in found.group()), words)


def _pieces(answer: Answer, wording: Wording, documents: Documents) -> Iterator[str]:
    """Yield the blocks in order, a list of titles behind the sentence that announces it."""
    intact = is_intact(answer, documents)
    if not intact:
        yield wording.text("withheld")
    for block in answer.blocks:
        if isinstance(block, WordingBlock):
            yield wording.text(block.id)
            if block.id == "closest":
                yield "\n".join(f"  • {t.title}" + (f"  {t.url}" if t.url else "") for t in answer.closest)
        elif intact:
            citation = answer.citations[block.citation - 1]
            above = answer.citations[citation.caveat_of - 1] if citation.caveat_of else None
            below = _hints(citation, answer, wording, documents)
            yield "\n  ".join((_quote(citation, above, wording), *below))


def _quote(citation: Citation, above: Citation | None, wording: Wording) -> str:
    words = citation.cited_text
    label = f"{wording.text('caveat_label')}\n" if above else ""
    if above and above.document_id == citation.document_id:
        # The source stands right above, under the quote this caveat belongs to.
        return f"{label}“{words}”"
    speaker = wording.text(f"speaker.{citation.evidence.speaker}")
    about = " · ".join([speaker, *facts(citation.evidence, wording)])
    link = f"\n  {citation.url}" if citation.url else ""
    return f"{label}“{words}”\n  — {citation.document_title}\n  {about}{link}"


def _hints(citation: Citation, answer: Answer, wording: Wording, documents: Documents) -> Iterator[str]:
    """Yield what the short forms of a quote stand for, each in a sentence of its own."""
    for hint in hints_under(citation.number, answer.hints, documents):
        yield "".join(words for words, _ in hint_parts(hint, wording.text("stands_for")))
