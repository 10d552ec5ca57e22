"""The exported reader scores as the trained network does, and is there whole or not at all."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import onnx
import pytest
import torch
from safetensors.torch import load_file, save_file

from index import export
from index.errors import ExportFailed
from index.evidence import WEIGHTS, PassageText, open_evidence
from index.graph import file_sha256
from index.reader_export import export_reader
from index.training.examples import ReadPassage
from index.training.network import load_weights
from index.training.run import new_network
from index.training.validation import sentence_scores

pytestmark = pytest.mark.model
TRIAL = PassageText(
    title="Cord cells in people with refractory lupus",
    role="results",
    sentences=(
        "A total of 16 patients were treated with cord cells between 2007 and 2009.",
        "The median follow-up was 8.25 months (range 3–28).",
        "There were no deaths and no graft-versus-host disease.",
        "Serum anti-dsDNA antibodies fell significantly.",
    ),
)
CLINIC = PassageText(
    title="About us",
    role="clinic page",
    sentences=("The doctor founded the clinic in 1986.", "It is in Scottsdale, Arizona."),
)
ONE = PassageText(title="", role="", sentences=("Larger controlled trials are needed.",))
ASKED = (
    "How many patients were treated?",
    "how long were they followed",
    "Did anyone die?",
    "Where is the clinic?",
    "What does it cost?",
    "Is more research needed?",
    "",
)
PAIRS = [(question, passage) for question in ASKED for passage in (TRIAL, CLINIC, ONE)]


class Scores(NamedTuple):
    """Every sentence score of the pairs, by the graph, the trained network, and the network merged."""

    graph: npt.NDArray[np.float64]
    network: npt.NDArray[np.float64]
    merged: npt.NDArray[np.float64]


@pytest.fixture(scope="module")
def scores(model_cache: Path) -> Scores:
    torch.set_num_threads(1)
    evidence = open_evidence(model_cache)
    graph = [evidence.sentence_evidence(question, [passage])[0] for question, passage in PAIRS]
    network, encode = new_network()
    load_weights(network, WEIGHTS)
    full = [sentence_scores(network, encode, q, ReadPassage(**p.model_dump())) for q, p in PAIRS]
    network.merge()
    merged = [sentence_scores(network, encode, q, ReadPassage(**p.model_dump())) for q, p in PAIRS]
    return Scores(*(np.array([score for row in rows for score in row]) for rows in (graph, full, merged)))


def test_merging_the_real_weights_changes_nothing(scores: Scores) -> None:
    assert scores.network.shape == (49,) and scores.network.std() > 1
    assert np.abs(scores.merged - scores.network).max() < 1e-4


def test_the_graph_scores_as_the_network_does(scores: Scores) -> None:
    """Eight bits against thirty-two, in spreads of the scores: measured .08 on average, .34 at most.

    A longer training spreads the scores further, and the rounding with them.
    """
    off = np.abs(scores.graph - scores.network) / scores.network.std()
    assert off.mean() < 0.12 and off.max() < 0.5
    assert np.corrcoef(scores.graph, scores.network)[0, 1] > 0.985


def test_the_graph_puts_sentences_in_the_same_order(scores: Scores) -> None:
    """Any two scores of any pairs that the network puts .75 spreads apart, measured .55."""
    graph, network = (found[:, None] - found[None] for found in (scores.graph, scores.network))
    apart = network > 0.75 * scores.network.std()
    assert apart.sum() > 400
    assert (graph[apart] > 0).all()


def test_the_facts_are_those_of_the_files(model_cache: Path) -> None:
    facts = open_evidence(model_cache).facts
    [folder] = model_cache.glob(f"reader-*-{facts.weights_sha256[:16]}")
    assert sorted(path.name for path in folder.iterdir()) == ["facts.json", "model.onnx", "tokenizer.json"]
    assert facts.weights_sha256 == file_sha256(WEIGHTS)
    assert facts.graph_sha256 == file_sha256(folder / "model.onnx")
    assert facts.tokenizer_sha256 == file_sha256(folder / "tokenizer.json")
    assert facts.max_tokens == 256
    # Six products a layer and the head's two: what was learnt is in them and costs nothing more.
    nodes = onnx.load(folder / "model.onnx").graph.node
    products = {"DynamicQuantizeMatMul", "MatMulIntegerToFloat"}
    assert sum(node.op_type in products for node in nodes) == 6 * 6 + 2


def test_the_folder_appears_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "models" / "reader"

    def failing(_: object, __: str, workplace: Path, path: Path) -> None:
        (workplace / "float.onnx").write_bytes(b"half")
        path.write_bytes(b"half")
        # All that is there while the export is at work has a name that nobody looks for.
        assert [found.name[:11] for found in folder.parent.iterdir() if found != folder] == ["tmp-export-"]
        raise OSError("disk full")

    def writing(_: object, __: str, workplace: Path, path: Path) -> None:
        path.write_bytes(b"graph")

    monkeypatch.setattr(export, "write_graph", failing)
    with pytest.raises(OSError, match="disk full"):
        export_reader(WEIGHTS, folder)
    assert list(folder.parent.iterdir()) == []
    monkeypatch.setattr(export, "write_graph", writing)
    facts = export_reader(WEIGHTS, folder)
    assert facts.graph_sha256 == hashlib.sha256(b"graph").hexdigest()
    (folder / "left over").touch()
    before = sorted(folder.iterdir())
    monkeypatch.setattr(export, "write_graph", failing)
    with pytest.raises(OSError, match="disk full"):
        export_reader(WEIGHTS, folder)
    assert sorted(folder.iterdir()) == before
    monkeypatch.setattr(export, "write_graph", writing)
    assert export_reader(WEIGHTS, folder) == facts
    assert sorted(path.name for path in folder.iterdir()) == ["facts.json", "model.onnx", "tokenizer.json"]


def test_wrong_weights_are_named(tmp_path: Path) -> None:
    path = tmp_path / "other.safetensors"
    save_file(
        {name: tensor for name, tensor in load_file(str(WEIGHTS)).items() if name[:4] != "head"}, str(path)
    )
    with pytest.raises(ExportFailed, match=r"other\.safetensors.* 4 weights too many or too few"):
        open_evidence(tmp_path / "models", weights=path)
    assert list((tmp_path / "models").glob("*")) == []
