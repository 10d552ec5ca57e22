"""A model of danger whose numbers a person can compute, and the real one's file."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from fakes import VOCABULARY, WordEmbedder

from index.danger import ASPECTS, DANGER_WEIGHTS, DangerFacts, DangerModel, load_danger
from index.danger_errors import BadDangerWeights
from index.danger_words import BITS, traces

AXES = len(VOCABULARY) + 1
FACTS = DangerFacts(
    embedder="0" * 64, urgent=1.0, urgent_by_words=3.0, personal=1.0, crisis=0.0, share_of_meaning=0.5
)


def model(**words: tuple[float, float, float]) -> DangerModel:
    """Return a model to which a word weighs so much for each aspect, and whose network reads one axis.

    Its one member adds 4 to danger for each length along "deaths", and 4 to personal along "cost".
    """
    weights = {"words": np.zeros((3, 1 << BITS), np.float32), "words_bias": np.zeros(3, np.float32)}
    for word, worth in words.items():
        # Weights are shared by the traces of a word and scaled as its text will be.
        numbers = traces(word)
        weights["words"][:, numbers] += np.array(worth, np.float32)[:, None] / np.sqrt(len(numbers))
    for aspect, axis in zip(ASPECTS, ("deaths", "lupus", "cost"), strict=True):
        weights[f"{aspect}_in"] = np.zeros((1, AXES, 1), np.float32)
        weights[f"{aspect}_in"][0, VOCABULARY.index(axis), 0] = 2.0
        weights[f"{aspect}_hidden"] = np.zeros((1, 1), np.float32)
        weights[f"{aspect}_out"] = np.array([[4.0, 0.0]], np.float32)
    return DangerModel(FACTS, weights, "hand")


def test_words_weigh_what_they_weigh() -> None:
    found = model(help=(2.5, -1.0, 0.0)).scores("Help!")

    assert found.tolist() == pytest.approx([2.5, -1.0, 0.0], abs=1e-5)


def test_meaning_is_added_by_its_share() -> None:
    # "deaths" lies along one axis with length 1: 4 x relu(2 x 1) = 8, of which half counts.
    assert model().scores("deaths", WordEmbedder()).tolist() == pytest.approx([4.0, 0.0, 0.0], abs=1e-5)
    # Of two words each has the length 1/√2.
    found = model().scores("deaths cost", WordEmbedder())
    assert found.tolist() == pytest.approx([4 / 2**0.5, 0.0, 4 / 2**0.5], abs=1e-5)


def test_what_is_said_beside_a_danger_does_not_thin_it_out() -> None:
    given = model(help=(2.5, 1.0, 0.0), fine=(-2.5, 0.0, 0.0))
    alone = given.scores("please help me")
    beside = given.scores("All is fine here. So fine today. please help me. It is fine again.")

    assert beside[0] >= alone[0] - 1e-6


def test_thresholds_decide_and_by_words_alone_nothing_is_personal() -> None:
    given = model(help=(2.0, 1.0, 0.0), aid=(3.5, -1.0, 5.0))

    assert given.look("help", WordEmbedder()) == (True, True, False)
    assert given.look("help") == (False, True, False)
    assert given.look("aid") == (True, False, False)
    assert given.look("cost", WordEmbedder()) == (False, False, True)


def test_vectors_of_another_model_are_not_asked_for() -> None:
    other = WordEmbedder()
    other.facts = other.facts.model_copy(update={"weights_sha256": "9" * 64})

    assert model().look("deaths", other) == model().look("deaths") == (False, False, False)
    assert other.asked == []


@pytest.mark.parametrize("spoilt", [b"", b"{}", b"\xff" * 4096], ids=["empty", "no weights", "noise"])
def test_a_broken_file_is_named(spoilt: bytes, tmp_path: Path) -> None:
    path = tmp_path / "danger.safetensors"
    path.write_bytes(spoilt)
    with pytest.raises(BadDangerWeights, match=r"danger\.safetensors: not the weights"):
        load_danger(path)
    with pytest.raises(BadDangerWeights, match="faq train-danger --out FILE"):
        load_danger(tmp_path / "missing")


def test_a_file_cut_short_anywhere_is_named(tmp_path: Path) -> None:
    whole = DANGER_WEIGHTS.read_bytes()
    for size in (8, 100, 2000, len(whole) // 2, len(whole) - 1):
        path = tmp_path / f"{size}.safetensors"
        path.write_bytes(whole[:size])
        with pytest.raises(BadDangerWeights):
            load_danger(path)


def test_the_shipped_weights_are_small_and_of_the_shipped_embedder() -> None:
    assert DANGER_WEIGHTS.stat().st_size < 2_000_000
    assert load_danger().facts.embedder.startswith("53aa5117")
