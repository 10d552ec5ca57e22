"""Builders and the Milvus server killed at moments drawn by chance: what was published stays, whole."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator

import numpy as np
import pytest
from drill import milvus_builder
from drill.figures import Figures
from drill.milvus_builder import COUNT
from engine_contract import blobs_of, body_of, vectors_of
from milvus_server import MilvusServer, empty_database, marks, running

pytest.importorskip("pymilvus", reason="pip install '.[milvus]'")

from index.engines.errors import EngineUnreachable
from index.engines.milvus import MilvusEngine

pytestmark = marks()
# A server that was killed takes a quarter of a minute and more to come back.
_BUILDERS, _SERVERS = 12, 8
_BUILD_SECONDS = 180


class Store:
    """One store and the marks of what may be found in it."""

    def __init__(self, url: str) -> None:
        self.url, self.mark = url, 0

    def build(self) -> subprocess.Popen[str]:
        """Begin to build the next generation in a process of its own; returns when it may build."""
        self.mark += 1
        process = subprocess.Popen(
            [sys.executable, milvus_builder.__file__, self.url, f"mark-{self.mark}"],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
        )
        assert process.stdout
        assert process.stdout.readline() == "begun\n", process.communicate(timeout=60)[1]
        return process

    def build_whole(self) -> float:
        """Build one that nobody disturbs; returns the seconds it took once it might build."""
        builder = self.build()
        began = time.monotonic()
        out, error = builder.communicate(timeout=_BUILD_SECONDS)
        assert out == "done\n", error
        return time.monotonic() - began

    def found(self) -> int:
        """Return the mark of what is published, after every byte of every complete generation was read."""
        engine = MilvusEngine(self.url)
        published, marks = engine.published(), {}
        for name in engine.names():
            generation = engine.open(name=name)
            rows = list(range(COUNT))
            bodies = [record.body for record in generation.get(rows)]
            mark = int(generation.blobs(["file/one"])["file/one"].split(b"-")[1])
            assert bodies == [body_of(row, f"mark-{mark}") for row in rows]
            assert np.array_equal(generation.vectors(rows), vectors_of(COUNT))
            assert generation.blobs([key for key, _ in blobs_of()]) == dict(blobs_of(f"mark-{mark}"))
            marks[name] = mark
        assert published is not None
        for old in set(marks) - {published}:
            engine.drop(old)
        engine.close()
        return marks[published]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MilvusServer]:
    with running(tmp_path_factory) as server:
        yield server


@pytest.fixture
def store(server: MilvusServer, request: pytest.FixtureRequest) -> Iterator[Store]:
    with empty_database(server, request.node.originalname) as url:
        yield Store(url)


def test_a_builder_is_killed(store: Store, figures: Figures) -> None:
    draws, published, took = random.Random(5), 0, store.build_whole()
    for _ in range(_BUILDERS):
        before = store.found()
        builder = store.build()
        time.sleep(draws.uniform(0, took))
        builder.kill()
        said, _ = builder.communicate(timeout=30)
        found = store.found()
        # Killed between the entry in the register and its own word, it may have published.
        assert found == store.mark or (found == before and said == "")
        published += found == store.mark
    store.build_whole()
    assert store.found() == store.mark
    figures.add("Milvus, builder killed", moments=_BUILDERS, came_to_publish=published, lost=0)


def test_the_server_is_killed(server: MilvusServer, store: Store, figures: Figures) -> None:
    draws, published, took, back = random.Random(6), 0, store.build_whole(), 0.0
    reader = MilvusEngine(store.url)
    generation = reader.open()
    for _ in range(_SERVERS):
        before = store.found()
        builder = store.build()
        time.sleep(draws.uniform(0, took))
        server.kill()
        began = time.monotonic()
        with pytest.raises(EngineUnreachable):
            generation.candidates(vectors_of(1)[0], 10)
        with pytest.raises(EngineUnreachable):
            reader.published()
        assert time.monotonic() - began < 20
        out, error = builder.communicate(timeout=_BUILD_SECONDS)
        assert "Traceback" not in error
        assert out == "done\n" or (builder.returncode == EngineUnreachable.exit_code)
        back = max(back, server.start())
        found = _when_it_answers(store)
        assert found == store.mark or (found == before and out == "")
        published += found == store.mark
        generation = reader.open()
        assert generation.count() == COUNT, "the same connection goes on"
    store.build_whole()
    assert store.found() == store.mark
    reader.close()
    figures.add(
        "Milvus, server killed",
        moments=_SERVERS,
        came_to_publish=published,
        lost=0,
        longest_restart_seconds=round(back),
    )


def _when_it_answers(store: Store) -> int:
    """A server that says it is healthy still loads collections for a while, and refuses until then."""
    end = time.monotonic() + 120
    while True:
        try:
            return store.found()
        except EngineUnreachable:
            assert time.monotonic() < end
            time.sleep(1)
