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
from assistant.settings import Settings
from assistant.shared_index import finish_broken_off, keep_in_step
from content.errors import FaqError
from content.finding import Finding
from content.library import Library
from content.questions import LabelledQuestion
from content.schema import Fact
from index import rollback
from index.build import BuildReport
from index.embedder import Embedder
from index.generations import generation_names
from index.manifest import Manifest, read_manifest
from index.pointer import readable_pointer
from index.rollback import Revocation, read_revocation


class GenerationFacts(Fact):
    """One kept generation. `revoked`: why nobody is answered from it; `damaged`: why nobody could be."""

    name: str
    index_id: str = ""
    built_at: str = ""
    documents: int = 0
    current: bool = False
    revoked: str | None = None
    damaged: str | None = None


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

    # What was stopped between the folder and the store is brought to its end first, whatever comes now.
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
    """Return the kept generations, newest first; their files are not verified."""
    pointer = readable_pointer(settings.index_root)
    in_use = pointer.generation if pointer else None
    return tuple(_facts(settings.index_root / name, in_use) for name in generation_names(settings.index_root))


def roll_back(settings: Settings, *, to: str | None = None, reason: str, by: str) -> Manifest:
    """Revoke the generation in use, and all newer than the wanted one; return that one's manifest.

    Raises NothingToRollBackTo, RollbackFailed, BuildLocked.
    """
    revocation = Revocation(reason=reason, by=by, on=datetime.now(UTC))
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


def _facts(folder: Path, in_use: str | None) -> GenerationFacts:
    try:
        manifest = read_manifest(folder)
    except FaqError as error:
        return GenerationFacts(name=folder.name, current=folder.name == in_use, damaged=str(error))
    revoked = read_revocation(folder)
    return GenerationFacts(
        name=folder.name,
        index_id=manifest.index_id,
        built_at=manifest.created_at.isoformat(timespec="seconds"),
        documents=manifest.counts["documents"],
        current=folder.name == in_use,
        revoked=f"{revoked.reason} ({revoked.by}, {revoked.on:%Y-%m-%d})" if revoked else None,
    )
