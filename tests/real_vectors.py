"""Vectors of real sentences and real questions, embedded once and kept; and many more of their kind.

Whoever embeds is stopped and goes on where it was: every thousand rows are on the disk.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from tqdm import tqdm

from content.sentences import sentence_spans, trim
from index.embedder import Embedder, FloatMatrix

CORPORA = ("medquad", "ei_abstracts", "covidqa", "pubmedqa", "kqa", "covid_faq")
_STEP, _LEAST_CHARACTERS = 1_000, 20


def sentences(folder: Path) -> list[str]:
    """Return every different sentence of the corpora, in an order that is always the same."""
    found: set[str] = set()
    for line in _lines(folder, "corpus.jsonl"):
        words = line["text"]
        for span in sentence_spans(words):
            trimmed = trim(words, span)
            if trimmed and trimmed.end - trimmed.start >= _LEAST_CHARACTERS:
                found.add(" ".join(words[trimmed.start : trimmed.end].split()))
    ordered = sorted(found)
    random.Random(0).shuffle(ordered)
    return ordered


def questions(folder: Path) -> list[str]:
    """Return the questions asked of these corpora; none of them is embedded as a sentence."""
    found = sorted({line["text"] for line in _lines(folder, "queries.jsonl")})
    random.Random(1).shuffle(found)
    return found


def embedded(embedder: Embedder, texts: Sequence[str], path: Path) -> FloatMatrix:
    """Return float32 (n, d) of the texts; what stands in `path` already is not embedded again."""
    dimension = embedder.facts.dimension
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()
    done = path.stat().st_size // (4 * dimension)
    with path.open("r+b") as file:
        # A row that was being written when somebody stopped is written again.
        file.truncate(done * 4 * dimension)
        file.seek(0, 2)
        for first in tqdm(range(done, len(texts), _STEP), desc="embedding", unit="thousand", disable=None):
            file.write(embedder.embed(texts[first : first + _STEP]).astype("<f4").tobytes())
            file.flush()
    return np.fromfile(path, dtype="<f4", count=len(texts) * dimension).reshape(-1, dimension)


def _lines(folder: Path, name: str) -> Iterator[dict[str, str]]:
    for corpus in CORPORA:
        with (folder / corpus / name).open(encoding="utf-8") as file:
            yield from (json.loads(line) for line in file)
