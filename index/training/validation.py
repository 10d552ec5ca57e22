"""What a reader in training gets right on documents it never saw."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import torch

from content.normalize import fold
from index.metrics import auroc
from index.reader_input import reader_input, sentence_of_tokens
from index.training.examples import Example, ReadPassage
from index.training.groups import Tokenize
from index.training.network import ReaderNetwork


def validate(network: ReaderNetwork, tokenize: Tokenize, checks: Iterable[Example]) -> dict[str, float]:
    """Return, for each source, the share of questions with the gold sentence first among all passages
    ("hit"), and how well evidence tells answerable from unanswerable questions ("auroc")."""
    network.eval()
    hits: dict[str, list[bool]] = {}
    evidence: dict[tuple[str, bool], list[float]] = {}
    for example in checks:
        scores = [sentence_scores(network, tokenize, example.question, p) for p in example.passages]
        flat = [(s, place in p.gold) for p, row in zip(example.passages, scores, strict=True)
                for place, s in enumerate(row)]  # fmt: skip
        if example.answerable:
            hits.setdefault(example.source, []).append(max(flat)[1])
        everything = float(np.logaddexp.reduce([score for score, _ in flat]))
        evidence.setdefault((example.source, example.answerable), []).append(everything)
    figures = {f"hit {source}": round(float(np.mean(found)), 4) for source, found in hits.items()}
    for source in sorted({source for source, _ in evidence}):
        area = auroc(evidence.get((source, True), []), evidence.get((source, False), []))
        if area is not None:
            figures[f"auroc {source}"] = round(area, 4)
    return figures


def sentence_scores(
    network: ReaderNetwork, tokenize: Tokenize, question: str, passage: ReadPassage
) -> list[float]:
    """Return the logsumexp of each sentence's token logits, -100 where no token is left of it."""
    given = reader_input(passage.title, passage.role, passage.sentences)
    encoding = tokenize(fold(question), given.text)
    places = np.array(sentence_of_tokens(encoding.offsets, encoding.type_ids, given.sentences))
    arrays = (encoding.ids, encoding.attention_mask, encoding.type_ids)
    with torch.inference_mode():
        logits = network(*(torch.tensor([values]) for values in arrays))[0].numpy()
    found = []
    for number in range(len(passage.sentences)):
        tokens = logits[places == number]
        found.append(float(np.logaddexp.reduce(tokens)) if len(tokens) else -100.0)
    return found
