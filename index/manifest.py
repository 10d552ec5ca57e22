"""What a generation says of itself: a folder on disk introduces itself before it is believed."""

from __future__ import annotations

import hashlib
import json
from datetime import date, datetime
from pathlib import Path
from typing import Literal

from pydantic import ValidationError

from content.library import Library
from content.passages import SPLITTER_ID
from content.schema import Fact
from index.data import IndexData
from index.embedder import EmbedderFacts
from index.errors import IndexDamaged, IndexOutOfDate
from index.evidence import EvidenceFacts
from index.graph import file_sha256
from index.lexical import TERMS_ID
from index.regular import everything_below, must_be_regular, read_regular

FORMAT_VERSION = 1
NAME = "MANIFEST.json"
# A library of 100,000 documents takes 30 MB.
_MOST = 100_000_000
# Changes when the same content and settings would give another index.
BUILDER_ID = f"{SPLITTER_ID} {TERMS_ID} keys-2 fusion-7"


class StoredFile(Fact):
    """Length and hash of one file of a generation."""

    bytes: int
    sha256: str


class StoredSource(Fact):
    """One document as it was indexed, and when it must be looked at again."""

    id: str
    sha256: str
    reviewed_by: str | None = None
    reviewed_on: date | None = None
    review_by: date | None = None


class Canary(Fact):
    """A staff question and the passage it finds; checked whenever the index is opened."""

    question: str
    passage_id: str


class Manifest(Fact):
    """Everything that must hold before a generation is used."""

    format_version: Literal[1] = 1
    generation: str
    parent: str | None
    created_at: datetime
    builder: str = BUILDER_ID
    content_fingerprint: str
    settings_id: str = ""
    embedder: EmbedderFacts
    titles: bool = True
    evidence: EvidenceFacts | None = None
    sources: tuple[StoredSource, ...]
    counts: dict[str, int]
    canaries: tuple[Canary, ...] = ()
    calibration_sha256: str | None = None
    files: dict[str, StoredFile]
    seal: str = ""

    @property
    def index_id(self) -> str:
        """Name of the content: the same words, model and calibration give the same id."""
        parts = {path: file.sha256 for path, file in self.files.items()}
        reader = self.evidence.weights_sha256 if self.evidence else ""
        text = json.dumps([self.builder, self.content_fingerprint, parts, reader], sort_keys=True)
        return "ix-" + hashlib.sha256(text.encode("utf-8")).hexdigest()[:16]

    def as_bytes(self) -> bytes:
        """Return the file of this manifest, sealed with the hash of all its other fields."""
        bare = self.model_copy(update={"seal": ""}).model_dump_json().encode("utf-8")
        sealed = self.model_copy(update={"seal": hashlib.sha256(bare).hexdigest()})
        return sealed.model_dump_json(indent=1).encode("utf-8")


def describe(
    data: IndexData, library: Library, folder: Path, *, evidence: EvidenceFacts | None, settings_id: str,
    generation: str, parent: str | None, created_at: datetime, canaries: tuple[Canary, ...],
) -> Manifest:  # fmt: skip
    """Return the manifest of the files that now stand in `folder`."""
    files = {
        str(path.relative_to(folder)): StoredFile(bytes=path.stat().st_size, sha256=file_sha256(path))
        for path in sorted(everything_below(folder))
        if not path.is_dir()
    }
    sources = tuple(
        StoredSource(
            id=document.id,
            sha256=document.sha256,
            reviewed_by=document.reviewed.by if document.reviewed else None,
            reviewed_on=document.reviewed.on if document.reviewed else None,
            review_by=document.reviewed.review_by if document.reviewed else None,
        )
        for document in data.documents
    )
    counts = {
        "documents": len(data.documents), "passages": len(data.passages),
        "sentences": len(data.sentences), "questions": len(data.questions),
    }  # fmt: skip
    calibration = files.get("calibration.json")
    return Manifest(
        generation=generation, parent=parent, created_at=created_at,
        content_fingerprint=library.fingerprint, settings_id=settings_id, embedder=data.embedder,
        titles=data.titles, evidence=evidence, sources=sources, counts=counts, canaries=canaries,
        calibration_sha256=calibration.sha256 if calibration else None, files=files,
    )  # fmt: skip


def read_manifest(
    folder: Path, *, expected_sha256: str | None = None, any_builder: bool = False
) -> Manifest:  # fmt: skip
    """Read and believe a manifest only if it is whole and of this format.

    Raises IndexDamaged for a file that is not a manifest, breaks its own seal or is not the one
    CURRENT names, and IndexOutOfDate for another format version or builder. With `any_builder` an
    index of another version of the program introduces itself as well; nobody is answered from it.
    """
    path = folder / NAME
    try:
        raw = read_regular(path, _MOST)
    except OSError as error:
        raise IndexDamaged(path, "no readable manifest") from error
    if expected_sha256 and hashlib.sha256(raw).hexdigest() != expected_sha256:
        raise IndexDamaged(path, "sha256 differs from CURRENT")
    return manifest_of(raw, path, any_builder=any_builder)


def manifest_of(raw: bytes, path: Path | str, *, any_builder: bool = False) -> Manifest:
    """Believe the bytes of a manifest as `read_manifest` does; `path` names them in what is raised."""
    try:
        version = json.loads(raw).get("format_version")
    except (ValueError, AttributeError, RecursionError) as error:
        raise IndexDamaged(path, "no readable manifest") from error
    if version != FORMAT_VERSION:
        raise IndexOutOfDate(path, "the format version", version, FORMAT_VERSION)
    try:
        manifest = Manifest.model_validate_json(raw)
    except ValidationError as error:
        raise IndexDamaged(path, f"manifest field {error.errors()[0]['loc']} is wrong") from error
    if manifest.as_bytes() != raw:
        raise IndexDamaged(path, "does not match its own seal")
    if manifest.builder != BUILDER_ID and not any_builder:
        raise IndexOutOfDate(path, "the builder", manifest.builder, BUILDER_ID)
    return manifest


def verify_files(folder: Path, manifest: Manifest) -> None:
    """Compare every file with the manifest: present, same length, same sha256.

    Unknown files are ignored: a stray `.DS_Store` must not stop the service.
    """
    for name, stored in manifest.files.items():
        path = folder / name
        if ".." in Path(name).parts or Path(name).is_absolute():
            raise IndexDamaged(folder / NAME, f"names a file outside its folder: {name!r}")
        try:
            # A file of another length is not read: it might be without end.
            same = must_be_regular(path) == stored.bytes and file_sha256(path) == stored.sha256
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or error
            raise IndexDamaged(path, f"cannot be read ({reason})") from error
        if not same:
            raise IndexDamaged(path, "length or sha256 differs from the manifest")
