"""A link leads to the quoted words, and only to them, when a browser can find them."""

from __future__ import annotations

import re
from urllib.parse import unquote

import pytest
from asking import page
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.citation import cite, source_url
from content.normalize import fold
from content.passages import document_sentences
from content.schema import Span

URL = "https://example.org/trial"
DIRECTIVE = "#:~:text="
# Few words, so that the beginning or the end of a sentence often stands elsewhere too.
SENTENCES = st.lists(st.sampled_from("we saw two trials of cells".split()), min_size=1, max_size=11).map(
    lambda words: " ".join(words).capitalize() + "."
)
PAGES = st.lists(SENTENCES, min_size=1, max_size=5).map(" ".join)


def linked(body: str, words: str, url: str | None = URL) -> str | None:
    """Return the link of the first place where `words` stand."""
    start = body.index(words)
    return source_url(page(body, source={"url": url}), Span(start=start, end=start + len(words)))


def marked(url: str, text: str) -> str:
    """Return what a browser marks: from the first place of the beginning to the next of the end."""
    beginning, _, end = url.partition(DIRECTIVE)[2].partition(",")
    start = text.index(fold(unquote(beginning)))
    after = start + len(fold(unquote(beginning)))
    return (
        text[start : text.index(fold(unquote(end)), after) + len(fold(unquote(end)))]
        if end
        else text[start:after]
    )


@settings(deadline=None, max_examples=300)
@given(PAGES)
def test_a_browser_marks_exactly_the_quoted_words(body: str) -> None:
    document = page(body, source={"url": URL})
    folded = fold(document.text)
    for span in document_sentences(document):
        url = source_url(document, span)
        words = fold(document.slice(span))
        places = [start for start in range(len(folded)) if folded.startswith(words, start)]
        if len(places) == 1:
            assert url and url.startswith(URL + DIRECTIVE)
            assert marked(url, folded) == words
        else:
            assert url == URL


@settings(deadline=None)
@given(st.text(st.sampled_from("ab-,&#:~%+ /?=β⁶‐🧬"), min_size=1, max_size=40).filter(str.strip))
def test_everything_loud_is_percent_encoded_and_reads_back(words: str) -> None:
    document = page(f"First. Q{words}Q last.", source={"url": URL})
    start = document.text.index("Q")
    url = source_url(document, Span(start=start, end=document.text.rindex("Q") + 1))

    directive = (url or "").partition(DIRECTIVE)[2]
    assert re.fullmatch(r"[A-Za-z0-9._~%]+(,[A-Za-z0-9._~%]+)?", directive)
    cited = document.text[start : document.text.rindex("Q") + 1]
    if "," in directive:
        beginning, end = map(unquote, directive.split(","))
        assert cited.split()[:4] == beginning.split()
        assert cited.split()[-4:] == end.split()
    else:
        assert unquote(directive) == cited


# Spaces stand for %20.
BY_HAND = {
    "Single-arm, small.": "Single%2Darm%2C small.",
    "Dose 10⁶ & more.": "Dose 10%E2%81%B6 %26 more.",
    "One two three four five six seven eight.": "One two three four five six seven eight.",
    "One two three four five six seven eight nine.": "One two three four,six seven eight nine.",
}


@pytest.mark.parametrize(("words", "directive"), BY_HAND.items())
def test_the_fragment_by_hand(words: str, directive: str) -> None:
    assert linked(f"Before. {words} After.", words) == f"{URL}{DIRECTIVE}{directive.replace(' ', '%20')}"


@pytest.mark.parametrize("body", ["It works. It works.", "It works. IT  WORKS. So.", "aba.aba.aba.aba"])
def test_words_that_stand_twice_get_the_bare_address(body: str) -> None:
    words = "aba.aba.aba" if body.startswith("aba") else "It works."

    assert linked(body, words) == URL


def test_a_beginning_that_stands_elsewhere_is_not_enough() -> None:
    body = "We saw two trials end. We saw two trials of many cells go well."

    assert linked(body, "We saw two trials of many cells go well.") == (
        f"{URL}{DIRECTIVE}We%20saw%20two%20trials%20of%20many%20cells%20go%20well."
    )


def test_an_address_with_a_fragment_of_its_own_keeps_it() -> None:
    assert linked("Before. It works.", "It works.", f"{URL}#results") == f"{URL}#results:~:text=It%20works."


@pytest.mark.parametrize("url", ["https://doi.org/10.1000/x", "http://dx.doi.org/10.1000/x", None])
def test_a_doi_leads_to_a_page_of_unknown_text(url: str | None) -> None:
    assert linked("It works.", "It works.", url) == url


def test_a_citation_carries_the_link() -> None:
    document = page("Before. It works.", source={"url": URL})

    assert cite(1, document, "a-page#p1", Span(start=8, end=17)).url == f"{URL}{DIRECTIVE}It%20works."
