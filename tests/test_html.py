"""Pages come out as a visitor reads them: every case right or refused, and nothing hidden is quoted."""

from __future__ import annotations

import unicodedata
from collections import Counter

import pytest
from fidelity_cases import CASES, REFUSED, RIGHT, FidelityCase
from html_pages import (
    MARKS,
    PADDING,
    STYLES,
    WRITTEN,
    Marks,
    escaped,
    kinds,
    left_out,
    marked,
    page,
    read,
    texts,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from content.errors import SourceRefused
from content.readers.html import read_html

PLACES = {
    "p": "<p>{}</p>", "li": "<ul><li>{}</li></ul>", "div": "<div>{}</div>", "heading": "<h2>{}</h2>",
    "bold": "<p><b>{}</b></p>", "item with paragraphs": "<ol><li><p>{}</p></li></ol>",
    "dd": "<dl><dd>{}</dd></dl>",
    "link": '<p><a href="x.html">{}</a></p>', "quote": "<blockquote>{}</blockquote>",
    "not closed": "<section><p>{}</section>", "inside": "<p>Before it. {} Behind it.</p>",
    "cell": "<table><tr><th>Name<th>Result<tr><td>Row<td>{}</table>",
    "caption": "<table><caption>{}</caption><tr><th>Name<th>Result<tr><td>Row<td>0</table>",
}  # fmt: skip
AROUND = {
    "inside": "Before it. {} Behind it.",
    "cell": "Name | Result\nRow | {}",
    "caption": "{}\nName | Result\nRow | 0",
}
marks_of_way = pytest.mark.parametrize("marks", MARKS.values(), ids=MARKS)


def refusal(body: str, head: str = "") -> str:
    with pytest.raises(SourceRefused) as raised:
        read(body, head)
    return raised.value.reason


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("marks", list(MARKS.values())[:2], ids=list(MARKS)[:2])
def test_every_case_is_right_wherever_it_stands(place: str, marks: Marks) -> None:
    body = "<hr>".join(PLACES[place].format(marked(case, marks)) for case in RIGHT)
    assert texts(body) == [AROUND.get(place, "{}").format(case.expected) for case in RIGHT]


@marks_of_way
@pytest.mark.parametrize("written", WRITTEN)
def test_every_case_is_right_however_it_is_written(written: str, marks: Marks) -> None:
    body = "\n".join(f"<p>{marked(case, marks, written)}</p>" for case in RIGHT)
    assert texts(body, STYLES) == [case.expected for case in RIGHT]


@marks_of_way
@pytest.mark.parametrize("case", REFUSED, ids=lambda case: case.shown)
def test_what_no_line_can_show_is_refused(marks: Marks, case: FidelityCase) -> None:
    for place in ("p", "li", "cell", "heading"):
        assert "without a change" in refusal(PLACES[place].format(marked(case, marks)), STYLES)


def test_a_line_of_the_source_may_end_anywhere() -> None:
    for case in RIGHT:
        body = marked(case, MARKS["sup and sub"]).replace(" ", "\n\t ")
        assert texts(f"<p>\n{body}\n</p>") == [case.expected]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.shown)
