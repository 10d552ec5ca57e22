"""Why did it say that on Tuesday? What is known of a receipt, what it was made of, what changed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from assistant.again import KeptIndexes
from assistant.answer import Assistant
from assistant.archive import archived
from assistant.asked import Asked, asked_before
from assistant.circumstances import program, recorded_circumstances
from assistant.origin import Origin, trace
from assistant.past import past_indexes
from assistant.past_errors import ReceiptUnknown
from assistant.receipts import Circumstances, circumstances
from assistant.replay_text import replay_text
from assistant.replayed import IndexThen, Replay, Today, circumstances_then, index_then, shown
from assistant.safety import safety_rules
from assistant.schema import Answer
from assistant.settings import Settings
from assistant.shared_index import engine_of
from assistant.since import (
    UNSEEN,
    Change,
    DocumentChange,
    differences,
    document_changes,
    model_changes,
    setting_changes,
)  # fmt: skip
from assistant.withholding import utc_today
from assistant.wording import load_wordings
from content.errors import FaqError
from content.schema import Document

_GIVEN = ("stored answer", "command line")


class Replays:
    """Replays receipts over one home; what is read or opened for one serves the next."""

    def __init__(self, settings: Settings, *, today: Callable[[], date] = utc_today) -> None:
        """Take the settings of today; nothing in the home is changed."""
        self._settings, self._today = settings, today
        self._pasts = past_indexes(settings.home, settings.index_root, engine_of(settings))
        self._archive = archived(settings.home)
        self._known = recorded_circumstances(settings.home)
        self._kept = KeptIndexes(settings)
        self._now, self._problem = _in_use(settings, today)
        self._documents_today = self._now.documents if self._now else {}

    def asked_before(self) -> list[Asked]:
        """Return every question whose words are known here."""
        return asked_before(self._settings, self._pasts)

    def replay(self, receipt: str, asked: Sequence[Asked], stored: Answer | None = None) -> Replay:
        """Find out what a receipt was made of, ask that again, and compare it with the stored answer.

        `asked` are the questions that may have been asked. Raises ReceiptUnknown.
        """
        pasts = [past for past in self._pasts if stored is None or past.index_id == stored.index_id]
        origin = trace(receipt, asked, pasts, self._known, self._present(), self._today())
        if origin is None:
            if stored is None or pasts:
                raise ReceiptUnknown(receipt, given=any(one.whence in _GIVEN for one in asked))
            return self._index_unknown(stored, asked[0])
        again = self._kept.ask(origin)
        # Other rules of safety give another receipt, and nothing else of an answer need differ.
        ignored = ("timings_ms", "receipt") if again.obstacles else ("timings_ms",)
        found = differences(stored, again.answer, ignored) if stored and again.answer else []
        then = again.answer or stored
        return shown(Replay(
            receipt=receipt,
            question=origin.asked.question,
            history=origin.asked.history,
            whence=origin.asked.whence,
            index=index_then(origin.past),
            circumstances=circumstances_then(origin),
            # Where no answer was stored, the equal receipt tells that it is the same.
            same=again.answer is not None and not found and (stored or again.answer).receipt == receipt,
            obstacles=again.obstacles,
            then=then,
            differences=tuple(found),
            changes=tuple(self._changes(origin)),
            documents=tuple(self._documents(origin, then)),
            today=self._today_says(origin.asked, then),
        ), origin.asked)  # fmt: skip

    def documents_then(self, replay: Replay) -> dict[str, Document]:
        """Return the documents that the answer of then was given from, as far as they are kept."""
        past = next((one for one in self._pasts if one.index_id == replay.index.index_id), None)
        if past is not None:
            return {document.id: document for document in past.documents}
        cited = replay.then.citations if replay.then else ()
        texts = [one for citation in cited for one in self._archive.documents(citation.document_sha256)]
        return {document.id: document for document in texts}

    def as_text(self, replay: Replay) -> str:
        """Return a replay for a terminal, its quotes checked against the documents once more."""
        region = safety_rules().regions[self._settings.region]
        wording = load_wordings(region, self._settings.wording)[self._settings.language]
        return replay_text(replay, wording, self.documents_then(replay), self._documents_today)

    def _index_unknown(self, stored: Answer, asked: Asked) -> Replay:
        """Tell what is known of a stored answer whose index is neither kept nor archived."""
        why = f"the index {stored.index_id} is neither kept nor archived, nobody knows when it was published"
        replay = Replay(
            receipt=stored.receipt,
            question=asked.question,
            history=asked.history,
            whence=asked.whence,
            index=IndexThen(index_id=stored.index_id),
            same=False,
            obstacles=(why,),
            then=stored,
            today=self._today_says(asked, stored),
        )
        hashes = {one.document_id: one.document_sha256 for one in stored.citations}
        changed = document_changes(
            hashes, self.documents_then(replay), self._documents_today, cited=list(hashes),
            withheld_then={}, withheld_now=self._now.withheld() if self._now else {},
        )  # fmt: skip
        return replay.model_copy(update={"documents": tuple(one for one in changed if one.cited)})

    def _present(self) -> Circumstances:
        return circumstances(self._now.calibration.calibration_id if self._now else "", self._settings)

    def _today_says(self, asked: Asked, then: Answer | None) -> Today:
        if self._now is None:
            return Today(problem=self._problem)
        try:
            answer = self._now.answer(asked.question, asked.history)
        except FaqError as error:
            return Today(problem=str(error))
        return Today(answer=answer, differences=tuple(differences(then, answer, UNSEEN)) if then else ())

    def _changes(self, origin: Origin) -> list[Change]:
        found = setting_changes(origin.given, self._present())
        noted = origin.recorded.program if origin.recorded else program()
        if noted != program():
            found.append(Change(what="program", then=noted, now=program()))
        in_use = next(
            (past for past in self._pasts if self._now and past.index_id == self._now.index_id), None
        )
        return found + (model_changes(origin.past.manifest, in_use.manifest) if in_use else [])

    def _documents(self, origin: Origin, then: Answer | None) -> list[DocumentChange]:
        if self._now is None:
            return []
        cited = [one.document_id for one in then.citations] if then else []
        near = [one.document_id for one in then.closest] if then else []
        return document_changes(
            {source.id: source.sha256 for source in origin.past.manifest.sources},
            {document.id: document for document in origin.past.documents},
            self._now.documents, cited=list(dict.fromkeys((*cited, *near))),
            withheld_then=origin.withheld, withheld_now=self._now.withheld(),
        )  # fmt: skip


def _in_use(settings: Settings, today: Callable[[], date]) -> tuple[Assistant | None, str | None]:
    """Return the assistant that answers today, or why none does: what was said is told all the same."""
    try:
        faq = Assistant.open(settings)
    except FaqError as error:
        return None, str(error)
    return Assistant(faq.searcher, faq.calibration, settings, today=today), None
