"""An answer as HTML: quote cards that a patient understands at a glance, every word escaped."""

from __future__ import annotations

from collections.abc import Iterator

from assistant.citation import Citation
from assistant.context import Context, Passages, context_of
from assistant.hints import hint_parts, hints_under
from assistant.level_facts import Part, fact_parts
from assistant.render import Documents, escape, is_intact
from assistant.schema import Answer, Topic, WordingBlock
from assistant.wording import Wording
from content.disagreements import disagreeing

# A longer answer shows its first card, and the others when asked for.
_FOLD_CHARS = 600
# The table says it, and the first card must never be without it.
_ENDING = "not_advice"
# Documents are in English until one says otherwise; the interface may be in another language.
QUOTED_IN = "en"


def as_html(answer: Answer, wording: Wording, documents: Documents, passages: Passages) -> str:
    """Return the answer as one block of HTML without blank lines.

    Law: the text of every `blockquote` is exactly the cited slice, checked again here; where one
    citation fails, all are withheld. A card holds a quote and everything that qualifies it, also the
    quote that contradicts it, and is folded away whole or not at all. `faq-ref` holds what feedback
    names: the receipt and the passages.
    """
    cards: list[list[str]] = []
    before: list[str] = []
    ending, sides = "", frozenset[str]()
    intact = is_intact(answer, documents)
    if not intact:
        before.append(f'<p class="faq-withheld">{escape(wording.text("withheld"))}</p>')
    for block in answer.blocks:
        if isinstance(block, WordingBlock):
            line = _line(block.id, wording) + _topics(block.id, answer.closest, wording)
            if block.id == _ENDING:
                ending = line
            else:
                (cards[-1] if cards else before).append(line)
            continue
        if not intact:
            continue
        citation = answer.citations[block.citation - 1]
        above = answer.citations[citation.caveat_of - 1] if citation.caveat_of else None
        hints = _hints(citation, answer, wording, documents)
        figure = _figure(citation, above, hints, wording, documents, passages)
        if above is None and citation.document_id not in sides:
            sides = disagreeing(citation.document_id, documents)
            cards.append([figure])
        else:
            cards[-1].append(figure)
    shown = "".join(
        _folded([f'<div class="faq-card">{"".join(card)}</div>' for card in cards], answer, wording)
    )
    parts = "".join(before) + shown + ending + _reference(answer)
    return f'<div class="faq-answer faq-{answer.status}">{parts}</div>'


def _folded(cards: list[str], answer: Answer, wording: Wording) -> Iterator[str]:
    """Yield the cards; behind the first one folded when together they are long."""
    if len(cards) < 2 or sum(len(c.cited_text) for c in answer.citations) <= _FOLD_CHARS:
        yield from cards
        return
    more = escape(wording.text("more_quotes"))
    yield f'{cards[0]}<details class="faq-more"><summary>{more}</summary>{"".join(cards[1:])}</details>'


def _figure(
    citation: Citation, above: Citation | None, hints: str, wording: Wording, documents: Documents,
    passages: Passages,
) -> str:  # fmt: skip
    around = Context() if above else context_of(citation, documents[citation.document_id], passages)
    quote = (
        f'<div class="faq-words" lang="{QUOTED_IN}">{_near(around.before)}'
        f"<blockquote>{escape(citation.cited_text)}</blockquote>{_near(around.after)}</div>{hints}"
    )
    kind = f"faq-{'caveat' if above else 'quote'} faq-{citation.evidence.speaker}"
    if above is not None:
        label = f'<p class="faq-label">{escape(wording.text("caveat_label"))}</p>'
        same_source = above.document_id == citation.document_id
        source = "" if same_source else f"{_speaker(citation, wording)}{_source(citation, wording)}"
        return f'<figure class="{kind}">{label}{quote}{source}</figure>'
    return f'<figure class="{kind}">{_speaker(citation, wording)}{quote}{_source(citation, wording)}</figure>'


def _hints(citation: Citation, answer: Answer, wording: Wording, documents: Documents) -> str:
    """Return what short forms of a quote stand for; the terms are in the language of the documents."""
    lines = (
        "".join(
            f'<span lang="{QUOTED_IN}">{escape(words)}</span>' if is_term else escape(words)
            for words, is_term in hint_parts(hint, wording.text("stands_for"))
        )
        for hint in hints_under(citation.number, answer.hints, documents)
    )
    return "".join(f'<p class="faq-hint">{line}</p>' for line in lines)


def _near(words: str) -> str:
    return f'<span class="faq-near">{escape(words)}</span>' if words else ""


def _speaker(citation: Citation, wording: Wording) -> str:
    return f'<p class="faq-speaker">{escape(wording.text(f"speaker.{citation.evidence.speaker}"))}</p>'


def _source(citation: Citation, wording: Wording) -> str:
    about = " · ".join("".join(map(_part, fact)) for fact in fact_parts(citation.evidence, wording))
    return (
        "<figcaption>"
        + (f'<span class="faq-facts">{about}</span>' if about else "")
        + f'<cite class="faq-title" lang="{QUOTED_IN}">{escape(citation.document_title)}</cite>'
        + f"{_link(citation, wording)}</figcaption>"
    )


def _part(part: Part) -> str:
    """Return words of a fact; a person's own are in the language of the documents."""
    return f'<span lang="{QUOTED_IN}">{escape(part.words)}</span>' if part.entered else escape(part.words)


def _link(citation: Citation, wording: Wording) -> str:
    if not citation.url:
        return f'<span class="faq-source">{escape(wording.text("no_link"))}</span>'
    return f'<a class="faq-source" {_address(citation.url)}>{escape(wording.text("source_link"))}</a>'


def _address(url: str) -> str:
    return f'href="{escape(url)}" target="_blank" rel="noopener noreferrer"'


def _line(wording_id: str, wording: Wording) -> str:
    name = wording_id.replace("_", "-")
    return f'<p class="faq-wording faq-{name}">{escape(wording.text(wording_id))}</p>'


def _topics(wording_id: str, topics: tuple[Topic, ...], wording: Wording) -> str:
    """Return the closest topics behind the sentence that announces them."""
    if wording_id != "closest":
        return ""
    items = "".join(
        f'<li lang="{QUOTED_IN}">'
        + (f"<a {_address(topic.url)}>{escape(topic.title)}</a>" if topic.url else escape(topic.title))
        + "</li>"
        for topic in topics
    )
    return f'<ul class="faq-closest">{items}</ul>'


def _reference(answer: Answer) -> str:
    passages = " ".join(dict.fromkeys(c.passage_id for c in answer.citations if c.caveat_of is None))
    return f'<span class="faq-ref">{escape(f"{answer.receipt} {passages}".strip())}</span>'
