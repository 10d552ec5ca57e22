"""Which format a source file has, said by its suffix and its first bytes together, and who reads it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from pathlib import Path

from content.errors import SourceRefused, UnknownFormat
from content.extract import Extract, Format
from content.readers.package import zip_directory

Read = Callable[[bytes, str], tuple[Extract, ...]]

# The suffix decides between formats that look alike; what it cannot decide, `_TOLD_APART` looks up.
_SUFFIXES: dict[str, tuple[Format, ...]] = {
    ".html": ("html",), ".htm": ("html",), ".xhtml": ("html",),
    ".pdf": ("pdf",),
    ".docx": ("docx",),
    ".md": ("markdown",), ".markdown": ("markdown",),
    ".txt": ("text", "medline"), ".text": ("text", "medline"),
    ".nbib": ("medline",), ".medline": ("medline",),
    ".xml": ("pubmed_xml", "pmc_xml"), ".nxml": ("pmc_xml",),
    ".json": ("clinicaltrials",),
}  # fmt: skip
# Files that begin with these are what follows, whatever their suffix says.
_BEGINNINGS: dict[bytes, str] = {
    b"%PDF-": "pdf",
    b"PK\x03\x04": "a ZIP file",
    b"PK\x05\x06": "an empty ZIP file",
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1": "an old Word file (.doc) or one locked with a password; "
    "open it in Word and save it as .docx without a password",
    b"{\\rtf": "a rich text file (.rtf); open it in Word and save it as .docx",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"GIF8": "a picture",
    b"II*\x00": "a picture",
    b"MM\x00*": "a picture",
    b"\x1f\x8b": "a packed file (.gz); unpack it first",
    b"7z\xbc\xaf\x27\x1c": "a packed file (.7z); unpack it first",
    b"Rar!": "a packed file (.rar); unpack it first",
    b"\x7fELF": "a program",
    b"MZ\x90": "a program",
    b"%!PS": "a PostScript file",
}
_WIDE_BOMS = (b"\xff\xfe", b"\xfe\xff")
_LOOKED_AT = 4096
# Atomic groups: a comment has one end, so a thousand of them cannot be read in a thousand ways.
_BEFORE = rb"\A\s*+(?:(?>(?:<\?.*?\?>|<!--.*?-->|<!doctype[^>\[]*+>)\s*+))*+"
_XML = re.compile(rb"\A\s*+(?:<\?xml\b|<!doctype\s++(?!html\b)\w)", re.IGNORECASE)
_ROOT = re.compile(_BEFORE + rb"<(?:[\w-]+:)?([A-Za-z][\w-]*)", re.DOTALL | re.IGNORECASE)
_DECLARED = re.compile(rb"\A\s*+<(?:\?xml\b|!doctype\s)", re.IGNORECASE)
_PAGE_ROOTS = frozenset({b"html", b"head", b"body"})
_ROOTS: dict[str, Format] = {
    "pubmedarticleset": "pubmed_xml", "pubmedarticle": "pubmed_xml", "medlinecitationset": "pubmed_xml",
    "article": "pmc_xml", "pmc-articleset": "pmc_xml", "oai-pmh": "pmc_xml",
}  # fmt: skip
_MEDLINE = re.compile(rb"\A\s*(?:\d+:\s*)?PMID\s?- ?\d+\s*$", re.MULTILINE)
_OBJECT = re.compile(rb"\A\s*[\[{]")


def format_of(name: str, data: bytes) -> Format:
    """Return the format of a source file from its name and its bytes.

    Raises UnknownFormat for a suffix that no reader knows, and SourceRefused where the bytes are not
    what the suffix says: such a file shows one thing to one program and another to the next.
    """
    suffix = Path(name).suffix.lower()
    formats = _SUFFIXES.get(suffix)
    if formats is None:
        begins = next(_beginnings(data), "")
        if begins.startswith(("an old", "a rich")):
            raise SourceRefused(name, f"it is {begins}")
        raise UnknownFormat(Path(name), tuple(_SUFFIXES))
    _refuse_other_beginning(name, suffix, formats, data)
    if formats[0] in ("pdf", "docx"):
        return formats[0]
    start = _text_start(name, data)
    return _TOLD_APART.get(formats[0], _as_named)(name, formats, start, data)


def _refuse_other_beginning(name: str, suffix: str, formats: tuple[Format, ...], data: bytes) -> None:
    expected = {"pdf": "pdf", "docx": "a ZIP file"}.get(formats[0], "")
    begins = next(_beginnings(data), "")
    if begins != expected:
        found = f"it is {begins}" if begins else f"its bytes are not those of a {suffix} file"
        raise SourceRefused(name, found if begins != "pdf" else f"it is a PDF file, called {suffix}")
    if formats[0] != "docx" and zip_directory(data):
        raise SourceRefused(name, "it is a ZIP file as well, so what it shows depends on the program")


def _beginnings(data: bytes) -> Iterator[str]:
    bare = data[:64].lstrip(b"\xef\xbb\xbf \t\r\n")
    yield from (
        kind for start, kind in _BEGINNINGS.items() if data.startswith(start) or bare.startswith(start)
    )


def _text_start(name: str, data: bytes) -> bytes:
    """Return the beginning of a text file, a byte a letter; raises SourceRefused for what is no text."""
    start = data[:_LOOKED_AT]
    if start.startswith(_WIDE_BOMS):
        return start[2 if start[0] == 0xFF else 3 :: 2]
    if b"\x00" in data:
        raise SourceRefused(name, "it holds NUL bytes, so it is no text")
    return start.removeprefix(b"\xef\xbb\xbf")


def _as_named(name: str, formats: tuple[Format, ...], start: bytes, data: bytes) -> Format:
    return formats[0]


def _html(name: str, formats: tuple[Format, ...], start: bytes, data: bytes) -> Format:
    root = _ROOT.match(start)
    if _XML.match(start) and not (root and root[1].lower() == b"html"):
        raise SourceRefused(name, "it is an XML file of another kind, not a web page")
    return "html"


def _words(name: str, formats: tuple[Format, ...], start: bytes, data: bytes) -> Format:
    """Tell plain text and Markdown from a page or record that is only called so."""
    root = _ROOT.match(start)
    if _DECLARED.match(start) or (root and root[1].lower() in _PAGE_ROOTS):
        raise SourceRefused(name, "it is a web page or an XML file; name it .html or .xml")
    return "medline" if "medline" in formats and _MEDLINE.match(start) else formats[0]


def _medline(name: str, formats: tuple[Format, ...], start: bytes, data: bytes) -> Format:
    if not _MEDLINE.match(start):
        raise SourceRefused(name, "it does not begin as a PubMed record does (PMID- and a number)")
    return "medline"


def _xml(name: str, formats: tuple[Format, ...], start: bytes, data: bytes) -> Format:
    root = _ROOT.match(start)
    found = _ROOTS.get(root[1].decode("ascii").lower()) if root else None
    if found is None:
        raise SourceRefused(name, "it is neither a PubMed nor a PMC file, the two kinds of XML read here")
    return found


def _json(name: str, formats: tuple[Format, ...], start: bytes, data: bytes) -> Format:
    if _OBJECT.match(start) and b'"protocolSection"' in data.replace(b"\x00", b""):
        return "clinicaltrials"
    older = b'"ProtocolSection"' in data
    reason = "it is a study of ClinicalTrials.gov in its older form" if older else "it is no study"
    raise SourceRefused(name, f"{reason}; download it from ClinicalTrials.gov as JSON (version 2)")


_TOLD_APART: Mapping[Format, Callable[[str, tuple[Format, ...], bytes, bytes], Format]] = {
    "html": _html, "text": _words, "markdown": _words, "medline": _medline,
    "pubmed_xml": _xml, "pmc_xml": _xml, "clinicaltrials": _json,
}  # fmt: skip


def _imported_late(module: str, function: str) -> Read:
    """Return a reader that is imported when it is first needed: a child needs one of nine."""

    def read(data: bytes, name: str) -> tuple[Extract, ...]:
        reader: Read = getattr(import_module(f"content.readers.{module}"), function)
        return reader(data, name)

    return read


READ: dict[Format, Read] = {
    "html": _imported_late("html", "read_html"),
    "pdf": _imported_late("pdf", "read_pdf"),
    "docx": _imported_late("docx", "read_docx"),
    "markdown": _imported_late("markdown_source", "read_markdown_source"),
    "text": _imported_late("words", "read_words"),
    "pubmed_xml": _imported_late("pubmed_xml", "read_pubmed_xml"),
    "medline": _imported_late("medline", "read_medline"),
    "pmc_xml": _imported_late("pmc_xml", "read_pmc_xml"),
    "clinicaltrials": _imported_late("clinicaltrials", "read_clinicaltrials"),
}
