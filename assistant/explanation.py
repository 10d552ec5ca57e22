"""Why a question is answered as it is: every sentence that was read, its scores, and what became of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal

from assistant.answer import Assistant
from assistant.confidence import SIGNALS, signals
from assistant.conversation import as_typed
from assistant.quotes import WITHIN
from assistant.schema import Answer
from content.schema import Fact, Span
from index.reader import Reader, Reading, SentenceScore

# What became of a sentence that was read.
Fate = Literal[
    "quoted", "joined", "caveat", "below_threshold", "less_likely", "enough_quotes", "withheld",
    "behind_withheld",
]  # fmt: skip
FATES: dict[Fate, str] = {
    "quoted": "Quoted.",
    "joined": "Shown as part of a quote: its neighbour was chosen.",
    "caveat": "Shown as a caveat of a quote.",
    "below_threshold": "Not quoted: the question as a whole stays below the threshold.",
    "less_likely": f"Not quoted: more than {WITHIN} log-odds less likely than the best sentence.",
    "enough_quotes": "Not quoted: likelier sentences fill the places of an answer.",
    "withheld": "Not quoted: a quote did not match its document, or its document is withheld.",
    "behind_withheld": "Not quoted: a likelier sentence stands in a document that is withheld.",
}
_REFUSED: dict[str, Fate] = {"withheld": "withheld", "document_withheld": "behind_withheld"}


class Candidate(Fact):
    """One sentence that was read. `reader`: log-odds that it answers; the other scores are its passage's."""

    rank: int
    document_id: str
    passage_id: str
    span: Span
    text: str
    dense: float
    lexical: float
    fused: float
    staff_question: float
    reader: float
    fate: Fate


class Signal(Fact):
    """One signal of confidence: its value, and how much it moves the log-odds."""

    name: str
    value: float
    moves: float


class Explanation(Fact):
    """An answer with everything it was decided from; a redirect was decided by its rule alone."""

    answer: Answer
    searched: str
    probability: float | None
    threshold: float
    calibration: str
    candidates: tuple[Candidate, ...] = ()
    signals: tuple[Signal, ...] = ()


def explain(faq: Assistant, question: str, history: Sequence[str] = ()) -> Explanation:
    """Answer as a visitor is answered, and tell of every sentence that was read why it was quoted or not.

    Law: `explain(faq, q, h).answer == faq.answer(q, h)`. Nothing is counted, logged or kept. Raises
    BadQuestion as answering does.
    """
    answer = faq.answer(question, history)
    told = {"answer": answer, "threshold": faq.calibration.threshold, "calibration": faq.calibration.source}
    if answer.status == "redirected":
        return Explanation(searched="", probability=None, **told)
    turn = faq.resolved(as_typed(question), [as_typed(earlier) for earlier in history])
    hits = faq.searcher.search(turn.standalone, faq.settings.passages_read)
    reading = Reader(faq.searcher, faq.calibration.reader).read(turn.question, hits, previous=turn.previous)
    return Explanation(
        searched=faq.searcher.expanded(turn.standalone),
        probability=answer.confidence,
        candidates=tuple(_candidates(faq, answer, reading)),
        signals=tuple(_signals(faq, reading)),
        **told,
    )


def _candidates(faq: Assistant, answer: Answer, reading: Reading) -> Iterator[Candidate]:
    withheld = faq.withheld()
    for rank, sentence in enumerate(reading.sentences, 1):
        hit, document_id = sentence.hit, sentence.passage.document_id
        yield Candidate(
            rank=rank,
            document_id=document_id,
            passage_id=hit.passage.id,
            span=sentence.span,
            text=faq.documents[document_id].slice(sentence.span),
            dense=round(hit.dense, 4),
            lexical=round(hit.lexical, 4),
            fused=round(hit.fused, 4),
            staff_question=round(hit.staff_question, 4),
            reader=round(sentence.score, 4),
            fate=("withheld" if document_id in withheld else _fate(answer, reading, sentence)),
        )


def _fate(answer: Answer, reading: Reading, sentence: SentenceScore) -> Fate:
    if answer.abstention is not None:
        return _REFUSED.get(answer.abstention.reason, "below_threshold")
    for citation in answer.citations:
        inside = citation.start_char_index <= sentence.span.start < citation.end_char_index
        if citation.document_id != sentence.passage.document_id or not inside:
            continue
        if citation.caveat_of is not None:
            return "caveat"
        # A quote carries the scores of the sentence it was chosen for.
        return (
            "quoted" if citation.scores and citation.scores.reader == round(sentence.score, 6) else "joined"
        )
    return "less_likely" if reading.sentences[0].score - sentence.score > WITHIN else "enough_quotes"


def _signals(faq: Assistant, reading: Reading) -> Iterator[Signal]:
    """Yield the signals, the one that moves most first."""
    if not reading.sentences:
        return
    weights = faq.calibration.signals
    found = [
        Signal(name=name, value=round(value, 4), moves=round(weights[name] * value, 4))
        for name, value in zip(SIGNALS, signals(reading), strict=True)
    ]
    yield from sorted(found, key=lambda signal: -abs(signal.moves))
