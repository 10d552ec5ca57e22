"""An answer in three formats that others read; they say nothing that the answer does not say."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from assistant.citation import Citation
    from assistant.schema import Answer
    from assistant.wording import Wording

_BETWEEN = "\n\n"
_URN = "urn:quoted-faq:"


class Piece(NamedTuple):
    """One thing shown: a sentence of the wording table, a topic's title, or a citation's words."""

    text: str
    citation: Citation | None = None


def pieces(answer: Answer, wording: Wording) -> Iterator[Piece]:
    """Yield what the answer shows, in the order it is read."""
    for block in answer.blocks:
        if block.type != "wording":
            citation = answer.citations[block.citation - 1]
            if block.type == "caveat":
                yield Piece(wording.text("caveat_label"))
            yield Piece(citation.cited_text, citation)
            continue
        yield Piece(wording.text(block.id))
        if block.id == "closest":
            yield from (Piece(topic.title) for topic in answer.closest)


def cited_documents(answer: Answer) -> tuple[str, ...]:
    """Return the ids that `document_index` of the Anthropic form counts through, first cited first."""
    return tuple(dict.fromkeys(citation.document_id for citation in answer.citations))


def to_anthropic(answer: Answer, wording: Wording) -> list[dict[str, Any]]:
    """Return content blocks of Anthropic's Messages: text, quotes with a `char_location` citation.

    Offsets are 0-based, end-exclusive code points of the document's canonical text.
    """
    documents = cited_documents(answer)
    return [
        {"type": "text", "text": piece.text, "citations": _locations(piece.citation, documents)}
        for piece in pieces(answer, wording)
    ]


def _locations(citation: Citation | None, documents: tuple[str, ...]) -> list[dict[str, Any]] | None:
    if citation is None:
        return None
    location = {
        "type": "char_location",
        "cited_text": citation.cited_text,
        "document_index": documents.index(citation.document_id),
        "document_title": citation.document_title,
        "start_char_index": citation.start_char_index,
        "end_char_index": citation.end_char_index,
        "file_id": None,
    }
    return [location]


def to_openai(answer: Answer, wording: Wording) -> dict[str, Any]:
    """Return an output message of OpenAI's Responses: one text, annotated where it quotes.

    Law: `text[start_index:end_index]` of an annotation is the quote, in code points, end-exclusive.
    Their annotations cannot say where in a document a quote stands: `source`, a field of ours, does.
    """
    text, annotations = "", []
    for piece in pieces(answer, wording):
        text += _BETWEEN if text else ""
        start = len(text)
        text += piece.text
        if piece.citation is not None:
            annotations.append(_annotation(piece.citation, start, len(text), cited_documents(answer)))
    said = {"type": "output_text", "text": text, "annotations": annotations, "logprobs": []}
    return {
        "id": f"msg_{answer.receipt}",
        "type": "message",
        "role": "assistant",
        "status": "completed",
        "content": [said],
    }


def _annotation(citation: Citation, start: int, end: int, documents: tuple[str, ...]) -> dict[str, Any]:
    source = {
        "document_id": citation.document_id,
        "document_title": citation.document_title,
        "document_sha256": citation.document_sha256,
        "start_char_index": citation.start_char_index,
        "end_char_index": citation.end_char_index,
    }
    place = {"start_index": start, "end_index": end, "source": source}
    if citation.url:
        return {"type": "url_citation", "url": citation.url, "title": citation.document_title, **place}
    named = {"file_id": citation.document_id, "filename": citation.document_title}
    return {"type": "file_citation", "index": documents.index(citation.document_id), **named, **place}


def to_w3c(answer: Answer) -> list[dict[str, Any]]:
    """Return one W3C Web Annotation (JSON-LD) for each citation, quotes and caveats alike.

    The target is the canonical text, named by its id and hash: positions count its code points, and
    would be wrong on the page it came from (`dc:source`).
    """
    return [_web_annotation(citation, answer.receipt) for citation in answer.citations]


def _web_annotation(citation: Citation, receipt: str) -> dict[str, Any]:
    text = f"{_URN}document:{citation.document_id}:sha256:{citation.document_sha256}"
    source = {
        "id": text, "type": "Text", "format": "text/plain", "dc:identifier": citation.document_id,
        "dc:title": citation.document_title, **({"dc:source": citation.url} if citation.url else {}),
    }  # fmt: skip
    position = {
        "type": "TextPositionSelector",
        "start": citation.start_char_index,
        "end": citation.end_char_index,
    }
    quote = {"type": "TextQuoteSelector", **citation.selector.model_dump()}
    return {
        "@context": "http://www.w3.org/ns/anno.jsonld",
        "id": f"{_URN}answer:{receipt}:{citation.number}",
        "type": "Annotation",
        "motivation": "highlighting" if citation.caveat_of is None else "assessing",
        "target": {"source": source, "selector": [quote, position]},
    }
