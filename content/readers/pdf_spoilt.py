"""When a PDF file is unfit as a whole: too much of it cannot be read, or words got lost on the way."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from content.errors import SourceRefused
from content.readers.pdf_blocks import Block

# What a person is told of a paragraph that was left out for one of its letters.
SPOILT = {
    "unreadable": "letters without a meaning",
    "backwards": "words that run from right to left",
    "moved": "raised or lowered letters that cannot be written without a change",
}
# Of a file of which this share of its letters cannot be taken, what is left tells another story.
_MOST = 0.2
# The one letter that may go: in front of an item it is a bullet.
_BULLET = "o"


def refuse_spoilt(name: str, found: Sequence[Block]) -> None:
    """Raise SourceRefused where more than a fifth of the letters stand in paragraphs nobody can read."""
    spoilt = [block for block in found if block.why_not in SPOILT]
    letters = sum(len(block.raw) for block in found)
    if spoilt and sum(len(block.raw) for block in spoilt) > _MOST * letters:
        first = spoilt[0]
        raise SourceRefused(name, f"page {first.page} has {SPOILT[first.why_not]} ({first.raw[:80]!r})")


def refuse_loss(name: str, found: Iterable[str], kept: Iterable[str]) -> None:
    """Raise SourceRefused where a letter or digit of the words found stands nowhere in those kept.

    The gate for numbers would not notice a heading that was lost between two tables.
    """
    lost = _letters(found)
    lost.subtract(_letters(kept))
    gone = [letter for letter, count in lost.items() if count > 0 and letter != _BULLET]
    if gone:
        letters = "".join(sorted(gone)[:20])
        raise SourceRefused(name, f"its words could not be put in order, {letters!r} would be lost")


def _letters(texts: Iterable[str]) -> Counter[str]:
    counts: Counter[str] = Counter()
    for text in texts:
        counts.update(text)
    return Counter({letter: count for letter, count in counts.items() if letter.isalnum()})
