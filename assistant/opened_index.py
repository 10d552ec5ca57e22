"""Settings to the index in use, opened with the models it was built with."""

from __future__ import annotations

from assistant.settings import Settings
from assistant.shared_index import engine_of
from index.danger_graph import open_meaning
from index.data import IndexData
from index.embedder import open_embedder
from index.engines.shipping import open_shared
from index.evidence import open_evidence, same_reader
from index.manifest import BUILDER_ID, Manifest
from index.search import Searcher
from index.stored import check_canaries, open_index


def open_searcher(settings: Settings, before: Searcher | None = None) -> Searcher:
    """Open the index in use with the models it was built with, canaries checked.

    `before` lends its models when they are the same: opened again they take 100 MB, most of which
    is never given back.
    """
    data, manifest, _ = open_data(settings)
    return searcher_of(data, manifest, settings, before)


def open_data(settings: Settings) -> tuple[IndexData, Manifest, bool]:
    """Open the index in use, in this machine's folder or in the store; the flag says it is a fallback.

    Raises IndexNotFound, NotPublished, EngineUnreachable, IndexDamaged, …
    """
    engine = engine_of(settings)
    if engine is None:
        return open_index(settings.index_root)
    return *open_shared(engine), False


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


def certified_hashes(searcher: Searcher, settings: Settings) -> dict[str, str]:
    """Return the hashes of everything a calibration depends on, by name."""
    data = searcher.data
    reader = searcher.evidence.facts.weights_sha256 if searcher.evidence else "none"
    return {
        "builder": BUILDER_ID,
        "content": (data.content_fingerprint or data.library.fingerprint)[:16],
        "embedder": data.embedder.weights_sha256[:16],
        "reader": reader[:16],
        "settings": settings.calibration_settings,
    }
