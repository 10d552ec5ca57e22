"""Many vectors that lie as real ones do: each by a real one, moved towards and away from its neighbours."""

from __future__ import annotations

from typing import Any

import faiss
import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

from index.embedder import FloatMatrix

_NEIGHBOURS, _LISTS, _PROBES = 16, 256, 24
# With these, sets of one size have like distances and like local dimension: `likeness` shows it.
_ALONG, _ANYWHERE = 0.22, 0.012


class Made:
    """Any number of made vectors; the same block gives the same rows each time."""

    def __init__(self, real: FloatMatrix) -> None:
        """Take float32 (n, d), unit rows, and look for the neighbours of each."""
        self._real, self.dimension = real, real.shape[1]
        lists: Any = faiss.index_factory(self.dimension, f"IVF{_LISTS},Flat", faiss.METRIC_INNER_PRODUCT)
        lists.cp.min_points_per_centroid = 1
        lists.train(real)
        lists.add(real)
        lists.nprobe = _PROBES
        self._neighbours = lists.search(real, _NEIGHBOURS + 1)[1][:, 1:]

    def rows(self, block: int, count: int) -> FloatMatrix:
        """Return `count` unit rows of a block, float32."""
        random = np.random.default_rng([7, block])
        chosen = random.integers(0, len(self._real), count)
        weights = _ALONG * random.standard_normal((count, _NEIGHBOURS), dtype=np.float32)
        columns = np.hstack([chosen[:, None], self._neighbours[chosen]])
        weights = np.hstack([1 - weights.sum(axis=1, keepdims=True), weights])
        ends = np.arange(count + 1) * columns.shape[1]
        moved = csr_array((weights.ravel(), columns.ravel(), ends), (count, len(self._real))) @ self._real
        moved += _ANYWHERE * random.standard_normal(moved.shape, dtype=np.float32)
        moved /= np.linalg.norm(moved, axis=1, keepdims=True)
        return np.asarray(moved, dtype=np.float32)


def likeness(rows: FloatMatrix, questions: FloatMatrix) -> dict[str, float]:
    """Return what tells sets of one size apart: neighbours' cosines, local dimension, what lists find."""
    some = np.random.default_rng(0).choice(len(rows), min(500, len(rows)), replace=False)
    cosines = faiss.knn(rows[some], rows, 21, metric=faiss.METRIC_INNER_PRODUCT)[0][:, 1:]
    distances = np.sqrt(np.maximum(2 - 2 * cosines, 1e-9))
    asked, right = faiss.knn(questions, rows, 10, metric=faiss.METRIC_INNER_PRODUCT)
    lists: Any = faiss.index_factory(rows.shape[1], "IVF128,Flat", faiss.METRIC_INNER_PRODUCT)
    lists.cp.min_points_per_centroid = 1
    lists.train(rows)
    lists.add(rows)
    found = {
        "cosine of a row's 1st": np.median(cosines[:, 0]), "10th": np.median(cosines[:, 9]),
        "of a question's 1st": np.median(asked[:, 0]), "10th of it": np.median(asked[:, 9]),
        # Levina and Bickel (2004), over 20 neighbours.
        "local dimension": np.median(1 / np.mean(np.log(distances[:, -1:] / distances[:, :-1]), axis=1)),
    }  # fmt: skip
    for lists.nprobe in (4, 16):
        found[f"recall of {lists.nprobe} of 128 lists"] = recall(lists.search(questions, 10)[1], right)
    return {name: round(float(value), 3) for name, value in found.items()}


def recall(found: npt.NDArray[np.int64], right: npt.NDArray[np.int64]) -> float:
    """Return which share of the right rows was found, question by question."""
    both = [len(set(one) & set(other)) for one, other in zip(found.tolist(), right.tolist(), strict=True)]
    return sum(both) / right.size
