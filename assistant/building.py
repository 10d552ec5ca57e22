"""Settings to a built or opened index: where library, embedder, calibration and folders meet."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.calibration import Promise, calibrate
from assistant.confidence import CAUTIOUS, Calibration
from assistant.errors import TooFewQuestions
from assistant.kept_fit import KeptFit, keep_fit, read_fit
from assistant.settings import Settings
from content.disagreements import other_sides
from content.library import Library, caveats_of, load_library
from content.questions import LabelledQuestion
from index.build import BuildReport, build_index, recalibrate
from index.danger import Meaning
from index.danger_graph import open_meaning
from index.data import IndexData
from index.embedder import Embedder, open_embedder
from index.evidence import EvidenceModel, open_evidence, same_reader
from index.manifest import BUILDER_ID, Manifest
from index.remembered import RememberedEvidence
from index.search import Searcher
from index.stored import check_canaries, open_index

if TYPE_CHECKING:
    from assistant.answer import Assistant


def build(
    settings: Settings, *, force: bool = False, progress: bool = False, embedder: Embedder | None = None,
    begin: Callable[[Library], None] = lambda library: None,
    approve: Callable[[Assistant], None] = lambda faq: None,
) -> BuildReport:  # fmt: skip
    """Make the index hold the content folder; unchanged content builds nothing.

    A library with a broken document or a caveat that is no sentence stops before anything is
    written. `begin` sees the library once it is clear that something is built, `approve` what would
    answer before anybody is answered from it; what either raises leaves the index in use as it was.
    Raises ContentNotFound, UnreadableDocument, CaveatNotFound, ContradictionNotFound, BuildLocked, …
    """
    library = load_library(settings.content)
    by_id = {document.id: document for document in library.documents}
    for document in library.documents:
        _ = caveats_of(document, by_id), other_sides(document, by_id)
    embedder, evidence, meaning = open_models(settings, embedder, renew=force)
    evidence = remembered(evidence, settings, anew=force)

    def fitted(searcher: Searcher) -> str:
        calibration = fit_once(searcher, library, settings, anew=force, progress=progress)
        approve(proposed(searcher, calibration, settings))
        return calibration.model_dump_json(indent=1)

    return build_index(
        library, embedder, settings.index_root, evidence=evidence, meaning=meaning, calibrate=fitted,
        begin=lambda: begin(library), settings_id=settings.calibration_settings,
        titles=settings.embed_titles, mined=settings.mined_aliases, force=force, progress=progress,
    )  # fmt: skip


def open_models(
    settings: Settings, embedder: Embedder | None = None, *, renew: bool = False
) -> tuple[Embedder, EvidenceModel | None, Meaning | None]:
    """Return the models that embed, read and know danger; a test's own embedder comes alone."""
    if embedder is not None:
        return embedder, None, None
    evidence = open_evidence(settings.models, renew=renew) if settings.reader else None
    meaning = open_meaning(settings.models, renew=renew)
    return open_embedder(settings.embedder, settings.models, renew=renew), evidence, meaning


def remembered(
    evidence: EvidenceModel | None, settings: Settings, *, anew: bool = False
) -> RememberedEvidence | None:
    """Return a reader for building, which knows what it read for the build before."""
    return RememberedEvidence(evidence, settings.home / "readings.json", anew=anew) if evidence else None


def proposed(searcher: Searcher, calibration: Calibration, settings: Settings) -> Assistant:
    """Return the assistant that would answer, on a day before any review is due.

    What is found out with it is stored with the index, which must not depend on the day it is built.
    """
    from assistant.answer import Assistant

    return Assistant(searcher, calibration, settings, today=lambda: date.min)


def fit_once(
    searcher: Searcher, library: Library, settings: Settings, *, anew: bool = False, progress: bool = False
) -> Calibration:
    """Return `fit` of the site's own questions, from the disk when it was fitted to exactly this before.

    Checking and publishing would otherwise ask everything twice, which takes a minute.
    """
    path, hashes = settings.home / "fitted.json", certified_hashes(searcher, settings)
    kept = None if anew else read_fit(path)
    if kept and kept.hashes == hashes:
        return kept.calibration
    calibration = fit(searcher, library, settings, progress=progress)
    keep_fit(path, KeptFit(hashes=hashes, calibration=calibration))
    if isinstance(searcher.evidence, RememberedEvidence):
        searcher.evidence.save()
    return calibration


