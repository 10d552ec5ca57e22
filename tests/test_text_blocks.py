"""Lines of plain text become headings, paragraphs, items and tables; no word goes and none is added."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.normalize import normalize
from content.readers.text_blocks import text_pieces
from content.transcription import without_ligatures

LONG = "A paragraph that nobody broke goes on and on until it has said what it wanted to say, " * 2


def kinds(text: str) -> list[tuple[str, str]]:
    return [(piece.kind, piece.text) for piece in text_pieces(text)]


def test_lines_of_a_paragraph_are_joined_and_blank_lines_divide() -> None:
    assert kinds("No deaths\r\noccurred.\r\n  \r\nTwo of 16\n  relapsed.\n") == [
        ("paragraph", "No deaths occurred."),
        ("paragraph", "Two of 16 relapsed."),
    ]


@pytest.mark.parametrize(
    ("text", "joined"),
    [
        ("the remis-\nsion rate", "the remission rate"),
        ("the anti-\ndsDNA level", "the anti-dsDNA level"),
        ("short-\nand long-term", "short- and long-term"),
        ("from 3-\n28 months", "from 3-28 months"),
        ("from 3–\n28 months", "from 3–28 months"),
        ("a change of\n-5 points", "a change of -5 points"),
        ("more than\n> 5 mg a day", "more than > 5 mg a day"),
        ("see https://doi.org/10.1002/\nart.27548 there", "see https://doi.org/10.1002/art.27548 there"),
    ],
)
def test_a_hyphen_at_a_line_end_follows_the_law_of_all_readers(text: str, joined: str) -> None:
    assert kinds(text) == [("paragraph", joined)]


@pytest.mark.parametrize("mark", ["-", "*", "+", "•", "–", "▪"])
def test_a_list_is_one_piece_an_item_without_its_bullets(mark: str) -> None:
    text = f"{mark} No deaths\n  occurred.\n{mark} Two of 16\nrelapsed."
    assert kinds(text) == [("item", "No deaths occurred."), ("item", "Two of 16 relapsed.")]
    apart = f"{mark} No deaths.\n\n{mark} Two of 16."
    assert kinds(apart) == [("item", "No deaths."), ("item", "Two of 16.")]


@pytest.mark.parametrize(
    "numbers", [("1.", "2.", "3."), ("1)", "2)", "3)"), ("(1)", "(2)", "(3)"), ("a)", "b)", "c)")]
)
def test_a_typed_number_stays_in_its_item(numbers: tuple[str, ...]) -> None:
    text = "\n".join(f"{number} Item of\nthe list." for number in numbers)
    assert kinds(text) == [("item", f"{number} Item of the list.") for number in numbers]


def test_a_nested_list_is_items_of_its_own() -> None:
    assert kinds("* Doses:\n  - 5 mg\n  - 10 mg\n* Nobody\n  died.") == [
        ("item", "Doses:"), ("item", "5 mg"), ("item", "10 mg"), ("item", "Nobody died."),
    ]  # fmt: skip


@pytest.mark.parametrize("line", ["- is no list.", "+ is no list.", "1. is no list.", "(a) is no list."])
def test_one_mark_alone_is_words(line: str) -> None:
    assert kinds(line) == [("paragraph", line)]
    assert kinds(f"Here\n{line}") == [("paragraph", f"Here {line}")]


def test_a_number_that_does_not_follow_begins_no_item() -> None:
    assert kinds("1. They were seen in week\n12. Then they went home.\n2. Nobody died.") == [
        ("item", "1. They were seen in week 12. Then they went home."),
        ("item", "2. Nobody died."),
    ]


def test_headings_are_underlined_or_names_of_sections() -> None:
    text = (
        "A trial\n=======\nIts words.\n\nDoses\n-----\n\nMETHODS\n\nSide effects:\nNobody died.\n\nNO DEATHS"
    )
    assert [(piece.kind, piece.text, piece.level) for piece in text_pieces(text)] == [
        ("heading", "A trial", 1), ("paragraph", "Its words.", 0), ("heading", "Doses", 2),
        ("heading", "METHODS", 2), ("heading", "Side effects:", 2), ("paragraph", "Nobody died.", 0),
        ("paragraph", "NO DEATHS", 0),
    ]  # fmt: skip


def test_lines_that_nobody_broke_are_paragraphs() -> None:
    text = f"Heading of it\n{LONG}\nAnother {LONG}\nShort one.\nLeft open and\ngoes on."
    assert kinds(text) == [
        ("paragraph", "Heading of it"), ("paragraph", LONG.strip()), ("paragraph", f"Another {LONG}".strip()),
        ("paragraph", "Short one."), ("paragraph", "Left open and goes on."),
    ]  # fmt: skip


def test_a_table_stays_whole_and_names_with_values_stay_apart() -> None:
    assert kinds("Arm       n\nUC-MSC    16\nPlacebo   6\n\nDose: 5 mg\nTime: 3 weeks") == [
        ("table", "Arm | n\nUC-MSC | 16\nPlacebo | 6"), ("paragraph", "Dose: 5 mg"),
        ("paragraph", "Time: 3 weeks"),
    ]  # fmt: skip


def test_quoted_lines_may_also_say_more_than() -> None:
    with pytest.raises(ValueError, match="more than"):
        text_pieces("> 5 mg were given\n> 7 mg later")


def test_drawn_lines_are_no_words() -> None:
    assert kinds("One.\n\n* * *\n\nTwo.\n-----------------------\nThree.") == [
        ("paragraph", "One."),
        ("paragraph", "Two. Three."),
    ]


_HOSTILE = st.text(
    st.one_of(st.sampled_from("a1 \n\t-*+•.)(|>=~_:·\u00ad\u2028\ufb01⁶"), st.characters(codec="utf-8")),
    max_size=200,
)


@given(_HOSTILE)
def test_no_letter_or_digit_of_hostile_text_is_lost_added_or_moved(text: str) -> None:
    try:
        pieces = text_pieces(text)
    except ValueError:
        return
    shown = without_ligatures(normalize(text))
    taken = "".join(piece.text for piece in pieces)
    assert [c for c in taken if c.isalnum()] == [c for c in shown if c.isalnum()]
    assert all(piece.text == piece.text.strip() for piece in pieces)
