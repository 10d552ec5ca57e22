"""Fonts that draw something else than they store: the letter m in the font Symbol is a μ."""

from __future__ import annotations

import re

# Adobe Symbol, by code, as the Unicode Consortium maps it (VENDORS/ADOBE/symbol.txt). A blank stands for
# what has no character: parts of large brackets, and codes without a sign.
_SYMBOL_ROWS = {
    0x20: " !∀#∃%&∋()∗+,−./0123456789:;<=>?",
    0x40: "≅ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖ[∴]⊥_",
    0x60: " αβχδεφγηιϕκλμνοπθρστυϖωξψζ{|}∼",
    0xA0: "€ϒ′≤⁄∞ƒ♣♦♥♠↔←↑→↓°±″≥×∝∂•÷≠≡≈…  ↵",
    0xC0: "ℵℑℜ℘⊗⊕∅∩∪⊃⊇⊄⊂⊆∈∉∠∇®©™∏√⋅¬∧∨⇔⇐⇑⇒⇓",
    0xE0: "◊⟨®©™∑",
    0xF1: "⟩∫",
}
_SYMBOL = {
    start + offset: sign
    for start, row in _SYMBOL_ROWS.items()
    for offset, sign in enumerate(row)
    if sign != " " or start + offset == 0x20
}
# The few of Wingdings that stand in running text; Word itself puts the arrows and the faces there.
_WINGDINGS = {
    0x20: " ", 0x4A: "☺", 0x4C: "☹", 0x6C: "●", 0x6E: "■", 0x6F: "□", 0x71: "❑", 0x75: "◆", 0x76: "❖",
    0xA7: "▪", 0xA8: "◻", 0xD8: "➢", 0xDF: "←", 0xE0: "→", 0xE1: "↑", 0xE2: "↓", 0xE8: "➔",
    0xFB: "✗", 0xFC: "✓", 0xFD: "☒", 0xFE: "☑",
}  # fmt: skip
# Known to draw pictures; which, is not known here.
_PICTURES = (
    "wingdings 2", "wingdings 3", "webdings", "mt extra", "zapf dingbats", "zapfdingbats",
    "itc zapf dingbats", "monotype sorts", "marlett",
)  # fmt: skip
_FONTS: dict[str, dict[int, str]] = {
    "symbol": _SYMBOL,
    "symbol mt": _SYMBOL,
    "wingdings": _WINGDINGS,
    **{font: {} for font in _PICTURES},
}
_PRIVATE = re.compile("[\ue000-\uf8ff\U000f0000-\U0010fffd]")


def drawn(text: str, *, ascii_font: str, other_font: str) -> str:
    """Return what fonts draw for a stored text: one for its bare letters, one for all the others.

    Symbol fonts keep their signs at U+F000 to U+F0FF and draw them for bare letters too; other fonts
    draw what is stored. Raises ValueError where no one can say what is drawn.
    """
    fonts = [_FONTS.get(font.strip().lower()) for font in (ascii_font, other_font)]
    if fonts == [None, None] and not _PRIVATE.search(text):
        return text
    return "".join(_sign(c, fonts[c > "\x7f"], (ascii_font, other_font)[c > "\x7f"]) for c in text)


def drawn_code(code: int, font: str) -> str:
    """Return what a font draws for a code that a document names as a symbol: its byte, or U+F000 above it."""
    table = _FONTS.get(font.strip().lower())
    if table is not None and code in table:
        return table[code]
    return _sign(chr(code), table, font)


def _sign(character: str, table: dict[int, str] | None, font: str) -> str:
    code = ord(character)
    if _PRIVATE.match(character):
        code -= 0xF000
    elif table is None or code > 0xFF:
        return character
    # Between 128 and 255 programs differ: some draw the letter é, others the sign at its place.
    if table is None or code not in table or 0x80 <= ord(character) <= 0xFF:
        raise ValueError(f"what the font {font!r} draws for U+{ord(character):04X} is not known here")
    return table[code]
