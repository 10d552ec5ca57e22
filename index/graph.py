"""Exported graphs: made once in a child process, verified, run (home of onnxruntime and tokenizers)."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from threading import Lock
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt
from pydantic import ValidationError

from content.schema import Fact
from index.errors import ExportFailed, IndexDamaged

GRAPH, TOKENIZER, FACTS = "model.onnx", "tokenizer.json", "facts.json"
Opened = TypeVar("Opened")
AnyFacts = TypeVar("AnyFacts", bound=Fact)


class NetworkFacts(Fact):
    """Which weights a graph was made from, how many tokens it reads, and its files."""

    weights_sha256: str
    max_tokens: int
    graph_sha256: str = ""
    tokenizer_sha256: str = ""


class TokenGraph:
    """A graph over token ids and the tokenizer that belongs to it; any thread may run it.

    Its files are compared with their hashes at once, and opened when it is first run: to see that nothing
    changed, or to lead a question away, none has to be opened.
    """

    def __init__(
        self, folder: Path, *, graph_sha256: str | None, tokenizer_sha256: str | None, max_tokens: int
    ) -> None:
        """Raises IndexDamaged when a file is missing or not the one its facts name."""
        self._folder, self._max_tokens = folder, max_tokens
        self._opening = Lock()
        self._opened: tuple[Any, Any] | None = None
        _require_sha256(folder / GRAPH, graph_sha256)
        _require_sha256(folder / TOKENIZER, tokenizer_sha256)

    def run(self, text: str, pair: str | None = None) -> tuple[Any, npt.NDArray[np.float32]]:
        """Return the encoding of a text or a pair, and the graph's output for it: float32 (tokens, …)."""
        tokenizer, session = self._open()
        encoding = tokenizer.encode(text, pair)
        inputs = {
            "input_ids": np.array([encoding.ids], dtype=np.int64),
            "attention_mask": np.array([encoding.attention_mask], dtype=np.int64),
            "token_type_ids": np.array([encoding.type_ids], dtype=np.int64),
        }
        return encoding, np.asarray(session.run(None, inputs)[0], dtype=np.float32)[0]

    def _open(self) -> tuple[Any, Any]:
        """Return the tokenizer and the session, opened once whoever comes first."""
        if self._opened is None:
            with self._opening:
                self._opened = self._opened or _opened(self._folder, self._max_tokens)
        return self._opened


def _opened(folder: Path, max_tokens: int) -> tuple[Any, Any]:
    # Its official builds report every process and model to their maker unless told before the import.
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"
    import onnxruntime
    from tokenizers import Tokenizer

    options = onnxruntime.SessionOptions()
    # One thread for each text and texts side by side: many questions at a time share the cores, and a
    # text gives the same numbers whatever else is being run.
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    # Done when it was exported.
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    session = onnxruntime.InferenceSession(str(folder / GRAPH), options, providers=["CPUExecutionProvider"])
    tokenizer = Tokenizer.from_file(str(folder / TOKENIZER))
    tokenizer.no_padding()
    tokenizer.enable_truncation(max_tokens)
    return tokenizer, session


def open_export(
    folder: Path, export: Callable[[], None], load: Callable[[Path], Opened], *, renew: bool
) -> Opened:
    """Return what `load` makes of an exported folder, exporting it first when there is none.

    A damaged export is refused, or with `renew` replaced by a fresh one.
    """
    if not (folder / FACTS).exists():
        export()
    try:
        return load(folder)
    except IndexDamaged:
        if not renew:
            raise
        export()
        return load(folder)


def read_facts(kind: type[AnyFacts], folder: Path, what: str) -> AnyFacts:
    """Read the facts of an export; raises IndexDamaged saying what they should be of."""
    path = folder / FACTS
    try:
        return kind.model_validate_json(path.read_bytes())
    except (OSError, ValidationError) as error:
        raise IndexDamaged(path, f"not the facts of an exported {what}") from error


def export_in_child(module: str, subject: str, folder: Path, environment: Mapping[str, str]) -> None:
    """Run an export in a process of its own, so that answering never holds torch.

    Its last line explains a failure.
    """
    package_root = str(Path(__file__).parent.parent)
    around = {**os.environ, **environment, "PYTHONPATH": package_root, "HF_HUB_DISABLE_TELEMETRY": "1"}
    done = subprocess.run(
        [sys.executable, "-P", "-m", module, subject, str(folder)],
        env=around, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        lines = done.stderr.strip().splitlines() or ["no message"]
        raise ExportFailed(subject, lines[-1])


def file_sha256(path: Path) -> str:
    """Return the sha256 of a file, read in pieces."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _require_sha256(path: Path, expected: str | None) -> None:
    try:
        found = file_sha256(path)
    except OSError as error:
        raise IndexDamaged(path, f"cannot be read ({error.strerror})") from error
    if found != expected:
        raise IndexDamaged(path, "sha256 differs from facts.json")
