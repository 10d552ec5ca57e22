"""What the reader is given of a passage: its title and section, then its sentences, with their places."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from content.normalize import fold


class ReaderInput(NamedTuple):
    """The second text of the pair (question, passage); `sentences` are its (start, end) places."""

    text: str
    sentences: tuple[tuple[int, int], ...]


def reader_input(title: str, role: str, sentences: Sequence[str]) -> ReaderInput:
    """Return "title, role: first sentence second sentence …", every part folded.

    Places are code points of the returned text, one for each sentence in order; title and role are
    in none of them, so that they inform the reader and are never scored.
    """
    above = ", ".join(part for part in (fold(title), role) if part)
    text = f"{above}: " if above else ""
    places = []
    for sentence in sentences:
        folded = fold(sentence)
        places.append((len(text), len(text) + len(folded)))
        text += f"{folded} "
    return ReaderInput(text.rstrip(), tuple(places))


def sentence_of_tokens(
    offsets: Sequence[tuple[int, int]], types: Sequence[int], places: Sequence[tuple[int, int]]
) -> list[int]:
    """Return for each token the number of the sentence it stands in, -1 for none.

    `types` is 1 for tokens of the passage; tokens without characters (separators) are in none.
    """
    found = []
    for (start, end), kind in zip(offsets, types, strict=True):
        inside = kind == 1 and end > start
        found.append(next((n for n, (a, b) in enumerate(places) if a <= start < b), -1) if inside else -1)
    return found
