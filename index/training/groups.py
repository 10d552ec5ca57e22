"""Examples to what one step of training sees: noised, cut to length, as arrays of tokens."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from content.normalize import fold
from content.roles import section_label
from index.reader_input import reader_input, sentence_of_tokens
from index.training.examples import BY_RULE, Example, ReadPassage, without_gold
from index.training.misfits import misfit

MAX_TOKENS = 176
# Shares of what a draw changes: patients forget question marks, documents lack titles and labels,
# and the passage that answers is often not among the documents at all.
_NO_MARK, _NO_TITLE, _NO_ROLE, _NO_LABEL = 0.4, 0.25, 0.35, 0.5
_NO_ANSWER, _TYPING_SLIP, _TWO_NEGATIVES = 0.12, 0.08, 0.35
_UNANSWERABLE, _MISFIT = 0.42, 0.12
# Sources count by this power of their size: small sets of the right kind teach more than their share.
_BY_SIZE = 0.4


class TokenRow(NamedTuple):
    """One (question, passage) pair: token ids, types, and masks over its tokens."""

    ids: list[int]
    types: list[int]
    candidate: list[bool]
    gold: list[bool]
    answer: list[bool]


class Group(NamedTuple):
    """The pairs of one question, normalised together."""

    rows: tuple[TokenRow, ...]


Tokenize = Callable[[str, str], Any]


class Sampler:
    """Draws examples: sources by a power of their size, fewer unanswerable ones."""

    def __init__(self, examples: Sequence[Example]) -> None:
        self._pools: dict[tuple[str, bool], list[Example]] = {}
        for example in examples:
            self._pools.setdefault((example.source, example.answerable), []).append(example)
        self._keys = sorted(self._pools)
        self._shares = np.array([self._share(key) for key in self._keys])

    def _share(self, key: tuple[str, bool]) -> float:
        source, answerable = key
        both = [kind for kind in (True, False) if (source, kind) in self._pools]
        size = sum(len(self._pools[source, kind]) for kind in both)
        part = 1.0 if len(both) == 1 else (1 - _UNANSWERABLE if answerable else _UNANSWERABLE)
        return float(size**_BY_SIZE) * part

    def draw(self, rng: np.random.Generator) -> Example:
        """Return one example."""
        key = self._keys[rng.choice(len(self._keys), p=self._shares / self._shares.sum())]
        pool = self._pools[key]
        return pool[int(rng.integers(len(pool)))]


def chosen_passages(example: Example, rng: np.random.Generator) -> list[ReadPassage]:
    """Return up to three passages: one with gold where there is one, and hard negatives."""
    gold = [passage for passage in example.passages if passage.gold]
    others = [passage for passage in example.passages if not passage.gold]
    count = 2 if rng.random() < _TWO_NEGATIVES else 1
    if gold and not (others and rng.random() < _NO_ANSWER):
        first = [gold[int(rng.integers(len(gold)))]]
        rest = [p for p in example.passages if p is not first[0]]
    else:
        first, rest, count = [], others, max(2, count)
    picked = rng.permutation(len(rest))[:count]
    return first + [rest[int(place)] for place in sorted(picked)]


def noised(question: str, rng: np.random.Generator) -> str:
    """Return a question as people type it: often without its mark, sometimes with a slip."""
    if rng.random() < _NO_MARK:
        question = question.rstrip("? ")
    if rng.random() < _TYPING_SLIP and len(question) > 8:
        place = int(rng.integers(1, len(question) - 2))
        question = question[:place] + question[place + 1] + question[place] + question[place + 2 :]
    return question


def noised_passage(passage: ReadPassage, rng: np.random.Generator) -> ReadPassage:
    """Return a passage without its title, role or section label, each now and then."""
    title = "" if rng.random() < _NO_TITLE else passage.title
    role = "" if rng.random() < _NO_ROLE else passage.role
    sentences = passage.sentences
    label = section_label(sentences[0])
    if label and len(sentences[0]) > len(label) + 2 and rng.random() < _NO_LABEL:
        bare = sentences[0].lstrip()[len(label) :].lstrip(" :.")
        sentences = (bare or sentences[0], *sentences[1:])
    return passage._replace(title=title, role=role, sentences=sentences)


def token_row(tokenize: Tokenize, question: str, passage: ReadPassage) -> TokenRow:
    """Encode one pair; `answer` marks the answer's words inside gold sentences, or all of them."""
    given = reader_input(passage.title, passage.role, passage.sentences)
    encoding = tokenize(fold(question), given.text)
    places = sentence_of_tokens(encoding.offsets, encoding.type_ids, given.sentences)
    gold = [place in passage.gold for place in places]
    spans = _answer_places(given.text, given.sentences, passage)
    answer = [
        is_gold and any(a <= start < b for a, b in spans)
        for is_gold, (start, _) in zip(gold, encoding.offsets, strict=True)
    ]
    return TokenRow(
        ids=list(encoding.ids), types=list(encoding.type_ids),
        candidate=[place >= 0 for place in places], gold=gold, answer=answer if any(answer) else gold,
    )  # fmt: skip


def _answer_places(
    text: str, places: Sequence[tuple[int, int]], passage: ReadPassage
) -> list[tuple[int, int]]:
    """Return where the answer's words stand inside gold sentences; none when they span several."""
    found = []
    for number in passage.gold:
        start, end = places[number]
        for answer in map(fold, passage.answers):
            place = text.find(answer, start, end) if answer else -1
            if place >= 0:
                found.append((place, place + len(answer)))
    return found


def draw_group(example: Example, tokenize: Tokenize, rng: np.random.Generator) -> Group:
    """Draw passages and noise for one example and encode them.

    Now and then the question is changed into one that the same passages do not answer.
    """
    question = example.question
    altered = None
    if rng.random() < _MISFIT and example.answerable and example.source != BY_RULE:
        altered = misfit(question, rng)
    if altered:
        question, example = altered, without_gold(example)
    question = noised(question, rng)
    passages = [noised_passage(passage, rng) for passage in chosen_passages(example, rng)]
    return Group(tuple(token_row(tokenize, question, passage) for passage in passages))


class Batch(NamedTuple):
    """Padded arrays (rows, tokens) of several groups; `group` names each row's group."""

    ids: npt.NDArray[np.int64]
    types: npt.NDArray[np.int64]
    attention: npt.NDArray[np.int64]
    candidate: npt.NDArray[np.bool_]
    gold: npt.NDArray[np.bool_]
    answer: npt.NDArray[np.bool_]
    group: list[int]


def as_batch(groups: Sequence[Group]) -> Batch:
    """Pad the rows of `groups` to the longest of them."""
    rows = [row for group in groups for row in group.rows]
    width = max(len(row.ids) for row in rows)

    def padded(values: Sequence[Sequence[int]], kind: Any) -> Any:
        array = np.zeros((len(values), width), dtype=kind)
        for number, value in enumerate(values):
            array[number, : len(value)] = value
        return array

    return Batch(
        ids=padded([row.ids for row in rows], np.int64),
        types=padded([row.types for row in rows], np.int64),
        attention=padded([[1] * len(row.ids) for row in rows], np.int64),
        candidate=padded([row.candidate for row in rows], np.bool_),
        gold=padded([row.gold for row in rows], np.bool_),
        answer=padded([row.answer for row in rows], np.bool_),
        group=[number for number, group in enumerate(groups) for _ in group.rows],
    )
