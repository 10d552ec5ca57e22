"""How strongly each sentence of a passage answers a question: our own reader model, as a graph."""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache, partial
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt

from content.normalize import fold
from content.schema import Fact
from index.graph import NetworkFacts, TokenGraph, export_in_child, file_sha256, open_export, read_facts
from index.reader_input import reader_input, sentence_of_tokens

WEIGHTS = Path(__file__).with_name("weights") / "reader.safetensors"
# Changes when a graph exported from the same weights would come out differently.
_RECIPE = "reader-2"
# Below any logit a sentence can have; for a sentence cut off at `max_tokens`.
UNREAD = -20.0
# Beyond this, more log-odds say no more than "certain".
CERTAIN = 6.0


class EvidenceFacts(NetworkFacts):
    """What must be equal for two evidence scores to be comparable."""


def same_reader(one: EvidenceFacts | None, other: EvidenceFacts | None) -> bool:
    """Say whether evidence of both may be compared; the exported files may differ."""
    return (one and one.weights_sha256) == (other and other.weights_sha256)


def bounded(log_odds: float) -> float:
    """Return log-odds, at most 6 either way."""
    return max(-CERTAIN, min(CERTAIN, log_odds))


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
        self.facts = read_facts(EvidenceFacts, folder, "reader")
        self._graph = TokenGraph(
            folder, graph_sha256=self.facts.graph_sha256, tokenizer_sha256=self.facts.tokenizer_sha256,
            max_tokens=self.facts.max_tokens,
        )  # fmt: skip
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
        encoding, output = self._graph.run(question, given.text)
        logits = output.astype(np.float64)
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
    offline = {"HF_HUB_OFFLINE": "1"}
    export = partial(export_in_child, "index.reader_export", str(weights), folder, offline)
    return open_export(folder, export, GraphEvidence, renew=renew)
