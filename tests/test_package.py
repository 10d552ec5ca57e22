"""A ZIP is opened only as far as it is what it says, and never to more than anyone needs."""

from __future__ import annotations

import io
import struct
import zipfile

import pytest
from docx_files import PADDING, document, docx, paragraph, run, zipped
from hypothesis import given, settings
from hypothesis import strategies as st

from content.errors import SourceRefused
from content.readers.docx import read_docx
from content.readers.package import Package, zip_directory

GOOD = docx(paragraph(run(f"The dose was 12 mg. {PADDING}")))


def files_of(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {path: archive.read(path) for path in archive.namelist()}


def refusal(data: bytes) -> str:
    with pytest.raises(SourceRefused) as caught:
        read_docx(data, "page.docx")
    return caught.value.reason


def test_the_directory_must_end_where_the_file_ends() -> None:
    assert zip_directory(GOOD) is not None
    assert zip_directory(GOOD + b"more") is None
    assert zip_directory(b"PK\x05\x06") is None
    assert zip_directory(b"") is None
    assert "no whole ZIP file" in refusal(GOOD + b"more")
    assert "no whole ZIP file" in refusal(GOOD[:-1])


@pytest.mark.parametrize(
    "path", ["../../etc/passwd", "/etc/passwd", "word/../../x", "..\\x", "\\x", "C:\\x", "c:/x"]
)
def test_names_that_lead_elsewhere_are_refused(path: str) -> None:
    assert "a packed file is called" in refusal(zipped({**files_of(GOOD), path: b"x"}))


def test_two_members_of_one_name_are_refused() -> None:
    assert "same name" in refusal(zipped({**files_of(GOOD), "WORD/document.xml": b"<x/>"}))


def test_a_locked_or_strange_member_is_refused() -> None:
    packed = zipped(files_of(GOOD), how=zipfile.ZIP_BZIP2)
    assert "in a way that Word does not use" in refusal(packed)
    locked = bytearray(GOOD)
    at = 0
    while (at := locked.find(b"PK\x01\x02", at)) >= 0:
        locked[at + 8] |= 1
        at += 4
    assert "locked with a password" in refusal(bytes(locked))


def test_a_header_that_lies_about_its_size_changes_nothing_silently() -> None:
    lying = bytearray(GOOD)
    at = lying.find(b"PK\x01\x02") + 24
    for size in (0, 1, 100):
        struct.pack_into("<I", lying, at, size)
        assert "cannot be unpacked" in refusal(bytes(lying))
    struct.pack_into("<I", lying, at, 2**31)
    assert read_docx(bytes(lying), "page.docx") == read_docx(GOOD, "page.docx")


def test_a_member_is_inflated_to_a_hundred_times_its_size_at_most() -> None:
    body = paragraph(run(PADDING)) + "<w:p/>" * 180_000
    assert "over 100 times its size" in refusal(docx(body))


def test_too_many_members() -> None:
    many = {**files_of(GOOD), **{f"x{n}": b"" for n in range(1_000)}}
    assert "more than 1,000 files" in refusal(zipped(many))


def test_links_lead_nowhere_outside() -> None:
    files = files_of(GOOD)
    links = b'<Relationships><Relationship Type="t/a" Target="http://h/x" TargetMode="External"/>'
    links += b'<Relationship Type="t/b" Target="../../../etc/passwd"/>'
    links += b'<Relationship Type="t/c" Target="document.xml"/>'
    links += b'<Relationship Type="t/d" Target="/word/document.xml"/></Relationships>'
    package = Package(zipped({**files, "word/_rels/document.xml.rels": links}), "page.docx")
    assert package.related("word/document.xml") == {"c": ["word/document.xml"], "d": ["word/document.xml"]}


@pytest.mark.parametrize(
    ("inside", "why"),
    [
        ('<!DOCTYPE w:document SYSTEM "http://127.0.0.1/x">' + document(""), "declares a document type"),
        ('<!DOCTYPE w [<!ENTITY a "b">]>' + document(""), "declares a document type"),
        ("<w:document", "not well-formed"),
        ("<x/>", "no Word document"),
        ('<?xml version="1.0" encoding="no-such"?>' + document(""), "XML"),
    ],
)
def test_xml_that_is_no_document(inside: str, why: str) -> None:
    assert why in refusal(zipped({**files_of(GOOD), "word/document.xml": inside.encode()}))
    wide = inside.encode("utf-16") if "encoding" not in inside else inside.encode()
    assert why in refusal(zipped({**files_of(GOOD), "word/document.xml": wide}))


def test_a_zip_without_a_document() -> None:
    assert "no Word document" in refusal(zipped({"a.txt": b"words"}))


@settings(deadline=None, max_examples=150)
@given(st.integers(0, len(GOOD) - 1), st.integers(0, 255), st.booleans())
def test_a_damaged_file_is_read_as_before_or_refused(at: int, byte: int, cut: bool) -> None:
    damaged = GOOD[:at] if cut else GOOD[:at] + bytes([byte]) + GOOD[at + 1 :]
    try:
        (found,) = read_docx(damaged, "page.docx")
    except SourceRefused:
        return
    assert found.pieces[0].text == f"The dose was 12 mg. {PADDING}"
