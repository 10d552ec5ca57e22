"""What a symbol font draws is what is read, and what nobody knows is refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.readers.symbol_fonts import drawn, drawn_code

# By hand, from the table of the Unicode Consortium for Adobe Symbol.
SYMBOL = {
    0x20: " ", 0x22: "∀", 0x2D: "−", 0x30: "0", 0x39: "9", 0x3F: "?", 0x40: "≅", 0x41: "Α", 0x44: "Δ",
    0x57: "Ω", 0x5F: "_", 0x61: "α", 0x62: "β", 0x67: "γ", 0x6D: "μ", 0x70: "π", 0x73: "σ", 0x7A: "ζ",
    0x7E: "∼", 0xA0: "€", 0xA3: "≤", 0xA5: "∞", 0xAE: "→", 0xB0: "°", 0xB1: "±", 0xB3: "≥", 0xB4: "×",
    0xB8: "÷", 0xB9: "≠", 0xBB: "≈", 0xBC: "…", 0xC6: "∅", 0xD6: "√", 0xD7: "⋅", 0xDE: "⇒", 0xE5: "∑",
    0xF2: "∫",
}  # fmt: skip


@pytest.mark.parametrize("code", SYMBOL, ids=hex)
def test_symbol(code: int) -> None:
    for font in ("Symbol", " symbol ", "SYMBOL"):
        assert drawn_code(code, font) == drawn_code(0xF000 + code, font) == SYMBOL[code]
        assert drawn(chr(0xF000 + code), ascii_font=font, other_font=font) == SYMBOL[code]
    if code < 0x80:
        assert drawn(chr(code), ascii_font="Symbol", other_font="Arial") == SYMBOL[code]


@pytest.mark.parametrize(
    ("text", "font"),
    [("\uf0b3", "Arial"), ("\ue000", "Symbol"), ("\uf0e6", "Symbol"), ("é", "Symbol"), ("A", "Webdings"),
     ("\uf041", "Wingdings"), ("\U000f0001", "Arial"), ("\uf8ff", "")],
)  # fmt: skip
def test_what_nobody_knows_is_refused(text: str, font: str) -> None:
    with pytest.raises(ValueError, match="is not known here"):
        drawn(text, ascii_font=font, other_font=font)


def test_each_character_has_its_own_font() -> None:
    assert drawn("mα", ascii_font="Symbol", other_font="Arial") == "μα"
    assert drawn("m≥", ascii_font="Arial", other_font="Symbol") == "m≥"


@given(st.text(st.characters(codec="utf-8", exclude_categories=("Co", "Cs"))), st.sampled_from(["", "Arial"]))
def test_other_fonts_draw_what_is_stored(text: str, font: str) -> None:
    assert drawn(text, ascii_font=font, other_font=font) == text


@given(st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1))
def test_symbol_never_gives_back_a_letter(text: str) -> None:
    try:
        shown = drawn(text, ascii_font="Symbol", other_font="Symbol")
    except ValueError:
        return
    assert not any(character.isascii() and character.isalpha() for character in shown)
