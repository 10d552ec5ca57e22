"""What a reader takes from a source file, before a person has looked at it."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from content.schema import Fact, Kind, Source, Speaker, StudyHints

Format = Literal[
    "html", "pdf", "docx", "markdown", "text", "pubmed_xml", "medline", "pmc_xml", "clinicaltrials"
]
PieceKind = Literal["heading", "paragraph", "item", "table"]


class Piece(Fact):
    """One block of words in reading order.

    `text` has no white space at its ends; only the rows of a table stand on lines of their own, their
    cells divided by " | ". `level` is that of a heading, 1 to 6, and 0 for everything else.
    """

    kind: PieceKind
    text: Annotated[str, Field(min_length=1)]
    level: Annotated[int, Field(ge=0, le=6)] = 0


class LeftOut(Fact):
    """Words of the source that were not taken on purpose, and why: "hidden", "cookie notice", …"""

    why: str
    text: str


class Extract(Fact):
    """One document of a source file: its words, and the facts that the source itself states.

    `kind` and `speaker` are None where the source does not tell. `left_out` and `pieces` together hold
    everything the source shows; a reader refuses the file where they would not.
    """

    format: Format
    title: str
    pieces: tuple[Piece, ...]
    source: Source = Source()
    kind: Kind | None = None
    speaker: Speaker | None = None
    hints: StudyHints | None = None
    publication_types: tuple[str, ...] = ()
    retracted: str | None = None
    concern: str | None = None
    left_out: tuple[LeftOut, ...] = ()
