"""The only code in the project that may change characters."""

from __future__ import annotations

import re
import unicodedata

# Line ends of every system and of Unicode become one newline (Unicode Standard, section 5.8).
_LINE_ENDS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
# Invisible: soft hyphen, zero-width space, word joiner, byte order mark. The zero-width joiners
# U+200C and U+200D stay, because they change how emoji and many scripts are drawn.
_INVISIBLE = re.compile("[\u00ad\u200b\u2060\ufeff]")
# Hyphen and minus look-alikes; en and em dash are kept apart because they separate words.
_HYPHENS = re.compile("[\u2010\u2011\u2012\u2212\ufe63\uff0d]")
_SPACES = re.compile(r"\s+")
_APOSTROPHES = re.compile("['’‘`´ʼ′＇｀]")


def normalize(text: str) -> str:
    """Return the canonical text: NFC, newline line ends, plain spaces, no invisible characters.

    Law: nothing visible changes, and `normalize(normalize(t)) == normalize(t)`. Superscripts
    stay superscripts (10⁶ never becomes 106) and U+2010 hyphens stay. It runs once, before any
    offset exists; every offset in the project counts code points of its result.

    Invisible characters go before composition, so that a letter and the accent behind a soft
    hyphen meet in one pass. Source: Unicode Standard Annex 15 (normalisation forms).
    """
    text = _LINE_ENDS.sub("\n", text)
    text = _INVISIBLE.sub("", text).replace("\u00a0", " ")
    return unicodedata.normalize("NFC", text)


def fold(text: str) -> str:
    """Return a form for searching, embedding and comparing only, never for showing.

    NFKC, one hyphen, one space between words, lower case: `fold("Anti‐dsDNA  10⁶")` is
    `"anti-dsdna 106"`. The result has no offsets in common with `text`.

    Folding repeats until nothing changes, because lower-casing can open a new composition.
    """
    for _ in range(4):
        folded = unicodedata.normalize("NFKC", _INVISIBLE.sub("", text))
        folded = _SPACES.sub(" ", _HYPHENS.sub("-", folded).casefold()).strip()
        if folded == text:
            break
        text = folded
    return text


def without_apostrophes(text: str) -> str:
    """Return a text for comparing, with "can’t" as "cant".

    It goes before `fold`, which would turn some apostrophes into a space and an accent.
    """
    return _APOSTROPHES.sub("", text)


def without_accents(text: str) -> str:
    """Return a text for comparing with every letter bare of its accents: "corazón" is "corazon"."""
    apart = unicodedata.normalize("NFD", text)
    return "".join(letter for letter in apart if not unicodedata.combining(letter))
