"""Which whole sentences are quoted, and which caveats come along."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from content.library import Caveat
from content.normalize import fold
from content.schema import Document, Span
from index.reader import SentenceScore

# A sentence this much less likely than the best one (log-odds) is left out: e^2.5 is 12 times.
WITHIN = 2.5
# Sentences beyond the limit that may fill a place which a merge left free.
_MORE = 2
# A sentence that opens so speaks of the sentence before it; alone it could be misread.
_LEANS_BACK = re.compile(r"^(?:he|she|they|it|these|those|however|this (?!study|trial|paper|page|work))\b")


class Quote(NamedTuple):
    """Neighbouring whole sentences of one passage, with the best sentence's scores."""

    best: SentenceScore
    span: Span


def choose_quotes(
    sentences: Sequence[SentenceScore], documents: Mapping[str, Document], *, limit: int
) -> list[Quote]:
    """Return up to `limit` quotes, best first: whole sentences, neighbours merged.

    Law: every quote is a run of whole sentences of one passage, and no sentence is quoted twice.
    Sentences far less likely than the best one are left out; one that leans on the sentence
    before it brings that sentence along. Where neighbours became one quote, the sentences after
    them may fill the place that became free: at most two more than `limit` are looked at.
    """
    if not sentences:
        return []
    floor = sentences[0].score - WITHIN
    chosen: list[Quote] = []
    for sentence in sentences[: limit + _MORE]:
        if sentence.score < floor or len(chosen) == limit:
            break
        span = _with_antecedent(sentence, documents[sentence.passage.document_id])
        chosen = merged(chosen, Quote(sentence, span))
    return chosen[:limit]


def missing_caveats(
    quotes: Iterable[Quote], caveats: Mapping[str, Sequence[Caveat]]
) -> list[tuple[Caveat, int]]:
    """Return (caveat, number of the quote it belongs to), each once and none already quoted.

    `caveats` holds, for each document id, the sentences that stand beside any of its quotes.
    Quotes are numbered from 1 in the order given.
    """
    numbered = list(enumerate(quotes, 1))
    shown = [(quote.best.passage.document_id, quote.span) for _, quote in numbered]
    found: list[tuple[Caveat, int]] = []
    for number, quote in numbered:
        for caveat in caveats.get(quote.best.passage.document_id, ()):
            if any(_holds(shown_id, span, caveat) for shown_id, span in shown):
                continue
            found.append((caveat, number))
            shown.append((caveat.document_id, caveat.span))
    return found


def _with_antecedent(sentence: SentenceScore, document: Document) -> Span:
    spans = sentence.passage.sentences
    place = spans.index(sentence.span)
    start = sentence.span.start
    while place > 0 and _LEANS_BACK.match(fold(document.slice(spans[place]))):
        place -= 1
        start = spans[place].start
    return Span(start=start, end=sentence.span.end)


def merged(chosen: list[Quote], new: Quote) -> list[Quote]:
    """Add a quote, joined with a chosen one it overlaps or directly follows or precedes."""
    for place, old in enumerate(chosen):
        if old.best.passage.id == new.best.passage.id and _touch(old, new):
            span = Span(start=min(old.span.start, new.span.start), end=max(old.span.end, new.span.end))
            rest = chosen[:place] + chosen[place + 1 :]
            return _inserted(rest, place, Quote(old.best, span))
    return [*chosen, new]


def _inserted(rest: list[Quote], place: int, joined: Quote) -> list[Quote]:
    """Put a grown quote back at its place, joining what it now touches behind it."""
    before, behind = rest[:place], rest[place:]
    result = [*before, joined]
    for quote in behind:
        result = merged(result, quote)
    return result


def _touch(one: Quote, other: Quote) -> bool:
    """Say whether two quotes of one passage overlap or are neighbours."""
    first, second = sorted((one.span, other.span), key=lambda span: span.start)
    between = [s for s in one.best.passage.sentences if first.end <= s.start < second.start]
    return not between


def _holds(document_id: str, span: Span, caveat: Caveat) -> bool:
    return (
        document_id == caveat.document_id and span.start <= caveat.span.start and caveat.span.end <= span.end
    )
