"""What a build has embedded so far, kept beside the index until it is published: a killed one goes on."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Protocol, runtime_checkable

from tqdm import tqdm

from index.disposal import remove
from index.embedder import Embedder, FloatMatrix
from index.vector_blocks import VectorBlocks
from index.vectors import roomy

# At some 250 texts a second on one core a kill costs seconds, and a block is 1.6 MB to be synced.
ROWS = 1_000
# Fewer take less than half a minute and leave no file: the built-in content is one of them.
WORTH_KEEPING = 2 * ROWS
_BEGUN, _LEFT, _END = "begun-", "left-", ".vectors"


@runtime_checkable
class BlockEmbedder(Protocol):
    """An embedder with many blocks in work at once."""

    def embed_blocks(self, blocks: Sequence[Sequence[str]]) -> Iterator[tuple[int, FloatMatrix]]:
        """Yield (number of the block, its vectors), each block once, as they come."""
        ...


class BegunVectors:
    """An embedder that keeps every block it has done on the disk and never does one twice.

    A vector is taken only for the same text, from the same embedder (`EmbedderFacts.same_vectors`) and from
    a block that is whole. The caller holds the build lock of `root`. `embedded` counts texts that really
    were embedded.
    """

    def __init__(self, embedder: Embedder, root: Path, *, anew: bool = False) -> None:
        """Take what was begun in `root`; `anew`: as if nothing was."""
        self.facts = embedder.facts
        self.embedded = 0
        self._embedder, self._root = embedder, root
        owner = hashlib.sha256(f"{embedder.facts.vectors_id} {ROWS}".encode()).digest()
        name = f"{owner.hex()[:16]}{_END}"
        self._begun, self._left, self._leaving = (
            VectorBlocks(root / f"{kind}{name}", owner=owner, rows=ROWS, dimension=self.facts.dimension)
            for kind in (_BEGUN, _LEFT, f"tmp-{_LEFT}")
        )
        if anew:
            self._forget()

    def embed(self, texts: Sequence[str], *, progress: bool = False) -> FloatMatrix:
        """Return float32 (n, d), unit rows, in the order of `texts`."""
        rows = roomy(len(texts), self.facts.dimension, self._root)
        missing = self._fill(rows, texts)
        if len(missing) <= WORTH_KEEPING:
            rows[missing] = self._embedder.embed([texts[row] for row in missing], progress=progress)
            self.embedded += len(missing)
            return rows
        places = [missing[start : start + ROWS] for start in range(0, len(missing), ROWS)]
        blocks = [[texts[row] for row in block] for block in places]
        done = len(texts) - len(missing)
        shown = None if progress else True
        with tqdm(total=len(texts), initial=done, desc="embedding", unit="text", disable=shown) as bar:
            for number, vectors in self._in_blocks(blocks):
                self._keep(blocks[number], vectors)
                rows[places[number]] = vectors
                self.embedded += len(vectors)
                bar.update(len(vectors))
        return rows

    def missing(self, texts: Sequence[str]) -> list[str]:
        """Return the texts that nobody has embedded yet; embeds and writes nothing."""
        return [texts[row] for row in self._fill(None, texts)]

    def finish(self, published: Iterable[str]) -> None:
        """After a publication: keep what the index lacks until the next one, and nothing else.

        Such as the pages of an import that was broken off so that a correction could be published first.
        """
        with suppress(OSError):
            names = sorted(os.listdir(self._root))  # noqa: PTH208 - one look, before any file is taken away
            for name in names:
                if name.startswith(_LEFT) and name.endswith(_END):
                    remove(self._root / name)
            if self._begun.path.name in names:
                self._leave({key_of(text) for text in published})
            for name in names:
                other = name.startswith(_BEGUN) and name != self._begun.path.name
                if other and name.endswith(_END):
                    os.replace(self._root / name, self._root / name.replace(_BEGUN, _LEFT, 1))

    def _fill(self, rows: FloatMatrix | None, texts: Sequence[str]) -> list[int]:
        """Set the rows of texts that were embedded before; return the others, in order."""
        stored = [blocks for blocks in (self._begun, self._left) if os.path.lexists(blocks.path)]
        missing = {key_of(text): row for row, text in enumerate(texts)} if stored else {}
        wanted = dict.fromkeys(range(len(texts)))
        for blocks in stored:
            # What cannot be read is embedded again.
            with suppress(OSError):
                for keys, vectors in blocks.read():
                    for key, vector in zip(keys, vectors, strict=True):
                        row = missing.pop(key, None)
                        if row is not None:
                            del wanted[row]
                            if rows is not None:
                                rows[row] = vector
        return list(wanted)

    def _in_blocks(self, blocks: Sequence[Sequence[str]]) -> Iterator[tuple[int, FloatMatrix]]:
        if isinstance(self._embedder, BlockEmbedder):
            yield from self._embedder.embed_blocks(blocks)
            return
        for number, block in enumerate(blocks):
            yield number, self._embedder.embed(block)

    def _keep(self, texts: Sequence[str], vectors: FloatMatrix) -> None:
        try:
            self._begun.append([key_of(text) for text in texts], vectors)
        except OSError:
            # A full disk: what was begun must not take the room of what can still be finished.
            self._forget()

    def _forget(self) -> None:
        for blocks in (self._begun, self._left):
            if os.path.lexists(blocks.path):
                remove(blocks.path)

    def _leave(self, held: set[bytes]) -> None:
        """Put the vectors of texts that the index does not hold where the next publication removes them."""
        for keys, vectors in self._begun.read():
            lacking = [row for row, key in enumerate(keys) if key not in held]
            if lacking:
                self._leaving.append([keys[row] for row in lacking], vectors[lacking])
        if os.path.lexists(self._leaving.path):
            os.replace(self._leaving.path, self._left.path)
        remove(self._begun.path)


def key_of(text: str) -> bytes:
    """Return the 32 bytes that stand for a text."""
    return hashlib.sha256(text.encode("utf-8")).digest()