def test_a_height_lost_before_is_refused_or_stays_as_it_is(case: FidelityCase) -> None:
    plain = "".join(part.text for part in case.runs)
    try:
        found = texts(f"<p>{escaped(plain)}</p>")
    except SourceRefused as refused:
        assert "raised" in refused.reason
        return
    assert found == [plain]


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ("<p>10<sup>6 </sup>cells, 10<sup><b>7</b></sup>, in 2010<sup><a href=#x>8</a></sup></p>",
         ["10⁶ cells, 10⁷, in 2010⁸"]),
        ("<p>10<sup>−</sup><sup>6</sup></p>", ["10⁻⁶"]),
        ("<p>10<sup><span style='vertical-align:super'>6</span></sup></p>", ["10⁶"]),
        ("<p>10<math><msup><mi/><mn>6</mn></msup></math> cells</p>", ["10⁶ cells"]),
        ("<p><math><msup><mn>10</mn><mn>6</mn></msup></math>, <math><msub><mi>O</mi><mn>2</mn></msub></math>",
         ["10⁶, O₂"]),
        ("<p><math><mfrac><mn>1</mn><mn>2</mn></mfrac> <mo>±</mo> <mn>3</mn></math></p>", ["1/2±3"]),
        ("<p><math><semantics><mn>10</mn><annotation>10^6</annotation></semantics></math></p>", ["10"]),
        ("<p>a <sup>Data are given as mean and SD of both</sup></p>",
         ["a Data are given as mean and SD of both"]),
        ("<p style='position:relative;top:9px'>5</p><p><a style='position:relative;top:-1px'>16</a> of</p>",
         ["5", "16 of"]),
        ("<p>5 &lt 6 &plusmn 3 &times5 &copy2010 &micro;g &notit; &amp;lt;</p>",
         ["5 < 6 ± 3 ×5 ©2010 µg ¬it; &lt;"]),
        ("<p>&#128;5 &#150; &#x97;</p>", ["€5 – —"]),
        ("<p>hy&shy;phen, 5&shy;0, zero&#8203;width, 1&#8239;000, a&nbsp;b</p>",
         ["hyphen, 50, zerowidth, 1 000, a b"]),
        ("<p>1<wbr>0 and 1<!-- 5 -->0 and 1<b></b>0</p>", ["10 and 10 and 10"]),
        ("<p>No deaths<br>\noccurred<br/>in all.</p>", ["No deaths occurred in all."]),
        ("<p>One.<br><br>Two.<br> &nbsp;\n<br>Three.</p>", ["One.", "Two.", "Three."]),
        ("<div>a<p>b</p>c</div>d<p>e", ["a", "b", "c", "d", "e"]),
        ("<ul><li>a<ol><li>b<ul><li>c</ul></ol>d<li><p>e</p><p>f</p></ul>", ["a", "b", "c", "d", "e", "f"]),
        ("<ol start=5 reversed><li value=9>x<li>y</ol>", ["x", "y"]),
        ("<dl><dt>Dose<dd>5 mg<dd>daily<dt>Time<dd>3 weeks</dl>",
         ["Dose", "5 mg", "daily", "Time", "3 weeks"]),
        ("<details><summary>More</summary><p>Inside 5.</p></details>", ["More", "Inside 5."]),
        ("<p><q>No deaths</q>, <ins>6</ins> mg, <mark>m</mark> <abbr title='9'>ab</abbr></p>",
         ["“No deaths”, 6 mg, m ab"]),
        ("<p>Dose <img src=a alt='≤'> 5</p>", ["Dose ≤ 5"]),
        ("<p>a <meta itemprop=x content=5><link itemprop=y href=6>b <button>c</button> d</p>", ["a b d"]),
        ("<pre>A     1\nB     2\n\nNo deaths\noccurred.</pre>", ["A | 1\nB | 2", "No deaths occurred."]),
        ("<pre>10<sup>6</sup> cells</pre>", ["10⁶ cells"]),
        ("<p style='white-space:pre-wrap'>One.\n\nTwo.</p>", ["One.", "Two."]),
        ("<center>x 5</center>", ["x 5"]),
    ],
)  # fmt: skip
def test_words_stand_as_they_are_shown(body: str, found: list[str]) -> None:
    assert texts(body) == found


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ("<p>10<sup>10<sup>2</sup></sup></p>", "twice"),
        ("<p>Dose <img src=le.png> 5 mg</p>", "in place of a symbol"),
        ("<p>Dose <img src=le.png alt='less than or equal to'> 5 mg</p>", "in place of a symbol"),
        ("<p>In 2010<a href='#b12'>12</a> they</p>", "run together"),
        (
            "<p>About <span aria-hidden=true>10</span><span class=sr-only>ten</span> mg</p>",
            "marked as hidden",
        ),
        ("<p>It was 1<del>2</del>3 mg</p>", "could not be taken"),
        ("<p>It was 1<span hidden>2</span>3 mg</p>", "could not be taken"),
        ("<p>&#x202e;abc</p>", "U+202E"),
        ("<p>1×106 cells</p>", "raised"),
        ("<p>5 &#xe000; 6</p>", "cannot be read"),
        ("<table><tr><td colspan=1000>a<td>b</table>", "spans 1000"),
        ("<div>" * 600, "nested"),
        ("<p " + " ".join(f"a{n}=1" for n in range(3000)) + ">x</p>", "attributes"),
    ],
)
def test_what_cannot_be_taken_as_it_stands_is_refused(body: str, says: str) -> None:
    assert says in refusal(body)


