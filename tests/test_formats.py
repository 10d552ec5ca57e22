"""A file is what its suffix and its bytes both say; where they differ it is refused."""

from __future__ import annotations

import io
import time
import zipfile
from typing import get_args

import pytest
from docx_files import PADDING, docx, paragraph, run
from hypothesis import given
from hypothesis import strategies as st

from content.errors import FaqError, SourceRefused, UnknownFormat
from content.extract import Format
from content.formats import READ, format_of

PDF = b"%PDF-1.7\n1 0 obj\n"
WORD = docx(paragraph(run(PADDING)))
STUDY = b'{"protocolSection": {}}'
RECORD = b"\nPMID- 12345678\nOWN - NLM\nTI  - A trial.\n"
DTD = b'<?xml version="1.0"?>\n<!DOCTYPE PubmedArticleSet PUBLIC "-//NLM//DTD" "https://dtd.nlm.nih.gov/x.dtd">\n'


@pytest.mark.parametrize(
    ("name", "data", "found"),
    [
        ("page.html", b"<!DOCTYPE html><html><body>", "html"),
        ("PAGE.HTM", b"just words", "html"),
        ("page.xhtml", b'<?xml version="1.0"?><!DOCTYPE html PUBLIC "x" "y"><html xmlns="z">', "html"),
        ("page.html", "<html><p>Größe".encode("utf-16"), "html"),
        ("page.html", b"<!-- a --><!-- b --><html>", "html"),
        ("paper.pdf", PDF, "pdf"),
        ("page.docx", WORD, "docx"),
        ("notes.md", b"# Notes", "markdown"),
        ("notes.markdown", b"<mg/day> is the unit", "markdown"),
        ("notes.txt", b"PMID- is what records begin with", "text"),
        ("notes.txt", "Naïve".encode("cp1252"), "text"),
        ("pubmed.txt", RECORD, "medline"),
        ("pubmed.nbib", b"\xef\xbb\xbf" + RECORD, "medline"),
        ("record.xml", DTD + b"<PubmedArticleSet>", "pubmed_xml"),
        ("record.xml", b"<!-- x --><PubmedArticle>", "pubmed_xml"),
        ("paper.xml", b"<?xml version='1.0'?><article xmlns:xlink='x'>", "pmc_xml"),
        ("paper.nxml", b"<!DOCTYPE article PUBLIC 'a' 'b'>\n<article>", "pmc_xml"),
        ("paper.xml", b"<pmc-articleset>", "pmc_xml"),
        ("NCT1.json", STUDY, "clinicaltrials"),
        ("NCT1.json", b"\xef\xbb\xbf [" + STUDY + b"]", "clinicaltrials"),
    ],
)
def test_a_format_that_both_say(name: str, data: bytes, found: Format) -> None:
    assert format_of(name, data) == found


@pytest.mark.parametrize(
    ("name", "data", "why"),
    [
        ("page.html", PDF, "it is a PDF file, called .html"),
        ("page.html", b"\n " + PDF, "it is a PDF file, called .html"),
        ("page.html", WORD, "it is a ZIP file"),
        ("page.html", b"<?xml version='1.0'?><article>", "an XML file of another kind"),
        ("page.html", b"<p>a\x00b", "it holds NUL bytes"),
        ("page.txt", b"a\x00b", "it holds NUL bytes"),
        ("page.txt", b"<!doctype html><p>", "name it .html or .xml"),
        ("page.md", b"<html>", "name it .html or .xml"),
        ("page.txt", DTD + b"<PubmedArticleSet>", "name it .html or .xml"),
        ("paper.pdf", b"<html>", "not those of a .pdf file"),
        ("paper.pdf", WORD, "it is a ZIP file"),
        ("paper.pdf", PDF + WORD, "it is a ZIP file as well"),
        ("page.html", b"<html>" + WORD, "it is a ZIP file as well"),
        ("page.docx", PDF, "it is a PDF file, called .docx"),
        ("page.docx", b"words", "not those of a .docx file"),
        ("page.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Word file"),
        ("page.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Word file"),
        ("page.rtf", b"{\\rtf1", "a rich text file"),
        ("page.docx", b"{\\rtf1", "a rich text file"),
        ("page.docx", b"PK\x05\x06" + bytes(18), "an empty ZIP file"),
        ("scan.pdf", b"\x89PNG\r\n", "it is a picture"),
        ("page.txt", b"\x1f\x8b\x08", "a packed file"),
        ("pubmed.nbib", b"TI  - no number", "does not begin as a PubMed record"),
        ("paper.xml", b"<html>", "neither a PubMed nor a PMC file"),
        ("paper.xml", b"words", "neither a PubMed nor a PMC file"),
        ("paper.xml", b'<!DOCTYPE a [<!ENTITY b "c">]><PubmedArticleSet>', "neither a PubMed nor a PMC file"),
        ("study.json", b"{}", "it is no study"),
        ("study.json", b'{"ProtocolSection": {}}', "in its older form"),
        ("study.json", b'"protocolSection"', "it is no study"),
    ],
)
def test_what_suffix_and_bytes_say_differently_is_refused(name: str, data: bytes, why: str) -> None:
    with pytest.raises(SourceRefused) as caught:
        format_of(name, data)
    assert why in caught.value.reason
    assert caught.value.name == name


@pytest.mark.parametrize("name", ["page.odt", "page", ".pdf", "page.pdf.exe", "page.html~"])
def test_an_unknown_suffix_says_which_are_known(name: str) -> None:
    with pytest.raises(UnknownFormat) as caught:
        format_of(name, PDF)
    assert ".docx" in str(caught.value) and ".nbib" in str(caught.value)


def test_every_format_has_one_reader() -> None:
    assert set(READ) == set(get_args(Format))
    (extract,) = READ["docx"](WORD, "page.docx")
    assert extract.pieces[0].text == PADDING


@given(
    st.sampled_from(["a.html", "a.txt", "a.xml", "a.json", "a.pdf", "a.docx"]),
    st.binary(max_size=200),
)
def test_any_bytes_have_a_format_or_an_error_with_a_next_step(name: str, data: bytes) -> None:
    try:
        assert format_of(name, data) in get_args(Format)
    except FaqError as error:
        assert "then run:" in str(error)


@pytest.mark.parametrize("piece", [b"<!-- x -->", b"<?x?>", b"<!doctype a>", b" ", b"<!--", b"<?", b"<a:"])
def test_a_beginning_without_end_is_looked_at_once(piece: bytes) -> None:
    started = time.perf_counter()
    for name in ("a.html", "a.xml", "a.txt"):
        with pytest.raises(SourceRefused):
            format_of(name, b"<?xml?>" + piece * 100_000)
    assert time.perf_counter() - started < 1.0


def test_the_end_of_a_zip_inside_a_pdf_is_no_second_file() -> None:
    attached = io.BytesIO()
    with zipfile.ZipFile(attached, "w") as archive:
        archive.writestr("a.txt", "words")
    assert format_of("paper.pdf", PDF + attached.getvalue() + b"\nendstream\n%%EOF") == "pdf"
