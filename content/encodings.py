"""Bytes to characters, in the order browsers ask: byte order mark, declaration, UTF-8, windows-1252."""

from __future__ import annotations

import re

import webencodings

from content.errors import SourceRefused

# UTF-32 is no encoding of the web, and its mark begins like that of UTF-16.
_MARKS = {b"\xef\xbb\xbf": "utf-8", b"\xfe\xff": "utf-16be", b"\xff\xfe": "utf-16le"}
_UTF_32 = (b"\x00\x00\xfe\xff", b"\xff\xfe\x00\x00")
_NO_TEXT = re.compile("[\x00-\x08\x0e-\x1f]")
_LETTER = re.compile(r"[^\W\d_]")
# No language written in windows-1252 has more letters outside ASCII; the Russian or Greek of an older
# encoding, read as windows-1252, has almost nothing else.
_MOST_ACCENTS = 0.25


def decoded(data: bytes, *, declared: str | None = None, name: str) -> str:
    """Return the characters of a file, or raise SourceRefused; none is ever replaced.

    `declared` is the label that the file or its server states; a label nobody knows is passed over.
    Without one the bytes are UTF-8 if they can be, otherwise windows-1252. Where a browser would show
    "naÃ¯ve" or a box, the file is refused. Source: WHATWG Encoding Standard, and HTML 13.2.3.2.
    """
    if data.startswith(_UTF_32):
        raise SourceRefused(name, "it is written in UTF-32, which no browser reads")
    mark = next((mark for mark in _MARKS if data.startswith(mark)), None)
    if mark:
        text = _strictly(data[len(mark) :], _MARKS[mark], "begins as", name)
    elif declared and (known := webencodings.lookup(declared)):
        if known.name != "utf-8" and _is_utf_8(data):
            raise SourceRefused(name, f"it says it is {known.name} but is written in UTF-8")
        text = _strictly(data, known.name, "says it is", name)
    elif _is_utf_8(data) or data.isascii():
        text = data.decode("utf-8")
    else:
        text = _western(data, name)
    if found := _NO_TEXT.search(text):
        raise SourceRefused(name, f"it is no text: it holds the character U+{ord(found.group()):04X}")
    return text


def _strictly(data: bytes, encoding: str, claim: str, name: str) -> str:
    try:
        text: str = webencodings.lookup(encoding).codec_info.decode(data, "strict")[0]
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        reason = f"it {claim} {encoding}, but the byte in place {error.start}, line {line}, is not"
        raise SourceRefused(name, reason) from error
    return text


def _is_utf_8(data: bytes) -> bool:
    """Say whether bytes beyond ASCII are UTF-8: text of another encoding practically never is."""
    if data.isascii():
        return False
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _western(data: bytes, name: str) -> str:
    """Read as windows-1252, unless another encoding is likely that the file should have named."""
    try:
        text = data.decode("windows-1252")
    except UnicodeDecodeError as error:
        raise SourceRefused(name, "it does not say its encoding, and is not UTF-8") from error
    letters = _LETTER.findall(text)
    if sum(not letter.isascii() for letter in letters) > max(1, _MOST_ACCENTS * len(letters)):
        raise SourceRefused(name, "it does not say its encoding, and is neither UTF-8 nor western")
    return text
