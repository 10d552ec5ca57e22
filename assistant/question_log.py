"""What visitors ask, on its way to the file: handed over in microseconds, written by a thread."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from assistant.background import Background
from assistant.clusters import packed
from assistant.questions import KeptText, Noted, QuestionStore, detail_of, may_keep_words, noted
from assistant.redaction import known_words, redacted
from assistant.retention import purge
from assistant.schema import Answer
from assistant.settings import Settings
from assistant.visits import Visits
from index.embedder import EmbedderFacts

if TYPE_CHECKING:
    from assistant.answer import Assistant

# Answers whose questions can still be counted as not having helped.
_RECEIPTS = 2000


class _Asked(NamedTuple):
    """One answer with who gave it, to whom and when."""

    answer: Answer
    faq: Assistant
    visitor: str
    language: str
    day: date


class QuestionLog:
    """Notes answers given to visitors. Any thread may use it; nobody waits for it, whatever the disk does.

    A killed process loses what was noted in its last second. Whose question it was, receipts and times
    of day are never written: what links a question to a visitor or an answer is in memory alone.
    """

    def __init__(self, settings: Settings) -> None:
        self._keeps_words = settings.keep_questions == "clusters"
        self._store = QuestionStore(settings.questions_file)
        self._visits = Visits()
        self._of_receipt: OrderedDict[str, KeptText] = OrderedDict()
        self._known: tuple[str, frozenset[str]] = ("", frozenset())
        self._background = Background(self._row, self._write, lambda: purge(settings, date.today()))

    def note(self, answer: Answer, faq: Assistant, *, visitor: str = "", language: str = "en") -> None:
        """Count an answer, and keep its question's words where they are wanted and may be kept."""
        self._background.put(_Asked(answer, faq, visitor, language, date.today()))

    def unhelpful(self, receipt: str) -> None:
        """Count that the answer of a receipt did not help, as long as its question is remembered."""
        if self._keeps_words:
            self._background.put(receipt)

    def start(self) -> None:
        """Begin with deleting what is kept too long; go on doing so while the process lives."""
        self._background.start()

    def close(self) -> None:
        """Write what waits."""
        self._background.close()

    def _row(self, item: _Asked | str) -> Noted | KeptText | None:
        if isinstance(item, str):
            return self._of_receipt.get(item)
        text = self._text(item) if self._keeps_words and may_keep_words(item.answer) else None
        return noted(item.answer, item.day, item.language, text)

    def _text(self, asked: _Asked) -> KeptText | None:
        """Return a question's words as they are kept, None when this visitor asked alike today."""
        answer, faq = asked.answer, asked.faq
        words = redacted(answer.question, self._known_to(faq))
        vector = packed(faq.searcher.embedder.embed([words])[0])
        if not self._visits.is_new(asked.visitor, vector, asked.day):
            return None
        nearest = [*(c.document_id for c in answer.citations), *(t.document_id for t in answer.closest)]
        text = KeptText(
            day=asked.day.isoformat(), words=words, outcome=answer.status, detail=detail_of(answer),
            closest=nearest[0] if nearest else "", embedder=embedder_id(faq.searcher.embedder.facts),
            vector=vector,
        )  # fmt: skip
        self._of_receipt[answer.receipt] = text
        if len(self._of_receipt) > _RECEIPTS:
            self._of_receipt.popitem(last=False)
        return text

    def _known_to(self, faq: Assistant) -> frozenset[str]:
        """Return the words of the documents in use, found once for each index."""
        if self._known[0] != faq.index_id:
            self._known = (faq.index_id, known_words(faq.documents.values()))
        return self._known[1]

    def _write(self, rows: Sequence[Noted | KeptText | None]) -> None:
        # Opened for each batch: a file that nobody holds open can be purged and moved away by others.
        try:
            self._store.add(
                [row for row in rows if isinstance(row, Noted)],
                [row for row in rows if isinstance(row, KeptText)],
            )
        finally:
            self._store.close()


def embedder_id(facts: EmbedderFacts) -> str:
    """Name an embedder by what must be equal for two vectors to be comparable."""
    return f"{facts.name} {facts.precision} {facts.weights_sha256[:16]}"
