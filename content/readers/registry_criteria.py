"""Who may take part in a registered study: a criterion quoted alone still says what it is one for."""

from __future__ import annotations

import re
from collections.abc import Iterator

from content.extract import Piece
from content.readers.registry_text import registry_pieces
from content.sentences import sentence_spans

_ADJECTIVES = (
    "key|main|major|general|additional|specific|other|study|patients?|participants?|subjects?|principal"
)
_NAME = rf"(?:(?:{_ADJECTIVES})\s+)*(?:inclusion|exclusion|eligibility)\s+criteri(?:a|on)"
_SHORT_NAME = r"(?:inclusion|exclusion)s?"
# Of more words than its name, a line is a heading only where a colon says so.
_HEADING = re.compile(
    rf"{_NAME}\s*[:.]?|{_SHORT_NAME}\s*:|(?=.{{1,100}}$).*\b(?:inclusion|exclusion)\s+criteri(?:a|on)\b[^.:;]*:",
    re.IGNORECASE,
)
_OPENING = re.compile(rf"(?P<heading>(?:{_NAME}|{_SHORT_NAME})\s*:)\s+(?P<rest>\S.*)", re.IGNORECASE)
_SIDE = re.compile(r"inclusion|exclusion", re.IGNORECASE)
_NUMBER = re.compile(r"(?:\d{1,2}|[a-z])[.)]\s+")


def criteria_pieces(text: str) -> Iterator[Piece]:
    """Yield the criteria of a study, each behind the heading it stands under.

    "Pregnancy" under "Exclusion Criteria:" is "Exclusion Criteria: Pregnancy", each sentence of it: a
    quote is a sentence, and without its heading it would say who may take part. A number in front of a
    criterion stays in front.
    """
    heading = ""
    for piece in registry_pieces(text):
        opening = _OPENING.fullmatch(piece.text)
        if opening or _HEADING.fullmatch(piece.text):
            heading = opening["heading"] if opening else piece.text
            yield Piece(kind="heading", text=heading, level=3)
        words = opening["rest"] if opening else piece.text
        if words != heading:
            kind = "paragraph" if opening else piece.kind
            yield from (
                Piece.model_validate({"kind": kind, "text": said}) for said in _behind(heading, words)
            )


def _behind(heading: str, words: str) -> Iterator[str]:
    if not _SIDE.search(heading) or not any(map(str.isalnum, words)):
        yield words
        return
    name = heading if heading.endswith(":") else f"{heading.rstrip('.')}:"
    number = _NUMBER.match(words)
    first = number.group() if number else ""
    rest = words[len(first) :]
    for span in sentence_spans(rest):
        yield f"{first}{name} {rest[span.start : span.end].strip()}"
        first = ""
