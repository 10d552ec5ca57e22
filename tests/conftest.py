"""Shared fixtures: a library small enough to compute by hand, its index, and the real model."""

from __future__ import annotations

from pathlib import Path

import pytest
from fakes import WordEmbedder
from small import SmallIndex, write_library

from content.library import load_library
from index.build import build_index
from index.embedder import DEFAULT_NAME, Embedder, open_embedder


@pytest.fixture(autouse=True)
def _home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep every test away from the user's own folders."""
    monkeypatch.setenv("FAQ_HOME", str(tmp_path_factory.mktemp("home")))


@pytest.fixture
def words_embedder() -> WordEmbedder:
    """Return an embedder that counts words."""
    return WordEmbedder()


@pytest.fixture
def small_library(tmp_path: Path) -> Path:
    """Return a content folder of four documents and thirteen labelled questions."""
    return write_library(tmp_path / "library")


@pytest.fixture
def small_index(small_library: Path, tmp_path: Path, words_embedder: WordEmbedder) -> SmallIndex:
    """Return the index of the small library, built with the word counts."""
    library = load_library(small_library)
    root = tmp_path / "index"
    build_index(library, words_embedder, root)
    return SmallIndex(root, library, words_embedder)


@pytest.fixture(scope="session")
def model_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder for exported models, empty at the start of the run."""
    return tmp_path_factory.mktemp("models")


@pytest.fixture(scope="session")
def real_embedder(model_cache: Path) -> Embedder:
    """Return the default model, exported once for the whole run."""
    return open_embedder(DEFAULT_NAME, model_cache)
