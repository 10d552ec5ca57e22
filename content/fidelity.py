"""The gate every reader ends with: the numbers a source shows are all there, or nothing is taken."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from content.errors import SourceRefused
from content.extract import Extract
from content.normalize import normalize

FEWEST_CHARACTERS = 40
MOST_BYTES = 5_000_000
MOST_UNREADABLE = 0.005
# A number without white space, so that a line break, a thin space or a cell border never matters: its
# sign where it can be nothing else, digits, and the points and commas between digits. Raised and lowered
# digits are numbers of their own: "10⁶" is "10" and "⁶", and never "106".
_HEIGHTS = "⁰¹²³⁴-⁹", "₀-₉"
_NUMBER = re.compile(
    r"(?:(?<![\w.,)\]%’'°⁰-⁹¹²³₀-₉*/–−-])[+−–-])?(?:(?<![\w.)\]])\.)?\d+(?:[.,·'’]\d+)*"
    + "".join(f"|[{height}]+" for height in _HEIGHTS)
    # Marks that turn what a number says into something else when they get lost, and vulgar fractions.
    + "|[±×÷≤≥<>≠≈%‰°µμ−½¼¾⅓⅔⅛⅜⅝⅞]"
)
# Direction overrides can make shown words read differently from the stored ones (CVE-2021-42574).
_DIRECTION_CONTROLS = re.compile("[\u202a-\u202e\u2066-\u2069]")
_UNREADABLE = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ufffd\ue000-\uf8ff\U000f0000-\U0010fffd]")
_UNREADABLE_NUMBER = re.compile("[\\d⁰-⁹] ?[\ufffd\ue000-\uf8ff]|[\ufffd\ue000-\uf8ff]\\d")
# "1×106 cells" and "4.1×10-12": nobody writes these, a raised exponent was lost before the file was
# saved. Lengths ("30×105 mm") and a range behind a whole number ("5×10-15 mL") are meant as they stand.
_LOST_EXPONENT = re.compile(
    r"\d ?[×xX✕·*] ?10(?:[1-9]|1\d)(?![\d.,]*\d|\s*(?:[cmnµμ]?m|px|pixels?|inch(?:es)?|in|[×xX✕])\b)"
    r"|\d ?[×xX✕] ?10(?:−\d|-\d(?!\d))|\d[.,·]\d+ ?[×xX✕] ?10-\d"
    r"|\d ?[×xX✕] ?10 \d{1,2}(?= ?(?:/|cells?\b|copies\b|per\b|genomes\b|particles\b))"
)


def checked(name: str, extracts: Sequence[Extract], seen: str) -> tuple[Extract, ...]:
    """Return the extracts of a file, or raise SourceRefused: all of its words count, or none.

    `seen` is a second reading of the same file, as simple as can be and made independently, with raised
    and lowered digits already in characters of their own. Each number of it must stand in the pieces, in
    a title or in what was left out, as often as it was seen: of two "16" both are needed. More than
    that is no harm, so a table that was cut may repeat its heading row.
    """
    _refuse_size(name, extracts)
    for extract in extracts:
        words = "\n".join(piece.text for piece in extract.pieces)
        _refuse_emptiness(name, extract, words)
        _refuse_characters(name, extract, words)
        lost = lost_exponent(normalize(words))
        if lost:
            raise SourceRefused(name, f"{lost!r} seems to have lost that its end was raised")
    _refuse_lost_numbers(name, extracts, normalize(seen))
    return tuple(extracts)


def lost_exponent(text: str) -> str:
    """Return a power of ten whose raised digits are written as plain ones, "" where there is none."""
    found = _LOST_EXPONENT.search(text)
    return found.group() if found else ""


def numbers(text: str) -> Counter[str]:
    """Count the numbers of a text, and the marks that belong to numbers, whatever the white space."""
    return Counter(_NUMBER.findall(text))


def _refuse_size(name: str, extracts: Sequence[Extract]) -> None:
    if not extracts:
        raise SourceRefused(name, "no words found")
    size = sum(len(piece.text.encode("utf-8")) for extract in extracts for piece in extract.pieces)
    if size > MOST_BYTES:
        raise SourceRefused(name, f"more than {MOST_BYTES // 1_000_000} MB of words; cut it into parts")


def _refuse_emptiness(name: str, extract: Extract, words: str) -> None:
    if not any(
        character.isalpha() for piece in extract.pieces if not piece.level for character in piece.text
    ):
        raise SourceRefused(name, "no words found but headings" if words else "no words found")
    if len(words) < FEWEST_CHARACTERS:
        raise SourceRefused(name, f"only {len(words)} characters found ({words!r})")


def _refuse_characters(name: str, extract: Extract, words: str) -> None:
    shown = words + extract.model_dump_json(exclude={"left_out", "pieces"})
    control = _DIRECTION_CONTROLS.search(shown)
    if control:
        raise SourceRefused(name, f"invisible direction control U+{ord(control.group()):04X}")
    beside = _UNREADABLE_NUMBER.search(words)
    if beside:
        around = words[max(0, beside.start() - 20) : beside.end() + 20]
        raise SourceRefused(name, f"a character that cannot be read stands beside a number ({around!r})")
    unreadable = len(_UNREADABLE.findall(words))
    if unreadable > MOST_UNREADABLE * len(words):
        raise SourceRefused(name, f"{unreadable} of {len(words)} characters cannot be read")


def _refuse_lost_numbers(name: str, extracts: Sequence[Extract], seen: str) -> None:
    accounted: Counter[str] = Counter()
    for text in _accounted(extracts):
        accounted.update(numbers(normalize(text)))
    lost = numbers(seen) - accounted
    if lost:
        places = [_place(seen, number) for number in list(lost)[:3]]
        raise SourceRefused(
            name,
            f"{sum(lost.values())} of the numbers it shows could not be taken as they stand, such as "
            + ", ".join(f"{number!r} (in {place!r})" for number, place in zip(lost, places, strict=False)),
        )


def _accounted(extracts: Sequence[Extract]) -> Iterator[str]:
    for extract in extracts:
        yield from (piece.text for piece in extract.pieces)
        yield from (left_out.text for left_out in extract.left_out)
        # A title that also is a piece would hide the loss of one of its numbers elsewhere.
        if extract.title not in {piece.text for piece in extract.pieces}:
            yield extract.title


def _place(seen: str, number: str) -> str:
    """Return the words around the first place of a number, which may not be the lost one."""
    at = next(found.start() for found in _NUMBER.finditer(seen) if found.group() == number)
    return " ".join(seen[max(0, at - 30) : at + len(number) + 30].split())
