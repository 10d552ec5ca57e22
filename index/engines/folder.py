"""The folder of a generation being written: passages stream through, nothing but a batch is in memory."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import islice
from pathlib import Path

import numpy as np

from index.engines.codes import Recipe, write_codes
from index.engines.errors import WriteRefused
from index.engines.mapped import ALL_KINDS, ALL_SPEAKERS
from index.engines.packed import HashedFile, PackedWriter, mapped, write_sorted
from index.engines.proof import CODES, KINDS, SPEAKERS, STARTS, VECTORS, FolderFacts
from index.engines.protocol import Batch, GenerationFacts
from index.manifest import StoredFile

_NUMBER_OF_KIND = {kind: number for number, kind in enumerate(ALL_KINDS)}
_NUMBER_OF_SPEAKER = {speaker: number for number, speaker in enumerate(ALL_SPEAKERS)}
_BLOBS = 1_000
_UNIT_TOLERANCE = 1e-3


class FolderWriter:
    """Takes batches in order and knows how many passages and documents came."""

    def __init__(self, folder: Path, facts: GenerationFacts) -> None:
        self.rows, self._facts, self._last = 0, facts, ""
        self._columns = {name: HashedFile(folder / name) for name in (VECTORS, KINDS, SPEAKERS, STARTS)}
        self._passages = PackedWriter(folder, "passages")
        self._documents = PackedWriter(folder, "documents")

    def add(self, batch: Batch) -> None:
        """Write a batch; raises WriteRefused for one that does not follow, or has wrong vectors."""
        name, (vectors, kinds, speakers, starts) = self._facts.name, self._columns.values()
        if batch.first_row != self.rows:
            raise WriteRefused(name, f"row {batch.first_row} follows {self.rows} passages")
        if batch.vectors.shape != (len(batch.ids), self._facts.dimension):
            raise WriteRefused(
                name, f"vectors of the shape {batch.vectors.shape} for {len(batch.ids)} passages"
            )
        if not np.all(np.abs(np.linalg.norm(batch.vectors, axis=1) - 1.0) < _UNIT_TOLERANCE):
            raise WriteRefused(name, "a vector is not of unit length")
        vectors.write(np.ascontiguousarray(batch.vectors, dtype="<f4").tobytes())
        kinds.write(bytes(_NUMBER_OF_KIND[kind] for kind in batch.kinds))
        speakers.write(bytes(_NUMBER_OF_SPEAKER[speaker] for speaker in batch.speakers))
        self._passages.add([_packed(*words) for words in zip(batch.ids, batch.bodies, strict=True)])
        begun = self._begun(batch.document_ids)
        self._documents.add([batch.document_ids[place].encode() for place in begun])
        starts.write((self.rows + np.array(begun, dtype="<i8")).astype("<i8").tobytes())
        self.rows += len(batch.ids)

    def _begun(self, document_ids: Sequence[str]) -> list[int]:
        """Return the places at which another document begins than the one before."""
        before = [self._last if self.rows else None, *document_ids][:-1]
        self._last = document_ids[-1] if document_ids else self._last
        return [
            place for place, (last, now) in enumerate(zip(before, document_ids, strict=True)) if last != now
        ]

    def close(self) -> tuple[int, dict[str, StoredFile]]:
        """Return the number of runs of passages of one document, and the files."""
        self._passages.close()
        self._documents.close()
        for file in self._columns.values():
            file.close()
        files = self._columns | self._passages.files | self._documents.files
        return self._documents.count, {name: file.stored for name, file in files.items()}


def _packed(passage_id: str, body: bytes) -> bytes:
    """Return an id and a body as one byte string, so that one hash speaks for both."""
    raw = passage_id.encode()
    return len(raw).to_bytes(4, "little") + raw + body


def write_folder(
    folder: Path,
    facts: GenerationFacts,
    recipe: Recipe,
    batches: Iterable[Batch],
    blobs: Iterable[tuple[str, bytes]],
) -> FolderFacts:
    """Fill an empty folder and return its manifest; raises WriteRefused, BuildFailed."""
    writer = FolderWriter(folder, facts)
    try:
        for batch in batches:
            writer.add(batch)
    finally:
        runs, files = writer.close()
    if writer.rows != facts.count:
        raise WriteRefused(facts.name, f"{writer.rows} passages came, {facts.count} were named")
    files["documents.sorted"] = write_sorted(folder, "documents")
    keys = _write_blobs(folder, blobs, files)
    if recipe.codec != "flat":
        vectors = mapped(folder / VECTORS, "<f4", (facts.count, facts.dimension))
        with HashedFile(folder / CODES) as file:
            write_codes(recipe, vectors, file.write)
        files[CODES] = file.stored
    return FolderFacts(facts=facts, recipe=recipe, runs=runs, keys=keys, files=files)


def _write_blobs(folder: Path, blobs: Iterable[tuple[str, bytes]], files: dict[str, StoredFile]) -> int:
    keys, values, rest = PackedWriter(folder, "keys"), PackedWriter(folder, "blobs"), iter(blobs)
    try:
        while some := list(islice(rest, _BLOBS)):
            keys.add([key.encode() for key, _ in some])
            values.add([value for _, value in some])
    finally:
        keys.close()
        values.close()
    files |= {name: file.stored for name, file in (keys.files | values.files).items()}
    files["keys.sorted"] = write_sorted(folder, "keys")
    return keys.count
