"""A model of danger whose numbers a person can compute, and the real one's file."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

from index.danger import DANGER_WEIGHTS, DangerFacts, DangerModel, Numbers, load_danger
from index.danger_errors import BadDangerWeights
from index.danger_words import BITS, traces

FACTS = DangerFacts(urgent=1.0, urgent_by_words=3.0, personal=1.0, crisis=0.0, share_of_meaning=0.5)


class Hand:
    """A network to which "deaths" is 8 of danger and "cost" 8 of personal; it notes what it is asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def log_odds(self, texts: Sequence[str]) -> Numbers:
        self.asked += texts
        return np.array([[8.0 * ("deaths" in text), 0, 8.0 * ("cost" in text)] for text in texts], np.float32)


def model(**worth: tuple[float, float, float]) -> DangerModel:
    """Return a model to which a word weighs so much for each aspect."""
    words = np.zeros((3, 1 << BITS), np.float32)
    for word, each in worth.items():
        # Weights are shared by the traces of a word and scaled as its text will be.
        numbers = traces(word)
        words[:, numbers] += np.array(each, np.float32)[:, None] / np.sqrt(len(numbers))
    return DangerModel(FACTS, words, np.zeros(3, np.float32), "hand")


def test_words_weigh_what_they_weigh() -> None:
    found = model(help=(2.5, -1.0, 0.0)).scores("Help!")

    assert found.tolist() == pytest.approx([2.5, -1.0, 0.0], abs=1e-5)


def test_meaning_is_added_by_its_share() -> None:
    assert model().scores("deaths", Hand()).tolist() == [4.0, 0.0, 0.0]
    assert model().scores("deaths cost", Hand()).tolist() == [4.0, 0.0, 4.0]
    assert model(help=(1.0, -2.0, 0.5)).scores("help", Hand()).tolist() == pytest.approx(
        [1, -2, 0.5], abs=1e-5
    )


def test_of_many_sentences_the_most_suspicious_are_asked_about() -> None:
    hand = Hand()
    text = "It is fine here. please help me. All is well now. And so it goes. That is all there is."
    model(help=(2.5, 1.0, 0.0)).scores(text, hand)

    assert hand.asked[0] == text and len(hand.asked) == 4
    assert sum("help" in part for part in hand.asked[1:]) == 3


def test_what_is_said_beside_a_danger_does_not_thin_it_out() -> None:
    given = model(help=(2.5, 1.0, 0.0), fine=(-2.5, 0.0, 0.0))
    alone = given.scores("please help me")
    beside = given.scores("All is fine here. So fine today. please help me. It is fine again.")

    assert beside[0] >= alone[0] - 1e-6


def test_thresholds_decide_and_by_words_alone_nothing_is_personal() -> None:
    given = model(help=(2.0, 1.0, 0.0), aid=(3.5, -1.0, 5.0))

    assert given.look("help", Hand()) == (True, True, False)
    assert given.look("help") == (False, True, False)
    assert given.look("aid") == (True, False, False)
    assert given.look("cost", Hand()) == (False, False, True)


@pytest.mark.parametrize("spoilt", [b"", b"{}", b"\xff" * 4096], ids=["empty", "no weights", "noise"])
def test_a_broken_file_is_named(spoilt: bytes, tmp_path: Path) -> None:
    path = tmp_path / "danger.safetensors"
    path.write_bytes(spoilt)
    with pytest.raises(BadDangerWeights, match=r"danger\.safetensors: not the weights"):
        load_danger(path)
    with pytest.raises(BadDangerWeights, match="faq train-danger --out FILE"):
        load_danger(tmp_path / "missing")


class Nothing:
    """A network that answers with no numbers."""

    def log_odds(self, texts: Sequence[str]) -> Numbers:
        return np.full((len(texts), 3), np.nan, np.float32)


def test_a_score_that_is_no_number_is_danger() -> None:
    assert model().look("hello", Nothing()).is_urgent
    assert not model().look("hello", Hand()).is_urgent


@pytest.mark.parametrize("spoilt", ["words", "words_bias", "facts", "shape"])
def test_weights_that_are_no_numbers_or_too_few_are_named(spoilt: str, tmp_path: Path) -> None:
    path, tensors = tmp_path / "danger.safetensors", load_file(DANGER_WEIGHTS)
    facts = load_danger().facts.model_dump()
    if spoilt == "facts":
        facts["urgent"] = None
    elif spoilt == "shape":
        tensors["words_bias"] = tensors["words_bias"][:2]
    else:
        tensors[spoilt].flat[1] = np.nan
    save_file(tensors, path, metadata={"facts": json.dumps(facts)})
    with pytest.raises(BadDangerWeights):
        load_danger(path)


def test_a_file_cut_short_anywhere_is_named(tmp_path: Path) -> None:
    whole = DANGER_WEIGHTS.read_bytes()
    for size in (8, 100, 2000, len(whole) // 2, len(whole) - 1):
        path = tmp_path / f"{size}.safetensors"
        path.write_bytes(whole[:size])
        with pytest.raises(BadDangerWeights):
            load_danger(path)


def test_the_shipped_weights_are_small() -> None:
    assert DANGER_WEIGHTS.stat().st_size < 4_000_000
    assert load_danger().words.dtype == np.float16
