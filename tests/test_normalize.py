"""The only code that may change characters changes no visible one."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from content.normalize import fold, normalize

LINE_ENDS = "\r\x0b\x0c\x85\u2028\u2029"
INVISIBLE = "\u00ad\u200b\u2060\ufeff"
NBSP = "\u00a0"
# Accents, a letter that composes, ligatures, sharp s, dotted I, Hangul parts, hyphens, a half of an emoji.
COMPOSING = "aeI\u0301\u0345\u0307ßİﬁﬀſΣς½ª⁶\u1100\u1161\u11a8-\u2010\u2212 \u3000😀\u200d"
hostile = st.text(alphabet=LINE_ENDS + INVISIBLE + NBSP + COMPOSING + "\n")


@settings(deadline=None, max_examples=300)
@given(st.text() | hostile)
def test_a_second_normalize_changes_nothing(text: str) -> None:
    assert normalize(normalize(text)) == normalize(text)


@settings(deadline=None, max_examples=300)
@given(st.text() | hostile)
def test_a_second_fold_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@settings(deadline=None, max_examples=300)
@given(st.text() | hostile)
def test_searching_sees_the_same_before_and_after_cleaning(text: str) -> None:
    assert fold(normalize(text)) == fold(text)


@settings(deadline=None, max_examples=300)
@given(st.text(alphabet=st.characters(exclude_characters=LINE_ENDS + INVISIBLE + NBSP, codec="utf-8")))
def test_every_other_character_stays_up_to_its_spelling(text: str) -> None:
    """Composed or in parts, é is the same letter: Unicode's own decomposition must agree."""
    assert unicodedata.normalize("NFD", normalize(text)) == unicodedata.normalize("NFD", text)
    assert unicodedata.is_normalized("NFC", normalize(text))


@settings(deadline=None)
@given(st.text(alphabet="ab é😀"), st.sampled_from([*LINE_ENDS, "\r\n", "\n"]), st.text(alphabet="ab é😀"))
def test_every_line_end_becomes_one_newline(before: str, line_end: str, after: str) -> None:
    assert normalize(before + line_end + after) == before + "\n" + after


@pytest.mark.parametrize(
    "visible",
    [
        "10⁶ cells, 5 µg, 10⁻³, H₂O, ½, №, ™",
        "single‐arm, anti–double‐stranded, 3–28, — and − and ‑ stay apart",
        "TNF‐α and β₂ at 37 °C",
        "👩‍⚕️ 👨‍👩‍👧 👍🏽 🇩🇪",
        "ﬁ stays a ligature, Ａ stays wide",
        "क्‍ष and نمی‌خواهم keep their joiners",
        "two  spaces, a\ttab,  thin and　wide ones",
        "“quoted” ‘so’ «or so»…",
        "İstanbul, STRASSE, Straße",
        "p < 0.05 & <mg/day>",
    ],
)
def test_visible_words_stay_as_they_are(visible: str) -> None:
    assert normalize(visible) == visible


@pytest.mark.parametrize(
    ("raw", "canonical"),
    [
        ("a\r\nb\rc\nd", "a\nb\nc\nd"),
        ("a\r\n\r\nb", "a\n\nb"),
        ("a\n\rb", "a\n\nb"),
        ("a\u2028b\u2029c\x85d\x0be\x0cf", "a\nb\nc\nd\ne\nf"),
        ("8.25\u00a0months\u00a0 (range", "8.25 months  (range"),
        ("trans\u00adplan\u00adtation", "transplantation"),
        ("\ufeffzero\u200bwidth\u2060joined", "zerowidthjoined"),
        ("cafe\u0301", "café"),
        ("e\u00ad\u0301", "é"),
        ("e\u200b\u2060\ufeff\u0301", "é"),
        ("\u212b \u2126", "Å Ω"),
        ("", ""),
    ],
)
def test_normalize_by_hand(raw: str, canonical: str) -> None:
    assert normalize(raw) == canonical


@pytest.mark.parametrize(
    ("words", "folded"),
    [
        ("Anti‐dsDNA  10⁶", "anti-dsdna 106"),
        ("single‑arm − trial", "single-arm - trial"),
        ("3–28 — months", "3–28 — months"),
        ("  A\u00a0\n\tB\u3000C ", "a b c"),
        ("Straße ＳＴＲＡＳＳＥ", "strasse strasse"),
        ("ﬁve ½ µg β", "five 1⁄2 μg β"),
        ("self\u00adrenewal", "selfrenewal"),
        ("CAFE\u0301", "café"),
        ("\u00ad \u200b", ""),
    ],
)
def test_fold_by_hand(words: str, folded: str) -> None:
    assert fold(words) == folded
