"""Quotes are runs of whole sentences, each said once, with the sentence they lean on."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import pytest
from asking import page
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.quotes import Quote, choose_quotes
from content.passages import split
from content.schema import Document, Passage, Span
from index.reader import SentenceScore
from index.search import Hit

PLAIN = ["Cells were given.", "Pain fell by 8.25 points.", "This study had 16 patients.", "Dr. Lee agrees."]
LEANING = ["They improved.", "This effect lasted.", "However, it came back.", "These data are few."]


def hit(passage: Passage, row: int) -> Hit:
    return Hit(passage=passage, row=row, rank=row + 1, dense=0, lexical=0, staff_question=0, fused=0)


def scored(document: Document, scores: Sequence[float]) -> list[SentenceScore]:
    """Return the sentences of a document with these scores, best first."""
    passages = split(document)
    places = [(hit(passage, row), span) for row, passage in enumerate(passages) for span in passage.sentences]
    found = [SentenceScore(place, span, score) for (place, span), score in zip(places, scores, strict=True)]
    return sorted(found, key=lambda sentence: -sentence.score)


def chosen(body: str, scores: Sequence[float], limit: int = 3) -> list[str]:
    document = page(body)
    quotes = choose_quotes(scored(document, scores), {document.id: document}, limit=limit)
    return [document.slice(quote.span) for quote in quotes]


@st.composite
def readings(draw: st.DrawFn) -> tuple[Document, list[SentenceScore]]:
    paragraph = st.lists(st.sampled_from(PLAIN + LEANING), min_size=1, max_size=6).map(" ".join)
    document = page("\n\n".join(draw(st.lists(paragraph, min_size=1, max_size=3))))
    count = sum(len(passage.sentences) for passage in split(document))
    score = st.integers(-6, 6).map(lambda whole: whole / 2)
    return document, scored(document, draw(st.lists(score, min_size=count, max_size=count)))


def held(quote: Quote) -> list[Span]:
    """Return the whole sentences of a quote's passage that stand inside it."""
    spans = quote.best.passage.sentences
    return [span for span in spans if quote.span.start <= span.start and span.end <= quote.span.end]


def leans(document: Document, span: Span) -> bool:
    return document.slice(span) in LEANING


@settings(deadline=None, max_examples=300)
@given(readings(), st.integers(1, 3))
def test_a_quote_is_a_run_of_whole_sentences_and_none_is_said_twice(
    reading: tuple[Document, list[SentenceScore]], limit: int
) -> None:
    document, sentences = reading
    quotes = choose_quotes(sentences, {document.id: document}, limit=limit)

    assert 1 <= len(quotes) <= limit
    for quote in quotes:
        run = held(quote)
        assert (run[0].start, run[-1].end) == (quote.span.start, quote.span.end)
        assert quote.best.span in run
    said = [span for quote in quotes for span in held(quote)]
    assert len({(span.start, span.end) for span in said}) == len(said)
    assert [q.best.score for q in quotes] == sorted((q.best.score for q in quotes), reverse=True)
    assert quotes[0].best == sentences[0]


@settings(deadline=None, max_examples=300)
@given(readings(), st.integers(1, 3))
def test_neighbours_are_one_quote(reading: tuple[Document, list[SentenceScore]], limit: int) -> None:
    document, sentences = reading
    quotes = choose_quotes(sentences, {document.id: document}, limit=limit)

    for one in quotes:
        for other in quotes:
            between = [s for s in one.best.passage.sentences if one.span.end <= s.start < other.span.start]
            same = one.best.passage.id == other.best.passage.id
            assert not (same and one.span.end <= other.span.start and not between)


@settings(deadline=None, max_examples=300)
@given(readings(), st.integers(1, 3))
def test_what_is_quoted_is_likely_or_leaned_on(
    reading: tuple[Document, list[SentenceScore]], limit: int
) -> None:
    document, sentences = reading
    quotes = choose_quotes(sentences, {document.id: document}, limit=limit)
    first = [s.span for s in sentences[:limit] if s.score >= sentences[0].score - 2.5]
    likely = [s.span for s in sentences[: limit + 2] if s.score >= sentences[0].score - 2.5]
    said = [span for quote in quotes for span in held(quote)]

    assert all(span in said for span in first)
    for quote in quotes:
        run = held(quote)
        assert run[0] == quote.best.passage.sentences[0] or not leans(document, run[0])
        for before, after in pairwise(run):
            assert before in likely or leans(document, after)
        assert run[-1] in likely


BODY = f"{PLAIN[0]} {PLAIN[1]} {PLAIN[2]} {PLAIN[3]}"


@pytest.mark.parametrize(
    ("scores", "limit", "words"),
    [
        ((5, 0, 0, 0), 3, [PLAIN[0]]),
        ((5, 0, 3, 0), 3, [PLAIN[0], PLAIN[2]]),
        ((3, 0, 5, 0), 3, [PLAIN[2], PLAIN[0]]),
        ((5, 0, 3, 4), 3, [PLAIN[0], f"{PLAIN[2]} {PLAIN[3]}"]),
        ((5, 4, 3, 0), 3, [f"{PLAIN[0]} {PLAIN[1]} {PLAIN[2]}"]),
        # The last one joins the two that were apart.
        ((5, 3, 4, 0), 3, [f"{PLAIN[0]} {PLAIN[1]} {PLAIN[2]}"]),
        ((5, 3, 4, 0), 2, [PLAIN[0], PLAIN[2]]),
        ((5, 4, 5, 5), 1, [PLAIN[0]]),
        # Two became one, so there is a place for one more.
        ((5, 4, 0, 3), 2, [f"{PLAIN[0]} {PLAIN[1]}", PLAIN[3]]),
        ((5, 4, 0, 2), 2, [f"{PLAIN[0]} {PLAIN[1]}"]),
        # e^2.5: twelve times less likely than the best one, and a little less.
        ((5, 0, 2.5, 0), 3, [PLAIN[0], PLAIN[2]]),
        ((5, 0, 2.4375, 0), 3, [PLAIN[0]]),
    ],
)
def test_quotes_by_hand(scores: tuple[float, ...], limit: int, words: list[str]) -> None:
    assert chosen(BODY, scores, limit) == words


def test_neighbours_in_different_passages_stay_apart() -> None:
    assert chosen(f"{PLAIN[0]}\n\n{PLAIN[1]}", (5, 4)) == [PLAIN[0], PLAIN[1]]


@pytest.mark.parametrize(
    ("body", "scores", "words"),
    [
        ("Cells were given. They improved.", (0, 5), ["Cells were given. They improved."]),
        ("Cells were given. This effect lasted.", (0, 5), ["Cells were given. This effect lasted."]),
        ("Cells were given. This study had 16 patients.", (0, 5), ["This study had 16 patients."]),
        ("Cells were given. THESE data are few.", (0, 5), ["Cells were given. THESE data are few."]),
        ("Cells were given. Theypack came.", (0, 5), ["Theypack came."]),
        ("One. Cells were given. It grew. However, it fell.", (0, 0, 0, 5),
         ["Cells were given. It grew. However, it fell."]),
        # Nothing stands before it in its passage.
        ("Cells were given.\n\nThey improved.", (0, 5), ["They improved."]),
    ],
)  # fmt: skip
def test_a_sentence_brings_what_it_leans_on(body: str, scores: tuple[float, ...], words: list[str]) -> None:
    assert chosen(body, scores) == words


def test_nothing_found_is_nothing_quoted() -> None:
    assert choose_quotes([], {}, limit=3) == []
