"""The indexes that were ever published: kept ones can be asked again, pruned ones are still known."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from datetime import date
from functools import cached_property
from itertools import chain, combinations
from pathlib import Path

from assistant.archive import Archive, PublishedIndex, archived
from assistant.confidence import CAUTIOUS, Calibration, load_calibration
from assistant.kept_index import KeptHere, KeptIndex, KeptInStore
from assistant.withholding import Why, Withholding, turning_days
from content.errors import FaqError
from content.schema import Document
from index.engines.errors import EngineUnreachable
from index.engines.protocol import Engine
from index.engines.shipping import manifest_in
from index.generations import generation_names, number_of
from index.manifest import Manifest, read_manifest
from index.pointer import readable_pointer
from index.rollback import Revocation


class PastIndex:
    """One index that was published, by its manifest; what else is known of it is read when needed.

    `kept` is its generation, None once that was pruned. `since` is the day it was first published.
    """

    def __init__(self, manifest: Manifest, kept: KeptIndex | None, archive: Archive) -> None:
        self.manifest, self.kept, self.since = manifest, kept, manifest.created_at.date()
        self.published: PublishedIndex | None = None
        self._archive = archive

    @property
    def index_id(self) -> str:
        """Name of what was published."""
        return self.manifest.index_id

    @cached_property
    def documents(self) -> tuple[Document, ...]:
        """The documents it answered from, as far as any are still kept."""
        if self.kept is not None:
            with suppress(FaqError):
                return tuple(self.kept.documents())
        return self._archive.documents_of(self.published) if self.published else ()

    @cached_property
    def calibrations(self) -> Mapping[str, Calibration | None]:
        """By id, what it may have answered with; None where only the id is known."""
        if self.kept is not None:
            stored = self.kept.calibration()
            return {one.calibration_id: one for one in possible_calibrations(stored)} if stored else {}
        known = self.published.calibration_id if self.published else ""
        return {**({known: None} if known else {}), CAUTIOUS.calibration_id: CAUTIOUS}

    @property
    def revoked(self) -> Revocation | None:
        """Why nobody is answered from it, None when it was not revoked or is not kept."""
        return self.kept.revoked if self.kept is not None else None

    def withheld_until(self, today: date) -> list[tuple[date, Mapping[str, Why]]]:
        """Return what it withheld from which day on: the day it was published first, up to today."""
        withholding = Withholding(self.documents)
        turned = (day for day in turning_days(self.documents) if self.since < day <= today)
        found: list[tuple[date, Mapping[str, Why]]] = []
        for day in (self.since, *turned):
            withheld = withholding.on(day)
            if not found or withheld != found[-1][1]:
                found.append((day, withheld))
        return found


def past_indexes(home: Path, root: Path, engine: Engine | None = None) -> list[PastIndex]:
    """Return every index that is kept here or in a store, or archived, each once, newest first.

    Of several generations of one index the one in use is taken, or the newest, revoked ones last, and those
    of this machine before those of the store, which is passed over while it cannot be asked.
    """
    archive = archived(home)
    known: dict[str, PastIndex] = {}
    for folder in _in_use_last(root):
        with suppress(FaqError):
            past = PastIndex(read_manifest(folder, any_builder=True), KeptHere(folder), archive)
            before = known.get(past.index_id, past)
            past.since = before.since = min(past.since, before.since)
            known[past.index_id] = past if before.revoked or not past.revoked else before
    for past in _in_store(engine, archive) if engine is not None else ():
        known.setdefault(past.index_id, past)
    for one in archive.indexes():
        past = known.setdefault(one.manifest.index_id, PastIndex(one.manifest, None, archive))
        past.published = one
        past.since = min(past.since, one.manifest.created_at.date())
    return sorted(known.values(), key=lambda past: past.manifest.created_at, reverse=True)


def _in_store(engine: Engine, archive: Archive) -> Iterator[PastIndex]:
    """Yield what a store keeps, the one in use first, then the newest, revoked ones last."""
    try:
        in_use, revoked = engine.published(), engine.revocations()
        names = sorted(engine.names(), key=lambda name: (name in revoked, name != in_use))
    except EngineUnreachable:
        return
    for name in names:
        with suppress(FaqError):
            yield PastIndex(manifest_in(engine, name), KeptInStore(engine, name), archive)


def possible_calibrations(stored: Calibration) -> Iterable[Calibration]:
    """Yield what an index may answer with: its calibration, or the cautious default that replaces a void one.

    A void one says what had changed since it was certified, and that is part of its id: the settings
    first, which change most easily.
    """
    yield stored
    if stored.certificate is None:
        return
    names = sorted(stored.certificate.hashes, reverse=True)
    parts = chain.from_iterable(combinations(names, size) for size in range(1, len(names) + 1))
    for changed in parts:
        hashes = {name: "" if name in changed else sha for name, sha in stored.certificate.hashes.items()}
        yield load_calibration(stored.model_dump_json(), "a void one", hashes)


def _in_use_last(root: Path) -> list[Path]:
    pointer = readable_pointer(root)
    in_use = pointer.generation if pointer else None
    names = sorted(generation_names(root), key=lambda name: (name == in_use, number_of(name)))
    return [root / name for name in names]
