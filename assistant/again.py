"""A kept index asked again as it was then, and what stands in the way."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from assistant.answer import Assistant
from assistant.kept_index import KeptIndex
from assistant.opened_index import searcher_of
from assistant.origin import Origin
from assistant.past import PastIndex
from assistant.schema import Answer
from assistant.settings import Settings
from assistant.triage import safety_version
from content.errors import FaqError
from index.errors import EmbedderMismatch
from index.evidence import same_reader
from index.manifest import BUILDER_ID
from index.search import Searcher

_SETTINGS = ("passages_read", "max_quotes", "max_question_chars", "region")


class Again(NamedTuple):
    """What an index says when it is asked again, None where it cannot be; and why not as it was then."""

    answer: Answer | None
    obstacles: tuple[str, ...] = ()


class KeptIndexes:
    """Opens kept indexes to ask them again, also revoked ones; nobody else is answered from them."""

    def __init__(self, settings: Settings) -> None:
        """Take the settings of today, for models and folders; what an answer depends on is that of then."""
        self._settings = settings
        self._searcher = lru_cache(maxsize=2)(self._opened)

    def ask(self, origin: Origin) -> Again:
        """Ask what was asked, under the settings, the calibration and on a day of then.

        Safety rules are those of today: there are no others. Where they have another version an
        answer is given all the same, and said to be no proof.
        """
        past, given = origin.past, origin.given
        if past.kept is None:
            return Again(None, (_gone(past),))
        calibration = past.calibrations.get(given.calibration_id)
        if calibration is None:
            return Again(None, (f"this program does not know the calibration {given.calibration_id}",))
        settings = self._settings.model_copy(update={name: getattr(given, name) for name in _SETTINGS})
        try:
            searcher = self._searcher(past.kept)
            faq = Assistant(searcher, calibration, settings, today=lambda: origin.day)
            answer = faq.answer(origin.asked.question, origin.asked.history)
        except FaqError as error:
            return Again(None, (_closed(past, error),))
        if not same_reader(past.manifest.evidence, searcher.evidence.facts if searcher.evidence else None):
            return Again(None, (f"{past.manifest.generation} was read by another model than this program's",))
        now = safety_version()
        if now != given.safety_version:
            return Again(answer, (f"the safety rules had version {given.safety_version}, now {now}",))
        return Again(answer)

    def _opened(self, kept: KeptIndex) -> Searcher:
        data, manifest = kept.open()
        return searcher_of(data, manifest, self._settings)


def _gone(past: PastIndex) -> str:
    manifest, kept = past.manifest, len(past.documents)
    published = f"published {past.since.isoformat()}"
    texts = f"{kept} of its {len(manifest.sources)} documents stand in the archive and prove its quotes"
    return f"{manifest.generation} ({past.index_id}, {published}) is no longer kept; {texts}"


def _closed(past: PastIndex, error: FaqError) -> str:
    """Say why a kept generation cannot be opened by this program under these settings."""
    manifest = past.manifest
    if manifest.builder != BUILDER_ID:
        return f"{manifest.generation} was built by {manifest.builder}, this program is {BUILDER_ID}"
    if isinstance(error, EmbedderMismatch):
        name = manifest.embedder.name
        return f"{manifest.generation} was embedded by {manifest.embedder.short}; set FAQ_EMBEDDER={name}"
    return f"{manifest.generation} cannot be opened ({error})"
