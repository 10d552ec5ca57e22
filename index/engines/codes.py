"""Short codes of many vectors, which find candidates quickly (FAISS at size; few are compared by scanning).

FAISS reads its file mapped, so that all workers share one copy. Its reader believes what a file says of
itself: it runs only on files whose hash was compared before.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal, NamedTuple

import faiss
import numpy as np
import numpy.typing as npt

from content.schema import Fact
from index.embedder import FloatMatrix, FloatVector
from index.engines.errors import GenerationDamaged
from index.engines.protocol import Rows

# What FAISS says of its own types lacks half of what is used here.
_faiss: Any = faiss
Mask = npt.NDArray[np.bool_]
Codec = Literal["flat", "sq8", "hnsw", "ivf-sq8", "ivf-pq", "ivf-rabitq"]
_TRAINED_WITH = {
    "sq8": "SQ8",
    "hnsw": "HNSW32_SQ8",
    "ivf-sq8": "IVF{lists},SQ8",
    "ivf-pq": "IVF{lists},PQ{parts}x4fs",
    "ivf-rabitq": "IVF{lists},RaBitQfs",
}
_SAMPLE_OF_A_LIST, _LEAST_SAMPLE, _BLOCK = 48, 20_000, 65_536
_INVERTED = ("ivf-sq8", "ivf-pq", "ivf-rabitq")


class _Rung(NamedTuple):
    most: float
    codec: Codec


# Up to here every vector is compared, in less time than a question takes to be embedded; beyond it lists of
# codes of four bits. Many short lists lose less than few long ones; of a million a tenth is looked into.
_LADDER = (_Rung(100_000, "flat"), _Rung(float("inf"), "ivf-pq"))
_MOST_LISTS, _IN_A_LIST, _LEAST_PROBES, _TENTH_AT, _LEAST_SHARE = 4_096, 100, 24, 1_000_000, 0.05
_GRAPH_EFFORT = 200
# Short codes put a near neighbour further back; exact cosines put it right.
_TIMES: dict[Codec, int] = {"sq8": 2, "hnsw": 2, "ivf-sq8": 2, "ivf-pq": 6, "ivf-rabitq": 6}


class Recipe(Fact):
    """How the vectors of a generation are found: codes, number of lists, how many are looked into, …

    and `times`: how many candidates the codes give for one that is wanted.
    """

    codec: Codec
    lists: int = 0
    probes: int = 0
    times: int = 1


def recipe_for(count: int, codec: Codec | None = None) -> Recipe:
    """Return the recipe for a number of passages, chosen by measured curves unless a codec is given."""
    chosen = codec if codec is not None else next(rung.codec for rung in _LADDER if count <= rung.most)
    if not count or chosen == "flat":
        return Recipe(codec="flat")
    if chosen not in _INVERTED:
        return Recipe(codec=chosen, probes=_GRAPH_EFFORT if chosen == "hnsw" else 0, times=_TIMES[chosen])
    lists = max(1, min(_MOST_LISTS, count // _IN_A_LIST))
    share = max(_LEAST_SHARE, 0.1 * (_TENTH_AT / count) ** 0.5)
    probes = min(lists, max(_LEAST_PROBES, round(lists * share)))
    return Recipe(codec=chosen, lists=lists, probes=probes, times=_TIMES[chosen])


def write_codes(recipe: Recipe, vectors: FloatMatrix, write: Callable[[bytes], object]) -> None:
    """Make codes of float32 (n, d) vectors, which may be mapped, and hand FAISS's file to `write`.

    Learns from a sample and goes through the vectors block by block: memory is taken for the sample, one
    block and the codes. Progress of FAISS goes nowhere.
    """
    count, dimension = vectors.shape
    words = _TRAINED_WITH[recipe.codec].format(lists=recipe.lists, parts=dimension // 4)
    made = _faiss.index_factory(dimension, words, _faiss.METRIC_INNER_PRODUCT)
    size = min(count, max(_LEAST_SAMPLE, recipe.lists * _SAMPLE_OF_A_LIST))
    chosen = np.sort(np.random.default_rng(0).choice(count, size, replace=False))
    if recipe.lists:
        clustering = _faiss.extract_index_ivf(made).cp
        clustering.min_points_per_centroid, clustering.max_points_per_centroid = 1, _SAMPLE_OF_A_LIST
    made.train(np.ascontiguousarray(vectors[chosen], dtype=np.float32))
    for first in range(0, count, _BLOCK):
        made.add(np.ascontiguousarray(vectors[first : first + _BLOCK], dtype=np.float32))
    _faiss.write_index(made, _faiss.PyCallbackIOWriter(write))


class Codes:
    """The codes of a generation, open for any number of threads; every search carries its own settings."""

    def __init__(self, path: Path, recipe: Recipe, shape: tuple[int, int]) -> None:
        """Raises GenerationDamaged when the file holds anything but codes of `shape` vectors."""
        self._recipe = recipe
        try:
            self._codes: Any = _faiss.read_index(str(path), _faiss.IO_FLAG_MMAP_IFC)
        except RuntimeError as error:
            raise GenerationDamaged(str(path), "is no file of codes") from error
        if (self._codes.ntotal, self._codes.d) != shape:
            raise GenerationDamaged(str(path), f"holds codes of {self._codes.ntotal} vectors, not {shape[0]}")

    def search(self, vector: FloatVector, n: int, among: Mask | None = None) -> Rows:
        """Return rows near to a vector, in any order, some times `n` of them, or fewer.

        `among`: bool (count,), only these rows; the fewer they are the more lists are looked into, so that
        as many of them are compared. A graph would lose them: it must not be asked.
        """
        recipe, wanted = self._recipe, min(n * self._recipe.times, self._codes.ntotal)
        selector, rarer = None, 1.0
        if among is not None:
            selector = _faiss.IDSelectorBitmap(np.packbits(among, bitorder="little"))
            rarer = len(among) / max(1, int(np.count_nonzero(among)))
        settings = _faiss.SearchParameters(sel=selector)
        if recipe.codec == "hnsw":
            settings = _faiss.SearchParametersHNSW(efSearch=max(recipe.probes, wanted), sel=selector)
        elif recipe.lists:
            probes = min(recipe.lists, round(recipe.probes * rarer))
            settings = _faiss.SearchParametersIVF(nprobe=probes, sel=selector)
        _, rows = self._codes.search(vector[None, :], wanted, params=settings)
        return np.asarray(rows[0][rows[0] >= 0], dtype=np.int64)


def scan(vectors: FloatMatrix, vector: FloatVector, n: int) -> Rows:
    """Return the rows of the `n` greatest inner products with float32 (m, d) vectors, which may be mapped."""
    if not len(vectors):
        return np.zeros(0, np.int64)
    _, rows = _faiss.knn(vector[None, :], vectors, min(n, len(vectors)), metric=faiss.METRIC_INNER_PRODUCT)
    return np.asarray(rows[0], dtype=np.int64)
