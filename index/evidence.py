"""How strongly each sentence of a passage answers a question: our own reader model, as a graph."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt
from pydantic import ValidationError

from content.normalize import fold
from content.schema import Fact
from index.embedder import file_sha256, require_sha256
from index.errors import ExportFailed, IndexDamaged
from index.reader_input import reader_input, sentence_of_tokens

WEIGHTS = Path(__file__).with_name("weights") / "reader.safetensors"
# Changes when a graph exported from the same weights would come out differently.
_RECIPE = "reader-1"
# Below any logit a sentence can have; for a sentence cut off at `max_tokens`.
UNREAD = -20.0


class EvidenceFacts(Fact):
    """What must be equal for two evidence scores to be comparable."""

    weights_sha256: str
    max_tokens: int
    graph_sha256: str = ""
    tokenizer_sha256: str = ""


def same_reader(one: EvidenceFacts | None, other: EvidenceFacts | None) -> bool:
    """Say whether evidence of both may be compared; the exported files may differ."""
    return (one and one.weights_sha256) == (other and other.weights_sha256)


class PassageText(Fact):
    """What the model is given of a passage beside the question."""

    title: str
    role: str
    sentences: tuple[str, ...]


class EvidenceModel(Protocol):
    """Anything that scores the sentences of passages, each passage independent of the others."""

    facts: EvidenceFacts

    def sentence_evidence(self, question: str, passages: Sequence[PassageText]) -> list[tuple[float, ...]]:
        """Return for each passage the log-odds of each of its sentences, against "nothing here"."""
        ...


class GraphEvidence:
    """The exported reader run by onnxruntime and tokenizers alone."""

    def __init__(self, folder: Path) -> None:
        os.environ["ORT_DISABLE_TELEMETRY"] = "1"
        import onnxruntime
        from tokenizers import Tokenizer

        self.facts = _read_facts(folder)
        graph, tokenizer = folder / "model.onnx", folder / "tokenizer.json"
        require_sha256(graph, self.facts.graph_sha256)
        require_sha256(tokenizer, self.facts.tokenizer_sha256)
        options = onnxruntime.SessionOptions()
        # One thread a passage and passages side by side: two threads inside one passage are slower.
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        self._session = onnxruntime.InferenceSession(str(graph), options, providers=["CPUExecutionProvider"])
        self._tokenizer = Tokenizer.from_file(str(tokenizer))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(self.facts.max_tokens)
        self._pool = ThreadPoolExecutor(os.cpu_count() or 1, thread_name_prefix="reader")
        # Public so that a benchmark can empty it.
        self.read_one = lru_cache(maxsize=4096)(self._read_one)

    def sentence_evidence(self, question: str, passages: Sequence[PassageText]) -> list[tuple[float, ...]]:
        """Return for each passage the log-odds of each of its sentences, in order.

        Law: a passage's scores depend on the question and that passage alone. It is run by itself,
        never padded: dynamic int8 scales would otherwise depend on its neighbours.
        """
        folded = fold(question)
        # The longest first, so that the cores finish together.
        order = sorted(range(len(passages)), key=lambda n: -sum(map(len, passages[n].sentences)))
        found = self._pool.map(lambda n: self.read_one(folded, passages[n]), order)
        return [scores for _, scores in sorted(zip(order, found, strict=True))]

    def _read_one(self, question: str, passage: PassageText) -> tuple[float, ...]:
        given = reader_input(passage.title, passage.role, passage.sentences)
        encoding = self._tokenizer.encode(question, given.text)
        inputs = {
            "input_ids": np.array([encoding.ids], dtype=np.int64),
            "attention_mask": np.array([encoding.attention_mask], dtype=np.int64),
            "token_type_ids": np.array([encoding.type_ids], dtype=np.int64),
        }
        logits = np.asarray(self._session.run(None, inputs)[0], dtype=np.float64)[0]
        places = np.array(sentence_of_tokens(encoding.offsets, encoding.type_ids, given.sentences))
        return tuple(_log_sum(logits[places == number]) for number in range(len(passage.sentences)))


def _log_sum(logits: npt.NDArray[np.float64]) -> float:
    """Return log Σ exp(logit) over the tokens of one sentence, UNREAD without any."""
    return round(float(np.logaddexp.reduce(logits)), 4) if len(logits) else UNREAD


def open_evidence(models: Path, *, weights: Path = WEIGHTS, renew: bool = False) -> EvidenceModel:
    """Return the reader of a weights file, merged and exported into `models` on first use.

    A damaged export is refused, or with `renew` replaced by a fresh one.
    """
    folder = models / f"{_RECIPE}-{file_sha256(weights)[:16]}"
    if not (folder / "facts.json").exists():
        _export_in_child(weights, folder)
    try:
        return GraphEvidence(folder)
    except IndexDamaged:
        if not renew:
            raise
        _export_in_child(weights, folder)
        return GraphEvidence(folder)


def _read_facts(folder: Path) -> EvidenceFacts:
    path = folder / "facts.json"
    try:
        return EvidenceFacts.model_validate_json(path.read_bytes())
    except (OSError, ValidationError) as error:
        raise IndexDamaged(path, "not the facts of an exported reader") from error


def _export_in_child(weights: Path, folder: Path) -> None:
    """Run `index.reader_export` in a process of its own, so that answering never holds torch."""
    package_root = str(Path(__file__).parent.parent)
    environment = {**os.environ, "PYTHONPATH": package_root, "HF_HUB_OFFLINE": "1",
                   "HF_HUB_DISABLE_TELEMETRY": "1"}  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-P", "-m", "index.reader_export", str(weights), str(folder)],
        env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        lines = done.stderr.strip().splitlines() or ["no message"]
        raise ExportFailed(str(weights), lines[-1])
