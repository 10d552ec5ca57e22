"""Every caveat of what is quoted is shown once, with the quote that needs it."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.quotes import Quote, missing_caveats
from content.library import Caveat
from content.schema import Passage, Span
from index.reader import SentenceScore
from index.search import Hit

NAMES = ("a-page", "b-page", "c-page")


def span(place: int, length: int = 1) -> Span:
    """Return `length` sentences of ten characters from a place on."""
    return Span(start=10 * place, end=10 * (place + length))


def quote(name: str, place: int, length: int = 1) -> Quote:
    sentences = tuple(span(n) for n in range(6))
    passage = Passage(id=f"{name}#p1", document_id=name, span=span(0, 6), sentences=sentences)
    hit = Hit(passage=passage, row=0, rank=1, dense=0, lexical=0, staff_question=0, fused=0)
    return Quote(SentenceScore(hit, span(place), 1.0), span(place, length))


def caveat(name: str, place: int) -> Caveat:
    return Caveat(document_id=name, passage_id=f"{name}#p1", span=span(place))


NEEDED = {"a-page": [caveat("a-page", 1), caveat("b-page", 0)], "b-page": [caveat("b-page", 0)]}


def test_a_caveat_hangs_on_the_first_quote_that_needs_it() -> None:
    found = missing_caveats([quote("c-page", 0), quote("a-page", 0), quote("a-page", 4)], NEEDED)

    assert found == [(caveat("a-page", 1), 2), (caveat("b-page", 0), 2)]


def test_a_caveat_of_two_documents_is_shown_once() -> None:
    assert missing_caveats([quote("b-page", 3), quote("a-page", 0)], NEEDED) == [
        (caveat("b-page", 0), 1),
        (caveat("a-page", 1), 2),
    ]


def test_a_caveat_that_is_quoted_itself_is_not_repeated() -> None:
    assert missing_caveats([quote("a-page", 0, 2), quote("b-page", 0)], NEEDED) == []
    # Quoted further down is quoted as well.
    assert missing_caveats([quote("a-page", 1), quote("b-page", 0)], NEEDED) == []
    assert missing_caveats([quote("a-page", 2, 3)], NEEDED) == [
        (caveat("a-page", 1), 1),
        (caveat("b-page", 0), 1),
    ]


def test_the_same_place_in_another_document_is_not_the_caveat() -> None:
    assert missing_caveats([quote("a-page", 0)], {"a-page": [caveat("b-page", 0)]}) == [
        (caveat("b-page", 0), 1)
    ]


names = st.sampled_from(NAMES)
quotes = st.lists(st.builds(quote, names, st.integers(0, 5)), min_size=1, max_size=3)
caveats = st.dictionaries(names, st.lists(st.builds(caveat, names, st.integers(0, 5)), max_size=3))


@settings(deadline=None, max_examples=300)
@given(quotes, caveats)
def test_every_caveat_is_quoted_or_shown_once(
    given_quotes: list[Quote], needed: dict[str, list[Caveat]]
) -> None:
    found = missing_caveats(given_quotes, needed)
    documents = [q.best.passage.document_id for q in given_quotes]
    said = [(name, q.span) for name, q in zip(documents, given_quotes, strict=True)]
    shown = [(c.document_id, c.span) for c, _ in found]

    for name in documents:
        assert all((c.document_id, c.span) in said + shown for c in needed.get(name, []))
    assert len({(name, s.start) for name, s in shown}) == len(shown)
    assert not [place for place in shown if place in said]
    for c, number in found:
        assert c in needed[documents[number - 1]]
        assert not any(c in needed.get(name, []) for name in documents[: number - 1])
