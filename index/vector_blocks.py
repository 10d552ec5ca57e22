"""Vectors in a file of blocks of one length, each with a hash of its own: the rest outlives a torn one."""

from __future__ import annotations

import hashlib
import os
import struct
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from index.durable import sync
from index.embedder import FloatMatrix
from index.regular import must_be_regular

KEY_BYTES = 32
_HEAD = struct.Struct("<8s32sII")
_MAGIC = b"faqvec-1"


class VectorBlocks:
    """An append-only file of vectors by key.

    A block is: mark, `owner`, rows in use, dimension, keys, float32 vectors, and the sha256 of all that. All
    blocks are of one length, so that none depends on another to be found. A block that was torn by a kill or
    spoilt on the disk is as good as none; a torn one at the end is written over.
    """

    def __init__(self, path: Path, *, owner: bytes, rows: int, dimension: int) -> None:
        """Take the file, 32 bytes that name whose vectors these are, and the most rows of a block."""
        self.path, self.rows = path, rows
        self._owner, self._dimension = owner, dimension
        self._vectors_at = _HEAD.size + rows * KEY_BYTES
        self._hash_at = self._vectors_at + rows * dimension * 4
        self.block_bytes = self._hash_at + hashlib.sha256().digest_size

    def read(self) -> Iterator[tuple[list[bytes], FloatMatrix]]:
        """Yield the keys and vectors, float32 (n, d), of every whole block; of no file, nothing.

        Raises OSError for a file that cannot be read.
        """
        if not os.path.lexists(self.path):
            return
        must_be_regular(self.path)
        with self.path.open("rb") as file:
            while len(raw := file.read(self.block_bytes)) == self.block_bytes:
                mark, owner, used, dimension = _HEAD.unpack_from(raw)
                ours = (mark, owner, dimension) == (_MAGIC, self._owner, self._dimension)
                if ours and hashlib.sha256(raw[: self._hash_at]).digest() == raw[self._hash_at :]:
                    yield self._keys(raw, used), self._vectors(raw)[:used]

    def append(self, keys: Sequence[bytes], vectors: FloatMatrix) -> None:
        """Add up to `rows` vectors as one block, on the disk when this returns. Raises OSError."""
        raw = self._block(keys, vectors)
        new = not os.path.lexists(self.path)
        with self.path.open("wb" if new else "r+b") as file:
            file.seek(os.fstat(file.fileno()).st_size // self.block_bytes * self.block_bytes)
            file.write(raw)
            file.flush()
            os.fsync(file.fileno())
        if new:
            sync(self.path.parent)

    def _block(self, keys: Sequence[bytes], vectors: FloatMatrix) -> bytes:
        head = _HEAD.pack(_MAGIC, self._owner, len(keys), self._dimension)
        named = (head + b"".join(keys)).ljust(self._vectors_at, b"\0")
        raw = (named + np.ascontiguousarray(vectors, dtype="<f4").tobytes()).ljust(self._hash_at, b"\0")
        if len(raw) != self._hash_at:
            raise ValueError(f"{len(keys)} vectors of shape {vectors.shape} are no block")
        return raw + hashlib.sha256(raw).digest()

    def _keys(self, raw: bytes, used: int) -> list[bytes]:
        places = range(_HEAD.size, _HEAD.size + used * KEY_BYTES, KEY_BYTES)
        return [raw[place : place + KEY_BYTES] for place in places]

    def _vectors(self, raw: bytes) -> FloatMatrix:
        flat = np.frombuffer(raw, dtype="<f4", count=self.rows * self._dimension, offset=self._vectors_at)
        return np.asarray(flat.reshape(self.rows, self._dimension), dtype=np.float32)
