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
from assistant.opened_index import certified_hashes, searcher_of
from assistant.settings import Settings
from content.disagreements import other_sides
from content.library import Library, caveats_of, load_library
from content.questions import LabelledQuestion
from index.build import BuildReport, build_index, recalibrate
from index.danger import Meaning
from index.danger_graph import open_meaning
from index.embedder import Embedder, open_embedder
from index.evidence import EvidenceModel, open_evidence
from index.manifest import Manifest
from index.remembered import RememberedEvidence
from index.search import Searcher
from index.spread import spread
from index.stored import open_index

if TYPE_CHECKING:
    from assistant.answer import Assistant


def build(
    settings: Settings, *, force: bool = False, progress: bool = False, embedder: Embedder | None = None,
    begin: Callable[[Library], None] = lambda library: None,
    approve: Callable[[Assistant], None] = lambda faq: None, ray: str | None = None,
) -> BuildReport:  # fmt: skip
    """Make the index hold the content folder; unchanged content builds nothing.

    A library with a broken document or a caveat that is no sentence stops before anything is written.
    `begin` sees the library once it is clear that something is built, `approve` what would answer before
    anybody is answered from it; what either raises leaves the index in use as it was. A cluster at `ray`
    embeds. Raises ContentNotFound, UnreadableDocument, CaveatNotFound, ContradictionNotFound, BuildLocked, …
    """
    library = load_library(settings.content)
    by_id = {document.id: document for document in library.documents}
    for document in library.documents:
        _ = caveats_of(document, by_id), other_sides(document, by_id)
    embedder, evidence, meaning = open_models(settings, embedder, renew=force)
    evidence = remembered(evidence, settings, anew=force)
    embedder = spread(embedder, settings.embedder, settings.models, ray) if ray else embedder

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


def recalibrated(
    settings: Settings, questions: list[LabelledQuestion], source: Path, *, progress: bool = False,
    approve: Callable[[Assistant], None] = lambda faq: None,
) -> tuple[Calibration, Manifest]:  # fmt: skip
    """Build if needed, fit on given questions and publish again; `approve` is what it is for `build`."""
    build(settings, progress=progress, approve=approve)
    data, manifest, _ = open_index(settings.index_root)
    searcher, library = searcher_of(data, manifest, settings), load_library(settings.content)
    calibration = fit(
        searcher, library, settings, questions=tuple(questions), source=source.name, progress=progress
    )
    approve(proposed(searcher, calibration, settings))
    manifest = recalibrate(
        library, searcher, settings.index_root, calibration.model_dump_json(indent=1),
        settings_id=settings.calibration_settings,
    )  # fmt: skip
    return calibration, manifest
