"""What the reader made of a question and a passage, kept from one build to the next.

A build reads some ten passages for each of a site's labelled questions, which takes minutes; when one page
changes, nearly all of them are the same as before.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from contextlib import suppress
from functools import cached_property
from pathlib import Path

from pydantic import ValidationError

from content.normalize import fold
from content.schema import Fact
from index.durable import replace_synced
from index.evidence import EvidenceFacts, EvidenceModel, PassageText

_Scores = tuple[float, ...]


class _Kept(Fact):
    """Scores by what was read, with the reader they are from and the hash of both."""

    reader: EvidenceFacts
    scores: dict[str, _Scores]
    sha256: str


class RememberedEvidence:
    """A reader that reads nothing twice; `save` keeps what was asked for since it was opened, no more."""

    def __init__(self, model: EvidenceModel, path: Path, *, anew: bool = False) -> None:
        """Take the reader and the file; one of another reader, or a damaged one, is as good as none."""
        self.facts = model.facts
        self._model, self._path, self._anew = model, path, anew
        self._used: dict[str, _Scores] = {}

    @cached_property
    def _known(self) -> dict[str, _Scores]:
        # Read when something is asked: most builds find that nothing has changed.
        return {} if self._anew else _read(self._path, self.facts)

    def sentence_evidence(self, question: str, passages: Sequence[PassageText]) -> list[_Scores]:
        """Return what the reader returns."""
        keys = [_key(question, passage) for passage in passages]
        new = {key: passage for key, passage in zip(keys, passages, strict=True) if key not in self._known}
        found = self._model.sentence_evidence(question, list(new.values())) if new else []
        self._known.update(zip(new, found, strict=True))
        self._used |= {key: self._known[key] for key in keys}
        return [self._known[key] for key in keys]

    def save(self) -> None:
        """Keep it for the next build; where that is not possible it is read again."""
        kept = _Kept(reader=self.facts, scores=self._used, sha256=_sha256(self._used))
        with suppress(OSError):
            self._path.parent.mkdir(parents=True, exist_ok=True)
            replace_synced(self._path, kept.model_dump_json().encode())


def _read(path: Path, reader: EvidenceFacts) -> dict[str, _Scores]:
    try:
        kept = _Kept.model_validate_json(path.read_bytes())
    except (OSError, ValidationError):
        return {}
    same = kept.reader == reader and kept.sha256 == _sha256(kept.scores)
    return dict(kept.scores) if same else {}


def _key(question: str, passage: PassageText) -> str:
    given = [fold(question), passage.title, passage.role, *passage.sentences]
    return hashlib.sha256(json.dumps(given).encode()).hexdigest()[:32]


def _sha256(scores: dict[str, _Scores]) -> str:
    return hashlib.sha256(json.dumps(scores).encode()).hexdigest()
