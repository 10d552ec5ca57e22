"""Abbreviations come from the documents' own words, and say nothing the documents do not."""

from __future__ import annotations

import time
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from content.abbreviations import abbreviations
from content.library import load_library
from content.normalize import fold

FRAGMENTS = [
    *("systemic lupus erythematosus", "mesenchymal stem cells", "UC", "out-of-hospital", "Dr. ", "ß", "."),
    *("(", ")", "(SLE)", "(MSCs)", "(UC‐MSCs; n = 16)", "SLE (", "( M )", "(A.B.)", " ", "\n", "\n\n", "–"),
    *("β", "İ", "ﬁ", "x" * 30, "the ", "of ", "'s ", ", ", "; ", "S", "L", "E", "[", "]", "é", "😀", "½ "),
]
texts = st.lists(st.sampled_from(FRAGMENTS), max_size=30).map("".join) | st.text()


def found(text: str) -> list[tuple[str, str]]:
    return [(pair.short, pair.long) for pair in abbreviations(text)]


def alphanumeric(words: str) -> list[str]:
    return [letter for letter in fold(words) if letter.isalnum()]


@settings(deadline=None, max_examples=400)
@given(texts)
def test_a_pair_stands_in_the_text_and_keeps_the_rules_of_the_paper(text: str) -> None:
    for pair in abbreviations(text):
        assert text[pair.short_at.start : pair.short_at.end] == pair.short
        assert text[pair.long_at.start : pair.long_at.end] == pair.long
        assert pair.long_at.end <= pair.short_at.start or pair.short_at.end <= pair.long_at.start
        assert 2 <= len(pair.short) <= 10 and len(pair.short.split()) <= 2 and pair.short[0].isalnum()
        assert any(letter.isalpha() for letter in pair.short)
        assert len(pair.short) < len(pair.long)
        assert len(pair.long.split()) <= min(len(pair.short) + 5, 2 * len(pair.short))
        assert alphanumeric(pair.long)[0] == alphanumeric(pair.short)[0]
        rest = iter(alphanumeric(pair.long))
        assert all(letter in rest for letter in alphanumeric(pair.short.removesuffix("s")))


@settings(deadline=None, max_examples=400)
@given(texts)
def test_pairs_come_in_the_order_of_the_text(text: str) -> None:
    ends = [max(pair.short_at.end, pair.long_at.end) for pair in abbreviations(text)]
    assert all(before < after for before, after in pairwise(ends))


@settings(deadline=None, max_examples=200)
@given(texts.filter(lambda text: "\n\n" not in text), texts)
def test_a_blank_line_keeps_apart_what_stands_on_its_two_sides(before: str, after: str) -> None:
    assert found(f"{before}\n\n{after}") == found(before) + found(after)


@pytest.mark.parametrize(
    ("text", "short", "long"),
    [
        ("in patients with systemic lupus erythematosus (SLE).", "SLE", "systemic lupus erythematosus"),
        ("We used the SLE (systemic lupus erythematosus) score.", "SLE", "systemic lupus erythematosus"),
        ("treated by mesenchymal stem cells (MSCs).", "MSCs", "mesenchymal stem cells"),
        ("one natural killer cell (NKCs).", "NKCs", "natural killer cell"),
        ("umbilical cord stem cells (UC‐SCs)", "UC‐SCs", "umbilical cord stem cells"),
        ("no anti–double‐stranded DNA (anti‐dsDNA)", "anti‐dsDNA", "anti–double‐stranded DNA"),
        ("the non-small cell lung cancer (SCLC)", "SCLC", "small cell lung cancer"),
        ("an out-of-hospital cardiac arrest (OHCA)", "OHCA", "out-of-hospital cardiac arrest"),
        ("Licensed Naturopathic Medical Doctor (N.M.D.)", "N.M.D.", "Naturopathic Medical Doctor"),
        ("the body mass index (BMI; kg/m²)", "BMI", "body mass index"),
        ("the BMI (body mass index, kg/m²)", "BMI", "body mass index"),
        ("male SD(Sprague-Dawley) rats", "SD", "Sprague-Dawley"),
        ("a human kallikrein 2 (hK2) test", "hK2", "human kallikrein 2"),
        ("by the angiotensin II (Ang II) level", "Ang II", "angiotensin II"),
        ("Crohn's disease (CD)", "CD", "Crohn's disease"),
        ("a visual\nanalogue scale\n( VAS )", "VAS", "visual\nanalogue scale"),
        ('some "phone calls" (PC)', "PC", "phone calls"),
        ("die Ärztliche Stelle (ÄS)", "ÄS", "Ärztliche Stelle"),
        ("tumour necrosis factor β (TNFβ)", "TNFβ", "tumour necrosis factor β"),
    ],
)
def test_a_pair_by_hand(text: str, short: str, long: str) -> None:
    assert found(text) == [(short, long)]


