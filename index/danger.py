"""How near a question is to dangers that people have told of in their own words."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple, Protocol

import numpy as np
import numpy.typing as npt
from pydantic import FiniteFloat, ValidationError
from safetensors import SafetensorError, safe_open

from content.schema import Fact
from index.danger_errors import BadDangerWeights
from index.danger_words import BITS, parts, traces
from index.graph import file_sha256

DANGER_WEIGHTS = Path(__file__).with_name("weights") / "danger.safetensors"
# What is scored, in the order of the weights' rows: any danger, a crisis among dangers, a personal decision.
URGENT, CRISIS, PERSONAL = range(3)
ASPECTS = ("urgent", "crisis", "personal")
# Beside the whole question, this many of its parts are also looked at by meaning: each costs milliseconds.
_PARTS_BY_MEANING = 3
Numbers = npt.NDArray[np.float32]


class DangerFacts(Fact):
    """From which score on a question is dangerous or personal; `…_by_words` where no network is at hand."""

    urgent: FiniteFloat
    urgent_by_words: FiniteFloat
    personal: FiniteFloat
    crisis: FiniteFloat
    share_of_meaning: FiniteFloat


class Meaning(Protocol):
    """Anything that scores texts by what they mean, each text independent of its neighbours."""

    def log_odds(self, texts: Sequence[str]) -> Numbers:
        """Return float32 (n, 3): log-odds of each aspect."""
        ...


class Danger(NamedTuple):
    """What a question is near to; `is_crisis` says of which kind a danger is."""

    is_urgent: bool
    is_crisis: bool
    is_personal: bool


class DangerModel:
    """Weights of words, and thresholds for what words and meaning make together of a question."""

    def __init__(self, facts: DangerFacts, words: Numbers, bias: Numbers, version: str) -> None:
        """Take what `load_danger` reads: (3, 2**BITS), (3,); `version` changes with every byte of it."""
        self.facts, self.words, self.bias, self.version = facts, words, bias, version

    def look(self, question: str, meaning: Meaning | None = None) -> Danger:
        """Return what a question is near to, by its words and, where a network is at hand, by its meaning.

        By words alone nothing is personal: too many ordinary questions would be. A score that is no
        number is urgent.
        """
        facts = self.facts
        urgent, crisis, personal = self.scores(question, meaning)
        return Danger(
            is_urgent=not urgent <= (facts.urgent if meaning else facts.urgent_by_words),
            is_crisis=bool(crisis > facts.crisis),
            is_personal=bool(meaning and personal > facts.personal),
        )

    def scores(self, question: str, meaning: Meaning | None = None) -> Numbers:
        """Return float32 (3,): the aspects' log-odds, with a network also by meaning.

        A question of many sentences is what the worst of its parts is.
        """
        found = parts(question)
        scores = self.by_words(found)
        if meaning is not None:
            near = scores[1:, URGENT].argsort(kind="stable")[::-1][:_PARTS_BY_MEANING] + 1
            rows = [0, *near.tolist()]
            by_meaning = meaning.log_odds([found[row] for row in rows])
            scores = scores[rows] + self.facts.share_of_meaning * by_meaning
        worst = scores[scores[:, URGENT].argmax()]
        return np.array([worst[URGENT], worst[CRISIS], scores[:, PERSONAL].max()], np.float32)

    def by_words(self, texts: Sequence[str]) -> Numbers:
        """Return float32 (n, 3): log-odds of each aspect, by words alone."""
        return np.stack([self._one(traces(text)) for text in texts]).astype(np.float32)

    def _one(self, numbers: npt.NDArray[np.int64]) -> Numbers:
        weights = self.words[:, numbers].astype(np.float32).sum(axis=1)
        # Each text has length 1, however many traces it leaves.
        return np.asarray(weights / np.sqrt(max(1, len(numbers))) + self.bias, np.float32)


@cache
def load_danger(path: Path = DANGER_WEIGHTS) -> DangerModel:
    """Read facts and words; raises BadDangerWeights where they are not what `faq train-danger` writes.

    The network in the same file is exported once and then run by `index.danger_graph`.
    """
    try:
        with safe_open(path, framework="numpy") as file:
            facts = DangerFacts.model_validate(json.loads((file.metadata() or {})["facts"]))
            # The large one stays as it is stored: a question touches a few hundred of its numbers.
            words, bias = file.get_tensor("words"), file.get_tensor("words_bias").astype(np.float32)
    except (OSError, SafetensorError, KeyError, ValueError, ValidationError) as error:
        raise BadDangerWeights(path) from error
    shapes = words.shape, bias.shape
    if shapes != ((len(ASPECTS), 1 << BITS), (len(ASPECTS),)) or not np.isfinite([words.sum(), *bias]).all():
        raise BadDangerWeights(path)
    return DangerModel(facts, words, bias, file_sha256(path)[:8])
