"""A library to an index: split, embed what is new, calibrate, publish."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from tempfile import gettempdir

import numpy as np

from content.errors import FaqError
from content.library import Library
from index.begun import BegunVectors
from index.canaries import canaries_of
from index.danger import Meaning
from index.data import IndexData
from index.embedder import Embedder
from index.errors import IndexOutOfDate
from index.evidence import EvidenceModel, same_reader
from index.generations import build_lock, publish
from index.known import KnownVectors
from index.lexical import LexicalStore
from index.manifest import BUILDER_ID, Manifest, describe
from index.search import Searcher
from index.stored import open_index, write_data
from index.unembedded import unembedded

Calibrate = Callable[[Searcher], str | None]


@dataclass(frozen=True)
class BuildReport:
    """What a build did: `embedded` texts were new, `reused` came from the index or the build before."""

    manifest: Manifest
    built: bool
    embedded: int = 0
    reused: int = 0


def build_index(
    library: Library, embedder: Embedder, root: Path, *, evidence: EvidenceModel | None = None,
    meaning: Meaning | None = None, calibrate: Calibrate | None = None, settings_id: str = "",
    titles: bool = True, mined: bool = True, force: bool = False, progress: bool = False,
    begin: Callable[[], None] = lambda: None,
) -> BuildReport:  # fmt: skip
    """Make the index in `root` hold exactly `library`; unchanged content builds nothing.

    Vectors of unchanged words are taken from the index in use, those a killed build had embedded from
    where it kept them. `calibrate` sees the finished searcher and returns the calibration to store with
    it; `settings_id` names the settings it depends on, another one builds again; `titles`: passages are
    embedded with title and headings; `mined`: abbreviations that nobody approved are names too, which
    `settings_id` has to tell; `begin` is called before anything is embedded. What it or `calibrate`
    raises leaves the index in use as it was.
    Raises BuildLocked, BuildFailed.
    """
    with build_lock(root):
        previous = _previous(root)
        if previous and not force:
            given = (library, embedder, evidence, settings_id, titles)
            if _is_up_to_date(previous[0], *given):
                return BuildReport(previous[0], built=False)
        begin()
        known = _known_vectors(previous[1] if previous and not force else None, embedder)
        begun = BegunVectors(embedder, root, anew=force)
        data, texts = _assemble(library, begun, known, root, titles=titles, mined=mined, progress=progress)
        searcher = Searcher(data, embedder, evidence, meaning=meaning)
        if calibrate:
            data = replace(data, calibration=calibrate(searcher))
        manifest = _publish(root, data, library, settings_id, evidence)
        begun.finish(texts)
        reused = len(texts) - begun.embedded
        return BuildReport(manifest, built=True, embedded=begun.embedded, reused=reused)


def up_to_date_index(
    library: Library, embedder: Embedder, root: Path, *, evidence: EvidenceModel | None = None,
    settings_id: str = "", titles: bool = True,
) -> IndexData | None:  # fmt: skip
    """Return the index in use when `build_index` would build nothing, else None."""
    held = _previous(root)
    same = held and _is_up_to_date(held[0], library, embedder, evidence, settings_id, titles)
    return held[1] if held and same else None


def candidate(
    library: Library, embedder: Embedder, root: Path, *, evidence: EvidenceModel | None = None,
    meaning: Meaning | None = None, titles: bool = True, mined: bool = True, progress: bool = False,
) -> Searcher:  # fmt: skip
    """Return a searcher over what `build_index` would publish, held in memory alone.

    Vectors of unchanged words are taken from the index in use; nothing in `root` is touched.
    """
    known = known_vectors(root, embedder)
    folder = root if root.is_dir() else Path(gettempdir())
    data, _ = _assemble(library, embedder, known, folder, titles=titles, mined=mined, progress=progress)
    return Searcher(data, embedder, evidence, meaning=meaning)


def recalibrate(
    library: Library, searcher: Searcher, root: Path, calibration: str, *, settings_id: str = ""
) -> Manifest:
    """Publish a searcher's index again with another calibration; nothing is embedded.

    Raises IndexOutOfDate when that index holds other content than `library`: under the library's
    fingerprint it would pass for up to date.
    """
    data = searcher.data
    stored, expected = data.library.fingerprint, library.fingerprint
    if stored != expected:
        raise IndexOutOfDate(root, "the content fingerprint", stored[:16], expected[:16])
    with build_lock(root):
        data = replace(data, calibration=calibration)
        return _publish(root, data, library, settings_id, searcher.evidence)


def _previous(root: Path) -> tuple[Manifest, IndexData] | None:
    try:
        data, manifest, degraded = open_index(root)
    except FaqError:
        # Absent, damaged or of another version: everything is built anew.
        return None
    return None if degraded else (manifest, data)


def _is_up_to_date(
    manifest: Manifest, library: Library, embedder: Embedder, evidence: EvidenceModel | None,
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


def known_vectors(root: Path, embedder: Embedder) -> KnownVectors:
    """Return the vectors that the index in use holds, by their text; none of another embedder."""
    previous = _previous(root)
    return _known_vectors(previous[1] if previous else None, embedder)


def _known_vectors(data: IndexData | None, embedder: Embedder) -> KnownVectors:
    known = KnownVectors()
    if data is not None and data.embedder.same_vectors(embedder.facts):
        matrices = (
            data.passage_vectors, data.sentence_vectors, data.question_vectors, data.document_vectors,
        )  # fmt: skip
        for texts, matrix in zip(data.embedded_texts(), matrices, strict=True):
            known.add(texts, np.asarray(matrix))
    return known


def _assemble(
    library: Library, embedder: Embedder, known: KnownVectors, folder: Path, *,
    titles: bool, mined: bool, progress: bool,
) -> tuple[IndexData, list[str]]:  # fmt: skip
    data = unembedded(library, embedder.facts, titles=titles, mined=mined)
    groups = data.embedded_texts()
    wanted = list(dict.fromkeys(text for texts in groups for text in texts))
    new = [text for text in wanted if text not in known]
    known.add(new, embedder.embed(new, progress=progress))
    passages, sentences, questions, documents = (
        known.matrix(texts, embedder.facts.dimension, folder) for texts in groups
    )
    data = replace(
        data, passage_vectors=passages, sentence_vectors=sentences, question_vectors=questions,
        document_vectors=documents, lexical=LexicalStore.from_texts(groups[0]),
    )  # fmt: skip
    return data, wanted


def _publish(
    root: Path, data: IndexData, library: Library, settings_id: str, evidence: EvidenceModel | None
) -> Manifest:
    canaries = canaries_of(data)
    return publish(
        root,
        lambda folder: write_data(folder, data),
        lambda folder, name, parent: describe(
            data, library, folder, settings_id=settings_id, generation=name,
            evidence=evidence.facts if evidence else None, parent=parent,
            created_at=datetime.now(UTC), canaries=canaries,
        ),
    )  # fmt: skip
