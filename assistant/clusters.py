"""Questions that mean the same, grouped; a group is shown only when enough visitors asked it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence

import numpy as np
import numpy.typing as npt
from pydantic import Field

from assistant.common_words import COMMON_WORDS
from assistant.redaction import masked, words_of
from content.schema import Fact
from index.embedder import FloatMatrix

# Cosine of two questions that count as alike: of the labelled questions 24 % of the pairs with the same
# answer lie above it, and 1.4 % of all others.
ALIKE = 0.6
_ROWS_AT_ONCE = 512
Embed = Callable[[Sequence[str]], FloatMatrix]


class Kept(Fact):
    """One redacted question as it is kept: how many visitors asked it that day, and what they were shown."""

    text: str
    outcome: str
    detail: str
    closest: str
    asked: int
    unhelpful: int
    vector: bytes
    embedder: str


class Cluster(Fact):
    """Questions alike. `question`: the most central one, with every rare word masked.

    `asked` counts a visitor once a day; `refused` and `unhelpful` are parts of it. `closest`: the
    document most often nearest to them, "" when there was none.
    """

    question: str
    asked: int
    refused: int
    unhelpful: int
    closest: str
    outcomes: dict[str, int] = Field(default_factory=dict)


class Clusters(Fact):
    """What may be shown; `hidden` counts the questions of groups that are too small."""

    shown: tuple[Cluster, ...] = ()
    hidden: int = 0


def packed(vector: npt.NDArray[np.float32]) -> bytes:
    """Return a vector as it is kept and compared: two bytes for each number."""
    return np.asarray(vector, dtype=np.float16).tobytes()


def unpacked(vectors: Iterable[bytes]) -> FloatMatrix:
    """Return kept vectors as float32 (n, d), unit rows."""
    rows = np.stack([np.frombuffer(vector, dtype=np.float16).astype(np.float32) for vector in vectors])
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), dtype=np.float32)


def clustered(
    kept: Sequence[Kept], embed: Embed, embedder: str, *, known: Collection[str], at_least: int
) -> Clusters:
    """Return the groups that at least so many visitors asked, the most refused first.

    Law: a word is shown only if it is one of the commonest, stands in the documents (`known`), or was used
    by at least `at_least` visitors of its group; a number only if so many used it. Order does not matter.
    """
    in_order = sorted(kept, key=lambda question: (-question.asked, question.text, question.outcome))
    if not in_order:
        return Clusters()
    vectors = _vectors(in_order, embed, embedder)
    members: dict[int, list[int]] = {}
    for row, group in enumerate(grouped(vectors)):
        members.setdefault(group, []).append(row)
    shown, hidden = [], 0
    for rows in members.values():
        questions = [in_order[row] for row in rows]
        asked = sum(question.asked for question in questions)
        if asked < at_least:
            hidden += asked
        else:
            central = questions[_central(vectors[rows], [question.asked for question in questions])]
            shown.append(_described(questions, central.text, known, at_least))
    shown.sort(key=lambda cluster: (-cluster.refused, -cluster.unhelpful, -cluster.asked, cluster.question))
    return Clusters(shown=tuple(shown), hidden=hidden)


def grouped(vectors: FloatMatrix, alike: float = ALIKE) -> list[int]:
    """Return the group of each row, numbered as they begin. Every two rows of a group are alike.

    A row joins the largest group with which it is wholly alike, the earliest of equally large ones, or
    begins its own (complete linkage, in one pass). Since one visitor's questions of a day that are alike
    are kept once, nobody counts twice in a group.
    """
    groups = np.full(len(vectors), -1, dtype=np.int64)
    sizes = np.zeros(0, dtype=np.int64)
    for start in range(0, len(vectors), _ROWS_AT_ONCE):
        block = vectors[start : start + _ROWS_AT_ONCE] @ vectors[: start + _ROWS_AT_ONCE].T
        for row, cosines in enumerate(block, start):
            near = groups[:row][cosines[:row] >= alike]
            whole = np.flatnonzero(np.bincount(near, minlength=len(sizes)) == sizes)
            if len(whole):
                group = int(whole[sizes[whole].argmax()])
            else:
                group, sizes = len(sizes), np.append(sizes, 0)
            groups[row] = group
            sizes[group] += 1
    return [int(group) for group in groups]


def _vectors(kept: Sequence[Kept], embed: Embed, embedder: str) -> FloatMatrix:
    """Return the kept vectors; those of another embedder are made anew."""
    old = [question.text for question in kept if question.embedder != embedder]
    anew = iter(map(packed, embed(old) if old else ()))
    return unpacked(q.vector if q.embedder == embedder else next(anew) for q in kept)


def _central(vectors: FloatMatrix, asked: Sequence[int]) -> int:
    """Return the question that is most like all that were asked; the first of equals."""
    middle = (vectors * np.asarray(asked, dtype=np.float32)[:, None]).sum(axis=0)
    return int(np.round(vectors @ middle, 4).argmax())


def _described(questions: Sequence[Kept], central: str, known: Collection[str], at_least: int) -> Cluster:
    users: Counter[str] = Counter()
    outcomes: Counter[str] = Counter()
    closest: Counter[str] = Counter()
    for question in questions:
        users.update(dict.fromkeys(words_of(question.text), question.asked))
        outcomes[question.outcome] += question.asked
        closest[question.closest] += question.asked

    def may_be_shown(word: str) -> bool:
        is_number = any(map(str.isnumeric, word))
        return users[word] >= at_least or (not is_number and (word in COMMON_WORDS or word in known))

    return Cluster(
        question=masked(central, may_be_shown),
        asked=sum(question.asked for question in questions),
        refused=outcomes["no_answer"],
        unhelpful=sum(question.unhelpful for question in questions),
        closest=min(closest, key=lambda name: (-closest[name], name)),
        outcomes=dict(sorted(outcomes.items())),
    )
