"""Columns typed with spaces, tabs, points or lines become rows of cells, or the file is refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.readers.text_columns import columns

SIDE_BY_SIDE = """
The first of two columns    and the second one beside
runs on like this here      until the end of its own
words and says that         words, which nobody else
it was all good now.        can read in a line.
"""


def cells(text: str) -> list[list[str]]:
    return columns(text.strip("\n").split("\n"))


@pytest.mark.parametrize(
    "text",
    [
        "Arm       Patients   Deaths\nUC-MSC    16         0\nPlacebo   6          1",
        "Arm\tPatients\tDeaths\nUC-MSC\t16\t0\nPlacebo\t6\t1",
        "| Arm | Patients | Deaths |\n|-----|:--------:|-------|\n| UC-MSC | 16 | 0 |\n| Placebo | 6 | 1 |",
        "Arm | Patients | Deaths\n----|----|----\nUC-MSC | 16 | 0\nPlacebo | 6 | 1",
        "Arm │ Patients │ Deaths\n────┼──────────┼───────\nUC-MSC │ 16 │ 0\nPlacebo │ 6 │ 1",
        "Arm         Patients    Deaths\nUC-MSC            16         0\nPlacebo            6         1",
        "Arm   Patients   Deaths\nUC-MSC   16   0\nPlacebo   6   1",
    ],
)
def test_columns_of_any_kind_are_rows_of_cells(text: str) -> None:
    assert cells(text) == [["Arm", "Patients", "Deaths"], ["UC-MSC", "16", "0"], ["Placebo", "6", "1"]]


def test_points_lead_to_the_next_cell() -> None:
    assert cells("Deaths ........ 0\nRelapses . . . . . 2") == [["Deaths", "0"], ["Relapses", "2"]]


@pytest.mark.parametrize(
    "text",
    [
        "             Placebo    Drug\nDeaths       0          1\nRelapses                2\nLost         3",
        "| | Placebo | Drug |\n|---|---|---|\n| Deaths | 0 | 1 |\n| Relapses | | 2 |\n| Lost | 3 | |",
    ],
)
def test_an_empty_cell_keeps_its_place(text: str) -> None:
    assert [row[:3] for row in cells(text)] == [
        ["", "Placebo", "Drug"],
        ["Deaths", "0", "1"],
        ["Relapses", "", "2"],
        ["Lost", "3", ""],
    ]


def test_a_tab_begins_a_cell_where_rows_are_even() -> None:
    assert cells("\tPlacebo\tDrug\nDeaths\t0\t1\nA longer name\t\t2") == [
        ["", "Placebo", "Drug"],
        ["Deaths", "0", "1"],
        ["A longer name", "", "2"],
    ]


@pytest.mark.parametrize(
    "text",
    [
        "One line    of words",
        "The first line runs on to\nthe second and to the third\nuntil the end.",
        "Spaces   fill a line here\nand here, but   at another place\nuntil the end.",
        "P(A|B) was 0.5\nP(B|A) was 0.4",
        "A sentence ends...  Another begins.\nAnd so on...",
    ],
)
def test_words_that_run_on_are_no_table(text: str) -> None:
    assert cells(text) == []


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("Drug      given by mouth\n          twice a day\nPlacebo   not at all", "goes over several lines"),
        ("| Drug | given by |\n|  | mouth |\n| Placebo | not |", "goes over several lines"),
        ("| a | 1 | 2 |\n| b | 3 |", "different numbers of cells"),
        (SIDE_BY_SIDE, "two columns"),
        ("Words of a line run on\nArm      16\nthen others follow\nDrug     5\nto the end.", "others do not"),
        ("Arm one   16   2\nThe other arm of it   6   1\nThird   7", "below each other"),
        ("A\t\tB\nA longer name of it\tC\nD", "below each other"),
    ],
)  # fmt: skip
def test_what_can_be_read_in_two_ways_is_refused(text: str, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        cells(text)


_WORD = st.sampled_from("a of UC-MSC 0.5 16 ≤5% ±1 -3.2 Placebo n= (10) deaths".split())
_CELL = st.lists(_WORD, min_size=1, max_size=3).map(" ".join)


@given(
    st.integers(2, 5).flatmap(
        lambda n: st.lists(st.lists(_CELL, min_size=n, max_size=n), min_size=2, max_size=6)
    )
)
def test_a_table_set_by_a_machine_comes_back_or_is_refused(rows: list[list[str]]) -> None:
    widths = [max(map(len, column)) + 3 for column in zip(*rows, strict=True)]
    lines = ["".join(map(str.ljust, row, widths)).rstrip() for row in rows]
    try:
        found = columns(lines)
    except ValueError:
        return
    assert found == rows


@given(st.lists(st.text(st.sampled_from("ab 1|\t.-+="), max_size=30), max_size=8))
def test_no_letter_of_hostile_lines_is_lost(lines: list[str]) -> None:
    try:
        found = columns(lines)
    except ValueError:
        return
    if found:
        taken = "".join(cell for row in found for cell in row)
        assert [c for c in taken if c.isalnum()] == [c for line in lines for c in line if c.isalnum()]
