"""How near a question is to dangers that people have told of in their own words."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from pydantic import ValidationError
from safetensors import SafetensorError, safe_open

from content.schema import Fact
from index.danger_errors import BadDangerWeights
from index.danger_words import BITS, parts, traces
from index.embedder import Embedder, FloatMatrix
from index.graph import file_sha256

DANGER_WEIGHTS = Path(__file__).with_name("weights") / "danger.safetensors"
# What is scored, in the order of the weights' rows: any danger, a crisis among dangers, a personal decision.
URGENT, CRISIS, PERSONAL = range(3)
ASPECTS = ("urgent", "crisis", "personal")
# Beside the whole question, this many of its parts are also looked at by meaning: each costs milliseconds.
_PARTS_BY_MEANING = 3
Numbers = npt.NDArray[np.float32]


class DangerFacts(Fact):
    """From which score on a question is dangerous or personal; `…_by_words` where no vectors are at hand.

    `embedder` names the weights whose vectors were learned from; those of another model say nothing here.
    """

    embedder: str
    urgent: float
    urgent_by_words: float
    personal: float
    crisis: float
    share_of_meaning: float


class Danger(NamedTuple):
    """What a question is near to; `is_crisis` says of which kind a danger is."""

    is_urgent: bool
    is_crisis: bool
    is_personal: bool


class DangerModel:
    """Weights of words and a small network over vectors, one score each for URGENT, CRISIS and PERSONAL."""

    def __init__(self, facts: DangerFacts, weights: Mapping[str, Numbers], version: str) -> None:
        """Take what `load_danger` reads; `version` changes with every byte of it."""
        self.facts, self.weights, self.version = facts, weights, version
        self._words, self._bias = weights["words"], weights["words_bias"]
        self._layers = [
            (weights[f"{name}_in"], weights[f"{name}_hidden"], weights[f"{name}_out"]) for name in ASPECTS
        ]

    def knows(self, embedder: Embedder) -> bool:
        """Say whether this is the embedder whose vectors were learned from."""
        return embedder.facts.weights_sha256 == self.facts.embedder

    def look(self, question: str, embedder: Embedder | None = None) -> Danger:
        """Return what a question is near to, by its words and, with an embedder it knows, by its meaning.

        By words alone nothing is personal: too many ordinary questions would be.
        """
        facts, near = self.facts, embedder if embedder and self.knows(embedder) else None
        urgent, crisis, personal = self.scores(question, near)
        return Danger(
            is_urgent=bool(urgent > (facts.urgent if near else facts.urgent_by_words)),
            is_crisis=bool(crisis > facts.crisis),
            is_personal=bool(near and personal > facts.personal),
        )

    def scores(self, question: str, embedder: Embedder | None = None) -> Numbers:
        """Return float32 (3,): the aspects' log-odds, with an embedder also by meaning.

        A question of many sentences is what the worst of its parts is.
        """
        found = parts(question)
        scores = self.by_words(found)
        if embedder is not None:
            near = scores[1:, URGENT].argsort(kind="stable")[::-1][:_PARTS_BY_MEANING] + 1
            rows = [0, *near.tolist()]
            vectors = embedder.embed([found[row] for row in rows])
            scores = scores[rows] + self.facts.share_of_meaning * self.by_meaning(vectors)
        worst = scores[scores[:, URGENT].argmax()]
        return np.array([worst[URGENT], worst[CRISIS], scores[:, PERSONAL].max()], np.float32)

    def by_words(self, texts: Sequence[str]) -> Numbers:
        """Return float32 (n, 3): log-odds of each aspect, by words alone."""
        rows = [self._one(traces(text)) for text in texts]
        return np.stack(rows).astype(np.float32)

    def _one(self, numbers: npt.NDArray[np.int64]) -> Numbers:
        weights = self._words[:, numbers].astype(np.float32).sum(axis=1)
        # Each text has length 1, however many traces it leaves.
        return np.asarray(weights / np.sqrt(max(1, len(numbers))) + self._bias, np.float32)

    def by_meaning(self, vectors: FloatMatrix) -> Numbers:
        """Return float32 (n, 3): mean log-odds of the networks' members, by unit vectors alone."""
        return np.stack([self._network(vectors, *layer) for layer in self._layers], axis=1)

    @staticmethod
    def _network(vectors: FloatMatrix, first: Numbers, hidden: Numbers, last: Numbers) -> Numbers:
        """Run members of one hidden layer side by side: (m, d, h), (m, h), (m, h + 1)."""
        seen = np.maximum(np.einsum("nd,mdh->nmh", vectors, first) + hidden, 0)
        return np.asarray(((seen * last[:, :-1]).sum(axis=2) + last[:, -1]).mean(axis=1), np.float32)


@cache
def load_danger(path: Path = DANGER_WEIGHTS) -> DangerModel:
    """Read the weights; raises BadDangerWeights where they are not what `faq train-danger` writes."""
    try:
        with safe_open(path, framework="numpy") as file:
            facts = DangerFacts.model_validate(json.loads((file.metadata() or {})["facts"]))
            names = (
                "words",
                "words_bias",
                *(f"{name}_{part}" for name in ASPECTS for part in ("in", "hidden", "out")),
            )
            weights = {name: file.get_tensor(name) for name in names}
    except (OSError, SafetensorError, KeyError, ValueError, ValidationError) as error:
        raise BadDangerWeights(path) from error
    # The large one stays as it is stored: a question touches a few hundred of its numbers.
    wide = {name: array if name == "words" else array.astype(np.float32) for name, array in weights.items()}
    if wide["words"].shape != (len(ASPECTS), 1 << BITS):
        raise BadDangerWeights(path)
    return DangerModel(facts, wide, file_sha256(path)[:8])
