"""Plain text: its words in blocks, every letter and digit in the order in which they stand."""

from __future__ import annotations

import re

from content.encodings import decoded
from content.errors import SourceRefused
from content.extract import Extract, Piece
from content.fidelity import checked
from content.normalize import normalize
from content.readers.html_source import retraction
from content.readers.text_blocks import text_pieces
from content.transcription import without_ligatures
from content.verdict import MOST_BLOCKS

_BLANK = re.compile(r"\n[ \t]*\n")
_NO_WORD = re.compile(r"[\W_]+")
_LONGEST_TITLE = 200
# A thousand pages. What a machine wrote is longer, and takes longer than anyone waits.
MOST_CHARACTERS = 2_000_000


def read_words(data: bytes, name: str) -> tuple[Extract, ...]:
    """Read plain text. Raises SourceRefused; nothing is left out of it.

    The first line is the title when it stands alone and is no sentence; otherwise the file's name is.
    """
    text = normalize(decoded(data, name=name))
    refuse_many(text, name)
    try:
        pieces = tuple(text_pieces(text))
    except ValueError as error:
        raise SourceRefused(name, str(error)) from error
    _refuse_changed(text, pieces, name)
    pieces, title = _titled(pieces, name)
    retracted, concern = retraction(title)
    extract = Extract(format="text", title=title, pieces=pieces, retracted=retracted, concern=concern)
    return checked(name, [extract], without_ligatures(text))


def refuse_many(text: str, name: str) -> None:
    """Refuse a text of more words or blocks than anyone could be shown, before they are made."""
    if len(text) > MOST_CHARACTERS:
        raise SourceRefused(name, f"more than {MOST_CHARACTERS:,} characters; cut it into parts")
    if sum(1 for _ in _BLANK.finditer(text)) > MOST_BLOCKS or text.count("\n") > 4 * MOST_BLOCKS:
        raise SourceRefused(name, f"more than {MOST_BLOCKS:,} paragraphs; cut it into parts")


def stem(name: str) -> str:
    """Return the name of a file without its folder and suffix."""
    return name.rpartition("/")[2].rpartition(".")[0] or name


def _titled(pieces: tuple[Piece, ...], name: str) -> tuple[tuple[Piece, ...], str]:
    main = next((piece.text for piece in pieces if piece.kind == "heading" and piece.level == 1), "")
    if main or not pieces:
        return pieces, main or stem(name)
    first = pieces[0]
    is_title = (
        first.kind == "paragraph"
        and len(pieces) > 1
        and len(first.text) <= _LONGEST_TITLE
        and first.text[-1] not in ".!?:;,"
        and "\n" not in first.text
    )
    if not is_title:
        return pieces, stem(name)
    return (Piece(kind="heading", text=first.text, level=1), *pieces[1:]), first.text


def _refuse_changed(text: str, pieces: tuple[Piece, ...], name: str) -> None:
    """Compare letter by letter, without what stands between the words."""
    shown = _NO_WORD.sub("", without_ligatures(text))
    taken = _NO_WORD.sub("", "".join(piece.text for piece in pieces))
    if shown != taken:
        at = next((n for n, (a, b) in enumerate(zip(shown, taken, strict=False)) if a != b), len(taken))
        raise SourceRefused(
            name, f"its words could not be taken as they stand, from {shown[at : at + 30]!r} on"
        )
