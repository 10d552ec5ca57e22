"""The exported network of danger scores as the taught one does, and is whole or refused."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.numpy import load_file, save_file
from test_danger import model

from index.danger import DANGER_WEIGHTS, URGENT, Meaning, load_danger
from index.danger_errors import BadDangerWeights
from index.danger_graph import GraphMeaning, open_meaning
from index.errors import ExportFailed, IndexDamaged
from index.graph import file_sha256
from index.training.danger_network import LearntMeaning, load_meaning, new_network

pytestmark = pytest.mark.model
DANGEROUS = (
    "My uncle went all floppy on one side at breakfast and his words come out like soup",
    "her lips are turning the colour of plums", "I have said my goodbyes and hidden the pills",
    "no quiero despertar mañana", "his head hit the kerb and now he cannot stay awake",
)  # fmt: skip
HARMLESS = (
    "How many people took part in the lupus study?", "what does one infusion cost", "dónde está la clínica",
    "Who made the cells?", "hello", "",
)  # fmt: skip
ASKED = (*DANGEROUS, *HARMLESS)


@pytest.fixture(scope="module")
def meaning(model_cache: Path) -> Meaning:
    return open_meaning(model_cache)


@pytest.fixture(scope="module")
def learnt() -> LearntMeaning:
    torch.set_num_threads(1)
    network, tokenizer = new_network()
    load_meaning(network, DANGER_WEIGHTS)
    return LearntMeaning(network.eval(), tokenizer)


def test_the_graph_scores_as_the_network_does(meaning: Meaning, learnt: LearntMeaning) -> None:
    """Eight bits against thirty-two, in spreads of the scores of danger."""
    graph, network = meaning.log_odds(ASKED), learnt.log_odds(ASKED)

    assert graph.shape == (len(ASKED), 3) and graph.dtype == np.float32
    assert np.abs(graph - network)[:, URGENT].max() < 0.3 * network[:, URGENT].std()
    assert graph[: len(DANGEROUS), URGENT].min() > graph[len(DANGEROUS) :, URGENT].max()


def test_merging_changes_nothing(learnt: LearntMeaning) -> None:
    before = learnt.log_odds(ASKED)
    learnt.network.merge()

    assert np.abs(learnt.log_odds(ASKED) - before).max() < 1e-3


def test_each_text_is_scored_as_if_alone(meaning: Meaning) -> None:
    together = meaning.log_odds(ASKED)
    alone = np.concatenate([meaning.log_odds([text]) for text in ASKED])

    assert np.array_equal(together, alone)
    # A text beyond the network's length ends there.
    assert np.isfinite(meaning.log_odds(["pain " * 4000])).all()


def test_a_danger_in_nobody_s_words_raises_the_score(meaning: Meaning) -> None:
    silent = model()
    worst, best = (silent.scores(text, meaning)[URGENT] for text in (DANGEROUS[1], HARMLESS[0]))

    assert worst > 0 > best


@pytest.mark.parametrize("name", ["model.onnx", "tokenizer.json", "facts.json"])
def test_a_damaged_export_is_refused_until_it_is_made_again(
    name: str, meaning: Meaning, model_cache: Path, tmp_path: Path
) -> None:
    assert isinstance(meaning, GraphMeaning)
    (made,) = model_cache.glob(f"danger-*-{file_sha256(DANGER_WEIGHTS)[:16]}")
    shutil.copytree(made, tmp_path / made.name)
    path = tmp_path / made.name / name
    raw = bytearray(path.read_bytes())
    raw[len(raw) // 2] ^= 1
    path.write_bytes(raw if name != "facts.json" else raw[:40])
    with pytest.raises(IndexDamaged, match=name):
        open_meaning(tmp_path)

    if name == "model.onnx":
        renewed = open_meaning(tmp_path, renew=True)
        assert np.array_equal(renewed.log_odds(ASKED), meaning.log_odds(ASKED))


def test_weights_without_this_network_are_not_exported(tmp_path: Path) -> None:
    words = {name: array for name, array in load_file(DANGER_WEIGHTS).items() if name.startswith("words")}
    facts = load_danger().facts.model_dump_json()
    save_file(words, tmp_path / "words.safetensors", metadata={"facts": facts})
    with pytest.raises(ExportFailed, match="weights too many or too few"):
        open_meaning(tmp_path / "models", weights=tmp_path / "words.safetensors")
    for weights in (DANGER_WEIGHTS.with_name("reader.safetensors"), tmp_path / "missing"):
        with pytest.raises(BadDangerWeights, match="not the weights of this version"):
            open_meaning(tmp_path / "models", weights=weights)
    assert not list((tmp_path / "models").glob("*"))
