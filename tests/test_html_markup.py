"""The encoding a page says it has, its bounds, and the reading that knows no tree."""

from __future__ import annotations

import pytest
from html_pages import PADDING

from content.errors import SourceRefused
from content.readers.html import read_html
from content.readers.html_markup import declared_encoding, dumb_words, refuse_unbounded

WESTERN = "Naïve T cells: 5.2 ± 1.3 µg at 37 °C – “no deaths”, ½ of Crohn’s, €5."
RUSSIAN = "Клетки вводили один раз в неделю, без осложнений, 5,2 ± 1,3."


@pytest.mark.parametrize(
    ("start", "label"),
    [
        (b"<meta charset=koi8-r>", "koi8-r"),
        (b"<META CHARSET = 'UTF-8' />", "utf-8"),
        (b'<meta http-equiv="Content-Type" content="text/html; charset=iso-8859-2">', "iso-8859-2"),
        (b"<meta content='text/html;charset=big5' http-equiv=content-type>", "big5"),
        (b'<meta name=description content="charset=koi8-r"><meta charset=x>', "x"),
        (b'<meta name=description content="a charset=koi8-r b">', None),
        (b"<!-- <meta charset=a> --><meta charset=b>", "b"),
        (b'<?xml version="1.0" encoding="latin1"?><html>', "latin1"),
        (b"<meta charset=utf-16>", "utf-8"),
        (b"<meta data-charset=x><p>charset=y</p>", None),
    ],
)
def test_a_page_says_its_encoding_in_one_of_two_ways(start: bytes, label: str | None) -> None:
    assert declared_encoding(start) == label


def read(data: bytes) -> str:
    (found,) = read_html(data, "page.html")
    return found.pieces[0].text


def test_encodings_are_tried_in_the_order_of_browsers() -> None:
    body = f"<p>{WESTERN}</p><p>{PADDING}</p>"
    assert read(b"\xef\xbb\xbf<meta charset=koi8-r>" + body.encode()) == WESTERN
    assert read(f"\ufeff<meta charset=koi8-r>{body}".encode("utf-16-le")) == WESTERN
    assert read(b"<meta charset=latin1>" + body.encode("cp1252")) == WESTERN
    assert read(b"<meta charset=nobody-knows>" + body.encode()) == WESTERN
    assert read(body.encode()) == WESTERN
    assert read(body.encode("cp1252")) == WESTERN
    assert read(f"<meta charset=windows-1251><p>{RUSSIAN}</p>".encode("cp1251")) == RUSSIAN
    equivalent = "<meta http-equiv=Content-Type content='text/html; charset=koi8-r'>"
    assert read(f"{equivalent}<p>{RUSSIAN.replace('±', '-')}</p>".encode("koi8-r")) == RUSSIAN.replace(
        "±", "-"
    )


@pytest.mark.parametrize(
    "data",
    [
        b"<meta charset=utf-8><p>" + WESTERN.encode("cp1252"), f"<p>{RUSSIAN}".encode("cp1251"),
        b"<meta charset=latin1><p>" + WESTERN.encode(), f"<p>{RUSSIAN}".encode("utf-32"),
    ],
)  # fmt: skip
def test_what_a_browser_would_garble_is_refused(data: bytes) -> None:
    with pytest.raises(SourceRefused):
        read(data)


@pytest.mark.parametrize(
    ("source", "seen"),
    [
        ("<p>10<sup>6</sup> CO<sub>2</sub></p>", "10⁶ CO₂"),
        ("<p>10<span style='vertical-align:super'>6</span>", "10⁶"),
        ("<style>.u {vertical-align: super}</style>10<span class=u>6</span>", "10⁶"),
        ("<p hidden>5</p><nav>6</nav>", "5 6"),
        ("<td>5<td>6<br>7<li>8", "5 6 7 8"),
        ("1<b>0</b> 1<wbr>1 1<!-- 5 -->2", "10 11 12"),
        ("1<del>2</del>3", "1 2 3"),
        ("<script>5</script><style>6</style><template>7</template><iframe>8</iframe>9", "9"),
        ("<a title='5'>6</a> <img alt='7'> &#56; &lt;9", "6 7 8 <9"),
        ("<title>5</title><svg><text>6</text></svg>", ""),
    ],
)
def test_the_second_reading_cuts_tags_away(source: str, seen: str) -> None:
    assert " ".join(dumb_words(source).split()) == seen


@pytest.mark.parametrize(
    ("source", "says"),
    [
        ("<div>" * 513, "nested"), ("<" * 900_001, "times"), ("<p>" * 300_001, "tags"),
        ("<b>" * 500 + "<i></i>" * 30_000, "tags"), ("x" * 5_000_001, "5 MB"),
        (f"<p {'a ' * 2_001}>", "attributes"),
    ],
    ids=["deep", "brackets", "tags", "work", "words", "attributes"],
)  # fmt: skip
def test_a_page_without_end_is_refused_before_its_tree_is_built(source: str, says: str) -> None:
    with pytest.raises(SourceRefused, match=says):
        refuse_unbounded(source, "page.html")


def test_a_page_within_its_bounds_passes() -> None:
    refuse_unbounded("<div>" * 500 + "</div>" * 500 + "<p>x" * 1_000, "page.html")