@pytest.mark.parametrize(
    "source", ["", "<html></html>", "<p>5</p>", "<h1>Only a heading that is long enough to count</h1>"]
)
def test_a_page_without_words_is_refused(source: str) -> None:
    with pytest.raises(SourceRefused):
        read_html(source.encode(), "page.html")


def test_kinds_and_levels_are_those_of_the_page() -> None:
    body = "<h1>A</h1><h3>B <small>c</small></h3><div role=heading aria-level=4>D</div><ul><li>e</ul><p>f"
    assert [(piece.kind, piece.text, piece.level) for piece in read(body).pieces][:-1] == [
        ("heading", "A", 1), ("heading", "B c", 3), ("heading", "D", 4), ("item", "e", 0),
        ("paragraph", "f", 0),
    ]  # fmt: skip


def test_footnotes_keep_their_numbers_and_places() -> None:
    body = "<p>Died.<sup><a href=#f1>1</a></sup></p><ol><li id=f1>One <a href=#r1>↩</a></li></ol>"
    assert kinds(body) == [("paragraph", "Died.¹"), ("item", "One ↩")]


def test_code_whose_columns_nobody_can_tell_apart_is_left_out() -> None:
    body = "<pre>Words run on\nArm    16\nand on\nDrug   5\nto the end</pre>"
    assert texts(body) == []
    assert [why for why, _ in left_out(body)] == ["columns that could be read in two ways"]


_TAGS = (
    "p /p div ul li /ul table tr td th /table sup /sup sub b /b br pre /pre del /del /span math msup mn "
    "/math svg template select option script /script style title textarea ruby rt caption dialog nav h1 "
    "main form noscript iframe plaintext frameset /body"
).split()
_ODD = [
    "<th rowspan=2>", "<td colspan=3>", "<a href=#x>", "<span hidden>", "<img alt='5 of 6'>",
    "<body class=x>",
    "<!--", "-->", "<?xml", "<![CDATA[", "]]>", "&lt", "&#55296;", "&#x110000;", "&plusmn", "\0", "<", ">",
    '"',
    "'", "5", "10", " words ", "≤", "\u202e", "\n",
]  # fmt: skip
_PART = st.sampled_from([*(f"<{tag}>" for tag in _TAGS), *_ODD])


@settings(deadline=None, max_examples=250)
@given(st.lists(_PART, max_size=40).map("".join), st.booleans())
def test_hostile_pages_end_in_a_verdict(body: str, is_alone: bool) -> None:
    try:
        found = read_html(body.encode() if is_alone else page(f"{body}<p>{PADDING}"), "page.html")
    except SourceRefused:
        return
    assert all(piece.text == piece.text.strip() for extract in found for piece in extract.pieces)


@settings(deadline=None, max_examples=60)
@given(
    st.binary(max_size=300),
    st.sampled_from([b"", b"<meta charset=utf-8>", b"<meta charset=big5>", b"\xff\xfe"]),
)
def test_any_bytes_end_in_a_verdict(data: bytes, start: bytes) -> None:
    try:
        read_html(start + data + f"<p>{PADDING}".encode(), "page.html")
    except SourceRefused:
        return


_SIMPLE = "p li td tr table b /b sup /sup del /del nav /nav br".split()


@settings(deadline=None, max_examples=120)
@given(
    st.lists(
        st.sampled_from([*(f"<{tag}>" for tag in _SIMPLE), "<span hidden>", "5", "16", "0.5", "a", " "]),
        max_size=30,
    ).map("".join)
)
def test_every_digit_of_a_page_is_taken_or_listed(body: str) -> None:
    try:
        found = read(body)
    except SourceRefused:
        return
    taken = [*(piece.text for piece in found.pieces), *(part.text for part in found.left_out)]
    digits = Counter(filter(str.isdigit, unicodedata.normalize("NFKC", "".join(taken))))
    assert digits >= Counter(filter(str.isdigit, body))
