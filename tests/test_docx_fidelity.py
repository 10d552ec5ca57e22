"""Each case in a Word file, however it is cut and raised, comes out right or the file is refused."""

from __future__ import annotations

import pytest
from docx_files import BY_STYLE, HEIGHTS, PADDING, POSITIONS, docx, paragraph, run, runs_of, table, words
from fidelity_cases import CASES, REFUSED, RIGHT, FidelityCase
from hypothesis import given, settings
from hypothesis import strategies as st

from content.errors import SourceRefused
from content.readers.docx import read_docx
from content.transcription import one_line, without_ligatures

_WAYS = {"vertAlign": HEIGHTS, "position": POSITIONS, "style": BY_STYLE}
_ITEM = '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr>'
_KEPT = run("16 of them were seen. ")
marks_of_way = pytest.mark.parametrize("marks", _WAYS.values(), ids=_WAYS)
letters_of_run = pytest.mark.parametrize("letters", [1, 1000])


def all_at_once(inside: list[str]) -> list[str]:
    return words("".join(paragraph(text) for text in inside))


@marks_of_way
@letters_of_run
def test_all_right_cases_are_right_in_paragraphs(marks: dict[str, str], letters: int) -> None:
    found = all_at_once([runs_of(case, marks, letters=letters) for case in RIGHT])

    assert found == [case.expected for case in RIGHT]


@marks_of_way
@letters_of_run
def test_all_right_cases_are_right_in_items(marks: dict[str, str], letters: int) -> None:
    found = words("".join(paragraph(runs_of(case, marks, letters=letters), _ITEM) for case in RIGHT))

    assert found == [case.expected for case in RIGHT]


@marks_of_way
@letters_of_run
def test_all_right_cases_are_right_in_cells(marks: dict[str, str], letters: int) -> None:
    rows = [[run("Name"), run("Result")]]
    rows += [[run("Row"), runs_of(case, marks, letters=letters)] for case in RIGHT]
    lines = [line for text in words(table(rows)) for line in text.split("\n") if line != "Name | Result"]

    assert lines == [f"Row | {case.expected}" for case in RIGHT]


@marks_of_way
@pytest.mark.parametrize("case", REFUSED, ids=lambda case: case.shown)
def test_what_no_line_can_show_is_refused(marks: dict[str, str], case: FidelityCase) -> None:
    for body in (paragraph(runs_of(case, marks)), table([[run("a"), runs_of(case, marks)]])):
        with pytest.raises(SourceRefused, match="without a change"):
            read_docx(docx(body + paragraph(run(PADDING))), "page.docx")


@pytest.mark.parametrize("case", RIGHT[:40], ids=lambda case: case.shown)
def test_what_stands_around_runs_changes_nothing(case: FidelityCase) -> None:
    runs = runs_of(case, HEIGHTS, letters=2)
    for around in ("ins", "hyperlink", "smartTag", "customXml", "moveTo"):
        assert words(paragraph(f"<w:{around}>{runs}</w:{around}>")) == [case.expected]
    control = f"<w:sdt><w:sdtPr/><w:sdtContent>{runs}</w:sdtContent></w:sdt>"
    assert words(paragraph(control)) == [case.expected]
    assert words(f"<w:sdt><w:sdtContent>{paragraph(runs)}</w:sdtContent></w:sdt>") == [case.expected]
    noise = '<w:proofErr w:type="spellStart"/><w:bookmarkStart w:id="0" w:name="b"/>'
    assert words(paragraph(noise.join(runs_of(case, HEIGHTS, letters=1).split("|")))) == [case.expected]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.shown)
def test_no_case_is_changed_silently_where_heights_are_lost_before(case: FidelityCase) -> None:
    """A file without any mark of height shows "106"; then that is what it says, or it is refused."""
    plain = "".join(part.text for part in case.runs)
    try:
        found = words(paragraph(run(plain)))
    except SourceRefused:
        return
    assert found == [plain]


_text = st.text(
    st.characters(codec="utf-8", categories=("L", "N", "P", "S", "Zs"), exclude_characters="\ufeff"),
    min_size=1,
    max_size=30,
)


@settings(deadline=None, max_examples=80)
@given(st.lists(_text, min_size=1, max_size=6))
def test_plain_runs_give_back_their_text(parts: list[str]) -> None:
    text = one_line("".join(parts))
    try:
        found = words(paragraph(_KEPT + "".join(run(part) for part in parts)))
    except SourceRefused as refused:
        assert any(private in refused.reason for private in ("private", "draws", "read", "exponent"))
        return
    assert found == [one_line("16 of them were seen. " + without_ligatures(text))]


@settings(deadline=None, max_examples=80)
@given(st.from_regex(r"[0-9+−()=-]{1,8}", fullmatch=True), st.integers(0, 7), st.sampled_from(list(_WAYS)))
def test_a_raised_number_is_never_a_plain_one(number: str, cut: int, way: str) -> None:
    marks = _WAYS[way]["raised"]
    inside = run("The dose was 10") + run(number[:cut], marks) + run(number[cut:], marks) + run(" cells.")
    (found,) = words(paragraph(inside))

    exponent = found.removeprefix("The dose was 10").removesuffix(" cells.")
    assert not set(exponent) & set("0123456789+−-()=")
    assert len(exponent) == len(number)
