"""Generations in files of this machine: any number of workers share one mapped copy."""

from __future__ import annotations

import fcntl
import hashlib
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from index.disposal import dispose, remove
from index.durable import make_folder, sync, sync_tree, write_synced
from index.engines import ledger
from index.engines.codes import Codec, recipe_for
from index.engines.errors import (
    EngineBusy,
    EngineUnreachable,
    GenerationDamaged,
    GenerationMismatch,
    NotPublished,
    WriteRefused,
)
from index.engines.folder import write_folder
from index.engines.gate import check
from index.engines.mapped import MappedGeneration
from index.engines.proof import MANIFEST, FolderFacts, read_folder
from index.engines.protocol import Batch, GenerationFacts
from index.errors import BuildFailed, BuildLocked, IndexDamaged
from index.generations import build_lock, name_of
from index.pointer import CURRENT, GENERATION, Pointer, read_pointer, swap_pointer


class FilesEngine:
    """A folder of generations, `codec` for all that are written here instead of the ladder's choice."""

    def __init__(self, root: Path, codec: Codec | None = None) -> None:
        self.where, self._root, self._codec = str(root), root, codec

    @contextmanager
    def building(self) -> Iterator[str]:
        """Hold the one lock of whoever builds; what a killed builder left is removed. Raises EngineBusy."""
        try:
            with build_lock(self._root):
                for stale in self._root.glob("tmp-*"):
                    remove(stale)
                yield name_of(ledger.last_number(self._root) + 1)
        except BuildLocked as error:
            raise EngineBusy(self.where) from error

    def write(
        self, facts: GenerationFacts, batches: Iterable[Batch], blobs: Iterable[tuple[str, bytes]]
    ) -> int:
        """Write a generation beside the others and give it its name when it is whole and on the disk."""
        name, temporary = facts.name, self._root / f"tmp-{facts.name}"
        if name == self.published() or name in self.revocations():
            raise WriteRefused(name, "is published or was revoked")
        try:
            self._begin(temporary)
            told = write_folder(temporary, facts, recipe_for(facts.count, self._codec), batches, blobs)
            self._finish(temporary, told)
        except BaseException:
            remove(temporary)
            raise
        return facts.count

    def publish(self, name: str) -> None:
        """Verify a generation from the disk, check it and let CURRENT name it; raises WriteRefused."""
        if name in self.revocations():
            raise WriteRefused(name, "was revoked")
        try:
            generation = self.open(name=name)
            check(generation)
            generation.close()
        except (NotPublished, GenerationDamaged) as error:
            raise WriteRefused(name, f"cannot be published ({error})") from error
        try:
            manifest = (self._root / name / MANIFEST).read_bytes()
            swap_pointer(self._root, Pointer(name, hashlib.sha256(manifest).hexdigest()))
        except OSError as error:
            raise BuildFailed(self._root / CURRENT, error, unchanged=False) from error

    def published(self) -> str | None:
        """Return the generation that CURRENT names."""
        pointer = self._pointer()
        return pointer.generation if pointer else None

    def open(self, embedder: str | None = None, name: str | None = None) -> MappedGeneration:
        """Open the generation in use, or one by name, every file verified."""
        pointer = None if name else self._pointer()
        if not name and pointer is None:
            raise NotPublished(self.where)
        wanted = name or (pointer.generation if pointer else "")
        if pointer and wanted in self.revocations():
            raise NotPublished(self.where, f"{wanted} was revoked")
        try:
            return self._opened(wanted, pointer.manifest_sha256 if pointer else None, embedder)
        except NotPublished:
            # Between the two looks another was published and this one removed.
            if pointer and self._pointer() != pointer:
                return self.open(embedder)
            raise

    def names(self) -> list[str]:
        """Return all generations that have their name, newest first."""
        return ledger.standing(self._root)

    def revoke(self, name: str, why: bytes) -> None:
        """Write down that a generation must not be used; the first reason stays."""
        ledger.revoke(self._root, name, why)

    def revocations(self) -> dict[str, bytes]:
        """Return why generations were revoked, also those that were dropped since."""
        return ledger.revocations(self._root)

    def drop(self, name: str) -> None:
        """Remove a generation; whoever has it open goes on with its mapped files."""
        if name == self.published():
            raise WriteRefused(name, "is in use")
        if not GENERATION.fullmatch(name) or not (self._root / name).is_dir():
            return
        ledger.remember_numbers(self._root)
        dispose(self._root, name)
        if (self._root / name).exists():
            raise WriteRefused(name, "is being opened by somebody, drop it later")

    def close(self) -> None:
        """Nothing is held."""

    def _begin(self, temporary: Path) -> None:
        remove(temporary)
        try:
            make_folder(temporary)
        except OSError as error:
            raise BuildFailed(temporary, error) from error

    def _finish(self, temporary: Path, told: FolderFacts) -> None:
        """Wait until the folder is on the disk, and only then give it its name."""
        folder = self._root / told.facts.name
        try:
            write_synced(temporary / MANIFEST, told.as_bytes())
            write_synced(temporary / "LOCK", b"")
            sync_tree(temporary)
            sync(temporary)
            self.drop(folder.name)
            os.rename(temporary, folder)
            sync(self._root)
        except OSError as error:
            raise BuildFailed(folder, error) from error

    def _opened(self, name: str, manifest_sha256: str | None, embedder: str | None) -> MappedGeneration:
        folder = self._root / name
        if not GENERATION.fullmatch(name) or not folder.is_dir():
            raise NotPublished(self.where, f"there is no generation {name}")
        try:
            with (folder / "LOCK").open("rb") as lock:
                # Held while files are being opened: nobody removes one between two others.
                fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
                told = read_folder(folder, manifest_sha256)
                if embedder is not None and told.facts.embedder != embedder:
                    raise GenerationMismatch(str(folder), told.facts.embedder, embedder)
                return MappedGeneration(folder, told)
        except (BlockingIOError, FileNotFoundError) as error:
            raise NotPublished(self.where, f"{name} is being removed") from error
        except OSError as error:
            raise EngineUnreachable(str(folder), str(error.strerror)) from error

    def _pointer(self) -> Pointer | None:
        if not os.path.lexists(self._root / CURRENT):
            return None
        try:
            return read_pointer(self._root)
        except IndexDamaged as error:
            raise GenerationDamaged(str(self._root / CURRENT), "does not name a generation") from error
