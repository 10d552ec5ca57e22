"""Byte strings one after another in one file, read one by one from a map of it, and found by their name."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO

import numpy as np
import numpy.typing as npt

from index.engines.errors import GenerationDamaged
from index.errors import BuildFailed
from index.manifest import StoredFile

_HASH_BYTES = 32


class HashedFile:
    """A file that knows its length and sha256 once it is written: nobody has to read it again for them."""

    def __init__(self, path: Path) -> None:
        """Begin the file; raises BuildFailed when the disk refuses."""
        self._path, self._sha256, self._bytes = path, hashlib.sha256(), 0
        try:
            self._file: BinaryIO = path.open("wb")
        except OSError as error:
            raise BuildFailed(path, error) from error

    def write(self, raw: bytes | memoryview) -> None:
        """Append bytes; raises BuildFailed when the disk refuses them."""
        try:
            self._file.write(raw)
        except OSError as error:
            raise BuildFailed(self._path, error) from error
        self._sha256.update(raw)
        self._bytes += len(raw)

    def close(self) -> None:
        """Hand everything to the system; whoever wrote the folder waits for the disk."""
        try:
            self._file.close()
        except OSError as error:
            raise BuildFailed(self._path, error) from error

    def __enter__(self) -> HashedFile:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: object, trace: TracebackType | None) -> None:
        self.close()

    @property
    def stored(self) -> StoredFile:
        """What a manifest says of the file."""
        return StoredFile(bytes=self._bytes, sha256=self._sha256.hexdigest())


class PackedWriter:
    """Writes a row of byte strings to three files: the bytes, where each ends, and the sha256 of each."""

    def __init__(self, folder: Path, name: str) -> None:
        self.count = 0
        self.files = {path: HashedFile(folder / path) for path in packed_names(name)}
        self._bytes, self._ends, self._hashes = self.files.values()
        self._end = 0

    def add(self, raws: Sequence[bytes]) -> None:
        """Append byte strings."""
        ends = self._end + np.cumsum([len(raw) for raw in raws], dtype="<i8")
        self._bytes.write(b"".join(raws))
        self._ends.write(ends.astype("<i8").tobytes())
        self._hashes.write(b"".join(hashlib.sha256(raw).digest() for raw in raws))
        self._end = int(ends[-1]) if len(raws) else self._end
        self.count += len(raws)

    def close(self) -> None:
        """Hand everything to the system."""
        for file in self.files.values():
            file.close()


def packed_names(name: str) -> tuple[str, str, str]:
    """Return the names of the files of one row of byte strings."""
    return f"{name}.bytes", f"{name}.ends", f"{name}.sha256"


class Packed:
    """A row of byte strings, mapped; its files were verified before."""

    def __init__(self, folder: Path, name: str, count: int) -> None:
        raw, ends, hashes = (folder / path for path in packed_names(name))
        self._where = f"{folder / name}"
        self._ends = mapped(ends, "<i8", (count,))
        self._bytes = mapped(raw, "u1", (int(self._ends[-1]) if count else 0,))
        self._hashes = mapped(hashes, "u1", (count, _HASH_BYTES))

    def __getitem__(self, number: int) -> bytes:
        """Return a byte string; raises GenerationDamaged for one that is not what was written."""
        return bytes(self.view(number))

    def view(self, number: int) -> memoryview:
        """Return a byte string where it stands, no copy of it; raises GenerationDamaged as above."""
        start = int(self._ends[number - 1]) if number else 0
        raw = self._bytes[start : int(self._ends[number])].data
        if hashlib.sha256(raw).digest() != self._hashes[number].tobytes():
            raise GenerationDamaged(self._where, f"number {number} is not what was written")
        return raw


class Names:
    """Which numbers stand under a name, found in a sorted table of the first 8 bytes of names' hashes."""

    def __init__(self, folder: Path, name: str, count: int) -> None:
        self._names = Packed(folder, name, count)
        self._hashes, self._numbers = mapped(folder / f"{name}.sorted", "<u8", (2, count))

    def __getitem__(self, number: int) -> str:
        return self._names[number].decode()

    def numbers(self, name: str) -> list[int]:
        """Return the numbers of this very name, ascending; [] for an unknown one."""
        raw = name.encode()
        wanted = np.frombuffer(hashlib.sha256(raw).digest()[:8], "<u8")[0]
        first, last = self._hashes.searchsorted(wanted), self._hashes.searchsorted(wanted, "right")
        # Two names may share 8 bytes of a hash.
        return [number for number in self._numbers[first:last].tolist() if self._names[number] == raw]


def write_sorted(folder: Path, name: str) -> StoredFile:
    """Write the table that `Names` looks into, from the hashes of a row of byte strings."""
    hashes = np.fromfile(folder / f"{name}.sha256", "u1").reshape(-1, _HASH_BYTES)
    keys = np.ascontiguousarray(hashes[:, :8]).view("<u8").ravel()
    order = np.argsort(keys, kind="stable")
    with HashedFile(folder / f"{name}.sorted") as file:
        file.write(keys[order].tobytes())
        file.write(order.astype("<u8").tobytes())
    return file.stored


def mapped(path: Path, kind: str, shape: tuple[int, ...]) -> npt.NDArray[Any]:
    """Return a file as an array of exactly this shape, mapped; raises GenerationDamaged for any other length.

    Nothing is read and no memory taken: what the shape is made of was verified, or is compared here.
    """
    size = int(np.prod(shape, dtype=np.int64)) * np.dtype(kind).itemsize
    try:
        found = path.stat().st_size
        if found != size:
            raise GenerationDamaged(str(path), f"holds {found} bytes, not {size}")
        # Nothing can be mapped of a file without bytes.
        return np.memmap(path, kind, "r", shape=shape) if size else np.zeros(shape, kind)
    except (OSError, ValueError) as error:
        raise GenerationDamaged(str(path), f"cannot be mapped ({error})") from error
