"""Files for every visitor: the same bytes for everybody, fewer of them on the way for most."""

from __future__ import annotations

import gzip

import pytest
from starlette.requests import Request

from assistant.packed import PackedFile, takes_gzip

SOURCE = b"words that repeat " * 200


def asked(accepted: str) -> Request:
    return Request({"type": "http", "headers": [(b"accept-encoding", accepted.encode())]})


@pytest.mark.parametrize(
    ("accepted", "taken"),
    [
        ("gzip", True), ("gzip, deflate, br", True), ("br;q=1.0, GZIP;q=0.5", True), ("gzip; q=1", True),
        ("", False), ("br", False), ("gzip;q=0", False), ("gzip;q=0.000", False), ("xgzip", False),
        ("*", False),
    ],
)  # fmt: skip
def test_only_who_takes_it_gets_it_compressed(accepted: str, taken: bool) -> None:
    answer = PackedFile(SOURCE, "text/css", {"x-kept": "1"}).answer(asked(accepted))

    assert takes_gzip(accepted) is taken
    assert (answer.headers.get("content-encoding") == "gzip") is taken
    assert (gzip.decompress(bytes(answer.body)) if taken else bytes(answer.body)) == SOURCE
    assert (answer.headers["vary"], answer.headers["x-kept"]) == ("accept-encoding", "1")
    assert len(answer.body) < len(SOURCE) / 10 or not taken
