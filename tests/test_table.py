"""A table is lines of cells; cut, each part keeps its names."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from content.readers.table import MOST_CHARACTERS, table_pieces

CELLS = st.lists(st.lists(st.text("ab 1\n", max_size=12), max_size=4), max_size=40)


def texts(*given: object) -> list[str]:
    return [piece.text for piece in table_pieces(*given)]  # type: ignore[arg-type]


def test_a_table_by_hand() -> None:
    found = texts("Table 1. People", [["Group", "n"]], [["Women", "12"], ["", ""], ["Men", ""], ["", "4\n5"]])
    assert found == ["Table 1. People\nGroup | n\nWomen | 12\nMen |\n| 4 5"]


def test_a_long_table_repeats_caption_and_heading() -> None:
    rows = [[f"row {number}", "x" * 90] for number in range(40)]
    parts = texts("Table 2", [["Name", "Words"]], rows)
    assert len(parts) == 3
    assert all(part.startswith("Table 2\nName | Words\nrow ") for part in parts)
    assert all(len(part) <= MOST_CHARACTERS for part in parts)


def test_nothing_is_no_table() -> None:
    assert texts("", [], [["", " "]]) == []


@given(CELLS)
def test_every_word_of_every_row_stands_there_once(rows: list[list[str]]) -> None:
    shown = "\n".join(texts("", (), rows)).replace("|", " ").split()
    assert shown == [word for row in rows for cell in row for word in cell.split()]