def fit(
    searcher: Searcher, library: Library, settings: Settings, *,
    questions: tuple[LabelledQuestion, ...] | None = None,
    source: str = "the content folder's questions.jsonl", progress: bool = False,
) -> Calibration:  # fmt: skip
    """Fit on `questions` (the site's own by default), then see which suggestions are answered.

    Too few of the site's own questions give the cautious default; too few given ones an error.
    """
    from assistant.suggestions import find_suggestions

    promise = Promise(
        settings.joint_risk, settings.selective_risk, settings.risk_confidence, settings.promise == "both"
    )
    try:
        calibration = calibrate(
            searcher, questions if questions is not None else library.questions, source=source,
            passages_read=settings.passages_read, max_quotes=settings.max_quotes, promise=promise,
            hashes=certified_hashes(searcher, settings), progress=progress,
        )  # fmt: skip
    except TooFewQuestions:
        if questions is not None:
            raise
        calibration = CAUTIOUS
    ask = proposed(searcher, calibration, settings).answer
    suggestions = find_suggestions(ask, library.documents, library.questions)
    return calibration.model_copy(update={"suggestions": suggestions})


def certified_hashes(searcher: Searcher, settings: Settings) -> dict[str, str]:
    """Return the hashes of everything a calibration depends on, by name."""
    data = searcher.data
    library = Library(documents=data.documents, questions=data.questions, synonyms=data.synonyms)
    reader = searcher.evidence.facts.weights_sha256 if searcher.evidence else "none"
    return {
        "builder": BUILDER_ID,
        "content": library.fingerprint[:16],
        "embedder": data.embedder.weights_sha256[:16],
        "reader": reader[:16],
        "settings": settings.calibration_settings,
    }


def recalibrated(
    settings: Settings, questions: list[LabelledQuestion], source: Path, *, progress: bool = False,
    approve: Callable[[Assistant], None] = lambda faq: None,
) -> tuple[Calibration, Manifest]:  # fmt: skip
    """Fit on given questions and publish the index again with the result; builds first if needed.

    `approve` is what it is for `build`.
    """
    build(settings, progress=progress, approve=approve)
    searcher = open_searcher(settings)
    library = load_library(settings.content)
    calibration = fit(
        searcher, library, settings, questions=tuple(questions), source=source.name, progress=progress
    )
    approve(proposed(searcher, calibration, settings))
    manifest = recalibrate(
        library, searcher, settings.index_root, calibration.model_dump_json(indent=1),
        settings_id=settings.calibration_settings,
    )  # fmt: skip
    return calibration, manifest


def open_searcher(settings: Settings, before: Searcher | None = None) -> Searcher:
    """Open the index in use with the models it was built with, canaries checked.

    `before` lends its models when they are the same: opened again they take 100 MB, most of which
    is never given back.
    """
    data, manifest, _ = open_index(settings.index_root)
    return searcher_of(data, manifest, settings, before)


def searcher_of(
    data: IndexData, manifest: Manifest, settings: Settings, before: Searcher | None = None
) -> Searcher:
    """Return a searcher over an index that is already read and verified, canaries checked."""
    if before and _has_models_of(before, manifest):
        searcher = Searcher(data, before.embedder, before.evidence, meaning=before.meaning)
    else:
        evidence = open_evidence(settings.models) if manifest.evidence else None
        embedder, meaning = open_embedder(settings.embedder, settings.models), open_meaning(settings.models)
        searcher = Searcher(data, embedder, evidence, meaning=meaning)
    check_canaries(searcher, manifest)
    return searcher


def _has_models_of(searcher: Searcher, manifest: Manifest) -> bool:
    reader = searcher.evidence.facts if searcher.evidence else None
    return searcher.embedder.facts.same_vectors(manifest.embedder) and same_reader(reader, manifest.evidence)
