"""What somebody brings in: its name, its bytes, and whether it is a document of our own."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from content.errors import SourceRefused
from content.source_file import SourceFile, read_source_file
from content.verdict import MOST_SOURCE_BYTES

OURS = b"---\ntitle: A\nkind: clinic\nid: a-page\n---\n\nWords."


@pytest.mark.parametrize(
    ("name", "kept"),
    [("a.PDF", ".pdf"), ("a.tar.gz", ".gz"), ("a", ""), ("a.p/../df", ""), ("a.é", ""), (".hidden", "")],
)
def test_bytes_are_kept_by_hash_and_a_plain_suffix(name: str, kept: str) -> None:
    assert SourceFile(name, b"x").kept_name == hashlib.sha256(b"x").hexdigest() + kept


@pytest.mark.parametrize(
    ("name", "data", "ours"),
    [
        ("a.md", OURS, True),
        ("a.MARKDOWN", b"\xef\xbb\xbf" + OURS.replace(b"\n", b"\r\n"), True),
        ("a.txt", OURS, False),
        ("a.md", OURS.replace(b"id:", b"slug:"), False),
        ("a.md", OURS.replace(b"kind: clinic\n", b""), False),
        ("a.md", b"---\ntitle: A\n---\nid: a\nkind: b\n---\n", False),
        ("a.md", b"\n" + OURS, False),
        ("a.md", b"Words.", False),
    ],
)
def test_a_document_of_our_own_has_an_id_and_a_kind(name: str, data: bytes, ours: bool) -> None:
    assert SourceFile(name, data).is_document is ours


def test_a_file_is_read_whole_up_to_a_limit(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"x" * MOST_SOURCE_BYTES)
    assert read_source_file(path) == SourceFile("a.txt", b"x" * MOST_SOURCE_BYTES)

    path.write_bytes(b"x" * (MOST_SOURCE_BYTES + 1))
    with pytest.raises(SourceRefused, match=r"^b\.txt: more than 20 MB"):
        read_source_file(path, "up/b.txt")


def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "missing", Path("/dev/zero")):
        with pytest.raises(SourceRefused, match="there is no such file"):
            read_source_file(path)
