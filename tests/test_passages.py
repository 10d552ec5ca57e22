"""Passages hold every sentence once, whole, under its headings and within a budget."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from content.passages import (
    SPLITTER_ID,
    block_sentences,
    document_sentences,
    heading_path,
    searchable_text,
    split,
)
from content.readers.markdown import canonical_text
from content.schema import Document, Source, Span

SENTENCES = ("One two three.", "So?", "Dr. A. B. Cee left.", "It was 8.25 β.", "x" * 30 + ".", "你好。再见。")
paragraphs = st.lists(st.sampled_from(SENTENCES), min_size=1, max_size=9).map(" ".join)
headings = st.builds(lambda level, word: "#" * level + " " + word, st.integers(1, 6), st.sampled_from("ABC"))
items = paragraphs.map(lambda words: f"- {words}\n- {words}")
bodies = st.lists(paragraphs | headings | items, max_size=8).map("\n\n".join)


def document(body: str, title: str = "Lupus") -> Document:
    text, blocks, found = canonical_text(body)
    source = Source(publisher="Clinic")
    facts = {"id": "a-page", "title": title, "kind": "clinic", "speaker": "clinic_page", "source": source}
    return Document.model_validate({**facts, "text": text or "-", "blocks": blocks, "headings": found})


def tokens(words: str) -> int:
    return len(re.findall(r"\w+|[^\w\s]", words))


@settings(deadline=None)
@given(bodies, st.integers(1, 40))
def test_every_sentence_is_in_exactly_one_passage_in_order(body: str, budget: int) -> None:
    page = document(body)
    passages = split(page, token_budget=budget)
    held = [span for passage in passages for span in passage.sentences]
    assert held == document_sentences(page)
    assert held == [span for block in page.blocks for span in block_sentences(page, block)]
    assert all(before.end <= after.start for before, after in pairwise(held))
    for passage in passages:
        first, last = passage.sentences[0], passage.sentences[-1]
        assert passage.span == Span(start=first.start, end=last.end)


@settings(deadline=None)
@given(bodies)
def test_sentences_leave_nothing_of_a_block_but_white_space(body: str) -> None:
    page = document(body)
    for block in page.blocks:
        held = block_sentences(page, block)
        assert all(page.slice(span) == page.slice(span).strip() for span in held)
        ends = [block.start, *(span.end for span in held)]
        starts = [*(span.start for span in held), block.end]
        assert not any(page.text[a:b].strip() for a, b in zip(ends, starts, strict=True))


@settings(deadline=None)
@given(bodies, st.integers(1, 40))
def test_no_passage_crosses_a_paragraph_or_a_heading(body: str, budget: int) -> None:
    page = document(body)
    for passage in split(page, token_budget=budget):
        homes = [b for b in page.blocks if b.start <= passage.span.start and passage.span.end <= b.end]
        assert len(homes) == 1
        assert passage.headings == heading_path(page, homes[0])


@settings(deadline=None)
@given(bodies, st.integers(1, 60), st.sampled_from([None, len, tokens]))
def test_a_passage_fills_the_budget_and_keeps_it(
    body: str, budget: int, count_tokens: Callable[[str], int] | None
) -> None:
    """Only a single sentence may be over; the next sentence of the block would not have fitted."""
    page = document(body)
    count = count_tokens or tokens
    passages = split(page, token_budget=budget, count_tokens=count_tokens)
    for passage in passages:
        assert len(passage.sentences) == 1 or count(page.slice(passage.span)) <= budget
    for before, after in pairwise(passages):
        together = page.text[before.span.start : after.sentences[0].end]
        assert "\n\n" in together or count(together) > budget


@settings(deadline=None)
@given(bodies)
def test_ids_are_unique_and_the_same_every_time(body: str) -> None:
    passages = split(document(body), token_budget=12)
    assert [passage.id for passage in passages] == [f"a-page#p{n}" for n in range(1, len(passages) + 1)]
    assert {passage.document_id for passage in passages} <= {"a-page"}
    assert split(document(body), token_budget=12) == passages


@pytest.mark.parametrize(
    ("budget", "sizes"), [(12, [3, 1]), (11, [2, 1, 1]), (8, [2, 1, 1]), (7, [1] * 4), (1, [1] * 4)]
)
def test_sentences_are_grouped_by_hand(budget: int, sizes: list[int]) -> None:
    """Each of the first three sentences is 4 tokens with its stop."""
    page = document("One two three. Four five six. Seven eight nine.\n\nTen.")
    assert [len(passage.sentences) for passage in split(page, token_budget=budget)] == sizes


def test_the_default_budget_is_160_tokens_and_named_in_the_splitter_id() -> None:
    """A value of this file that changes makes another splitter: an old index must not be mixed with it."""
    page = document(" ".join(["One two three."] * 40) + " Four")
    assert [len(passage.sentences) for passage in split(page)] == [40, 1]
    assert SPLITTER_ID == "sentences-1 tokens-160"


def test_a_block_of_white_space_has_no_passage() -> None:
    page = document("None died.").model_copy(update={"text": " \n", "blocks": (Span(start=0, end=2),)})
    assert split(page) == []


def test_a_heading_is_never_part_of_a_passage() -> None:
    page = document("# Results. They are good.\n\nNone died.\n\n## Only a heading")
    assert [page.slice(passage.span) for passage in split(page)] == ["None died."]


def test_a_passage_carries_the_headings_it_stands_under() -> None:
    page = document("zero\n\n# A\n\none\n\n### B\n\ntwo\n\n## C\n\nthree\n\n# D\n\nfour")
    paths = {page.slice(passage.span): passage.headings for passage in split(page)}
    assert paths == {"zero": (), "one": ("A",), "two": ("A", "B"), "three": ("A", "C"), "four": ("D",)}


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("None died.", "Lupus. None died."),
        ("# Lupus\n\nNone died.", "Lupus. None died."),
        ("# Lupus\n\n## Results\n\nNone died.", "Lupus. Results. None died."),
        ("# Lupus trial\n\nNone died.", "Lupus. Lupus trial. None died."),
    ],
)
def test_what_is_embedded_says_title_and_headings_once(body: str, said: str) -> None:
    page = document(body)
    (passage,) = split(page)
    assert searchable_text(page, passage) == said
    assert searchable_text(page, passage, titles=False) == "None died."
    assert page.slice(passage.span) == "None died."


def test_a_block_between_headings_knows_its_own_sentences() -> None:
    page = document("# A\n\nOne. Two.\n\n# B\n\nThree.")
    assert page.text == "A\n\nOne. Two.\n\nB\n\nThree."
    assert block_sentences(page, page.blocks[0]) == [Span(start=3, end=7), Span(start=8, end=12)]
    assert block_sentences(page, page.blocks[1]) == [Span(start=17, end=23)]
