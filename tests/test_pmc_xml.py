"""A full text in JATS: what is taken, in which order, and what is left out and said."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from content.errors import SourceRefused
from content.extract import Extract
from content.readers.pmc_xml import read_pmc_xml

SAMPLE = Path(__file__).parent / "samples" / "article.nxml"
TEXT = "<p>Sixteen people took part in the study, and all of them were seen.</p>"


def article(body: str = TEXT, *, kind: str = "research-article", meta: str = "") -> str:
    return (
        f"<article article-type='{kind}'><front><article-meta><title-group>"
        f"<article-title>A title</article-title></title-group>{meta}</article-meta></front>"
        f"<body>{body}</body></article>"
    )


@pytest.fixture(scope="module")
def found() -> Extract:
    (extract,) = read_pmc_xml(SAMPLE.read_bytes(), SAMPLE.name)
    return extract


def test_the_pieces_in_reading_order(found: Extract) -> None:
    assert [(piece.kind, piece.level, piece.text) for piece in found.pieces] == [
        ("heading", 1, "Cord cells* at 10⁶ per kg"),
        ("heading", 2, "Abstract"),
        ("heading", 3, "Background"),
        ("paragraph", 0, "Cord cells were given to 12 people."),
        ("heading", 3, "Results"),
        ("paragraph", 0, "Pain fell by 2.4 ± 0.3 points."),
        ("heading", 2, "1 Methods"),
        ("paragraph", 0, "In 2010¹² we gave 10⁶ cells, as others¹,² did [3], and saw this with our eyes."),
        (
            "table",
            0,
            "Table 1. People in two groups (n = 12)\nGroup | Score | Score | P\nGroup | before | after | P\n"
            "Women | 8 | 5 | 0.04ᵃ\nWomen | 9 | 6 |\nMen |  |  |",
        ),
        ("paragraph", 0, "a For both rows."),
        ("paragraph", 0, "People were asked to"),
        ("item", 0, "sleep 8 hours,"),
        ("item", 0, "(b) eat twice."),
        ("item", 0, "Bread counts."),
        ("paragraph", 0, "and to come back."),
        ("paragraph", 0, "The mean was x̄=4 in all."),
        ("heading", 3, "Terms"),
        ("table", 0, "UC | umbilical cord"),
        ("paragraph", 0, "Nobody looked away for 3 minutes."),
    ]


def test_what_the_article_says_of_itself(found: Extract) -> None:
    assert found.source.model_dump(exclude_none=True) == {
        "url": "https://pmc.ncbi.nlm.nih.gov/articles/PMC9000001/",
        "doi": "10.9999/inv.full",
        "authors": ("Muster JPA", "The Cord Group"),
        "publisher": "Journal of invented trials",
        "published": date(2012, 11, 12),
    }
    assert (found.kind, found.speaker, found.hints) == (None, "published_abstract", None)
    assert found.publication_types == ("research-article",)
    assert found.retracted == "J Inv 3 9 90000099"


def test_what_was_left_out_is_said(found: Extract) -> None:
    left = {part.text: part.why for part in found.left_out}
    assert left["Bei 12 Menschen fiel der Schmerz."] == "abstract in another language"
    assert left["Figure 1 Two of 12 people."] == "caption of a figure, which is not taken"
    assert "tex-math" in left["The sum was \\sum_{i=1}^{4} x_i in 4 rows."]
    assert left["Somebody. 2009;1:1."] == "references"
    assert left["We thank 3 people."] == "thanks of the authors"
    assert left["© 2012 The inventors"] == "copyright notice"
    assert left["A letter of 99 words."] == "letters of reviewers and authors"
    assert left["90000098"].startswith("a correction was published")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (article(kind="retraction"), r"notice about another article \(retraction\)"),
        (article(kind="correction"), "notice about another article"),
        (article("<p>1×106 cells/kg were given to the people of the study.</p>"), "1×106"),
        (
            article(meta="<abstract><p>It was <tex-math>x</tex-math>.</p></abstract>"),
            "abstract cannot be taken",
        ),
        ("<article><front/><body><p>x</p></body></article>", "no title"),
        ("<html/>", "no article but <html>"),
        (article(""), "no words found but headings"),
    ],
)
def test_what_is_refused(text: str, why: str) -> None:
    with pytest.raises(SourceRefused, match=why):
        read_pmc_xml(text.encode(), "refused.xml")


def test_a_notice_among_articles_stops_none() -> None:
    notice = article("<p>We retract the article of 2010.</p>", kind="retraction")
    both = f"<pmc-articleset>{notice}{article()}</pmc-articleset>"
    (found,) = read_pmc_xml(both.encode(), "two.xml")
    assert found.title == "A title"
    assert "We retract the article of 2010." in found.left_out[0].text


def test_a_concern_is_no_retraction() -> None:
    meta = "<related-article related-article-type='expression-of-concern'>J. 2020;1:1</related-article>"
    (found,) = read_pmc_xml(article(meta=meta).encode(), "concern.xml")
    assert (found.retracted, found.concern) == (None, "J. 2020;1:1")
