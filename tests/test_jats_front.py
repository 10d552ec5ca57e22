"""Where an article stands, who wrote it, when, and what was said of it since."""

from __future__ import annotations

from datetime import date

import pytest

from content.readers.jats_front import related_of, source_of
from content.readers.xml_tree import parsed
from content.schema import Source


def front(meta: str) -> Source:
    article = parsed(
        f"<article><front><article-meta>{meta}</article-meta></front></article>".encode(), "a.xml"
    )
    return source_of(article, article[0][0])


def person(given: str) -> str:
    return (
        "<contrib-group><contrib contrib-type='author'><name><surname>Muster</surname>"
        f"<given-names>{given}</given-names></name></contrib></contrib-group>"
    )


@pytest.mark.parametrize(
    ("given", "initials"),
    [("Ana Maria", "AM"), ("Jean-Pierre", "JP"), ("Victor P.M.", "VPM"), ("KE", "KE"), ("", "")],
)
def test_initials(given: str, initials: str) -> None:
    assert front(person(given)).authors == (f"Muster {initials}".strip(),)


@pytest.mark.parametrize(
    ("ids", "url"),
    [
        ("<article-id pub-id-type='pmc'>123</article-id>", "https://pmc.ncbi.nlm.nih.gov/articles/PMC123/"),
        (
            "<article-id pub-id-type='pmcid'>PMC123</article-id>",
            "https://pmc.ncbi.nlm.nih.gov/articles/PMC123/",
        ),
        ("<article-id pub-id-type='doi'>10.9999/x</article-id>", "https://doi.org/10.9999/x"),
        ("<article-id pub-id-type='doi'>10.9999/x\"y</article-id>", None),
        ("<article-id pub-id-type='pmid'>5</article-id>", None),
    ],
)
def test_the_archive_comes_before_the_doi(ids: str, url: str | None) -> None:
    assert front(ids).url == url


def test_a_date_is_online_before_print_and_never_that_of_the_archive() -> None:
    day = "<pub-date pub-type='{}'><day>{}</day><month>11</month><year>2012</year></pub-date>"
    month = "<pub-date pub-type='epub'><month>11</month><year>2012</year></pub-date>"
    assert front(day.format("ppub", 9) + day.format("epub", 2)).published == date(2012, 11, 2)
    assert front(day.format("ppub", 9) + month).published == date(2012, 11, 9)
    assert front(month + day.format("pmc-release", 9)).published is None


def test_links_to_notices_have_words() -> None:
    meta = parsed(
        b"<m xmlns:xlink='http://www.w3.org/1999/xlink'>"
        b"<related-article related-article-type='a'>J. 2</related-article>"
        b"<related-article related-article-type='b' xlink:title='J' vol='3' xlink:href='7'/>"
        b"<related-article related-article-type='c'/></m>",
        "m.xml",
    )
    assert list(related_of(meta)) == [("a", "J. 2"), ("b", "J 3 7"), ("c", "notice without words")]
