"""A file is read whole and correctly, or refused with the place to mend."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from content.errors import UnknownFormat, UnreadableDocument
from content.readers import READERS, read

FRONT = """---
id: a-page
title: A page
kind: clinic
speaker: clinic_page
source: {publisher: Clinic}
---
"""


def refusal(path: Path, raw: str | bytes) -> UnreadableDocument:
    path.write_bytes(raw if isinstance(raw, bytes) else raw.encode("utf-8"))
    with pytest.raises(UnreadableDocument) as caught:
        read(path)
    assert caught.value.path == path
    assert str(path) in str(caught.value)
    return caught.value


@pytest.mark.parametrize("written", [FRONT, FRONT.replace("---\n", "--- \t\n"), "\ufeff" + FRONT])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_the_writing_system_makes_no_difference(tmp_path: Path, written: str, line_end: str) -> None:
    path = tmp_path / "page.md"
    path.write_bytes((written + "One\ntwo.\n\nThree.").replace("\n", line_end).encode("utf-8"))
    page = read(path)
    assert page.text == "One\ntwo.\n\nThree."
    assert page.title == "A page"


@pytest.mark.parametrize(
    "raw", ["", "Only words.", "---\nid: a-page\n", "\n" + FRONT + "x", "--\nid: a\n--\nx"]
)
def test_missing_front_matter_is_named(tmp_path: Path, raw: str) -> None:
    error = refusal(tmp_path / "page.md", raw)
    assert (error.line, error.field) == (1, None)
    assert "no front matter" in str(error)


@pytest.mark.parametrize(("before", "line"), [("", 8), ("ok\n\nok ", 10), ("ok\r\nok\r\n", 10)])
def test_bytes_that_are_not_utf8_are_named_by_line(tmp_path: Path, before: str, line: int) -> None:
    raw = (FRONT + before).encode("utf-8")
    error = refusal(tmp_path / "page.md", raw + "é".encode("latin-1") + b" and more")
    assert error.line == line
    assert f"line {line}: not UTF-8 text (byte {len(raw)})" in str(error)


@pytest.mark.parametrize("control", "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
def test_direction_controls_are_refused_wherever_they_hide(tmp_path: Path, control: str) -> None:
    path, name = tmp_path / "page.md", f"U+{ord(control):04X}"
    in_body = refusal(path, f"{FRONT}One.\n\nTwo {control}three.")
    assert in_body.line == 10
    assert name in str(in_body)
    assert refusal(path, FRONT.replace("A page", f"A {control}page") + "x").line == 3
    assert (
        refusal(path, FRONT.replace("A page", f'"\\u{ord(control):04x}page"') + "x").field == "front matter"
    )
    assert refusal(path, f"{FRONT}&#{ord(control)};One.").field == "text"


@pytest.mark.parametrize(
    "body", ["", "\n \n", "# Only a heading\n", "***\n", "[1]: https://a.b\n", "\u200b\n"]
)
def test_a_document_without_words_is_refused(tmp_path: Path, body: str) -> None:
    error = refusal(tmp_path / "page.md", FRONT + body)
    assert error.field == "text"
    assert "no words below the front matter" in str(error)


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "folder.md").mkdir()
    for path in (tmp_path / "missing.md", tmp_path / "folder.md"):
        with pytest.raises(UnreadableDocument, match=re.escape(f"{path}: cannot be read (")):
            read(path)


@pytest.mark.parametrize("suffix", sorted({suffix.upper() for suffix in READERS} | set(READERS)))
def test_the_suffix_names_the_reader_in_any_case(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"missing{suffix}"
    with pytest.raises(UnreadableDocument, match="cannot be read"):
        read(path)


@pytest.mark.parametrize("name", ["page.odt", "page", "page.md.bak", ".md"])
def test_an_unknown_format_says_which_are_known(tmp_path: Path, name: str) -> None:
    with pytest.raises(UnknownFormat) as caught:
        read(tmp_path / name)
    assert str(tmp_path / name) in str(caught.value)
    assert all(suffix in str(caught.value) for suffix in READERS)
