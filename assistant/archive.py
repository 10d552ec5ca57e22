"""Every word that was ever published, kept by its hash: what was quoted once can be proved for good.

Law: a file is named after the sha256 of its own bytes, is written once, whole and durably, and is
believed only while its bytes have that hash. Generations of the index are pruned, these files are not.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

from pydantic import ValidationError

from assistant.errors import CannotArchive
from content.errors import FaqError
from content.schema import Document
from index.durable import sync, write_synced
from index.generations import generation_names
from index.manifest import NAME, Manifest
from index.stored import read_words

TEXTS, FACTS, INDEXES = "texts", "facts", "indexes"
# A disk takes several syncs at once: 0.5 ms a file here, 2.6 ms one after the other.
_SYNCS_AT_ONCE = 16


class Archive:
    """The kept texts, facts and manifests of one home; reading changes nothing.

    `texts/<sha256>.txt` holds a canonical text and nothing else, so that `sha256sum` alone can check it.
    `facts/<sha256 of the text>.<sha256>.json` holds a document without its text, once for each set of
    facts it was published with. `indexes/<sha256>.json` is the manifest of a published generation.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def documents(self, sha256: str) -> tuple[Document, ...]:
        """Return the documents that were published with a text of this hash, one for each set of facts.

        None where the text was never archived, or where its file does not have this hash any more.
        """
        raw = intact(self._folder / TEXTS / f"{sha256}.txt")
        if raw is None:
            return ()
        names = sorted((self._folder / FACTS).glob(f"{sha256}.*.json"))
        found = (self._document(path, raw) for path in names)
        return tuple(document for document in found if document is not None)

    def manifests(self) -> tuple[Manifest, ...]:
        """Return the manifests of the generations that were ever published, newest first."""
        found = []
        for path in sorted((self._folder / INDEXES).glob("*.json")):
            raw = intact(path)
            with suppress(ValidationError):
                if raw is not None:
                    found.append(Manifest.model_validate_json(raw))
        return tuple(sorted(found, key=lambda manifest: manifest.created_at, reverse=True))

    def damaged(self) -> tuple[Path, ...]:
        """Return the files that do not hold what their names say; nothing of them is believed."""
        named = (path for kind in (TEXTS, FACTS, INDEXES) for path in (self._folder / kind).glob("*.*"))
        kept = (path for path in named if path.suffix in (".txt", ".json"))
        return tuple(sorted(path for path in kept if intact(path) is None))

    def _document(self, path: Path, text: bytes) -> Document | None:
        raw = intact(path)
        try:
            return Document.model_validate({**json.loads(raw), "text": text.decode("utf-8")}) if raw else None
        except ValidationError:
            # Facts of another version of the program.
            return None


def intact(path: Path) -> bytes | None:
    """Return the bytes of an archived file if they are what its name says, else None."""
    try:
        raw = path.read_bytes()
    except OSError:
        return None
    return raw if hashlib.sha256(raw).hexdigest() == path.stem.rpartition(".")[2] else None


def archived(home: Path) -> Archive:
    """Return what was archived in a home, to be looked up by the hash that a citation carries."""
    return Archive(home / "archive")


def archive_documents(home: Path, documents: Iterable[Document]) -> int:
    """Keep what is about to be published, and every generation that publishing may prune.

    Returns how many documents were new, by their words or their facts. When this returns, all of it is
    on the disk; a crash before leaves whole files and no others, which harm nothing. What is there and
    whole is not written again, what is damaged is. Raises CannotArchive.
    """
    folder = home / "archive"
    given = list(documents)
    try:
        for kind in (TEXTS, FACTS, INDEXES):
            (folder / kind).mkdir(parents=True, exist_ok=True)
        sync(folder)
        sync(home)
        with (folder / ".lock").open("ab") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            for begun in folder.glob("*/*.tmp"):
                begun.unlink()
            for manifest, words in _not_kept_yet(folder, home / "index"):
                # The manifest last: where it stands, its documents do.
                _write(folder, [file for document in words for file in _files(document)])
                _write(folder, [manifest])
            new = {_facts_name(document): list(_files(document)) for document in given}
            missing = _write(folder, [file for files in new.values() for file in files])
    except OSError as error:
        raise CannotArchive(folder, error.strerror or str(error)) from error
    return sum(any(name in missing for name, _ in files) for files in new.values())


def _not_kept_yet(folder: Path, root: Path) -> Iterator[tuple[tuple[str, bytes], tuple[Document, ...]]]:
    """Yield (file of the manifest, documents) of each generation on the disk that is not archived."""
    for name in generation_names(root):
        with suppress(FaqError, OSError):
            raw = (root / name / NAME).read_bytes()
            kept = f"{INDEXES}/{hashlib.sha256(raw).hexdigest()}.json"
            if intact(folder / kept) is None:
                yield (kept, raw), read_words(root, name)[1]


def _files(document: Document) -> Iterator[tuple[str, bytes]]:
    """Yield the (name, bytes) of the files of a document: its words, then its facts."""
    yield f"{TEXTS}/{document.sha256}.txt", document.text.encode("utf-8")
    yield _facts_name(document), _facts(document)


def _facts(document: Document) -> bytes:
    return document.model_dump_json(exclude={"text"}, exclude_defaults=True).encode("utf-8")


def _facts_name(document: Document) -> str:
    return f"{FACTS}/{document.sha256}.{hashlib.sha256(_facts(document)).hexdigest()}.json"


def _write(folder: Path, files: Iterable[tuple[str, bytes]]) -> set[str]:
    """Write the files that are not there whole; return their names once they are on the disk."""
    wanted = dict(files)
    with ThreadPoolExecutor(_SYNCS_AT_ONCE) as syncing:
        done = syncing.map(lambda name: _write_new(folder / name, wanted[name]), wanted)
        written = {name for name, new in zip(wanted, done, strict=True) if new}
    for kind in {(folder / name).parent for name in written}:
        sync(kind)
    return written


def _write_new(path: Path, raw: bytes) -> bool:
    """Give a file its name only when its bytes are on the disk; a whole one stays as it is."""
    if intact(path) == raw:
        return False
    begun = path.with_name(f"{path.name}.tmp")
    write_synced(begun, raw)
    os.replace(begun, path)
    return True
