"""Word files written by hand: a body, the parts it needs, and every way to cut and raise its text."""

from __future__ import annotations

import io
import zipfile
from xml.sax.saxutils import escape

from fidelity_cases import FidelityCase

from content.extract import Extract
from content.readers.docx import read_docx

NAMESPACES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office"'
)
_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
# Long enough for the fewest characters that a page must have, and without a number.
PADDING = "Everyone was seen again by the same two doctors at the end of the study."
HEIGHTS = {
    "plain": "",
    "raised": '<w:vertAlign w:val="superscript"/>',
    "lowered": '<w:vertAlign w:val="subscript"/>',
}
POSITIONS = {
    "plain": "",
    "raised": '<w:position w:val="8"/><w:sz w:val="16"/>',
    "lowered": '<w:position w:val="-6"/><w:sz w:val="16"/>',
}
BY_STYLE = {
    "plain": "",
    "raised": '<w:rStyle w:val="Up"/>',
    "lowered": '<w:rStyle w:val="Down"/>',
}
STYLES = "".join(
    f'<w:style w:type="{kind}" w:styleId="{key}"><w:name w:val="{name}"/>{inside}</w:style>'
    for kind, key, name, inside in (
        ("paragraph", "Ttulo", "Title", ""),
        ("paragraph", "Ttulo2", "heading 2", '<w:pPr><w:outlineLvl w:val="1"/></w:pPr>'),
        ("paragraph", "Mine", "My heading", '<w:basedOn w:val="Ttulo2"/>'),
        ("paragraph", "Bullets", "List Bullet", '<w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr>'),
        ("paragraph", "Caption", "caption", ""),
        ("paragraph", "TOC1", "toc 1", ""),
        ("paragraph", "Ghost", "Ghost", "<w:rPr><w:vanish/></w:rPr>"),
        ("character", "Hid", "Hid", "<w:rPr><w:vanish/></w:rPr>"),
        ("character", "Up", "Up", f"<w:rPr>{HEIGHTS['raised']}</w:rPr>"),
        ("character", "Down", "Down", f"<w:rPr>{HEIGHTS['lowered']}</w:rPr>"),
        ("character", "Greek", "Greek", '<w:rPr><w:rFonts w:ascii="Symbol" w:hAnsi="Symbol"/></w:rPr>'),
    )
)


def run(text: str, marks: str = "") -> str:
    """Return a run of text as it stands."""
    return f'<w:r><w:rPr>{marks}</w:rPr><w:t xml:space="preserve">{escape(text)}</w:t></w:r>'


def paragraph(inside: str, marks: str = "") -> str:
    """Return a paragraph around runs."""
    return f"<w:p><w:pPr>{marks}</w:pPr>{inside}</w:p>"


def table(rows: list[list[str]]) -> str:
    """Return a table; each cell is what stands in its one paragraph."""
    lines = ("".join(f"<w:tc>{paragraph(cell)}</w:tc>" for cell in row) for row in rows)
    return f"<w:tbl>{''.join(f'<w:tr>{line}</w:tr>' for line in lines)}</w:tbl>"


def runs_of(case: FidelityCase, marks: dict[str, str], *, letters: int = 1000) -> str:
    """Return the runs of a case, each cut again after so many letters."""
    return "".join(
        run(part.text[at : at + letters], marks[part.height])
        for part in case.runs
        for at in range(0, len(part.text), letters)
    )


def document(body: str) -> str:
    """Return word/document.xml."""
    return f"<w:document {NAMESPACES}><w:body>{body}<w:sectPr/></w:body></w:document>"


def docx(body: str, **parts: str) -> bytes:
    """Return a Word file; `parts` are the insides of further files: styles, footnotes, header, comments."""
    roots = {"styles": "styles", "numbering": "numbering", "header": "hdr", "footer": "ftr"}
    files = {"word/document.xml": document(body)}
    links = []
    for kind, inside in {"styles": STYLES, **parts}.items():
        root = roots.get(kind, kind)
        core = 'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/"'
        files[f"word/{kind}.xml"] = f"<w:{root} {NAMESPACES} {core}>{inside}</w:{root}>"
        links.append(link(f"{_RELATION}/{kind}", f"{kind}.xml"))
    files["word/_rels/document.xml.rels"] = relations(*links)
    files["_rels/.rels"] = relations(
        link(f"{_RELATION}/officeDocument", "word/document.xml"),
        *([link(f"{_RELATION}/core-properties", "word/core.xml")] if "core" in parts else []),
    )
    return zipped(files)


def link(kind: str, target: str) -> str:
    return f'<Relationship Id="r{abs(hash(target))}" Type="{kind}" Target="{target}"/>'


def relations(*links: str) -> str:
    return f'<Relationships xmlns="{_PACKAGE}">{"".join(links)}</Relationships>'


def zipped(files: dict[str, str] | dict[str, bytes], *, how: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Return a ZIP of these files."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", how) as archive:
        for path, inside in files.items():
            archive.writestr(path, inside)
    return made.getvalue()


def read(body: str, **parts: str) -> Extract:
    """Return what is taken from a body."""
    (extract,) = read_docx(docx(body, **parts), "page.docx")
    return extract


def words(body: str, **parts: str) -> list[str]:
    """Return the texts taken from a body and the padding below it, without the padding."""
    texts = [piece.text for piece in read(body + paragraph(run(PADDING)), **parts).pieces]
    assert texts.count(PADDING) == 1
    texts.remove(PADDING)
    return texts


def left_out(body: str, **parts: str) -> list[tuple[str, str]]:
    """Return (why, words) of what is not taken from a body."""
    found = read(body + paragraph(run(PADDING)), **parts)
    return [(left.why, left.text) for left in found.left_out]
