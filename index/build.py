"""A library to an index: split, embed what is new, calibrate, publish."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from content.abbreviations import equivalents
from content.errors import FaqError
from content.library import Library
from content.passages import split
from index.data import IndexData
from index.embedder import Embedder, FloatMatrix
from index.errors import IndexOutOfDate
from index.evidence import EvidenceModel, same_reader
from index.generations import build_lock, publish
from index.lexical import LexicalStore
from index.manifest import BUILDER_ID, Canary, Manifest, describe
from index.search import Searcher
from index.stored import open_index, write_data

_CANARIES = 5
Calibrate = Callable[[Searcher], str | None]


@dataclass(frozen=True)
class BuildReport:
    """What a build did: `embedded` texts were new, `reused` came from the index before."""

    manifest: Manifest
    built: bool
    embedded: int = 0
    reused: int = 0


def build_index(
    library: Library, embedder: Embedder, root: Path, *, evidence: EvidenceModel | None = None,
    calibrate: Calibrate | None = None, settings_id: str = "", titles: bool = True, force: bool = False,
    progress: bool = False,
) -> BuildReport:  # fmt: skip
    """Make the index in `root` hold exactly `library`; unchanged content builds nothing.

    Vectors of unchanged words are taken from the index in use. `calibrate` sees the finished
    searcher and returns the calibration to store with it; `settings_id` names the settings it
    depends on, another one builds again; `titles`: passages are embedded with title and headings.
    Raises BuildLocked, BuildFailed.
    """
    with build_lock(root):
        previous = _previous(root)
        if (
            previous
            and not force
            and _is_up_to_date(
                previous[0], library, embedder, evidence, settings_id=settings_id, titles=titles
            )
        ):
            return BuildReport(previous[0], built=False)
        known = _known_vectors(previous[1], embedder) if previous and not force else {}
        data, embedded, reused = _assemble(library, embedder, known, titles=titles, progress=progress)
        searcher = Searcher(data, embedder, evidence)
        if calibrate:
            data = replace(data, calibration=calibrate(searcher))
        manifest = _publish(root, data, library, settings_id, evidence)
        return BuildReport(manifest, built=True, embedded=embedded, reused=reused)


def recalibrate(
    library: Library, searcher: Searcher, root: Path, calibration: str, *, settings_id: str = ""
) -> Manifest:
    """Publish a searcher's index again with another calibration; nothing is embedded.

    Raises IndexOutOfDate when that index holds other content than `library`: under the library's
    fingerprint it would pass for up to date.
    """
    held = Library(documents=searcher.data.documents, questions=searcher.data.questions)
    if held.fingerprint != library.fingerprint:
        stored, expected = held.fingerprint[:16], library.fingerprint[:16]
        raise IndexOutOfDate(root, "the content fingerprint", stored, expected)
    with build_lock(root):
        data = replace(searcher.data, calibration=calibration)
        return _publish(root, data, library, settings_id, searcher.evidence)


def _previous(root: Path) -> tuple[Manifest, IndexData] | None:
    try:
        data, manifest, degraded = open_index(root)
    except FaqError:
        # Absent, damaged or of another version: everything is built anew.
        return None
    return None if degraded else (manifest, data)


def _is_up_to_date(
    manifest: Manifest, library: Library, embedder: Embedder, evidence: EvidenceModel | None, *,
    settings_id: str, titles: bool,
) -> bool:  # fmt: skip
    return (
        manifest.builder == BUILDER_ID
        and manifest.content_fingerprint == library.fingerprint
        and manifest.settings_id == settings_id
        and manifest.titles == titles
        and manifest.embedder.same_vectors(embedder.facts)
        and same_reader(manifest.evidence, evidence.facts if evidence else None)
    )


def _known_vectors(data: IndexData, embedder: Embedder) -> dict[str, np.ndarray]:
    if not data.embedder.same_vectors(embedder.facts):
        return {}
    matrices = (
        data.passage_vectors, data.sentence_vectors, data.question_vectors, data.document_vectors,
    )  # fmt: skip
    return {
        text: row
        for texts, matrix in zip(data.embedded_texts(), matrices, strict=True)
        for text, row in zip(texts, matrix, strict=True)
    }


def _assemble(
    library: Library,
    embedder: Embedder,
    known: dict[str, np.ndarray],
    *,
    titles: bool,
    progress: bool,
) -> tuple[IndexData, int, int]:
    passages = tuple(passage for document in library.documents for passage in split(document))
    empty = np.zeros((0, embedder.facts.dimension), dtype=np.float32)
    data = IndexData(
        documents=library.documents, passages=passages, questions=library.questions,
        embedder=embedder.facts, passage_vectors=empty, sentence_vectors=empty,
        question_vectors=empty, document_vectors=empty, lexical=LexicalStore.from_texts([]),
        equivalents=equivalents(library.documents), titles=titles,
    )  # fmt: skip
    groups = data.embedded_texts()
    wanted = list(dict.fromkeys(text for texts in groups for text in texts))
    new = [text for text in wanted if text not in known]
    vectors = {**known, **dict(zip(new, embedder.embed(new, progress=progress), strict=True))}

    def rows(texts: Sequence[str]) -> FloatMatrix:
        return np.stack([vectors[text] for text in texts]) if texts else empty

    data = replace(
        data, passage_vectors=rows(groups[0]), sentence_vectors=rows(groups[1]),
        question_vectors=rows(groups[2]), document_vectors=rows(groups[3]),
        lexical=LexicalStore.from_texts(groups[0]),
    )  # fmt: skip
    return data, len(new), len(wanted) - len(new)


class _QuestionVectors:
    """An embedder of nothing but the labelled questions, whose vectors are known."""

    def __init__(self, data: IndexData) -> None:
        self.facts = data.embedder
        self._rows = dict(zip((q.question for q in data.questions), data.question_vectors, strict=True))

    def embed(self, texts: Sequence[str], *, progress: bool = False) -> FloatMatrix:
        return np.stack([self._rows[text] for text in texts])


def _canaries(data: IndexData) -> tuple[Canary, ...]:
    searcher = Searcher(data, _QuestionVectors(data))
    # A question with other names is embedded together with them, and that vector is not known here.
    known = (q for q in data.questions if searcher.expanded(q.question) == q.question)
    questions = [q for q in known if q.expect == "quote"][:_CANARIES]
    found = [(q.question, searcher.search(q.question, 1)) for q in questions]
    return tuple(Canary(question=q, passage_id=hits[0].passage.id) for q, hits in found if hits)


def _publish(
    root: Path, data: IndexData, library: Library, settings_id: str, evidence: EvidenceModel | None
) -> Manifest:
    canaries = _canaries(data)
    return publish(
        root,
        lambda folder: write_data(folder, data),
        lambda folder, name, parent: describe(
            data, library, folder, settings_id=settings_id, generation=name,
            evidence=evidence.facts if evidence else None, parent=parent,
            created_at=datetime.now(UTC), canaries=canaries,
        ),
    )  # fmt: skip
