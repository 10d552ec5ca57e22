"""Settings to a built or opened index: where library, embedder, calibration and folders meet."""

from __future__ import annotations

from pathlib import Path

from assistant.calibration import Promise, calibrate
from assistant.confidence import CAUTIOUS, Calibration
from assistant.errors import TooFewQuestions
from assistant.settings import Settings
from content.library import Library, caveats_of, load_library
from content.questions import LabelledQuestion
from index.build import BuildReport, build_index, recalibrate
from index.data import IndexData
from index.embedder import Embedder, open_embedder
from index.evidence import open_evidence
from index.manifest import BUILDER_ID, Manifest
from index.search import Searcher
from index.stored import check_canaries, open_index


def build(
    settings: Settings, *, force: bool = False, progress: bool = False, embedder: Embedder | None = None
) -> BuildReport:
    """Make the index hold the content folder; unchanged content builds nothing.

    A library with a broken document or a caveat that is no sentence stops before anything is
    written. Raises ContentNotFound, UnreadableDocument, CaveatNotFound, BuildLocked, …
    """
    library = load_library(settings.content)
    for document in library.documents:
        caveats_of(document, library.documents)
    # A test's embedder comes without the reader model, which would know nothing of its words.
    evidence = None if embedder else open_evidence(settings.models, renew=force)
    embedder = embedder or open_embedder(settings.embedder, settings.models, renew=force)

    def fitted(searcher: Searcher) -> str:
        return fit(searcher, library, settings, progress=progress).model_dump_json(indent=1)

    return build_index(
        library, embedder, settings.index_root, evidence=evidence, calibrate=fitted,
        settings_id=settings.calibration_settings, titles=settings.embed_titles,
        mined=settings.mined_aliases, force=force, progress=progress,
    )  # fmt: skip


def fit(
    searcher: Searcher,
    library: Library,
    settings: Settings,
    *,
    questions: tuple[LabelledQuestion, ...] | None = None,
    source: str = "the content folder's questions.jsonl",
    progress: bool = False,
) -> Calibration:
    """Fit on `questions` (the site's own by default), then see which suggestions are answered.

    Too few of the site's own questions give the cautious default; too few given ones an error.
    """
    from assistant.answer import Assistant
    from assistant.suggestions import find_suggestions

    try:
        calibration = calibrate(
            searcher,
            questions if questions is not None else library.questions,
            source=source,
            passages_read=settings.passages_read,
            max_quotes=settings.max_quotes,
            promise=Promise(
                settings.joint_risk,
                settings.selective_risk,
                settings.risk_confidence,
                settings.promise == "both",
            ),
            hashes=certified_hashes(searcher, settings),
            progress=progress,
        )
    except TooFewQuestions:
        if questions is not None:
            raise
        calibration = CAUTIOUS
    ask = Assistant(searcher, calibration, settings).answer
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
    settings: Settings, questions: list[LabelledQuestion], source: Path, *, progress: bool = False
) -> tuple[Calibration, Manifest]:
    """Fit on given questions and publish the index again with the result; builds first if needed."""
    build(settings, progress=progress)
    searcher = open_searcher(settings)
    library = load_library(settings.content)
    calibration = fit(
        searcher, library, settings, questions=tuple(questions), source=source.name, progress=progress
    )
    manifest = recalibrate(
        library,
        searcher,
        settings.index_root,
        calibration.model_dump_json(indent=1),
        settings_id=settings.calibration_settings,
    )
    return calibration, manifest


def open_searcher(settings: Settings) -> Searcher:
    """Open the index in use with the embedder it was built with, canaries checked."""
    data, manifest, _ = open_index(settings.index_root)
    return searcher_of(data, manifest, settings)


def searcher_of(data: IndexData, manifest: Manifest, settings: Settings) -> Searcher:
    """Return a searcher over an index that is already read and verified, canaries checked."""
    evidence = open_evidence(settings.models) if manifest.evidence else None
    searcher = Searcher(data, open_embedder(settings.embedder, settings.models), evidence)
    check_canaries(searcher, manifest)
    return searcher
