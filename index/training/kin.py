"""Words of one kind that are not synonyms: "Poland" and "Slovenia", "kidney" and "lung"."""

from __future__ import annotations

import re
from collections.abc import Container
from functools import cache

import numpy as np
import numpy.typing as npt
from safetensors import safe_open

from index.export import packaged_model

# Below this place of the vocabulary, which is sorted by frequency, stand words such as "would" and "made".
_FIRST_TELLING = 2_200
# Cosines of token vectors: synonyms and inflections lie above, strangers below.
_NEAREST, _FARTHEST = 0.45, 0.30
_MOST = 12
_STEM = 3
_ENDINGS = ("ing", "ed", "ly", "s")
_WORD = re.compile(r"[A-Za-z]{4,}")


def kin(word: str) -> tuple[str, ...]:
    """Return up to twelve words of the same kind and ending as `word`, nearest first; none for rare words.

    By the token vectors of the embedding model: near enough to be of one kind, too far to mean the same,
    and of another stem. Words are folded; common words and those of several tokens have no kin.
    """
    words, vectors, places = _telling_words()
    place = places.get(word)
    if place is None:
        return ()
    cosines = vectors @ vectors[place]
    near = np.flatnonzero((cosines < _NEAREST) & (cosines > _FARTHEST))
    ordered = near[np.argsort(-cosines[near], kind="stable")]
    found = (words[int(row)] for row in ordered)
    alike = [w for w in found if w[:_STEM] != word[:_STEM] and _ending(w) == _ending(word)]
    return tuple(alike[:_MOST])


def kin_swapped(question: str, said: Container[str], rng: np.random.Generator) -> str | None:
    """Return the question with one of the words that are `said` changed to one of its kin, or None.

    "Who was king of Poland?" becomes "Who was king of Slovenia?": a question of the same shape that the
    passage about Poland does not answer. `said` are the folded words of the sentences that answer; a
    word they do not use may be a paraphrase already.
    """
    telling = [(found, found[0].lower()) for found in _WORD.finditer(question)]
    places = [(found, others) for found, word in telling if word in said and (others := kin(word))]
    if not places:
        return None
    found, others = places[int(rng.integers(len(places)))]
    other = others[int(rng.integers(len(others)))]
    other = other.capitalize() if found[0][0].isupper() else other
    return question[: found.start()] + other + question[found.end() :]


def _ending(word: str) -> str:
    return next((ending for ending in _ENDINGS if word.endswith(ending)), "")


@cache
def _telling_words() -> tuple[list[str], npt.NDArray[np.float32], dict[str, int]]:
    """Return the telling words of the vocabulary, their centred unit vectors and each word's row."""
    folder = packaged_model()
    vocabulary = (folder / "vocab.txt").read_text("utf-8").split("\n")
    rows = [n for n, word in enumerate(vocabulary) if n >= _FIRST_TELLING and _WORD.fullmatch(word)]
    with safe_open(str(folder / "model.safetensors"), framework="np") as weights:
        vectors = weights.get_tensor("embeddings.word_embeddings.weight")[rows].astype(np.float32)
    vectors -= vectors.mean(axis=0)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    words = [vocabulary[row] for row in rows]
    return words, vectors, {word: place for place, word in enumerate(words)}
