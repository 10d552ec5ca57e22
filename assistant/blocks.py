"""Chosen quotes to the blocks of an answer, each with its caveats below it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from assistant.citation import Citation, Scores, cite
from assistant.quotes import Quote, missing_caveats
from assistant.schema import Block, CaveatBlock, QuoteBlock, WordingBlock
from content.disagreements import opposed_ids
from content.library import Caveat
from content.schema import Document
from index.reader import SentenceScore


def quoted(
    quotes: Sequence[Quote], documents: Mapping[str, Document], caveats: Mapping[str, Sequence[Caveat]], *,
    benefit: bool = False,
) -> tuple[list[Block], list[Citation]]:  # fmt: skip
    """Return blocks in the order they are read, and citations numbered from 1, quotes first.

    Law: every caveat of a quoted document is among the quotes or stands below one, once. A
    clinic's claim about a therapy is followed by the sentence that it names no study; where benefit is
    asked about (`benefit`), so is every quote without one. Between two quotes that contradict each
    other stands a sentence that says so. Raises pydantic's ValidationError when a citation is not an
    exact slice.
    """
    citations = [
        cite(
            number,
            documents[quote.best.passage.document_id],
            quote.best.passage.id,
            quote.span,
            scores=_scores(quote.best),
        )
        for number, quote in enumerate(quotes, 1)
    ]
    below: dict[int, list[Block]] = {number: [] for number in range(1, len(quotes) + 1)}
    for caveat, number in missing_caveats(quotes, caveats):
        document = documents[caveat.document_id]
        new = cite(len(citations) + 1, document, caveat.passage_id, caveat.span, caveat_of=number)
        citations.append(new)
        below[number].append(CaveatBlock(citation=new.number))
    blocks: list[Block] = [WordingBlock(id="quotes_intro")]
    before: Document | None = None
    for number, quote in enumerate(quotes, 1):
        document = documents[quote.best.passage.document_id]
        if before and before.id in opposed_ids(document):
            blocks.append(WordingBlock(id="says_otherwise"))
        blocks += [QuoteBlock(citation=number), *below[number]]
        if document.study is None and (benefit or document.kind == "therapy"):
            own = document.speaker == "clinic_page"
            blocks.append(WordingBlock(id="no_study" if own else "no_study_known"))
        before = document
    return [*blocks, WordingBlock(id="not_advice")], citations


def _scores(sentence: SentenceScore) -> Scores:
    """Return raw scores rounded to six digits, the most that means anything."""
    hit = sentence.hit
    return Scores(
        dense=round(hit.dense, 6),
        lexical=round(hit.lexical, 6),
        fused=round(hit.fused, 6),
        reader=round(sentence.score, 6),
    )
