"""A reader small enough to be taught in a second, and questions to teach it."""

from __future__ import annotations

import re
import zlib
from typing import Any, NamedTuple

import torch
from transformers import BertConfig, BertModel

from index.training.danger_network import DangerNetwork
from index.training.examples import Example, ReadPassage
from index.training.groups import MAX_TOKENS, Tokenize
from index.training.network import ReaderNetwork

WORDS = 500


class Encoding(NamedTuple):
    """What the tokenizers library gives, as far as it is used."""

    ids: list[int]
    type_ids: list[int]
    attention_mask: list[int]
    offsets: list[tuple[int, int]]


def word_id(word: str) -> int:
    """Return the token id of a word."""
    return 3 + zlib.crc32(word.encode()) % (WORDS - 3)


def tokenize(question: str, passage: str) -> Encoding:
    """Encode [CLS] question [SEP] passage [SEP], words and marks as tokens, cut like the real one."""
    rows = [(1, 0, (0, 0))]
    for kind, text in enumerate((question, passage)):
        for found in re.finditer(r"\w+|[^\w\s]", text):
            rows.append((word_id(found.group()), kind, found.span()))
        rows.append((2, kind, (0, 0)))
    ids, kinds, offsets = (list(column)[:MAX_TOKENS] for column in zip(*rows, strict=True))
    return Encoding(ids, kinds, [1] * len(ids), offsets)


def tiny_bert() -> Any:
    """Return an untrained transformer of two layers, 24 wide."""
    config = BertConfig(
        vocab_size=WORDS, hidden_size=24, num_hidden_layers=2, num_attention_heads=2,
        intermediate_size=32, max_position_embeddings=MAX_TOKENS,
    )  # fmt: skip
    return BertModel(config, add_pooling_layer=False)


def tiny_network(seed: int = 1) -> ReaderNetwork:
    """Return an untrained reader over it; the same for the same seed."""
    torch.manual_seed(seed)
    return ReaderNetwork(tiny_bert())


class TinyTokenizer:
    """Encodes one text as `tokenize` does two."""

    @staticmethod
    def encode(text: str) -> Encoding:
        """Encode [CLS] text [SEP] [SEP]."""
        return tokenize(text, "")


def tiny_danger() -> tuple[DangerNetwork, TinyTokenizer]:
    """Return what `index.training.danger_network.new_network` returns, without the real model."""
    torch.set_num_threads(1)
    return DangerNetwork(tiny_bert()), TinyTokenizer()


def tiny_reader() -> tuple[ReaderNetwork, Tokenize]:
    """Return what `index.training.run.new_network` returns, without the real model."""
    torch.set_num_threads(1)
    return tiny_network(), tokenize


def three_examples() -> list[Example]:
    """Return two questions with an answer and one without."""
    died = ReadPassage("Lupus", "results", ("No one died.", "Pain fell."), (0,), ("no one",))
    fell = died._replace(gold=(1,), answers=("fell",))
    other = ReadPassage("Dogs", "", ("Dogs bark.", "Cats sleep all day."))
    return [
        Example("quiz", "lupus", "Who died?", (died, other)),
        Example("quiz", "lupus", "What fell?", (fell, other)),
        Example("quiz", "dogs", "How old are cows?", (other, died._replace(gold=(), answers=()))),
    ]
