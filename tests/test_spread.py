"""What a machine of a cluster has to prove before its vectors are taken; the cluster itself is a drill."""

from __future__ import annotations

import socket
from collections.abc import Sequence
from functools import partial

import numpy as np
import pytest
from fakes import WordEmbedder

from index import spread
from index.embedder import FloatMatrix
from index.spread import SpreadEmbedder
from index.spread_errors import RayNotInstalled, SpreadFailed

ROW = {"number": 3, "texts": ["lupus patients", "a knee"]}


class OtherProcessor(WordEmbedder):
    """The same model, whose last bit comes out differently."""

    def embed(self, texts: Sequence[str], *, progress: bool = False) -> FloatMatrix:
        return np.nextafter(super().embed(texts), np.float32(2))


def asked(open_there: type[WordEmbedder] | partial[WordEmbedder]) -> dict[str, object]:
    local = WordEmbedder()
    return spread._embedded(open_there, local.facts.model_dump_json(), spread._probed(local), ROW)


def test_a_node_gives_the_bytes_of_its_block() -> None:
    done = asked(WordEmbedder)
    assert (done["number"], done["refused"]) == (3, "")
    assert done["vectors"] == WordEmbedder().embed(["lupus patients", "a knee"]).tobytes()


@pytest.mark.parametrize(
    ("open_there", "reason"),
    [
        (partial(WordEmbedder, name="other words"), "another model or graph"),
        (OtherProcessor, "other vectors for the same graph"),
    ],
)
def test_a_node_that_would_give_other_vectors_refuses(
    open_there: type[WordEmbedder] | partial[WordEmbedder], reason: str
) -> None:
    done = asked(open_there)
    assert done["vectors"] == b"" and done["number"] == 3
    assert str(done["refused"]).startswith(f"{socket.gethostname()}: ") and reason in str(done["refused"])


def test_without_ray_it_is_said_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spread, "find_spec", lambda name: None)
    with pytest.raises(RayNotInstalled, match=r"pip install '\.\[ray\]'"):
        SpreadEmbedder(WordEmbedder(), WordEmbedder, "auto")


def test_an_address_where_nobody_listens_fails_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spread, "find_spec", lambda name: object())
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    with pytest.raises(SpreadFailed, match=r"cannot be reached.*faq build"):
        list(SpreadEmbedder(WordEmbedder(), WordEmbedder, address).embed_blocks([["a"]]))
