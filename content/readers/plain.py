"""Plain text to the blocks of a document: every line that holds words is a paragraph."""

from __future__ import annotations

from content.normalize import normalize
from content.schema import Document, Kind, Source, Span, Speaker

UNTITLED = "Untitled"


def read_plain(
    text: str, *, document_id: str, title: str = "", url: str | None = None,
    kind: Kind = "trial", speaker: Speaker = "published_abstract", aliases: tuple[str, ...] = (),
) -> Document:  # fmt: skip
    """Return a document of one block for each line; raises ValueError when no line holds words.

    Spaces at the ends of lines belong to no block, everything else to exactly one. A text without
    a title is called "Untitled", a word that is never searched.
    """
    text = normalize(text)
    blocks: list[Span] = []
    position = 0
    for line in text.split("\n"):
        bare = line.strip()
        if bare:
            start = position + line.index(bare)
            blocks.append(Span(start=start, end=start + len(bare)))
        position += len(line) + 1
    if not blocks:
        raise ValueError(f"{document_id}: the text holds no words")
    return Document(
        id=document_id, title=normalize(title).strip() or UNTITLED, kind=kind, speaker=speaker,
        source=Source(url=url), aliases=aliases, text=text, blocks=tuple(blocks),
    )  # fmt: skip