@pytest.mark.parametrize(
    "text",
    [
        "the study lasted 8 months (range 3–28 months).",
        "the mean was 8 (SD 3).",
        "a systemic lupus flare (erythematosus SLE long).",
        "It was systemic lupus. Erythematosus came (SLE).",
        "systemic lupus erythematosus\n\n(SLE)",
        "systemic lupus erythematosus (sle)",
        "improvement in disability (ii), i.e. (i.e.)",
        "a glass of milk (AB)",
        "abcde (ABCDE)",
        "the ABC (ABC)",
        "the HIV infection (HIV)",
        "the inflammation (I) and their pain (P')",
        "Crohn's disease (SD)",
        "treated systemic (lupus) erythematosus (SLE)",
        "groups: dexmedetomidine (GD)",
        "great risk of upset people dying (Group D)",
        "admitted to usual surgical treatment of relapse in a later ICU admission (Australia)",
        "a piece of perinephric tissue (OPT)",
        "SLE (a mild systemic lupus erythematosus)",
        "with the highest AUC (AUC0-8hr u c)",
        "an energy group 25 (EG=25)",
        "the standard deviation (±SD)",
        "with 2 groups of 5 (25)",
        "a Good result (G re)",
        "the big car deal (B C D)",
        "(SLE)",
        "systemic lupus erythematosus ()",
        "a " * 400 + "(AB)",
    ],
)
def test_no_pair_by_hand(text: str) -> None:
    assert found(text) == []


def test_the_longest_long_form_has_twice_as_many_words_as_the_short_form_has_letters() -> None:
    """min(2 + 5, 2 · 2) = 4 words for two letters, min(6 + 5, 2 · 6) = 11 for six."""
    assert found("able to do bad (AB)") == [("AB", "able to do bad")]
    assert found("able to do very bad (AB)") == []
    eleven = "able b c d e to do it as in fact"
    assert found(f"{eleven} (ABCDEF)") == [("ABCDEF", eleven)]
    assert found("able b c d e to do it as in the fact (ABCDEF)") == []


def test_every_pair_of_a_sentence_is_found() -> None:
    text = "Umbilical cord (UC)–derived mesenchymal stem cells (MSCs) help in multiple sclerosis (MS)."
    pairs = [("UC", "Umbilical cord"), ("MSCs", "mesenchymal stem cells"), ("MS", "multiple sclerosis")]
    assert found(text) == pairs


def test_the_built_in_documents_explain_these() -> None:
    pairs = {pair for document in load_library().documents for pair in found(document.text)}
    assert pairs == {
        ("UC", "Umbilical cord"),
        ("MSCs", "mesenchymal stem cells"),
        ("MSCT", "MSC transplantation"),
        ("SLE", "systemic lupus erythematosus"),
        ("SLEDAI", "SLE Disease Activity Index"),
        ("ANA", "antinuclear antibody"),
        ("anti‐dsDNA", "anti–double‐stranded DNA"),
        ("COPD", "chronic obstructive pulmonary disease"),
        ("N.M.D.", "Naturopathic Medical Doctor"),
    }


@pytest.mark.parametrize(
    "hostile", ["(" * 60_000, "(A" * 30_000, "a (AB) " * 8_000, "x" * 60_000 + " (AB)", "(" + "a" * 60_000]
)
def test_hostile_brackets_take_little_time(hostile: str) -> None:
    begun = time.process_time()
    abbreviations(hostile)
    assert time.process_time() - begun < 3
