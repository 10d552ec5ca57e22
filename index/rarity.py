"""How uncommon a word is in everyday English."""

from __future__ import annotations

from functools import cache

# The first words of the vocabulary are marks and single letters.
_FIRST_WORD, _LAST_WORD = 1_996, 28_000


def rarity(word: str) -> float:
    """Return 0 for the commonest words ("the"), 1 for words that are in no vocabulary ("sclerosis").

    The place of a folded word in the embedding model's own vocabulary, that of BERT, whose words stand
    in the order of their frequency (Devlin et al., NAACL 2019). "doctor" .06, "umbrella" .4.
    """
    place = _places().get(word)
    if place is None:
        return 1.0
    return max(0.0, min(1.0, (place - _FIRST_WORD) / (_LAST_WORD - _FIRST_WORD)))


@cache
def _places() -> dict[str, int]:
    from index.export import packaged_model

    lines = (packaged_model() / "vocab.txt").read_text("utf-8").split("\n")
    return {word: place for place, word in enumerate(lines) if word}
