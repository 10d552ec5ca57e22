"""The words beside a quote: whole sentences of the same passage, one on either side."""

from __future__ import annotations

from cited import page
from hypothesis import given
from hypothesis import strategies as st

from assistant.citation import cite
from assistant.context import Context, context_of
from content.schema import Document, Passage, Span

PARTS = ("One. ", "Two.  ", "Three.\n\n", "Four.")
DOCUMENT = page("page", "".join(PARTS))
SENTENCES = tuple(
    Span(start=DOCUMENT.text.index(part.strip()), end=DOCUMENT.text.index(part.strip()) + len(part.strip()))
    for part in PARTS
)
PASSAGE = Passage(
    id="page#p1", document_id="page", span=Span(start=0, end=len(DOCUMENT.text)), sentences=SENTENCES
)


def around(first: int, last: int, document: Document = DOCUMENT, *passages: Passage) -> Context:
    span = Span(start=SENTENCES[first].start, end=SENTENCES[last].end)
    return context_of(cite(1, document, "page#p1", span), document, {p.id: p for p in passages or (PASSAGE,)})


def test_the_neighbours_by_hand() -> None:
    assert around(1, 1) == Context("One. ", "  Three.")
    assert around(0, 0) == Context("", " Two.")
    assert around(1, 2) == Context("One. ", "\n\nFour.")
    assert around(0, 3) == Context()


@given(st.integers(0, 3), st.integers(0, 3))
def test_before_quote_and_after_are_one_slice(one: int, other: int) -> None:
    first, last = sorted((one, other))
    found = around(first, last)
    quote = DOCUMENT.text[SENTENCES[first].start : SENTENCES[last].end]

    assert found.before + quote + found.after in DOCUMENT.text
    assert found.before.strip() in ("", *(part.strip() for part in PARTS))
    assert found.after.strip() in ("", *(part.strip() for part in PARTS))


def test_nothing_is_shown_of_a_passage_that_is_gone_or_of_another_document() -> None:
    assert around(1, 1, DOCUMENT, PASSAGE.model_copy(update={"id": "page#p2"})) == Context()
    assert around(1, 1, DOCUMENT, PASSAGE.model_copy(update={"document_id": "other"})) == Context()


def test_a_long_neighbour_is_left_out() -> None:
    long = "Very " * 60 + "long."
    document = page("page", f"{long} Short.")
    sentences = (Span(start=0, end=len(long)), Span(start=len(long) + 1, end=len(document.text)))
    passage = Passage(
        id="page#p1", document_id="page", span=Span(start=0, end=len(document.text)), sentences=sentences
    )
    assert (
        context_of(cite(1, document, "page#p1", sentences[1]), document, {passage.id: passage}) == Context()
    )
    short, whole = (
        context_of(cite(1, document, "page#p1", span), document, {passage.id: passage})
        for span in reversed(sentences)
    )
    assert (short, whole) == (Context(), Context("", " Short."))
