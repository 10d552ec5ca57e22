"""Shared fixtures: a library small enough to compute by hand, its index, and the real model."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from asgi import in_loop
from fakes import WordEmbedder, count_words
from memory_engine import MemoryEngine
from served import Server, serving
from shell import Shell
from small import SmallIndex, write_library

from assistant import shared_index
from assistant.building import build
from assistant.headers import App
from assistant.live import LiveAssistant
from assistant.settings import Settings, read_settings
from assistant.web import build_app
from content.library import load_library
from index.build import build_index
from index.embedder import DEFAULT_NAME, Embedder, open_embedder
from index.evidence import EvidenceModel, open_evidence
from index.search import Searcher
from index.stored import open_index

# Somebody who runs one browser test again and again names a FAQ_HOME built before, and saves two minutes.
_READY = Path(os.environ["BUILT_IN_HOME"]) if os.environ.get("BUILT_IN_HOME") else None


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


@pytest.fixture
def searcher(small_index: SmallIndex) -> Searcher:
    """Return a searcher over the small index as read from disk."""
    data, _, _ = open_index(small_index.root)
    return Searcher(data, small_index.embedder)


@pytest.fixture(scope="session")
def model_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder for exported models, empty at the start of the run."""
    return _READY / "models" if _READY else tmp_path_factory.mktemp("models")


@pytest.fixture(scope="session")
def real_embedder(model_cache: Path) -> Embedder:
    """Return the default model, exported once for the whole run."""
    return open_embedder(DEFAULT_NAME, model_cache)


@pytest.fixture(scope="session")
def real_evidence(model_cache: Path) -> EvidenceModel:
    """Return the reader model, exported once for the whole run."""
    return open_evidence(model_cache)


@pytest.fixture
def words_model(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every command build and open its index with the word counts, and without the reader model."""
    count_words(monkeypatch)


@pytest.fixture
def small_settings(words_model: None, small_library: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Return settings, also in the environment, under which the small library is built."""
    monkeypatch.setenv("FAQ_CONTENT", str(small_library))
    settings = read_settings()
    build(settings)
    return settings


@pytest.fixture(scope="session")
def small_app(tmp_path_factory: pytest.TempPathFactory) -> App:
    """Return the whole web app, guard and chat included, over the small library."""
    folder = tmp_path_factory.mktemp("small-app")
    settings = Settings(home=folder / "home", content=write_library(folder / "library"))
    with pytest.MonkeyPatch.context() as patch:
        count_words(patch)
        build(settings)
        live = LiveAssistant(settings)
    app = in_loop(lambda: build_app(settings, live))
    # Python 3.11.7 and before mistake two threads that parse code at once: one imports plots meanwhile, and
    # a test that fails has its own lines parsed to show them.
    for thread in threading.enumerate():
        if thread.name == "warming":
            thread.join()
    return app


@pytest.fixture
def shell(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Shell:
    """Return the command line."""
    return Shell(monkeypatch, capsys)


@pytest.fixture(scope="session")
def built_in_home(tmp_path_factory: pytest.TempPathFactory, model_cache: Path) -> Path:
    """Return a FAQ_HOME with the built-in content indexed by the real model."""
    if _READY:
        return _READY
    home = tmp_path_factory.mktemp("built-in-home")
    (home / "models").symlink_to(model_cache)
    build(Settings(home=home))
    return home


@pytest.fixture(scope="session")
def server(built_in_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Return a server of the built-in content that runs as long as the tests do."""
    with serving(built_in_home, tmp_path_factory.mktemp("around")) as running:
        yield running


@pytest.fixture
def unbuilt(words_model: None, small_library: Path, tmp_path: Path) -> Settings:
    """Return settings of the small library and the word counts, nothing built yet."""
    return Settings(home=tmp_path / "home", content=small_library, joint_risk=0.2)


@pytest.fixture
def engine(words_model: None, monkeypatch: pytest.MonkeyPatch) -> MemoryEngine:
    """Return the store that stands at any address; words are counted, a newer index is looked for at once."""
    engine = MemoryEngine()
    monkeypatch.setattr(shared_index, "_engine", lambda url: engine)
    monkeypatch.setattr("assistant.live._LOOK_EVERY_SECONDS", -1.0)
    return engine


@pytest.fixture
def builder(engine: MemoryEngine, tmp_path: Path) -> Settings:
    """Return a machine with the small library and a store, nothing published yet."""
    library = write_library(tmp_path / "shared")
    given = {"home": tmp_path / "builder", "content": library, "index_url": "postgresql://store"}
    return Settings.model_validate(given)


@pytest.fixture
def web(builder: Settings, tmp_path: Path) -> Settings:
    """Return another machine: no content of its own, no index, the same store."""
    return builder.model_copy(update={"home": tmp_path / "server", "content": tmp_path / "nothing"})
