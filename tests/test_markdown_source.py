"""Markdown comes out as it is shown, every word of it, or is refused."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from datetime import date

import pytest
from fidelity_cases import CASES, REFUSED, RIGHT, FidelityCase
from hypothesis import given, settings
from hypothesis import strategies as st

from content.errors import SourceRefused
from content.extract import Extract
from content.readers.markdown_source import MOST_CHARACTERS, MOST_LINES, MOST_MARKS, read_markdown_source

PADDING = "Everyone was seen again by the same two doctors at the end of the study."
HEIGHTS = {
    "tags": {"plain": "{}", "raised": "<sup>{}</sup>", "lowered": "<sub>{}</sub>"},
    "marks": {"plain": "{}", "raised": "^{}^", "lowered": "~{}~"},
}
PLACES = {
    "paragraph": "{}",
    "inside": "Before it. {} Behind it.",
    "item": "- {}\n- Another.",
    "number": "1. {}\n2. Another.",
    "cell": "| Name | Result |\n|---|---|\n| Row | {} |",
    "heading": "## {}",
    "bold": "**{}**",
}
# What Markdown makes of characters that nobody protected by a backslash.
MARKUP = {
    "The tag &amp; is five letters.": "The tag & is five letters.",
    "The term is a_b and *c*.": "The term is a_b and c.",
    "# is a number sign.": "is a number sign.",
    "- is not a list here.": "is not a list here.",
    "+ is not a list here.": "is not a list here.",
    "> is not a quotation here.": "is not a quotation here.",
    "`code` is not code here.": "code is not code here.",
}


def protected(text: str) -> str:
    return re.sub(r"(?=[!-/:-@\[-`{-~])", r"\\", text)


def written(case: FidelityCase, heights: dict[str, str]) -> str:
    return "".join(heights[part.height].format(protected(part.text)) for part in case.runs)


def read(text: str) -> Extract:
    (found,) = read_markdown_source(f"{text}\n\n{PADDING}\n".encode(), "notes.md")
    return found


def kinds(text: str) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = [(piece.kind, piece.text) for piece in read(text).pieces]
    found.remove(("paragraph", PADDING))
    return found


def left_out(text: str) -> list[tuple[str, str]]:
    return [(part.why, part.text) for part in read(text).left_out]


def refusal(text: str) -> str:
    with pytest.raises(SourceRefused) as raised:
        read(text)
    return raised.value.reason


@pytest.mark.parametrize("heights", HEIGHTS.values(), ids=HEIGHTS)
@pytest.mark.parametrize("place", PLACES)
def test_every_case_is_right_wherever_it_stands(place: str, heights: dict[str, str]) -> None:
    text = "\n\nBetween.\n\n".join(PLACES[place].format(written(case, heights)) for case in RIGHT)
    found = [words for _, words in kinds(text) if words not in ("Between.", "Another.")]
    around = {"inside": "Before it. {} Behind it.", "cell": "Name | Result\nRow | {}"}.get(place, "{}")
    assert found == [around.format(case.expected) for case in RIGHT]


@pytest.mark.parametrize("heights", HEIGHTS.values(), ids=HEIGHTS)
@pytest.mark.parametrize("case", REFUSED, ids=lambda case: case.shown)
def test_what_no_line_can_show_is_refused(case: FidelityCase, heights: dict[str, str]) -> None:
    assert "without a change" in refusal(written(case, heights))


def test_characters_themselves_stay_but_for_the_marks_of_markdown() -> None:
    for case in RIGHT:
        assert kinds(case.expected)[0][1] == MARKUP.get(case.expected, case.expected)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.shown)
def test_a_height_lost_before_is_refused_or_stays_as_it_is_typed(case: FidelityCase) -> None:
    plain = "".join(part.text for part in case.runs)
    try:
        found = kinds(protected(plain))
    except SourceRefused as refused:
        assert "raised" in refused.reason
        return
    assert [words for _, words in found] == [plain]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("# A\n\n## B ##\n\nC\n=\n", [("heading", "A"), ("heading", "B"), ("heading", "C")]),
        ("One *two* __three__ `four` [five](http://a.b/c 'd').", [("paragraph", "One two three four five.")]),
        ("- a\n  - b\n    1. c\n    2. d\n- e", [("item", word) for word in "abcde"]),
        ("1. a\n1. b", [("item", "a"), ("item", "b")]),
        ("2. a\n3. b", [("item", "2. a"), ("item", "3. b")]),
        ("1. a\n5. b", [("item", "1. a"), ("item", "5. b")]),
        ("2010. was a year", [("item", "2010. was a year")]),
        ("in week\n12. Then all", [("paragraph", "in week 12. Then all")]),
        ("in week\n1. Then all", [("paragraph", "in week"), ("item", "1. Then all")]),
        ("| a | b |\n|:--|--:|\n| 1 | |\n| \\| | 2 |", [("table", "a | b\n1 |\n| | 2")]),
        ("    A   1\n    B   2", [("table", "A | 1\nB | 2")]),
        ("```text\n5 mg\n```", [("paragraph", "5 mg")]),
        ("5 &times; 6 &lt; 7 &#181;g", [("paragraph", "5 × 6 < 7 µg")]),
        ("Two  \nlines\\\nand three\nare one.", [("paragraph", "Two lines and three are one.")]),
        ("> Quoted words.", [("paragraph", "Quoted words.")]),
        ("See [2] and [a][b].\n\n[2]: http://a.b/c\n[b]: c.html", [("paragraph", "See [2] and a.")]),
        ("<https://a.b/10.1> or <a@b.org>", [("paragraph", "https://a.b/10.1 or a@b.org")]),
        ("<table><tr><td>a</td><td>5</td></tr></table>", [("table", "a | 5")]),
        ("10^6/10^7, 5~10~15, ~40% to ~50%", [("paragraph", "10^6/10^7, 5~10~15, ~40% to ~50%")]),
        ("**S**ystemic **L**upus of **-5** and _+6_", [("paragraph", "Systemic Lupus of -5 and +6")]),
        ("---\n\nWords\n\n***", [("paragraph", "Words")]),
    ],
)
def test_marks_become_what_they_mean(text: str, found: list[tuple[str, str]]) -> None:
    assert kinds(text) == found


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("HLA-B*27 and HLA-B*15", "star inside of a word"), ("10**6 and 10**7", "star inside of a word"),
        ("2*3*4 mg", "star inside of a word"), ("a dose of <n> mg", "no element of HTML"),
        ("~5 mg~ 6 mg", "struck through in some programs"), ("more than\n> 5 mg", "more than"),
        ("- > 18 years\n- < 65 years", "more than"), ("fell by\n- 3 points", "a list or a sign"),
        ("fell by\n+ 3 points", "a list or a sign"), ("$1\\times10^{6}$ cells", "TeX"),
        ("See [2].\n\n[2]: Smith", "'Smith'"), ("| a | b |\n|--|--|\n| c | d | lost |", "'lost'"),
        ("| a | b |\n|--|--|\n| c | d | 3 |", "'3'"), ("> " * 25 + "deep words", "'deep'"),
        ("16.\n", "a line of its own"), ("10[^1]\n\n[^1]: Note", "like an exponent"),
        ("[^1]: One\n[^1]: Two", "twice"), ("x^2y^z", "vanish"),
        ("10^2,5^ cells", "without a change"),
    ],
)  # fmt: skip
def test_marks_that_may_be_words_are_refused(text: str, says: str) -> None:
    assert says in refusal(text)


def test_footnotes_follow_the_words_with_their_numbers() -> None:
    text = "Died.[^n] Left.[^m]\n\n[^m]: Em\n    goes *on*.\n\n    More.\n[^n]: En.\n\nEnd."
    assert kinds(text) == [
        ("paragraph", words) for words in ("Died.¹ Left.²", "End.", "¹ En.", "² Em goes on.", "More.")
    ]


def test_what_is_not_shown_is_left_out_with_its_reason() -> None:
    assert left_out("~~5 mg~~ 6 mg") == [("struck through", "5 mg")]
    assert left_out("![Figure 1: 16 of 20](x.png)") == [("picture", "Figure 1: 16 of 20")]
    assert left_out("<div hidden>16</div>\n\n<!-- 17 -->") == [("hidden", "16")]
    assert kinds("Dose ![≤](le.png) 5") == [("paragraph", "Dose ≤ 5")]


def test_facts_of_other_programs_stand_above_the_words() -> None:
    front = "title: Cells, 16 people\nauthors: [A B, {name: C D}]\ndate: 2020-03-04 10:00\n" + (
        "doi: doi:10.1002/art.27548\nurl: https://a.org/x\npublisher: Clinic\ntags: [5 mg]"
    )
    found = read(f"---\n{front}\n---\nWords.")
    assert found.title == "Cells, 16 people"
    assert found.source.model_dump(exclude_none=True) == {
        "url": "https://a.org/x", "doi": "10.1002/art.27548", "authors": ("A B", "C D"),
        "publisher": "Clinic", "published": date(2020, 3, 4),
    }  # fmt: skip
    assert [(part.why, part.text) for part in found.left_out] == [("facts above the words", front)]
    assert [piece.text for piece in found.pieces] == ["Words.", PADDING]
    assert read("---\nretracted: no\ntitle: 'Retracted: x'\n---\nWords.").retracted == "Retracted: x"


def test_the_title_is_the_main_heading_or_the_name_of_the_file() -> None:
    assert read("---\ntitle: Other\n---\n# Main").title == "Main"
    assert read("Words.").title == "notes"


@pytest.mark.parametrize("front", ["a: [", "a: b: c", "? " * 500, "a: " + "[" * 300, "'"])
def test_facts_that_cannot_be_read_are_refused(front: str) -> None:
    assert "no YAML" in refusal(f"---\n{front}\n---\nWords.")


@pytest.mark.parametrize("front", ["a: " + "[" * 1500, "a: |\n" + "  words\n" * 5000])
def test_facts_without_end_are_refused(front: str) -> None:
    assert "too long" in refusal(f"---\n{front}\n---\nWords.")


def test_two_lines_without_facts_between_them_are_marks() -> None:
    assert kinds("---\nOnly words\n---\n5") == [("heading", "Only words"), ("paragraph", "5")]


@pytest.mark.parametrize(
    "text",
    ["x" * (MOST_CHARACTERS + 1), "x\n" * (MOST_LINES + 1), "*" * (MOST_MARKS + 1), "x\n\n" * 60_000],
)  # fmt: skip
def test_more_than_anyone_waits_for_is_refused(text: str) -> None:
    assert "cut it into parts" in refusal(text)
    assert "200 columns" in refusal("|a" * 300)


# Without marks whose insides nobody sees: addresses, tags, the language of code, numbers of a list.
_SHOWN = [*"ab15 \n*_~^>#-+|;\\$±", "    ", "---\n", "10", "1.5"]


@settings(deadline=None, max_examples=80)
@given(st.lists(st.sampled_from(_SHOWN), max_size=40).map("".join))
def test_hostile_marks_lose_no_digit(text: str) -> None:
    try:
        found = read(text)
    except SourceRefused:
        return
    taken = [*(piece.text for piece in found.pieces), *(part.text for part in found.left_out)]
    digits = Counter(filter(str.isdigit, unicodedata.normalize("NFKC", "".join(taken))))
    assert digits >= Counter(filter(str.isdigit, text))


_HOSTILE = [*_SHOWN, *"`[]()<>!.&:\"'", "[^1]", "<b>", "<sup>", "```", "&lt;", "\u202e", "\ufffd", "\u00ad"]


@settings(deadline=None, max_examples=60)
@given(st.lists(st.sampled_from(_HOSTILE), max_size=60).map("".join))
def test_hostile_marks_end_in_a_verdict(text: str) -> None:
    try:
        found = read(text)
    except SourceRefused:
        return
    assert found.pieces[-1].text.endswith(PADDING)


@settings(deadline=None, max_examples=40)
@given(st.binary(max_size=200))
def test_any_bytes_end_in_a_verdict(data: bytes) -> None:
    try:
        read_markdown_source(data, "notes.md")
    except SourceRefused:
        return
