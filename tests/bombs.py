"""Files made to fill memory, to take forever or to lead elsewhere; made when asked for, never kept."""

from __future__ import annotations

import os
import random
import struct
import zlib
from collections.abc import Callable
from pathlib import Path

from docx_files import PADDING, document, paragraph, run, zipped

Maker = Callable[[], bytes]
GIGABYTE, MEGABYTE = 1000, 1_000_000
DEEP = 100_000
MANY = 2_000_000
_LINKS = '<Relationships><Relationship Type="x/officeDocument" Target="word/document.xml"/></Relationships>'
_LONG = "a" * 100_000
_WIDE_CELL = f'<w:tc><w:tcPr><w:gridSpan w:val="{DEEP}"/></w:tcPr><w:p/></w:tc>'


def zeros(megabytes: int, letter: bytes = b" ") -> bytes:
    """Return raw deflate of so many megabytes of one letter: a block that is complete, many times."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    block = packer.compress(letter * MEGABYTE) + packer.flush(zlib.Z_FULL_FLUSH)
    return block * megabytes + zlib.compressobj(9, zlib.DEFLATED, -15).flush()


def with_member(path: str, packed: bytes, size: int, *, said: int | None = None) -> bytes:
    """Return a Word file whose member `path` holds a packed stream as it is; `said` is the size it states."""
    name, said = path.encode(), size if said is None else said
    local = struct.pack("<4sHHHHHIIIHH", b"PK\3\4", 20, 0, 8, 0, 0, 0, len(packed), said, len(name), 0) + name
    start = zipped({"_rels/.rels": _LINKS})
    end = start.rfind(b"PK\5\6")
    first = start.find(b"PK\1\2")
    members, directory = start[:first], start[first:end]
    entry = struct.pack(
        "<4sHHHHHHIIIHHHHHII", b"PK\1\2", 20, 20, 0, 8, 0, 0, 0, len(packed), said, len(name), 0, 0, 0, 0, 0,
        len(members),
    )  # fmt: skip
    directory += entry + name
    body = members + local + packed
    tail = struct.pack("<4sHHHHIIH", b"PK\5\6", 0, 0, 2, 2, len(directory), len(body), 0)
    return body + directory + tail


def word(xml: str) -> bytes:
    """Return a Word file of this word/document.xml."""
    return zipped({"_rels/.rels": _LINKS, "word/document.xml": xml})


def scattered(count: int) -> str:
    """Return so many empty paragraphs that hardly pack."""
    letters = random.Random(1).randbytes(4 * count).hex()
    return "".join(f'<w:p w:rsidR="{letters[at : at + 8]}"/>' for at in range(0, 8 * count, 8))


def laughs(root: str, text: str) -> str:
    """Return the billion laughs: ten entities of ten of the one before."""
    tens = [(n, f"&l{n - 1};" * 10) for n in range(1, 10)]
    entities = "".join(f'<!ENTITY l{n} "{ten}">' for n, ten in tens)
    return f'<!DOCTYPE {root} [<!ENTITY l0 "lol">{entities}]>' + text.format("&l9;")


def quadratic(root: str, text: str) -> str:
    """Return one long entity, named often."""
    return f'<!DOCTYPE {root} [<!ENTITY a "{_LONG}">]>' + text.format("&a;" * 30_000)


def outside(root: str, text: str, target: str) -> str:
    """Return XML that asks for a file or page as an entity."""
    return f'<!DOCTYPE {root} [<!ENTITY x SYSTEM "{target}">]>' + text.format("&x;")


RECORD = (
    "<PubmedArticleSet><PubmedArticle><MedlineCitation><PMID>1</PMID><Article><ArticleTitle>T</ArticleTitle>"
    "<Abstract><AbstractText>{}</AbstractText></Abstract></Article></MedlineCitation></PubmedArticle>"
    "</PubmedArticleSet>"
)
ARTICLE = "<article><front><article-meta/></front><body><p>{}</p></body></article>"
TEXT = document(paragraph(run("{}"))).replace("{", "{{").replace("}", "}}").replace("{{}}", "{}")


def pdf(stream: bytes, filters: str, *, pages: int = 1, box: str = "0 0 612 792") -> bytes:
    """Return a PDF whose one page draws a stream."""
    kids = " ".join(["3 0 R"] * pages)
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        f"<</Type/Pages/Kids[{kids}]/Count {pages}>>".encode(),
        f"<</Type/Page/Parent 2 0 R/MediaBox[{box}]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>".encode(),
        f"<</Length {len(stream)}/Filter{filters}>>stream\n".encode() + stream + b"\nendstream",
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    made, places = bytearray(b"%PDF-1.7\n"), []
    for number, inside in enumerate(objects, 1):
        places.append(len(made))
        made += b"%d 0 obj" % number + inside + b"endobj\n"
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    start = len(made)
    made += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1) + table
    made += b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, start)
    return bytes(made)


def flate(megabytes: int) -> bytes:
    """Return zlib of so many megabytes of blanks, its checksum in closed form."""
    count = megabytes * MEGABYTE
    low = (1 + 32 * count) % 65521
    high = (count + 32 * (count * (count + 1) // 2)) % 65521
    return b"\x78\xda" + zeros(megabytes) + struct.pack(">I", high << 16 | low)


def page(body: str) -> bytes:
    return f"<!DOCTYPE html><html><body>{body}</body></html>".encode()


def study(inside: str) -> bytes:
    return f'{{"protocolSection": {inside}}}'.encode()


MAKERS: dict[str, Maker] = {
    "zip of a gigabyte.docx": lambda: with_member("word/document.xml", zeros(GIGABYTE), GIGABYTE * MEGABYTE),
    "zip that says ten bytes.docx": lambda: with_member("word/document.xml", zeros(90), 0, said=10),
    "zip that says a gigabyte.docx": lambda: with_member("word/document.xml", zeros(1), 0, said=10**9),
    "zip in a zip.docx": lambda: zipped({"_rels/.rels": _LINKS.encode(), "word/document.xml": word(TEXT)}),
    "zip beside the words.docx": lambda: zipped(
        {
            "_rels/.rels": _LINKS.encode(),
            "word/document.xml": document(paragraph(run(PADDING))).encode(),
            "word/embeddings/bomb.xlsx": with_member("x", zeros(GIGABYTE), GIGABYTE * MEGABYTE),
        }
    ),
    "two million paragraphs.docx": lambda: word(document("<w:p/>" * MANY)),
    "paragraphs that hardly pack.docx": lambda: word(document(scattered(350_000))),
    "billion laughs.docx": lambda: word(laughs("w:document", TEXT)),
    "quadratic.docx": lambda: word(quadratic("w:document", TEXT)),
    "entity of a file.docx": lambda: word(outside("w:document", TEXT, "file:///etc/passwd")),
    "deep.docx": lambda: word(document("<w:sdt><w:sdtContent>" * DEEP + "</w:sdtContent></w:sdt>" * DEEP)),
    "wide cell.docx": lambda: word(document(f"<w:tbl><w:tr>{_WIDE_CELL * 9}</w:tr></w:tbl>")),
    "names that lead out.docx": lambda: zipped({"../../../../tmp/out": "x", "word/document.xml": TEXT}),
    "many members.docx": lambda: zipped({f"{n}": "" for n in range(5_000)}),
    "billion laughs.xml": lambda: laughs("PubmedArticleSet", RECORD).encode(),
    "billion laughs of an article.nxml": lambda: laughs("article", ARTICLE).encode(),
    "quadratic.xml": lambda: quadratic("article", ARTICLE).encode(),
    "entity of a file.xml": lambda: outside("article", ARTICLE, "file:///etc/passwd").encode(),
    "deep.xml": lambda: ARTICLE.format("<b>" * DEEP + "</b>" * DEEP).encode(),
    "deep record.xml": lambda: RECORD.format("<i>" * DEEP + "</i>" * DEEP).encode(),
    "two million elements.xml": lambda: ARTICLE.format("<p/>" * MANY).encode(),
    "deep.html": lambda: page("<div>" * DEEP + "words" + "</div>" * DEEP),
    "deep and never closed.html": lambda: page("<b>" * DEEP + "words"),
    "deep lists.html": lambda: page("<ul><li>x" * DEEP),
    "twenty megabytes.html": lambda: page("<p>Some words of a page.</p>" * 700_000),
    "twenty megabytes of one word.html": lambda: page("x" * 19_000_000),
    "twenty megabytes of brackets.html": lambda: page("<" * 19_000_000),
    "wide cells.html": lambda: page(f"<table><tr>{'<td colspan=100000 rowspan=100000>x' * 50}</table>"),
    "many attributes.html": lambda: page(f"<p {' '.join(f'a{n}=b' for n in range(500_000))}>words</p>"),
    "deep quotes.md": lambda: (">" * DEEP + " words").encode(),
    "deep lists.md": lambda: ("- " * DEEP + "words").encode(),
    "brackets.md": lambda: ("[" * DEEP + "](" * DEEP).encode(),
    "twenty megabytes.md": lambda: b"Some words of a page.\n\n" * 800_000,
    "twenty megabytes.txt": lambda: b"Some words of a page.\n\n" * 800_000,
    "two million paragraphs.txt": lambda: b"x\n\n" * MANY,
    "two million paragraphs.md": lambda: b"x\n\n" * MANY,
    "a million paragraphs.txt": lambda: b"x\n\n" * (MANY // 2),
    "a million paragraphs.md": lambda: b"x\n\n" * (MANY // 2),
    "one line.txt": lambda: b"words " * 3_200_000,
    "flate of a gigabyte.pdf": lambda: pdf(flate(GIGABYTE), "/FlateDecode"),
    "flate in flate.pdf": lambda: pdf(zlib.compress(flate(4 * GIGABYTE), 9), "[/FlateDecode/FlateDecode]"),
    "a hundred thousand pages.pdf": lambda: pdf(zlib.compress(b"BT ET"), "/FlateDecode", pages=DEEP),
    "huge page.pdf": lambda: pdf(
        zlib.compress(b"BT /F 12 Tf (words) Tj ET"), "/FlateDecode", box="0 0 9e9 9e9"
    ),
    "deep dictionaries.pdf": lambda: b"%PDF-1.7\n1 0 obj" + b"<</A " * DEEP + b">>" * DEEP + b"endobj\n%%EOF",
    "deep.json": lambda: study("[" * DEEP + "]" * DEEP),
    "deep objects.json": lambda: study('{"a":' * DEEP + "1" + "}" * DEEP),
    "huge number.json": lambda: study('{"a": 1' + "0" * MANY + ', "b": 1e999999999}'),
    "twenty megabytes.json": lambda: study("[" + "{}," * 6_000_000 + "{}]"),
    "two million lines.nbib": lambda: b"PMID- 1\n" + b"AB  - x\n" * MANY,
    "two hundred thousand records.nbib": lambda: b"PMID- 1\nTI  - T\n\n" * 200_000,
    "NUL bytes.html": lambda: page("words\x00words"),
    "NUL bytes.txt": lambda: bytes(1_000_000),
    "empty.html": lambda: b"",
    "too large.html": lambda: page("x" * 25_000_000),
}


def special(folder: Path) -> dict[str, Path]:
    """Return what is no plain file, or has a name that no file needs."""
    good = folder / "good.html"
    good.write_bytes(page(f"<p>{PADDING}</p>"))
    (folder / "link.html").symlink_to(good)
    os.mkfifo(folder / "pipe.html")
    (folder / "folder.html").mkdir()
    (folder / "two\nlines.html").write_bytes(good.read_bytes())
    return {
        "link": folder / "link.html", "pipe": folder / "pipe.html", "folder": folder / "folder.html",
        "device": Path("/dev/zero"), "two lines": folder / "two\nlines.html",
        "long name": folder / f"{'n' * 300}.html", "missing": folder / "missing.html",
        "NUL in the name": folder / "a\x00.html",
    }  # fmt: skip
