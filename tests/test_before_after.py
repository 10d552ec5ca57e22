"""A source beside what was taken: all of both is there, and nothing of a stranger's file runs."""

from __future__ import annotations

from datetime import date

import pytest
from payloads import PAYLOADS
from shown import Shown

from assistant.before_after import before_after_html, before_after_page
from content.changes import Changes
from content.extract import Format, LeftOut, Piece
from content.importing import Added
from content.readers.plain import read_plain
from content.schema import Imported


def added(
    form: Format, *texts: str, title: str = "A page", left_out: str = "Menu", file: str = "page"
) -> Added:
    document = read_plain("\n".join(texts), document_id="a-page", title=title).model_copy(
        update={"imported": Imported(file=file, sha256="0" * 64, format=form, on=date(2026, 1, 2))}
    )
    return Added(
        document=document, path="pages/a-page.md", outcome="changed",
        changes=Changes(added=texts[:1], removed=("Old words.",), kept=3),
        pieces=tuple(Piece(kind="paragraph", text=text) for text in texts),
        left_out=(LeftOut(why="navigation", text=left_out),),
    )  # fmt: skip


def test_every_block_and_every_part_left_out_is_shown() -> None:
    html = before_after_html(
        added("text", "Dose 1×10⁶ & <b>more</b>.", "a | b\n1 | 2"), b"Dose 1\xc3\x9710\xe2\x81\xb6 <x>"
    )

    assert Shown(html, "p").texts == ["Dose 1×10⁶ & <b>more</b>.", "a | b\n1 | 2"]
    assert Shown(html, "pre").texts == ["Dose 1×10⁶ <x>"]
    assert Shown(html, "li").texts == ["navigation: Menu", "Old words.", "Dose 1×10⁶ & <b>more</b>."]
    assert Shown(html, "h4").texts[-1] == "Sentences: 1 gone, 1 new, 3 as before"


def test_without_the_source_only_what_was_taken_is_shown() -> None:
    html = before_after_html(added("html", "Words.", file="a.html"), None)

    assert Shown(html, "p").texts == ["Open a.html beside this page.", "Words."]
    assert "<iframe" not in html


def test_a_page_is_framed_as_a_browser_shows_it() -> None:
    source = '<meta charset="windows-1251"><p>Привет "A" &amp; <b>B</b></p>'.encode("cp1251")
    (frame,) = Shown(before_after_html(added("html", "Words."), source), "iframe").attributes
    framed = frame["srcdoc"] or ""

    assert frame["sandbox"] == ""
    assert framed.startswith(
        '<!doctype html><meta http-equiv="Content-Security-Policy" content="default-src \'none\''
    )
    assert framed.endswith('<p>Привет "A" &amp; <b>B</b></p>')


@pytest.mark.parametrize(
    "reaches_out",
    [
        '<meta http-equiv="refresh" content="0;url=https://evil.example">',
        '<META HTTP-EQUIV=refresh content="0;url=//evil.example">',
        '<link rel="preconnect" href="https://evil.example">',
        '<base href="https://evil.example/">',
        '<iframe src="https://evil.example"></iframe>',
        '<object data="https://evil.example"></object>',
    ],
)
def test_a_framed_page_asks_for_nothing(reaches_out: str) -> None:
    html = before_after_html(added("html", "Words."), reaches_out.encode())
    framed = Shown(html, "iframe").attributes[0]["srcdoc"] or ""
    own = framed.partition(' content="off">')[2]

    assert "evil.example" in own, "it still shows what stands there"
    assert Shown(own, "meta").attributes in (
        [],
        [{"hx-ttp-equiv": "refresh", "content": "0;url=https://evil.example"}],
        [{"hx-ttp-equiv": "refresh", "content": "0;url=//evil.example"}],
    )
    assert not any(Shown(own, tag).attributes for tag in ("link", "base", "iframe", "object"))


def test_a_pdf_is_shown_by_the_browser_and_a_large_one_is_not() -> None:
    small = before_after_html(added("pdf", "Words.", file="a.pdf"), b"%PDF-1.7")
    large = before_after_html(added("pdf", "Words.", file="a.pdf"), b"%PDF-1.7" + b"0" * 5_000_000)

    assert Shown(small, "object").attributes[0]["data"] == "data:application/pdf;base64,JVBERi0xLjc="
    assert "<object" not in large
    assert "Open a.pdf beside this page." in large
    assert "Open a.docx beside this page." in before_after_html(added("docx", "Words.", file="a.docx"), b"PK")


def test_a_long_source_says_how_much_more_there_is() -> None:
    html = before_after_html(added("text", "Words."), b"x" * 400_007)

    assert Shown(html, "pre").texts[0].endswith("xxx\n… (7 more characters)")


@pytest.mark.parametrize("form", ["text", "html", "medline"])
def test_no_stranger_s_word_becomes_markup(form: Format) -> None:
    for payload in PAYLOADS:
        words = payload.strip()
        shown = added(form, words, title=words, left_out=words, file=words)
        page = before_after_page([(shown, words.encode())])

        assert Shown(page, "script").texts == []
        assert {
            tag for tag in ("img", "svg", "a", "math", "input", "video") if Shown(page, tag).texts
        } == set()
        assert Shown(page, "p").texts[-1] == words
        assert Shown(page, "iframe").attributes == [] or list(Shown(page, "iframe").attributes[0]) == [
            "sandbox", "referrerpolicy", "title", "srcdoc",
        ]  # fmt: skip


def test_the_page_allows_no_script_and_nothing_from_outside() -> None:
    page = before_after_page([(added("text", "Words."), b"Words.")])
    policy = Shown(page, "meta").attributes[1]["content"]

    assert policy == "default-src 'none'; style-src 'unsafe-inline'; object-src data:"
    assert Shown(page, "h2").texts == ["A page"]
    assert page.startswith('<!doctype html>\n<html lang="en">')
