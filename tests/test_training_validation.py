"""What validation says, against counts made by hand: a stub scores each word."""

from __future__ import annotations

import math
from typing import Any, cast

import pytest
import torch
from tiny_reader import tokenize, word_id

from index.training.examples import Example, ReadPassage
from index.training.groups import MAX_TOKENS
from index.training.network import ReaderNetwork
from index.training.validation import sentence_scores, validate

# Every other word scores 0.
SCORES = {"yes": 4.0, "maybe": 2.0, "no": -4.0, "never": -6.0}
BY_ID = {word_id(word): score for word, score in SCORES.items()}


class Stub:
    """Gives each token the score of its word, whatever stands around it."""

    def eval(self) -> None:
        """Nothing to switch."""

    def __call__(self, ids: torch.Tensor, *_: Any) -> torch.Tensor:
        return torch.tensor([[BY_ID.get(token, 0.0) for token in row] for row in ids.tolist()])


STUB = cast(ReaderNetwork, Stub())


def asked(source: str, *passages: tuple[tuple[str, ...], tuple[int, ...]]) -> Example:
    return Example(source, "", "So?", tuple(ReadPassage("", "", words, gold) for words, gold in passages))


def test_a_sentence_scores_the_logsumexp_of_its_tokens() -> None:
    passage = ReadPassage("yes yes", "results", ("maybe no", "yes", "cats"))
    expected = [math.log(math.exp(2) + math.exp(-4)), 4.0, 0.0]
    assert sentence_scores(STUB, tokenize, "yes?", passage) == pytest.approx(expected, abs=1e-6)


def test_a_sentence_behind_the_last_token_scores_a_hundred_below() -> None:
    passage = ReadPassage("", "", ("no " * MAX_TOKENS, "yes"))
    assert sentence_scores(STUB, tokenize, "So?", passage)[1] == -100.0


def test_a_hit_is_the_gold_sentence_first_among_all_passages() -> None:
    checks = [
        asked("set", (("no", "yes"), (1,)), (("maybe",), ())),
        asked("set", (("no", "maybe"), (1,)), (("yes",), ())),
        asked("set", (("yes", "no"), (1,))),
        asked("set", (("no", "maybe"), (0, 1))),
        asked("other", (("yes",), (0,))),
    ]
    figures = validate(STUB, tokenize, checks)
    assert figures == {"hit set": 0.5, "hit other": 1.0}


def test_evidence_tells_answerable_questions_from_others() -> None:
    """Evidence 4 and −4 of answerable questions, 2 and −6 of others: of four pairs three are in order."""
    good = [asked("set", (("yes",), (0,))), asked("set", (("no",), (0,)))]
    bad = [asked("set", (("maybe",), ())), asked("set", (("never",), ()))]
    figures = validate(STUB, tokenize, good + bad)
    assert figures == {"hit set": 1.0, "auroc set": 0.75}
    assert validate(STUB, tokenize, bad) == {}


def test_evidence_of_a_question_is_all_its_passages_together() -> None:
    """Twice 2 is 2 + ln 2, more than one 2 and less than one 4."""
    twice = asked("set", (("maybe",), (0,)), (("maybe",), ()))
    once, more = asked("set", (("maybe",), ())), asked("set", (("yes",), ()))
    assert validate(STUB, tokenize, [twice, once])["auroc set"] == 1.0
    assert validate(STUB, tokenize, [twice, more])["auroc set"] == 0.0


def test_no_checks_give_no_figures() -> None:
    assert validate(STUB, tokenize, []) == {}
