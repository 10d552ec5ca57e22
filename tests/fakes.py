"""Stand-ins a person can compute by hand."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

import numpy as np
import pytest

from content.normalize import fold
from index.embedder import EmbedderFacts, FloatMatrix
from index.evidence import EvidenceFacts, PassageText

# One axis for each word; a text with none of them points along the last axis.
VOCABULARY = (
    "lupus patients study deaths followed months doctor clinic stroke knee cost cells cure people results"
).split()
OTHER = len(VOCABULARY)


class WordEmbedder:
    """Counts of the vocabulary's words, scaled to length 1.

    "Lupus patients, lupus!" points along (2, 1, 0, …)/√5. `asked` holds every text ever embedded.
    """

    def __init__(self, *, name: str = "words") -> None:
        self.facts = EmbedderFacts(
            name=name, dimension=OTHER + 1, precision="test", weights_sha256="0" * 64, max_tokens=256
        )
        self.asked: list[str] = []

    def embed(self, texts: Sequence[str], *, progress: bool = False) -> FloatMatrix:
        """Return float32 (n, 16), unit rows."""
        self.asked.extend(texts)
        rows = np.zeros((len(texts), OTHER + 1), dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            row[:] = unit(counts(text))
        return rows


def count_words(patch: pytest.MonkeyPatch) -> None:
    """Let whatever builds or opens an index do so with the word counts, and without any other model."""
    for module in ("building", "opened_index"):
        opener = f"assistant.{module}.open_"
        patch.setattr(f"{opener}embedder", lambda name, models, renew=False: WordEmbedder())
        patch.setattr(f"{opener}evidence", lambda models, renew=False: None)
        patch.setattr(f"{opener}meaning", lambda models, renew=False: None)


class WordEvidence:
    """Counts the words of a question that a sentence holds, minus 1; of a title or role it counts none.

    "Were there deaths?" finds 3 of its words in "There were no deaths.", so the log-odds are 2. `read`
    holds every (question, passage) ever read.
    """

    def __init__(self, *, weights_sha256: str = "1" * 64) -> None:
        self.facts = EvidenceFacts(weights_sha256=weights_sha256, max_tokens=256)
        self.read: list[tuple[str, PassageText]] = []

    def sentence_evidence(self, question: str, passages: Sequence[PassageText]) -> list[tuple[float, ...]]:
        """Return for each passage one number for each of its sentences."""
        self.read.extend((question, passage) for passage in passages)
        wanted = words_of(question)
        return [
            tuple(float(len(wanted & words_of(sentence))) - 1.0 for sentence in passage.sentences)
            for passage in passages
        ]


def words_of(text: str) -> set[str]:
    """Return the folded words of a text."""
    return set(re.findall(r"\w+", fold(text)))


def counts(text: str) -> list[int]:
    """Return how often each word of the vocabulary stands in a text, and 1 at the end if none does."""
    words = re.findall(r"\w+", fold(text))
    found = [words.count(word) for word in VOCABULARY]
    return [*found, int(not any(found))]


def unit(values: Sequence[float]) -> list[float]:
    """Return the values divided by their length."""
    length = math.sqrt(sum(value * value for value in values))
    return [value / length for value in values]
