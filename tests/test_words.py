"""Plain text comes out letter by letter as it stands, or is refused."""

from __future__ import annotations

import pytest
from fidelity_cases import CASES, RIGHT, FidelityCase
from hypothesis import given
from hypothesis import strategies as st

from content.errors import SourceRefused
from content.extract import Extract
from content.readers.words import MOST_CHARACTERS, read_words

PADDING = "Everyone was seen again by the same two doctors at the end of the study."
WAYS = {
    "alone": "{}",
    "inside": "It was said. {} Then it ended.",
    "broken": "It was said.\n{}\nThen it ended.",
    "bullets": "- {}\n- " + PADDING,
    "cell": "Name      Result\nRow one   {}\nRow two   0",
}


def read(text: str, name: str = "notes.txt") -> Extract:
    (found,) = read_words(f"{text}\n\n{PADDING}\n".encode(), name)
    return found


def texts(text: str) -> list[str]:
    found = [piece.text for piece in read(text).pieces]
    assert found.pop() == PADDING
    return found


def refusal(data: bytes) -> str:
    with pytest.raises(SourceRefused) as raised:
        read_words(data, "notes.txt")
    return raised.value.reason


@pytest.mark.parametrize("way", WAYS)
def test_every_case_is_right_wherever_it_stands(way: str) -> None:
    for case in RIGHT:
        # A case that reads like an item is one among items.
        found = texts(WAYS[way].format(case.expected))
        around = {
            "alone": [case.expected],
            "bullets": [case.expected, PADDING],
            "cell": [f"Name | Result\nRow one | {case.expected}\nRow two | 0"],
        }
        assert found == around.get(way, [f"It was said. {case.expected} Then it ended."])


@pytest.mark.parametrize("codec", ["utf-8-sig", "utf-16"])
def test_every_case_is_right_in_one_file_of_any_encoding(codec: str) -> None:
    data = "\r\n\r\n".join(case.expected for case in RIGHT).encode(codec)
    (found,) = read_words(data, "notes.txt")
    assert [piece.text for piece in found.pieces] == [case.expected for case in RIGHT]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.shown)
def test_a_height_lost_before_is_refused_or_stays_as_it_is_typed(case: FidelityCase) -> None:
    plain = "".join(part.text for part in case.runs)
    try:
        found = texts(plain)
    except SourceRefused as refused:
        assert "raised" in refused.reason
        return
    assert found == [plain]


def test_a_first_line_alone_is_the_title() -> None:
    found = read("Cells against lupus\n\nNobody died.")
    assert (found.title, found.pieces[0].kind, found.pieces[0].level) == ("Cells against lupus", "heading", 1)
    assert read("Nobody died.").title == "notes"
    assert read("Words.\n\nThe title\n=========").title == "The title"
    assert read("Retracted: Cells against lupus\n\nWords.").retracted == "Retracted: Cells against lupus"
    assert read("Nobody died.", "notes").title == "notes"


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "no words"), (b"\n\n \n", "no words"), (b"----\n\n", "no words"), (b"Short.", "only 6"),
        (b"Words\x00", "U+0000"), ("Клетки вводили раз в неделю.".encode("cp1251"), "neither UTF-8"),
        (PADDING.encode() + b"\n\n> 5 mg\n> 7 mg", "more than"),
        (PADDING.encode() + "\u202e".encode(), "U+202E"),
        (b"x\n\n" * 60_000, "paragraphs"), (b"x\n" * 300_000, "paragraphs"),
        (b"a" * (MOST_CHARACTERS + 1), "characters"),
        (b"a  \t  b\nc   5   6 of all\n" + PADDING.encode() + b"\nd   1   2", "columns"),
    ],
)  # fmt: skip
def test_what_cannot_be_taken_as_it_stands_is_refused(data: bytes, says: str) -> None:
    assert says in refusal(data)


@given(st.text(max_size=300), st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "windows-1252"]))
def test_hostile_text_is_taken_whole_or_refused(text: str, codec: str) -> None:
    try:
        (found,) = read_words(f"{text}\n\n{PADDING}".encode(codec, "ignore"), "notes.txt")
    except SourceRefused:
        return
    taken = "".join(piece.text for piece in found.pieces)
    assert all(
        character in taken
        for character in text.encode(codec, "ignore").decode(codec)
        if character in "0123456789"
    )


@given(st.binary(max_size=300))
def test_any_bytes_end_in_a_verdict(data: bytes) -> None:
    try:
        read_words(data, "notes.txt")
    except SourceRefused:
        return
