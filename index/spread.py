"""Embedding spread over the machines of a Ray cluster (the one home of ray)."""

from __future__ import annotations

import fcntl
import logging
import os
import socket
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache, partial
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from content.errors import FaqError
from index.durable import make_folder
from index.embedder import Embedder, EmbedderFacts, FloatMatrix, open_embedder
from index.spread_errors import RayNotInstalled, SpreadFailed

# Long and short, accents, numbers and nothing at all: processors that round otherwise differ in one of them.
_PROBES = ("How long were patients followed?", "106 cells, 8.25 months", "β", "", "lupus and the knee " * 60)
_CONNECT_SECONDS = 5
Open = Callable[[], Embedder]


class SpreadEmbedder:
    """The embedder of this machine, with blocks of many texts embedded on all machines of a cluster.

    Vectors are the same bytes wherever they were made: a machine whose model has other facts, or that gives
    other bytes for some probes, stops the build. Blocks of a machine that died are made again elsewhere.
    """

    def __init__(self, local: Embedder, open_there: Open, address: str) -> None:
        """Take this machine's embedder, what opens the same on another, and the address of the cluster.

        `open_there` is called in every worker process, which needs this package installed. Raises
        RayNotInstalled.
        """
        if find_spec("ray") is None:
            raise RayNotInstalled
        self.facts = local.facts
        self._local, self._open, self._address = local, open_there, address

    def embed(self, texts: Sequence[str], *, progress: bool = False) -> FloatMatrix:
        """Return float32 (n, d), unit rows; on this machine, for the few texts that are not in blocks."""
        return self._local.embed(texts, progress=progress)

    def embed_blocks(self, blocks: Sequence[Sequence[str]]) -> Iterator[tuple[int, FloatMatrix]]:
        """Yield (number of the block, its vectors), each block once, as they come. Raises SpreadFailed."""
        expected = self.facts.model_dump_json(), _probed(self._local)
        with _connected(self._address) as data:
            numbered = [{"number": number, "texts": list(block)} for number, block in enumerate(blocks)]
            work = data.from_items(numbered, override_num_blocks=len(numbered)).map(
                partial(_embedded, self._open, *expected), num_cpus=1, max_retries=-1
            )
            open_blocks = set(range(len(blocks)))
            for row in work.iter_rows():
                if row["refused"]:
                    raise SpreadFailed(self._address, row["refused"])
                number = int(row["number"])
                # Ray may run a task twice; what it did is the same, and is taken once.
                if number in open_blocks:
                    open_blocks.remove(number)
                    flat = np.frombuffer(row["vectors"], dtype="<f4").astype(np.float32)
                    yield number, flat.reshape(len(blocks[number]), self.facts.dimension)
            if open_blocks:
                raise SpreadFailed(self._address, f"{len(open_blocks)} blocks never came back")


def spread(local: Embedder, name: str, models: Path, address: str) -> SpreadEmbedder:
    """Return an embedder of a model that each machine opens from its folder `models`, exported if missing."""
    return SpreadEmbedder(local, partial(_open_there, name, models), address)


def _open_there(name: str, models: Path) -> Embedder:
    make_folder(models)
    # Of the processes of one machine one exports, and the others wait for it.
    with (models / ".export.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        return open_embedder(name, models)


def _embedded(open_there: Open, facts: str, probed: bytes, row: Mapping[str, Any]) -> dict[str, Any]:
    """Embed one block in a worker process; what keeps it from that is told, not raised."""
    number = int(row["number"])
    try:
        embedder = _checked(open_there, facts, probed)
    except FaqError as error:
        return {"number": number, "vectors": b"", "refused": f"{socket.gethostname()}: {error}"}
    # One text after the other: there is a process for every core.
    vectors = np.concatenate([embedder.embed([text]) for text in row["texts"]])
    return {"number": number, "vectors": vectors.astype("<f4").tobytes(), "refused": ""}


@lru_cache(maxsize=1)
def _checked(open_there: Open, facts: str, probed: bytes) -> Embedder:
    """Open the embedder once in each process; it has to be the one that asks."""
    embedder, expected = open_there(), EmbedderFacts.model_validate_json(facts)
    if embedder.facts != expected:
        raise FaqError(f"holds another model or graph: {embedder.facts.short}, not {expected.short}")
    if _probed(embedder) != probed:
        raise FaqError("its processor gives other vectors for the same graph")
    return embedder


def _probed(embedder: Embedder) -> bytes:
    return b"".join(embedder.embed([probe]).astype("<f4").tobytes() for probe in _PROBES)


@contextmanager
def _connected(address: str) -> Iterator[Any]:
    """Give Ray Data, connected to a cluster, and leave the cluster as it was."""
    _must_listen(address)
    # Ray reports its users to its maker unless told before the import; and it writes bars of its own.
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
    os.environ.setdefault("RAY_DATA_DISABLE_PROGRESS_BARS", "1")
    import ray
    import ray.data

    logging.getLogger("ray.data").setLevel(logging.ERROR)
    try:
        ray.init(address=address, log_to_driver=False, logging_level=logging.ERROR)
        ray.data.DataContext.get_current().enable_progress_bars = False
        yield ray.data
    except (ray.exceptions.RayError, ConnectionError, RuntimeError, ValueError) as error:
        raise SpreadFailed(address, (str(error).strip().splitlines() or ["no message"])[-1]) from error
    finally:
        ray.shutdown()


def _must_listen(address: str) -> None:
    """Refuse an address where nobody listens: Ray itself would try for minutes."""
    host, _, port = address.rpartition("://")[2].rpartition(":")
    if host and port.isdigit():
        try:
            socket.create_connection((host, int(port)), _CONNECT_SECONDS).close()
        except OSError as error:
            raise SpreadFailed(address, f"cannot be reached ({error.strerror or error})") from error
