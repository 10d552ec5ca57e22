"""How the marks of a source file become characters, before anything is normalised or counted."""

from __future__ import annotations

import re

_PLAIN = "0123456789+-−=()/abcdefghijklmnoprstuvwxyzβγδθφχ"
_RAISED = dict(zip(_PLAIN, "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾⁄ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻᵝᵞᵟᶿᵠᵡ", strict=True))
_LOWERED = dict(
    zip("0123456789+-−=()/aehijklmnoprstuvxβγρφχ", "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎⁄ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓᵦᵧᵨᵩᵪ", strict=True)
)
_LIGATURES = str.maketrans(dict(zip("ﬀﬁﬂﬃﬄﬅﬆ", "ff fi fl ffi ffl st st".split(), strict=True)))
# References to a list: "12,13" or "4–6". Their commas and dashes are read alike in any height.
_REFERENCES = re.compile(r"\d+(?:\s*[,;–-]\s*\d+)+")
_SPACES = re.compile(r"\s+")


def raised(text: str, *, before: str = "") -> str:
    """Return superscript text in characters of their own: "6" behind "10" becomes "⁶", never "6".

    `before` is what stands in front. Letters and marks that have no raised form stay as they are;
    digits and signs always have one. Raises ValueError where staying would change a number:
    "10" with "2.5" raised. Source: Unicode Standard, blocks U+2070 and U+1D2C, and Latin-1.
    """
    return _moved(text, _RAISED, before)


def lowered(text: str, *, before: str = "") -> str:
    """Return subscript text in characters of their own: "CO" with "2" lowered is "CO₂"."""
    return _moved(text, _LOWERED, before)


def without_ligatures(text: str) -> str:
    """Return text with "ﬁ" drawn as one glyph written as the two letters it shows."""
    return text.translate(_LIGATURES)


def one_line(text: str) -> str:
    """Return text with every run of white space as one space, none at the ends."""
    return _SPACES.sub(" ", text).strip()


def _moved(text: str, table: dict[str, str], before: str) -> str:
    has_digit = any(character.isdigit() for character in text)
    bare = text.strip()
    references = bool(_REFERENCES.fullmatch(bare)) and not before[-1:].isdigit()
    if references:
        return "".join(table[c] if c.isdigit() else c for c in text)
    lost = [c for c in bare if c not in table and not c.isspace()]
    # A dagger or a star beside a digit marks a note; a point, a comma or a colon belongs to the number.
    if has_digit and any(c in ".,:·" for c in lost):
        raise ValueError(
            f"{before[-20:]!r} with {bare!r} raised or lowered cannot be written without a change"
        )
    return "".join(table.get(character, character) for character in text)
