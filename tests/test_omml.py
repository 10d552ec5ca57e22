"""An equation of Word is one right line of text, or the file is refused."""

from __future__ import annotations

import pytest
from docx_files import PADDING, docx, paragraph, run, words

from content.errors import SourceRefused
from content.readers.docx import read_docx

_SQUARE = '<m:begChr m:val="["/><m:endChr m:val="]"/>'


def r(text: str) -> str:
    return f'<m:r><w:rPr/><m:t xml:space="preserve">{text}</m:t></m:r>'


def script(kind: str, base: str, **parts: str) -> str:
    scripts = "".join(f"<m:{name}>{inside}</m:{name}>" for name, inside in parts.items())
    return f"<m:{kind}><m:{kind}Pr/><m:e>{base}</m:e>{scripts}</m:{kind}>"


def over(top: str, below: str, marks: str = "") -> str:
    return f"<m:f><m:fPr>{marks}</m:fPr><m:num>{top}</m:num><m:den>{below}</m:den></m:f>"


def math(inside: str) -> str:
    return f"<m:oMath>{inside}</m:oMath>"


@pytest.mark.parametrize(
    ("inside", "shown"),
    [
        (r("1×") + script("sSup", r("10"), sup=r("6")) + r(" cells/kg"), "1×10⁶ cells/kg"),
        (script("sSup", r("10"), sup=r("−12")), "10⁻¹²"),
        (script("sSup", r("10"), sup=r("1") + r("2")), "10¹²"),
        (script("sSub", r("CO"), sub=r("2")), "CO₂"),
        (script("sSubSup", r("PO"), sub=r("4"), sup=r("3−")), "PO₄³⁻"),
        (script("sSup", r("χ"), sup=r("2")) + r("=4.6"), "χ²=4.6"),
        (over(r("1"), r("2")), "1/2"),
        (script("sSup", r("10"), sup=over(r("1"), r("2"))), "10¹⁄²"),
        (r("p") + r("=") + over(r("3"), r("16")), "p=3/16"),
        (f"<m:d><m:dPr/><m:e>{r('n=16')}</m:e></m:d>", "(n=16)"),
        (f"<m:d><m:dPr>{_SQUARE}</m:dPr><m:e>{r('3–28')}</m:e></m:d>", "[3–28]"),
        (f"<m:box><m:e>{r('x')}</m:e></m:box>", "x"),
        (r("f\u2061") + r("(x)"), "f(x)"),
    ],
)  # fmt: skip
def test_what_a_line_can_show(inside: str, shown: str) -> None:
    assert words(paragraph(run("It was ") + math(inside) + run(" today."))) == [f"It was {shown} today."]
    assert words(paragraph(f"<m:oMathPara>{math(inside)}</m:oMathPara>")) == [shown]


@pytest.mark.parametrize(
    "inside",
    [
        script("sSup", r("10"), sup=r("2.5")),
        script("sSup", r("10"), sup=script("sSup", r("2"), sup=r("3"))),
        script("sSup", r("x"), sup=r("q")),
        over(r("a+b"), r("2")),
        over(r("1"), r("2"), '<m:type m:val="noBar"/>'),
        r("2") + over(r("1"), r("2")),
        over(r("1"), r("2")) + r("3"),
        f"<m:rad><m:deg/><m:e>{r('2')}</m:e></m:rad>",
        f"<m:nary><m:sub>{r('1')}</m:sub><m:sup>{r('9')}</m:sup><m:e>{r('x')}</m:e></m:nary>",
        f"<m:m><m:mr><m:e>{r('1')}</m:e><m:e>{r('2')}</m:e></m:mr></m:m>",
        f"<m:d><m:e>{r('1')}</m:e><m:e>{r('2')}</m:e></m:d>",
        f"<m:acc><m:e>{r('x')}</m:e></m:acc>",
        f"<m:sSup><m:e>{r('10')}</m:e></m:sSup>",
    ],
)
def test_what_a_line_cannot_show(inside: str) -> None:
    with pytest.raises(SourceRefused, match=r"^page\.docx: "):
        read_docx(docx(paragraph(run(PADDING) + math(inside))), "page.docx")


@pytest.mark.parametrize("beside", ["2{}", "{}3"])
def test_a_fraction_does_not_touch_a_number_of_the_text(beside: str) -> None:
    before, after = beside.split("{}")
    inside = (run(before) if before else "") + math(over(r("1"), r("2"))) + (run(after) if after else "")
    with pytest.raises(SourceRefused, match="stand together or apart"):
        read_docx(docx(paragraph(run(PADDING + " ") + inside)), "page.docx")
