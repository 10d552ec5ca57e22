"""Learning what danger sounds like, from questions people wrote for it, thresholds from writers kept out."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple, get_args

import numpy as np
import numpy.typing as npt
from safetensors.numpy import save_file
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression
from tqdm import tqdm

from index.danger import ASPECTS, PERSONAL, URGENT, DangerFacts, DangerModel, Numbers
from index.danger_words import BITS, parts, traces
from index.training.danger_lessons import Piece, taught
from index.training.danger_network import LearntMeaning, meaning_weights
from index.training.danger_questions import URGENT_KINDS, Kind, Written

# How far weights of words may go, and what the network's word weighs beside theirs.
_FREEDOM, _SHARE_OF_MEANING = 30.0, 1.0
# Writers are kept out in so many groups, each judged by what the others taught.
_GROUPS = 5
# So many of the ordinary questions of a writer kept out may be taken for danger, by words alone, as personal.
_FALSE, _FALSE_BY_WORDS, _FALSE_PERSONAL = 0.045, 0.04, 0.004
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


class Learned(NamedTuple):
    """What one round of learning leaves: words and thresholds, and the network beside them."""

    model: DangerModel
    meaning: LearntMeaning


def train_danger(written: Sequence[Written], *, progress: bool = False) -> tuple[Learned, KeptOut]:
    """Return a model of all writers' questions, and what models of all others made of each writer's.

    The thresholds are quantiles of ordinary questions kept out, so that they hold for words nobody
    has learned from.
    """
    writers = sorted({one.writer for one in written})
    groups = [writers[n::_GROUPS] for n in range(min(_GROUPS, len(writers)))]
    rounds = []
    for group in tqdm(groups, desc="writers kept out", disable=None if progress else True):
        others = learned([one for one in written if one.writer not in group], progress=progress)
        rounds.append(judged(others, [one for one in written if one.writer in group]))
    kept_out = all_of(rounds)
    final = learned(written, progress=progress)
    return with_thresholds(final, kept_out), kept_out


def all_of(rounds: Sequence[KeptOut]) -> KeptOut:
    """Return several as one."""
    return KeptOut(
        [one for found in rounds for one in found.asked],
        np.concatenate([found.scores for found in rounds]),
        np.concatenate([found.by_words for found in rounds]),
    )


def judged(learned: Learned, asked: Sequence[Written]) -> KeptOut:
    """Return what a model makes of questions."""
    model, meaning = learned.model, learned.meaning
    scores = [model.scores(one.text, meaning) for one in asked]
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


def save_danger(learned: Learned, path: Path) -> None:
    """Write the weights as float16, and their facts beside them in the same file."""
    model = learned.model
    tensors: dict[str, Numbers] = {
        "words": model.words.astype(np.float16), "words_bias": model.bias.astype(np.float16),
        **meaning_weights(learned.meaning.network),
    }  # fmt: skip
    save_file(tensors, path, metadata={"facts": model.facts.model_dump_json()})


def with_thresholds(learned: Learned, kept_out: KeptOut) -> Learned:
    """Return the same with the thresholds that questions kept out ask for.

    Of half the writers, at least, no greater share of the ordinary questions is taken for something
    else; one odd writer moves nothing.
    """
    model = learned.model
    found = {
        "urgent": _most(kept_out, kept_out.scores[:, URGENT], _FALSE),
        "urgent_by_words": _most(kept_out, kept_out.by_words[:, URGENT], _FALSE_BY_WORDS),
        "personal": _most(kept_out, kept_out.scores[:, PERSONAL], _FALSE_PERSONAL),
    }
    facts = model.facts.model_copy(update=found)
    return learned._replace(model=DangerModel(facts, model.words, model.bias, model.version))


def _most(kept_out: KeptOut, scores: Numbers, share: float) -> float:
    """Return the median of what each writer's ordinary questions exceed at most in this share."""
    writers, ordinary = np.array([one.writer for one in kept_out.asked]), kept_out.of("ordinary")
    lowest = [
        np.quantile(scores[ordinary & (writers == writer)], 1 - share, method="higher")
        for writer in sorted(set(writers[ordinary]))
    ]
    return float(np.median(lowest))


def learned(written: Sequence[Written], *, progress: bool = False) -> Learned:
    """Return a model without thresholds: nothing is dangerous to it yet."""
    # What is harmless is so in each of its parts; which part of a danger is the danger, nobody said.
    pieces = [
        Piece(text, one.kind)
        for one in written
        for text in ([one.text] if one.kind in URGENT_KINDS else parts(one.text))
    ]
    words, bias = _words(pieces)
    facts = DangerFacts(
        urgent=_NEVER, urgent_by_words=_NEVER, personal=_NEVER, crisis=0.0,
        share_of_meaning=_SHARE_OF_MEANING,
    )  # fmt: skip
    return Learned(DangerModel(facts, words, bias, "new"), taught(pieces, progress=progress))


def _words(pieces: Sequence[Piece]) -> tuple[Numbers, Numbers]:
    """Return float32 (3, 2**BITS) and (3,): logistic regression, one line for each aspect."""
    kinds = np.array([piece.kind for piece in pieces])
    rows = _rows([traces(piece.text) for piece in pieces])
    urgent = np.isin(kinds, sorted(URGENT_KINDS))
    weights, bias = np.zeros((len(ASPECTS), 1 << BITS), np.float32), np.zeros(len(ASPECTS), np.float32)
    # Each aspect is learned from the questions among which it must tell: a crisis among dangers.
    lessons = ((np.ones_like(urgent), urgent), (urgent, kinds == "crisis"), (~urgent, kinds == "advice"))
    for number, (among, is_so) in enumerate(lessons):
        # Newton's method on sparse rows: seconds, where the default takes minutes.
        line = LogisticRegression(C=_FREEDOM, solver="liblinear", class_weight="balanced")
        line.fit(rows[among], is_so[among])
        weights[number], bias[number] = line.coef_[0], line.intercept_[0]
    return weights, bias


def _rows(found: Sequence[npt.NDArray[np.int64]]) -> csr_matrix:
    """Return one row a text, of length 1."""
    ends = np.cumsum([0, *(len(numbers) for numbers in found)])
    values = np.concatenate([np.full(len(numbers), 1 / np.sqrt(max(1, len(numbers)))) for numbers in found])
    return csr_matrix((values, np.concatenate(found), ends), shape=(len(found), 1 << BITS))
