"""Bytes become the characters a browser shows, or nothing is read."""

from __future__ import annotations

import pytest
from fidelity_cases import RIGHT, FidelityCase
from hypothesis import given
from hypothesis import strategies as st

from content.encodings import decoded
from content.errors import SourceRefused

WESTERN = "Naïve T cells: 5.2 ± 1.3 µg at 37 °C – “no deaths”, ½ of Crohn’s, €5."
RUSSIAN = "Клетки вводили один раз в неделю, без осложнений."


def refusal(data: bytes, declared: str | None = None) -> str:
    with pytest.raises(SourceRefused) as raised:
        decoded(data, declared=declared, name="page.html")
    return raised.value.reason


def test_a_western_page_that_says_nothing_comes_out_right() -> None:
    assert decoded(WESTERN.encode("windows-1252"), name="page.html") == WESTERN


@pytest.mark.parametrize("label", ["windows-1252", "latin1", "ISO-8859-1", " us-ascii ", "x-cp1252", "l1"])
def test_labels_mean_what_browsers_make_of_them(label: str) -> None:
    assert decoded(WESTERN.encode("windows-1252"), declared=label, name="page.html") == WESTERN


@pytest.mark.parametrize(
    ("text", "label", "codec"),
    [
        (RUSSIAN, "koi8-r", "koi8-r"), (RUSSIAN, "windows-1251", "cp1251"), (RUSSIAN, "utf8", "utf-8"),
        ("患者16人中2人が再発した。", "Shift_JIS", "cp932"), ("患者 16 人", "gb2312", "gbk"),
        ("Łódź, Kraków: 5 §", "iso-8859-2", "iso-8859-2"),
        ("Naïve, 5.2 ± 1.3 µg – “no”", "macintosh", "mac-roman"),
    ],
)  # fmt: skip
def test_the_declaration_is_followed(text: str, label: str, codec: str) -> None:
    assert decoded(text.encode(codec), declared=label, name="page.html") == text


@pytest.mark.parametrize("case", RIGHT, ids=lambda case: case.shown)
def test_unicode_is_read_with_and_without_a_mark(case: FidelityCase) -> None:
    mark = "\ufeff"
    for codec in ("utf-8", "utf-16-le", "utf-16-be"):
        # A byte order mark is worth more than what a page says.
        data = (mark + case.expected).encode(codec)
        assert decoded(data, declared="windows-1251", name="a.txt") == case.expected
    assert decoded(case.expected.encode(), name="a.txt") == case.expected


def test_an_unknown_label_is_passed_over() -> None:
    assert decoded(WESTERN.encode(), declared="utf-7 or so", name="page.html") == WESTERN


@given(st.text(alphabet=st.characters(codec="utf-8", categories=["L", "N", "P", "S", "Zs"])))
def test_what_is_utf_8_is_never_read_as_anything_else(text: str) -> None:
    assert decoded(text.encode("utf-8"), name="a.txt") == text.removeprefix("\ufeff")


@given(
    st.binary(),
    st.sampled_from([None, "utf-8", "latin1", "utf-16le", "big5", "replacement", "x-user-defined"]),
)
def test_any_bytes_are_read_without_a_replacement_or_refused(data: bytes, declared: str | None) -> None:
    try:
        text = decoded(data, declared=declared, name="a.txt")
    except SourceRefused:
        return
    assert text.count("\ufffd") <= data.count(b"\xef\xbf\xbd") + data.count(b"\xfd\xff") + data.count(
        b"\xff\xfd"
    )
    assert "\0" not in text


@pytest.mark.parametrize(
    ("data", "declared", "says"),
    [
        (WESTERN.encode("windows-1252"), "utf-8", "utf-8, but the byte in place 2, line 1"),
        (b"\xef\xbb\xbf5 \xb1 2", None, "begins as utf-8"),
        (WESTERN.encode("utf-8"), "latin1", "written in UTF-8"),
        (b"a\x81b", None, "does not say its encoding"),
        (RUSSIAN.encode("cp1251"), None, "neither UTF-8 nor western"),
        (RUSSIAN.encode("koi8-r"), None, "neither UTF-8 nor western"),
        (RUSSIAN.encode("iso-8859-5"), None, "neither UTF-8 nor western"),
        ("患者16人中2人が再発した。".encode("cp932"), None, "does not say its encoding"),
        ("words".encode("utf-16-le"), None, "U+0000"),
        ("words".encode("utf-32"), None, "UTF-32"),
        (b"\x1f\x8b\x08 gzip", None, "U+001F"),
        (b"%PDF \x00\x01", None, "U+0000"),
        (b"words", "iso-2022-kr", "replacement"),
        (b"\xff\xfea", None, "begins as utf-16le"),
    ],
)
def test_what_a_browser_would_garble_is_refused(data: bytes, declared: str | None, says: str) -> None:
    assert says in refusal(data, declared)
