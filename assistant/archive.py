"""Every word that was ever published, kept by its hash: what was quoted once can be proved for good.

Generations of the index are pruned, these files are not.
"""

from __future__ import annotations

import fcntl
import json
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from pydantic import ValidationError

from assistant.archive_files import intact, remove_begun, sha256_of, write_missing
from assistant.confidence import CAUTIOUS, Calibration
from assistant.past_errors import CannotArchive
from content.errors import FaqError
from content.schema import Document, Fact
from index.durable import sync
from index.generations import generation_names
from index.manifest import NAME, Manifest
from index.stored import read_words

TEXTS, FACTS, INDEXES = "texts", "facts", "indexes"
_File = tuple[str, bytes]


class PublishedIndex(Fact):
    """What one generation was; `facts` names the facts of each document by the hash of their file.

    `calibration_id` is "" where a calibration could not be read.
    """

    manifest: Manifest
    calibration_id: str
    facts: dict[str, str]


class Archive:
    """The kept texts, facts and indexes of one home; reading changes nothing.

    `texts/<sha256>.txt` holds a canonical text and nothing else. `facts/<sha256 of the text>.<sha256>.json`
    holds a document without its text, once for each set of facts it was published with.
    `indexes/<sha256 of the manifest>.<sha256>.json` holds a PublishedIndex.
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
        found = (_document(path, raw) for path in names)
        return tuple(document for document in found if document is not None)

    def indexes(self) -> tuple[PublishedIndex, ...]:
        """Return the generations that were archived, newest first."""
        found = []
        for path in (self._folder / INDEXES).glob("*.json"):
            raw = intact(path)
            with suppress(ValidationError):
                if raw is not None:
                    found.append(PublishedIndex.model_validate_json(raw))
        return tuple(sorted(found, key=lambda one: one.manifest.created_at, reverse=True))

    def documents_of(self, published: PublishedIndex) -> tuple[Document, ...]:
        """Return the documents of an index that still stand in the archive, whole."""
        found = []
        for source in published.manifest.sources:
            raw = intact(self._folder / TEXTS / f"{source.sha256}.txt")
            name = f"{source.sha256}.{published.facts.get(source.id)}.json"
            document = raw and _document(self._folder / FACTS / name, raw)
            found += [document] if document else []
        return tuple(found)

    def damaged(self) -> tuple[Path, ...]:
        """Return the files that do not hold what their names say; nothing of them is believed."""
        named = (path for kind in (TEXTS, FACTS, INDEXES) for path in (self._folder / kind).glob("*.*"))
        kept = (path for path in named if path.suffix in (".txt", ".json"))
        return tuple(sorted(path for path in kept if intact(path) is None))


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
    given = {_facts_name(document): list(_files(document)) for document in documents}
    try:
        for kind in (TEXTS, FACTS, INDEXES):
            (folder / kind).mkdir(parents=True, exist_ok=True)
        sync(folder)
        sync(home)
        with (folder / ".lock").open("ab") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            remove_begun(folder)
            for published, words in _not_kept_yet(folder, home / "index"):
                # The index last: where it stands, its documents do.
                write_missing(folder, [file for document in words for file in _files(document)])
                write_missing(folder, [published])
            written = write_missing(folder, [file for files in given.values() for file in files])
    except OSError as error:
        raise CannotArchive(folder, error.strerror or str(error)) from error
    return sum(any(name in written for name, _ in files) for files in given.values())


def calibration_in(folder: Path) -> Calibration | None:
    """Return the calibration a generation was published with, the cautious one when it has none.

    None for one that this version of the program cannot read.
    """
    try:
        return Calibration.model_validate_json((folder / "calibration.json").read_bytes())
    except FileNotFoundError:
        return CAUTIOUS
    except (OSError, ValidationError):
        return None


def _not_kept_yet(folder: Path, root: Path) -> Iterator[tuple[_File, tuple[Document, ...]]]:
    """Yield (file, documents) of each generation on the disk that is not archived."""
    for name in generation_names(root):
        # One that cannot be read proves nothing, and must not stop the next from being published.
        with suppress(FaqError, OSError):
            manifest_sha256 = sha256_of((root / name / NAME).read_bytes())
            if any(map(intact, (folder / INDEXES).glob(f"{manifest_sha256}.*.json"))):
                continue
            manifest, words = read_words(root, name)
            calibration = calibration_in(root / name)
            published = PublishedIndex(
                manifest=manifest,
                calibration_id=calibration.calibration_id if calibration else "",
                facts={document.id: sha256_of(_facts(document)) for document in words},
            )
            raw = published.model_dump_json().encode("utf-8")
            yield (f"{INDEXES}/{manifest_sha256}.{sha256_of(raw)}.json", raw), words


def _files(document: Document) -> Iterator[_File]:
    """Yield the (name, bytes) of the files of a document: its words, then its facts."""
    yield f"{TEXTS}/{document.sha256}.txt", document.text.encode("utf-8")
    yield _facts_name(document), _facts(document)


def _facts(document: Document) -> bytes:
    return document.model_dump_json(exclude={"text"}, exclude_defaults=True).encode("utf-8")


def _facts_name(document: Document) -> str:
    return f"{FACTS}/{document.sha256}.{sha256_of(_facts(document))}.json"


def _document(path: Path, text: bytes) -> Document | None:
    raw = intact(path)
    try:
        return Document.model_validate({**json.loads(raw), "text": text.decode("utf-8")}) if raw else None
    except ValidationError:
        # Facts of another version of the program.
        return None
