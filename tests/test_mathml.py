"""A formula is written in one line as it is read, or refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.readers.mathml import linear
from content.readers.xml_tree import parsed


def line(inside: str) -> str:
    return linear(parsed(f"<math>{inside}</math>".encode(), "math.xml"))


@pytest.mark.parametrize(
    ("inside", "expected"),
    [
        ("<mi>x</mi><mo>=</mo><mn>4.5</mn>", "x=4.5"),
        ("<msup><mn>10</mn><mn>6</mn></msup>", "10⁶"),
        ("<msup><mn>10</mn><mrow><mo>−</mo><mn>3</mn></mrow></msup>", "10⁻³"),
        ("<msub><mi>CO</mi><mn>2</mn></msub>", "CO₂"),
        ("<msubsup><mi>x</mi><mn>1</mn><mn>2</mn></msubsup>", "x₁²"),
        ("<mfrac><mn>1</mn><mn>2</mn></mfrac>", "1/2"),
        ("<mfrac><mrow><mi>a</mi></mrow><mi>b</mi></mfrac>", "a/b"),
        ("<msqrt><mn>2</mn></msqrt>", "√2"),
        ("<msub><mover><mi>V</mi><mo>˙</mo></mover><msub><mi>O</mi><mn>2</mn></msub></msub>", "V̇O₂"),
        ("<mover><mi>x</mi><mo>¯</mo></mover>", "x̄"),
        ("<mmultiscripts><mi>Xe</mi><mprescripts/><none/><mn>129</mn></mmultiscripts>", "¹²⁹Xe"),
        ("<mtext>\u2009Xe </mtext><mtext>\u2009MRI</mtext>", "Xe MRI"),
        ("<mmultiscripts><mi>Ca</mi><none/><mtext>2+</mtext></mmultiscripts>", "Ca²⁺"),
        ("<semantics><mn>7</mn></semantics>", "7"),
        ("<mn>2</mn><mo>\u2062</mo><mi>x</mi>", "2x"),
        ("<mstyle><mrow><mn>3</mn><mo>±</mo><mn>1</mn></mrow></mstyle>", "3±1"),
        ("", ""),
    ],
)  # fmt: skip
def test_a_formula_by_hand(inside: str, expected: str) -> None:
    assert line(inside) == expected


@pytest.mark.parametrize(
    "inside",
    [
        "<mn>2</mn><mfrac><mn>1</mn><mn>2</mn></mfrac>",  # two and a half is not 21/2
        "<mfrac><mrow><mi>a</mi><mo>+</mo><mi>b</mi></mrow><mi>c</mi></mfrac>",
        "<msqrt><mi>a</mi><mo>+</mo><mi>b</mi></msqrt>",
        "<mtable><mtr><mtd><mn>1</mn></mtd></mtr></mtable>",
        "<munderover><mo>∑</mo><mn>1</mn><mn>9</mn></munderover>",
        "<msup><mn>10</mn></msup>",
        "<msup><mn>10</mn><mn>2.5</mn></msup>",
        "<mover><mi>xy</mi><mo>¯</mo></mover>",
        "<mmultiscripts><mi>x</mi><mn>1</mn></mmultiscripts>",
        "<mmultiscripts/>",
        "<mn>1</mn><mn>2</mn>",
        "<mphantom><mn>1</mn></mphantom>",
        "<menclose notation='updiagonalstrike'><mn>1</mn></menclose>",
        "<mi>x<mn>2</mn></mi>",
        "<semantics><mn>7</mn><annotation>8</annotation></semantics>",
        "7",
    ],
)
def test_what_no_line_can_show_is_refused(inside: str) -> None:
    with pytest.raises(ValueError, match=r"formula|cannot be written"):
        line(inside)


TREES = st.recursive(
    st.sampled_from("12ab+=").map(lambda c: f"<mn>{c}</mn>"),
    lambda inner: st.tuples(
        st.sampled_from("mrow msup msub mfrac mover msqrt mmultiscripts mtable".split()),
        st.lists(inner, max_size=4),
    ).map(lambda row: f"<{row[0]}>{''.join(row[1])}</{row[0]}>"),
    max_leaves=8,
)


@given(TREES)
def test_no_digit_of_a_formula_is_lost(inside: str) -> None:
    try:
        shown = line(inside)
    except ValueError:
        return
    plain = shown.translate(str.maketrans("¹²₁₂", "1212"))
    assert sorted(c for c in plain if c.isdigit()) == sorted(c for c in inside if c.isdigit())
