"""Learning what danger sounds like, from questions people wrote for it, thresholds from writers kept out."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple, get_args

import numpy as np
import numpy.typing as npt
from safetensors.numpy import save_file
from scipy.sparse import csr_matrix
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from sklearn.neural_network import MLPClassifier
from tqdm import tqdm

from index.danger import ASPECTS, PERSONAL, URGENT, DangerFacts, DangerModel, Numbers
from index.danger_words import BITS, parts, traces
from index.embedder import Embedder, FloatMatrix
from index.training.danger_questions import URGENT_KINDS, Kind, Written

# How far weights of words may go; the networks: what holds them back, their size, number and rounds.
_FREEDOM = 30.0
_HOLD, _HIDDEN, _MEMBERS, _ROUNDS = 0.1, 128, 3, 80
_SHARE_OF_MEANING = 1.0
# So many of the ordinary questions of a writer kept out may be taken for danger, by words alone, as personal.
_FALSE, _FALSE_BY_WORDS, _FALSE_PERSONAL = 0.04, 0.03, 0.002
_NEVER = 1e9
Labels = npt.NDArray[np.bool_]


class KeptOut(NamedTuple):
    """Scores float32 (n, 3) of questions by a model that learned from other writers only."""

    asked: list[Written]
    scores: Numbers
    by_words: Numbers

    def of(self, *kinds: str) -> Labels:
        """Return bool (n,): which questions are of these kinds."""
        return np.array([one.kind in kinds for one in self.asked])


def train_danger(
    written: Sequence[Written], embedder: Embedder, *, progress: bool = False
) -> tuple[DangerModel, KeptOut]:
    """Return a model of all writers' questions, and what models of all others made of each writer's.

    The thresholds are quantiles of ordinary questions kept out, so that they hold for words nobody
    has learned from.
    """
    writers = sorted({one.writer for one in written})
    rounds = []
    for writer in tqdm(writers, desc="writers kept out", disable=None if progress else True):
        model = _fitted([one for one in written if one.writer != writer], embedder)
        rounds.append(judged(model, [one for one in written if one.writer == writer], embedder))
    kept_out = KeptOut(
        [one for found in rounds for one in found.asked],
        np.concatenate([found.scores for found in rounds]),
        np.concatenate([found.by_words for found in rounds]),
    )
    model = _fitted(written, embedder)
    return DangerModel(_with_thresholds(model.facts, kept_out), model.weights, "new"), kept_out


def judged(model: DangerModel, asked: Sequence[Written], embedder: Embedder) -> KeptOut:
    """Return what a model makes of questions."""
    scores = [model.scores(one.text, embedder) for one in asked]
    return KeptOut(list(asked), np.stack(scores), np.stack([model.scores(one.text) for one in asked]))


def kept_out_lines(facts: DangerFacts, kept_out: KeptOut) -> list[str]:
    """Tell of each kind of question how many were taken for what by models that never saw their writer."""
    found = kept_out.scores
    urgent, personal = found[:, URGENT] > facts.urgent, found[:, PERSONAL] > facts.personal
    by_words = kept_out.by_words[:, URGENT] > facts.urgent_by_words
    lines = ["of questions by writers kept out, taken for"]
    for kind in get_args(Kind):
        of = kept_out.of(kind)
        figures = f"danger {int(urgent[of].sum()):,}, by words alone {int(by_words[of].sum()):,}"
        lines.append(f"  {kind}: {figures}, personal {int(personal[of].sum()):,} of {int(of.sum()):,}")
    return lines


def save_danger(model: DangerModel, path: Path) -> None:
    """Write the weights as float16, and their facts beside them in the same file."""
    tensors = {name: array.astype(np.float16) for name, array in model.weights.items()}
    save_file(tensors, path, metadata={"facts": model.facts.model_dump_json()})


def _with_thresholds(facts: DangerFacts, kept_out: KeptOut) -> DangerFacts:
    ordinary = kept_out.of("ordinary")
    found = {
        "urgent": _most(kept_out.scores[ordinary, URGENT], _FALSE),
        "urgent_by_words": _most(kept_out.by_words[ordinary, URGENT], _FALSE_BY_WORDS),
        "personal": _most(kept_out.scores[ordinary, PERSONAL], _FALSE_PERSONAL),
    }
    return facts.model_copy(update=found)


def _most(scores: Numbers, share: float) -> float:
    """Return the lowest of some scores that at most this share of them exceed."""
    return float(np.quantile(scores, 1 - share, method="higher"))


def _fitted(written: Sequence[Written], embedder: Embedder) -> DangerModel:
    """Return a model without thresholds: nothing is dangerous to it yet."""
    # What is harmless is so in each of its parts; which part of a danger is the danger, nobody said.
    pieces = [
        (text, one.kind)
        for one in written
        for text in ([one.text] if one.kind in URGENT_KINDS else parts(one.text))
    ]
    texts, kinds = [text for text, _ in pieces], np.array([kind for _, kind in pieces])
    urgent = np.isin(kinds, sorted(URGENT_KINDS))
    everything = np.ones_like(urgent)
    words, vectors = _rows([traces(text) for text in texts]), embedder.embed(texts)
    weights: dict[str, Numbers] = {
        "words": np.zeros((len(ASPECTS), 1 << BITS), np.float32),
        "words_bias": np.zeros(len(ASPECTS), np.float32),
    }
    # Each aspect is learned from the questions among which it must tell: a crisis among dangers.
    lessons = ((everything, urgent), (urgent, kinds == "crisis"), (~urgent, kinds == "advice"))
    for number, (among, is_so) in enumerate(lessons):
        line = LogisticRegression(C=_FREEDOM, max_iter=3000, class_weight="balanced")
        line.fit(words[among], is_so[among])
        weights["words"][number], weights["words_bias"][number] = line.coef_[0], line.intercept_[0]
        weights |= _network(ASPECTS[number], vectors[among], is_so[among])
    facts = DangerFacts(
        embedder=embedder.facts.weights_sha256, urgent=_NEVER, urgent_by_words=_NEVER, personal=_NEVER,
        crisis=0.0, share_of_meaning=_SHARE_OF_MEANING,
    )  # fmt: skip
    return DangerModel(facts, weights, "new")


def _network(aspect: str, vectors: FloatMatrix, is_so: Labels) -> Mapping[str, Numbers]:
    """Return the layers of a few networks side by side, each begun from a seed of its own."""
    members = [
        MLPClassifier((_HIDDEN,), alpha=_HOLD, max_iter=_ROUNDS, random_state=seed)
        for seed in range(_MEMBERS)
    ]
    with warnings.catch_warnings():
        # Stopping before everything is learned by heart is what the number of rounds is for.
        warnings.simplefilter("ignore", ConvergenceWarning)
        for member in members:
            member.fit(vectors, is_so)
    last = [np.append(member.coefs_[1][:, 0], member.intercepts_[1]) for member in members]
    return {
        f"{aspect}_in": np.stack([member.coefs_[0] for member in members]),
        f"{aspect}_hidden": np.stack([member.intercepts_[0] for member in members]),
        f"{aspect}_out": np.stack(last),
    }


def _rows(found: Sequence[npt.NDArray[np.int64]]) -> csr_matrix:
    """Return one row a text, of length 1."""
    ends = np.cumsum([0, *(len(numbers) for numbers in found)])
    values = np.concatenate([np.full(len(numbers), 1 / np.sqrt(max(1, len(numbers)))) for numbers in found])
    return csr_matrix((values, np.concatenate(found), ends), shape=(len(found), 1 << BITS))
