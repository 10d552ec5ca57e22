"""What a generation in files says of itself, and that every file is as it says, without reading it twice."""

from __future__ import annotations

import hashlib
import json
import os
import time
from contextlib import suppress
from pathlib import Path

from pydantic import ValidationError

from content.schema import Fact
from index.durable import replace_synced
from index.engines.codes import Recipe
from index.engines.errors import GenerationDamaged
from index.engines.packed import packed_names
from index.engines.protocol import GenerationFacts
from index.manifest import StoredFile
from index.regular import must_be_regular, read_regular

MANIFEST = "MANIFEST.json"
# What was seen of files whose hash was right; lost, it costs reading them once more.
SEEN = "SEEN.json"
VECTORS, CODES, STARTS, KINDS, SPEAKERS = (
    "vectors.f32", "codes.faiss", "documents.starts", "kinds.u1", "speakers.u1"
)  # fmt: skip
_PACKED, _SORTED = ("passages", "documents", "keys", "blobs"), ("documents.sorted", "keys.sorted")
_MOST_BYTES = 1_000_000
# File systems keep the time of a change no finer than this: within it, two changes may look like one.
_TICK_NS = 50_000_000


class FolderFacts(Fact):
    """Everything that must hold before a generation in files is used; `seal` is the hash of the rest."""

    format_version: int = 1
    facts: GenerationFacts
    recipe: Recipe
    runs: int
    keys: int
    files: dict[str, StoredFile]
    seal: str = ""

    def as_bytes(self) -> bytes:
        """Return the file of this manifest, sealed."""
        bare = self.model_copy(update={"seal": ""}).model_dump_json().encode()
        sealed = self.model_copy(update={"seal": hashlib.sha256(bare).hexdigest()})
        return sealed.model_dump_json(indent=1).encode()


def read_folder(folder: Path, expected_sha256: str | None) -> FolderFacts:
    """Return what a folder says of itself, every file compared; raises GenerationDamaged."""
    path = folder / MANIFEST
    try:
        raw = read_regular(path, _MOST_BYTES)
        found = FolderFacts.model_validate_json(raw)
    except (OSError, ValidationError) as error:
        raise GenerationDamaged(str(path), "is no readable manifest") from error
    if expected_sha256 and hashlib.sha256(raw).hexdigest() != expected_sha256:
        raise GenerationDamaged(str(path), "is not the manifest that CURRENT names")
    if found.as_bytes() != raw or found.facts.name != folder.name or found.format_version != 1:
        raise GenerationDamaged(str(path), "does not match its own seal")
    codes = () if found.recipe.codec == "flat" else (CODES,)
    packed = (path for name in _PACKED for path in packed_names(name))
    # What is not named is not compared, and would be opened unseen.
    if set(found.files) != {VECTORS, STARTS, KINDS, SPEAKERS, *_SORTED, *packed, *codes}:
        raise GenerationDamaged(str(path), "does not name the files of a generation")
    _compare(folder, found.files)
    return found


def _compare(folder: Path, files: dict[str, StoredFile]) -> None:
    """Compare every file; one that stands as it did when its hash was right is not read again.

    Whoever changes a byte changes the times of the file; a disk that forgets bytes by itself is noticed
    only where they are read: bodies are compared each time.
    """
    seen, known = _seen(folder), {}
    for name, stored in files.items():
        path = folder / name
        try:
            same = must_be_regular(path) == stored.bytes
            known[name] = [*_looks(path), stored.sha256]
            if same and seen.get(name) != known[name]:
                same = _sha256_of_settled(path) == stored.sha256 and [*_looks(path)] == known[name][:-1]
        except OSError as error:
            raise GenerationDamaged(str(path), f"cannot be read ({error.strerror})") from error
        if not same:
            raise GenerationDamaged(str(path), "is not what was written: length or sha256 differs")
    if known != seen:
        with suppress(OSError):
            replace_synced(folder / SEEN, json.dumps(known).encode())


def _sha256_of_settled(path: Path) -> str:
    """Return the sha256 of a file, begun when a change that comes now will show in its times."""
    while 0 <= time.time_ns() - path.stat().st_ctime_ns < _TICK_NS:
        time.sleep(_TICK_NS / 1e9)
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _looks(path: Path) -> tuple[int, int, int, int, int]:
    found: os.stat_result = path.stat()
    return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns


def _seen(folder: Path) -> dict[str, list[object]]:
    with suppress(OSError, ValueError, RecursionError):
        found = json.loads(read_regular(folder / SEEN, _MOST_BYTES))
        if isinstance(found, dict):
            return found
    return {}
