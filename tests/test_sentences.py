"""Sentences partition a text, and half a sentence is never one."""

from __future__ import annotations

import re
import time
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from content.normalize import normalize
from content.schema import Span
from content.sentences import sentence_spans, trim

FRAGMENTS = [
    *("Dr. ", "Fig. 2", "et al. ", "U.S. ", "N.M.D.", "A. ", "8.25 ", "$89.1 ", "p = 0.03", "etc. ", "no. "),
    *(". ", ".", "... ", "… ", "? ", "?! ", "。", "！", "。」", ".” ", '." ', ".) ", " (", " “", "[", "- "),
    *("the ", "The ", "word ", "Word ", "and", "β ", "10⁶ ", "😀 ", "ß", "7 ", "你好", "x" * 50),
    *(" ", "\n", "\n\n", "\n \t\n", "\r\n", "\u2028", "\u3000", "\t"),
]
fragments = st.lists(st.sampled_from(FRAGMENTS), max_size=25).map("".join)
texts = st.text() | fragments
BLANK_LINE = re.compile(r"\n[ \t]*\n")
OPENING = "\"'“‘«(["


def pieces(text: str) -> list[str]:
    return [text[span.start : span.end] for span in sentence_spans(text)]


@settings(deadline=None, max_examples=400)
@given(texts)
def test_pieces_partition_the_text(text: str) -> None:
    spans = sentence_spans(text)
    assert "".join(pieces(text)) == text
    ends = [0, *(span.end for span in spans)]
    assert [span.start for span in spans] == ends[:-1]
    assert ends[-1] == len(text)


@settings(deadline=None, max_examples=400)
@given(texts)
def test_no_piece_is_blank_and_white_space_stays_at_its_end(text: str) -> None:
    found = pieces(text)
    if text.strip():
        assert all(piece.strip() for piece in found)
        assert not any(piece[0].isspace() for piece in found[1:])
    else:
        assert found == ([text] if text else [])


@settings(deadline=None, max_examples=400)
@given(fragments)
def test_a_blank_line_always_ends_a_sentence(text: str) -> None:
    assert not any(BLANK_LINE.search(piece.strip()) for piece in pieces(text))


@settings(deadline=None, max_examples=400)
@given(fragments)
def test_a_single_newline_is_a_space(text: str) -> None:
    """Rewrapping lines moves no sentence."""
    lines = re.sub(r"\s+", lambda run: run[0][0], text)
    assert sentence_spans(lines) == sentence_spans(re.sub(r"\s", " ", lines))


@settings(deadline=None, max_examples=400)
@given(fragments)
def test_a_lower_case_follow_up_never_starts_a_sentence(text: str) -> None:
    found = pieces(text)
    for before, after in pairwise(found):
        if after.lstrip(OPENING)[:1].islower():
            assert BLANK_LINE.search(before) or before.rstrip().rstrip("”’」』")[-1] in "。！？"


@settings(deadline=None, max_examples=400)
@given(fragments)
def test_a_sentence_cut_out_is_still_one_sentence(text: str) -> None:
    for piece in pieces(text):
        assert pieces(piece) == [piece]


@pytest.mark.parametrize(
    "marked",
    [
        "Dr. Clark H. Hansen Dr. Clark H. Hansen is a doctor (N.M.D.) in practice since 1986. |He works.",
        "Authors:  , Dandan Wang, et al.",
        "Wang et al. report it. |It holds.",
        "As shown by Wang et al. |The others agree.",
        "It was 8.25 months (range 3–28 months). |None died.",
        "It costs $89.1 billion dollars. |You may ask.",
        "It fell (p = 0.03). |It rose (p < .05) again.",
        "See Fig. 2b and Figs. 3 and 4. |See No. 7. |Then go.",
        "Did it help? |No. |They left.",
        "He is an N.M.D. |He works in the U.S. |The others work in the U.S. Army.",
        "Wait... |Then go. |Wait… |Then… and then.",
        "Was it plan A? |Plan B! |Who is Dr? |Me. |He left the U.S... |Patients stayed.",
        "Really?! |Yes! |Really?! said nobody.",
        'He said "Stop." |Then left. |“Go!” |She went. |(It is so.) |Yes.',
        "He asked why. |“Because,” she said.",
        "Vs. Bad e.g. This i.e. That approx. Ten.",
        "Bones etc. |The rest. |Jan. 5 came.",
        "Only in a list: 5 mg. |10 mg. |15 mg.",
        "One.\n\n|and two\n\n\n|Three",
        "Seen by Dr.\n\n|Next part",
        "One\nline goes\non. |Two\nlines.",
        "A line\n \t\n|after a line of blanks.",
        "你好。|再见！|“真的？”|是。",
        "Dose: 10⁶ cells/kg. β cells grew. |😀 Good. |Ärzte helfen.",
        "Stop. then go on. mRNA rose. |Only then.",
        "… |Then go.",
        "No end",
        " Leading white space. |Trailing \n ",
    ],
)
def test_by_hand(marked: str) -> None:
    """The bar marks where one sentence ends and the next begins."""
    assert pieces(marked.replace("|", "")) == marked.split("|")


def test_line_ends_of_windows_split_alike_once_normalised() -> None:
    assert pieces(normalize("One\r\nline.\r\nTwo.\r\n\r\nthree")) == ["One\nline.\n", "Two.\n\n", "three"]


@pytest.mark.parametrize(
    "hostile", ["." * 50_000 + "x", "." * 50_000 + ")" * 50_000 + "x", "\n\n" * 50_000 + "x"]
)
def test_hostile_lines_take_no_time(hostile: str) -> None:
    """Trying every dot of a dotted line again would take a minute; one pass takes milliseconds."""
    begun = time.process_time()
    assert pieces(hostile) == [hostile]
    assert time.process_time() - begun < 2


@settings(deadline=None, max_examples=200)
@given(texts.filter(bool), st.data())
def test_trim_takes_away_white_space_at_the_ends_only(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    kept = trim(text, Span(start=start, end=end))
    if kept is None:
        assert text[start:end].isspace()
        return
    assert start <= kept.start < kept.end <= end
    assert not text[kept.start].isspace() and not text[kept.end - 1].isspace()
    assert not (text[start : kept.start] + text[kept.end : end]).strip()


def test_trim_by_hand() -> None:
    assert trim("ab \n cd  e ", Span(start=2, end=10)) == Span(start=5, end=10)
    assert trim("ab \n cd", Span(start=2, end=5)) is None
