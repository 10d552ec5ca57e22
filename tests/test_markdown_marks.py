"""Markdown to HTML: what stands between carets and tildes, and only that, is raised and lowered."""

from __future__ import annotations

import pytest

from content.readers.markdown_marks import as_html


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("10^6^ cells", "10<sup>6</sup> cells"),
        ("CD4^+^CD25^+^", "CD4<sup>+</sup>CD25<sup>+</sup>"),
        ("^99m^Tc and ^18^F", "<sup>99m</sup>Tc and <sup>18</sup>F"),
        ("H~2~O and t~1/2~", "H<sub>2</sub>O and t<sub>1/2</sub>"),
        ("PO~4~^3-^", "PO<sub>4</sub><sup>3-</sup>"),
        ("p^\\*^ and p^<^", "p<sup>*</sup> and p<sup>&lt;</sup>"),
        ("10^6 and 10^7", "10^6 and 10^7"),
        ("10^6/10^7", "10^6/10^7"),
        ("10\\^6^", "10^6^"),
        ("x^2y^z", "x^2y^z"),
        ("5~10~15 and ~40%", "5~10~15 and ~40%"),
        ("^a b^ and ^^", "^a b^ and ^^"),
        ("`10^6^`", "<code>10^6^</code>"),
        ("~~5~~", "<s>5</s>"),
        ("a[^n]\n\n[^n]: b", "a<sup>1</sup></p>\n\n<p><sup>1</sup> b"),
        ("a[^n]", "a[^n]"),
    ],
)
def test_marks_in_a_line(text: str, line: str) -> None:
    assert as_html(text) == f"<p>{line}</p>\n"


def test_a_note_that_begins_with_a_list_has_its_number_above() -> None:
    assert as_html("a[^1]\n\n[^1]: - b\n    - c").split("\n", 2)[2].startswith("<p><sup>1</sup> </p><ul>")


def test_what_some_programs_strike_through_is_refused() -> None:
    with pytest.raises(ValueError, match="struck through"):
        as_html("It was ~5 mg~ 6 mg.")
