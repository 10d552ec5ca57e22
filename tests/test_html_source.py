"""A page's head: title, authors, date and address as far as it says them in a form that can be checked."""

from __future__ import annotations

from datetime import date

import pytest
from html_pages import read

ARTICLE = """<title>Other</title><link rel="canonical" href="https://a.org/x">
<meta name=citation_title content="Cells"><meta name=citation_author content="Sun L"><meta
name=citation_author content="Li M"><meta name=citation_doi content="doi:10.1002/art.27548.">
<meta name=citation_publication_date content="2010/08/03"><meta name=citation_publisher content="Wiley">
<meta name=citation_journal_title content="Arthritis">"""


def test_an_article_says_where_it_comes_from() -> None:
    found = read("<p>x", ARTICLE)
    assert (found.title, found.speaker) == ("Cells", "published_abstract")
    assert found.source.model_dump(exclude_none=True) == {
        "url": "https://a.org/x", "doi": "10.1002/art.27548", "authors": ("Sun L", "Li M"),
        "publisher": "Wiley", "published": date(2010, 8, 3),
    }  # fmt: skip


def test_linked_data_is_read_where_nothing_else_is_said() -> None:
    who = '"author": [{"name": "A B"}, "C"], "publisher": {"name": "P"}'
    data = f'{{"@graph": [{{{who}, "datePublished": "2020-01-02T10:00"}}]}}'
    found = read("<p>x", f"<script type=application/ld+json>{data}</script>").source
    assert (found.authors, found.published, found.publisher) == (("A B", "C"), date(2020, 1, 2), "P")


@pytest.mark.parametrize(
    ("body", "head", "title"),
    [
        ("<h1>Main <sup>2</sup></h1>", ARTICLE, "Main ²"),
        ("<p>x", "<title>Head &amp; co</title>", "Head & co"),
        ("<p>x", "<meta property=og:title content=Open><title>Head</title>", "Open"),
        ("<h2>Second</h2>", "", "Second"),
        ("<p>x", "", "page"),
        ("<header><h1>In the header</h1></header><p>x", "<title>Head</title>", "In the header"),
    ],
)
def test_the_title_is_the_main_heading_or_what_the_head_says(body: str, head: str, title: str) -> None:
    assert read(body, head).title == title


@pytest.mark.parametrize(
    "head",
    [
        "<meta name=date content=2010>", "<meta name=date content=2010-13-45>",
        "<meta name=author content=https://a.b>",
        "<link rel=canonical href='javascript:x'>", "<script type=application/ld+json>{[</script>",
        "<script type=application/ld+json>" + "[" * 5000 + "</script>",
        "<meta name=citation_doi content=none>",
    ],
)  # fmt: skip
def test_what_cannot_be_checked_is_not_taken(head: str) -> None:
    assert read("<p>x", head).source.model_dump(exclude_none=True, exclude_defaults=True) == {}


def test_a_retraction_or_concern_is_taken_from_the_title() -> None:
    assert read("<h1>RETRACTED: Cells</h1>").retracted == "RETRACTED: Cells"
    assert read("<h1>Expression of concern: Cells</h1>").concern == "Expression of concern: Cells"
    assert read("<h1>Cells</h1>").retracted is None
