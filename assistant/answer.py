"""From a question to an answer: the file to read first."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import lru_cache, partial
from time import perf_counter

from assistant.benefit import turn_asks_benefit
from assistant.blocks import quoted
from assistant.collecting import nothing_collected
from assistant.confidence import Calibration, Suggestion, load_calibration
from assistant.conversation import Turn, as_typed, resolve
from assistant.errors import BadQuestion, EmptyQuestion
from assistant.fair_quotes import FairQuotes
from assistant.hints import Hints
from assistant.opened_index import certified_hashes, open_searcher
from assistant.quotes import choose_quotes
from assistant.receipts import receipt
from assistant.refusals import refusal
from assistant.safety import safety_rules
from assistant.schema import Answer, Redirect, WordingBlock
from assistant.settings import Settings, read_settings
from assistant.suggestions import follow_ups
from assistant.triage import triage
from assistant.withholding import Why, Withholding, utc_today
from assistant.wording import load_wordings
from assistant.worked_out import WorkedOut
from content.library import Caveat, caveats_of
from content.normalize import fold
from index.reader import Reader, Reading, SentenceScore
from index.search import Searcher

_REDIRECT_WORDING = {
    "crisis": ("crisis",), "emergency": ("emergency",), "personal_advice": ("personal_advice", "contact"),
    "contact": ("contact_person",),
}  # fmt: skip


class Assistant:
    """A loaded index with everything needed to answer from it; safe to share between threads."""

    def __init__(
        self, searcher: Searcher, calibration: Calibration, settings: Settings, *,
        today: Callable[[], date] = utc_today,
    ) -> None:  # fmt: skip
        """Take what answers; `today` tells which documents are overdue."""
        data = searcher.data
        documents = self.documents = data.by_id
        self.calibration = calibration
        self.settings = settings
        region = safety_rules().regions[settings.region]
        self.wordings = load_wordings(region, settings.wording)
        self.wording = self.wordings[settings.language]
        self.passages = data.passage_named
        self.index_id = data.index_id
        self.searcher = searcher
        # Guard and answer ask where one question goes, which takes a while; 64 may wait between the two.
        self.route = lru_cache(maxsize=256)(partial(triage, meaning=searcher.meaning))
        self._reader = Reader(searcher, calibration.reader)
        self._known = frozenset(fold(suggestion.text) for suggestion in calibration.suggestions)
        # A document whose caveat is lost must not be quoted: who looks for it is told, loudly.
        self._caveats = WorkedOut(data.document_row, lambda name: caveats_of(documents[name], documents))
        self._fair = FairQuotes(data.front, documents, self._caveats)
        self._hints = Hints(data.front)
        self._withholding, self._today = Withholding(data.front), today
        _ = () if data.shared else [self._caveats[document.id] for document in data.front]

    @classmethod
    def open(cls, settings: Settings | None = None, *, before: Assistant | None = None) -> Assistant:
        """Open the index in use, with the models of the one `before` when they are the same.

        Raises IndexNotFound, IndexDamaged, EmbedderMismatch, …
        """
        settings = settings or read_settings()
        with nothing_collected():
            searcher = open_searcher(settings, before.searcher if before else None)
            hashes = certified_hashes(searcher, settings)
            calibration = load_calibration(searcher.data.calibration, searcher.data.index_id, hashes)
            return cls(searcher, calibration, settings)

    def answer(self, question: str, history: Sequence[str] = (), *, timed: bool = False) -> Answer:
        """Return verified quotes with their caveats, a refusal, or a redirect.

        Law: the same question, history, index, settings and withheld documents give the same answer,
        byte for byte (`timed` adds how long it took, which is never the same). Safety rules see the
        question before anything else, even when it is too long to search. Raises BadQuestion for a
        blank or over-long one.
        """
        began = perf_counter()
        question, history = as_typed(question), [as_typed(earlier) for earlier in history]
        withheld = self.withheld()
        name = receipt(
            question, history, self.index_id, self.calibration.calibration_id, self.settings, withheld
        )
        redirect = self.route(question)
        if redirect:
            answer = self._redirected(question, redirect, name)
        else:
            self._refuse_unsearchable(question)
            turn = self.resolved(question, history)
            hits = self.searcher.search(turn.standalone, self.settings.passages_read)
            reading = self._reader.read(turn.question, hits, previous=turn.previous)
            answer = self._decided(turn, reading, name, withheld)
        if not timed:
            return answer
        return answer.model_copy(update={"timings_ms": {"all": round((perf_counter() - began) * 1000, 3)}})

    def resolved(self, question: str, history: Sequence[str]) -> Turn:
        """Return a question as it is searched and read; one that is offered stands alone.

        It is offered because it was answered rightly by itself, which an earlier topic must not change.
        """
        return resolve(question, () if fold(question) in self._known else history)

    def withheld(self) -> Mapping[str, Why]:
        """Return why documents are not quoted today, by id."""
        return self._withholding.on(self._today())

    def offered(self) -> tuple[Suggestion, ...]:
        """Return the questions that are known to be answered from documents quoted today."""
        hidden = self.withheld()
        return tuple(s for s in self.calibration.suggestions if s.passage_id.rpartition("#")[0] not in hidden)

    def check(self, question: str) -> None:
        """Raise BadQuestion when `answer` would, and answer nothing."""
        question = as_typed(question)
        if self.route(question) is None:
            self._refuse_unsearchable(question)

    def _refuse_unsearchable(self, question: str) -> None:
        if not fold(question):
            raise EmptyQuestion()
        if len(question) > self.settings.max_question_chars:
            limit = self.settings.max_question_chars
            raise BadQuestion(f"the question has {len(question)} characters, at most {limit} are searched")

    def _redirected(self, question: str, redirect: Redirect, name: str) -> Answer:
        shown = question[: self.settings.max_question_chars]
        return Answer(
            question=shown,
            status="redirected",
            redirect=redirect,
            blocks=tuple(WordingBlock(id=wording) for wording in _REDIRECT_WORDING[redirect.kind]),
            index_id=self.index_id,
            receipt=name,
        )

    def _decided(self, turn: Turn, reading: Reading, name: str, withheld: Mapping[str, Why]) -> Answer:
        probability = round(self.calibration.probability(reading), 6)
        # Read like any other, so that nothing worse takes the place of what would have been quoted.
        shown = [s for s in reading.sentences if s.passage.document_id not in withheld]
        if not reading.sentences:
            return self._refused(turn, shown, name, None, "nothing_found")
        if probability < self.calibration.threshold:
            return self._refused(turn, shown, name, probability, "below_threshold")
        why = withheld.get(reading.sentences[0].passage.document_id)
        if why:
            return self._refused(turn, shown, name, probability, "document_withheld", why)
        asked = turn.standalone if turn_asks_benefit(turn) else None
        try:
            chosen = choose_quotes(shown, self.documents, limit=self.settings.max_quotes)
            quotes = self._fair.completed(chosen, shown, asked, partial(self._score, turn, reading))
            caveats = self._fair.caveats(quotes, asked, withheld)
            blocks, citations = quoted(quotes, self.documents, caveats, benefit=asked is not None)
        except ValueError:
            # A quote that is not an exact slice is withheld, and with it the whole answer.
            return self._refused(turn, shown, name, probability, "withheld")
        return Answer(
            question=turn.question,
            status="answered",
            blocks=tuple(blocks),
            citations=tuple(citations),
            hints=self._hints.of(citations, self.documents),
            follow_ups=follow_ups(self.calibration.suggestions, citations, turn.question),
            confidence=probability,
            index_id=self.index_id,
            receipt=name,
        )

    def _score(self, turn: Turn, reading: Reading, place: Caveat) -> SentenceScore:
        """Return what the reader makes of a sentence that stands in an answer whatever its score."""
        for sentence in reading.sentences:
            if (sentence.passage.id, sentence.span) == (place.passage_id, place.span):
                return sentence
        hits = self.searcher.hits_in(turn.standalone, place.document_id)
        hits = [hit for hit in hits if hit.passage.id == place.passage_id]
        again = self._reader.read(turn.question, hits, previous=turn.previous)
        return next(sentence for sentence in again.sentences if sentence.span == place.span)

    def _refused(
        self, turn: Turn, shown: Sequence[SentenceScore], name: str, probability: float | None, reason: str,
        why: Why | None = None,
    ) -> Answer:  # fmt: skip
        nearest = [self.documents[s.passage.document_id] for s in shown]
        return refusal(
            turn.question, nearest, self.calibration, probability, reason, why,
            index_id=self.index_id, receipt=name,
        )  # fmt: skip
