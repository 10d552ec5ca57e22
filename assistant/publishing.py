"""From the content folder to what visitors are answered from, and back again."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from assistant.answer import Assistant
from assistant.archive import archive_documents
from assistant.building import build, recalibrated
from assistant.checking import linted, unanswered
from assistant.confidence import Calibration
from assistant.errors import CheckFailed, ContentRevoked
from assistant.kept_generations import GenerationFacts, generations_here, generations_in_store
from assistant.settings import Settings
from assistant.shared_index import engine_of, finish_broken_off, keep_in_step
from assistant.shared_rollback import learn_revocations, roll_back_for_all
from content.errors import FaqError
from content.finding import Finding
from content.library import Library
from content.questions import LabelledQuestion
from index import rollback
from index.build import BuildReport
from index.embedder import Embedder
from index.generations import generation_names
from index.manifest import Manifest, read_manifest
from index.rollback import Revocation, read_revocation


def publish(
    settings: Settings, *, force: bool = False, progress: bool = False, embedder: Embedder | None = None,
    ray: str | None = None,
) -> BuildReport:  # fmt: skip
    """Check the content folder, then answer from it; unchanged content publishes nothing.

    What does not pass the check, or was revoked before (unless `force`), leaves the index in use as it
    was. A cluster at `ray` embeds. Raises CheckFailed, ContentRevoked and what `build` raises.
    """

    def begin(library: Library) -> None:
        _must_pass(linted(library))
        if not force:
            _refuse_revoked(settings.index_root, library)

    def approve(faq: Assistant) -> None:
        _approve(faq, settings)

    # What was taken back elsewhere, or stopped between the folder and the store, is done first.
    learn_revocations(settings)
    finish_broken_off(settings)
    report = build(
        settings, force=force, progress=progress, embedder=embedder, begin=begin, approve=approve, ray=ray
    )  # fmt: skip
    keep_in_step(settings)
    return report


def publish_calibrated(
    settings: Settings, questions: list[LabelledQuestion], source: Path, *, progress: bool = False
) -> tuple[Calibration, Manifest]:
    """Publish the content folder if needed, then again with a calibration fitted on given questions."""
    publish(settings, progress=progress)
    found = recalibrated(
        settings, questions, source, progress=progress, approve=lambda faq: _approve(faq, settings)
    )
    keep_in_step(settings)
    return found


def generations(settings: Settings) -> tuple[GenerationFacts, ...]:
    """Return the kept generations that `roll_back` goes back to, newest first; their files are not verified.

    With a store those that stand there, whichever machine built them.
    """
    engine = engine_of(settings)
    return generations_here(settings.index_root) if engine is None else generations_in_store(engine)


def roll_back(settings: Settings, *, to: str | None = None, reason: str, by: str) -> Manifest:
    """Revoke the generation in use, and all newer than the wanted one; return that one's manifest.

    With a store that is the one all machines answer from, from whichever of them it is asked.
    Raises NothingToRollBackTo, RollbackFailed, BuildLocked, EngineUnreachable.
    """
    revocation = Revocation(reason=reason, by=by, on=datetime.now(UTC))
    manifest = roll_back_for_all(settings, revocation, to=to)
    if manifest is not None:
        return manifest
    manifest = rollback.roll_back(settings.index_root, revocation, to=to)
    keep_in_step(settings)
    return manifest


def _approve(faq: Assistant, settings: Settings) -> None:
    _must_pass(unanswered(faq))
    # Before anybody can be answered from it: a stored answer is provable from its first moment on.
    archive_documents(settings.home, faq.documents.values())


def _must_pass(findings: list[Finding]) -> None:
    errors = tuple(finding for finding in findings if finding.severity == "error")
    if errors:
        raise CheckFailed(errors)


def _refuse_revoked(root: Path, library: Library) -> None:
    """Refuse content whose newest generation was revoked: a restart must not bring it back."""
    for name in generation_names(root):
        try:
            manifest = read_manifest(root / name)
        except FaqError:
            continue
        if manifest.content_fingerprint == library.fingerprint:
            revoked = read_revocation(root / name)
            if revoked:
                raise ContentRevoked(root / name, revoked.by, revoked.reason)
            return
