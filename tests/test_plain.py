"""Plain text: every line that holds words is one block, and nothing of it is lost or said twice."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from content.normalize import normalize
from content.passages import document_sentences
from content.readers.plain import UNTITLED, read_plain
from content.schema import Document

FRAGMENTS = [
    *("None died. ", "So?", "\n", "\r\n", "\u2028", "\u00a0", "\u00ad", " ", "\t", "\x1f", "e\u0301", "😀"),
]
texts = st.lists(st.sampled_from(FRAGMENTS), max_size=20).map("".join) | st.text()
worded = texts.filter(lambda text: bool(normalize(text).strip()))


def page(text: str, title: str = "") -> Document:
    return read_plain(text, document_id="a-page", title=title)


@settings(deadline=None, max_examples=400)
@given(worded)
def test_blocks_hold_every_character_but_white_space_exactly_once(text: str) -> None:
    document = page(text)
    ends = [0, *(block.end for block in document.blocks)]
    starts = [*(block.start for block in document.blocks), len(document.text)]
    assert all(end <= start for end, start in zip(ends, starts, strict=True))
    assert not any(document.text[a:b].strip() for a, b in zip(ends, starts, strict=True))
    for block in document.blocks:
        words = document.slice(block)
        assert words == words.strip() and "\n" not in words


@settings(deadline=None, max_examples=400)
@given(worded)
def test_between_two_blocks_a_line_ends(text: str) -> None:
    document = page(text)
    assert all("\n" in document.text[a.end : b.start] for a, b in pairwise(document.blocks))


@settings(deadline=None, max_examples=400)
@given(worded)
def test_the_text_is_the_normalised_text(text: str) -> None:
    document = page(text)
    assert document.text == normalize(text)
    assert page(document.text) == document


@settings(deadline=None, max_examples=200)
@given(worded)
def test_sentences_hold_every_character_but_white_space(text: str) -> None:
    document = page(text)
    said = "".join(document.slice(span) for span in document_sentences(document))
    assert "".join(said.split()) == "".join(document.text.split())


@settings(deadline=None)
@given(st.text(alphabet=" \t\n\r\u00a0\u2028\u00ad\u200b\x1f\u3000"))
def test_a_text_without_words_is_refused_by_its_id(text: str) -> None:
    with pytest.raises(ValueError, match=r"^a-page: the text holds no words$"):
        page(text)


def test_lines_by_hand() -> None:
    document = page(" One two. Three.\r\n\r\n\tFour\u00a0five\u00ad \n")
    assert document.text == " One two. Three.\n\n\tFour five \n"
    assert [document.slice(block) for block in document.blocks] == ["One two. Three.", "Four five"]
    assert [(block.start, block.end) for block in document.blocks] == [(1, 16), (19, 28)]
    assert document.headings == ()


@pytest.mark.parametrize(
    ("given_title", "title"),
    [("", UNTITLED), (" \u00ad\n", UNTITLED), (" Lupus\u00a0study ", "Lupus study"), ("Cafe\u0301", "Café")],
)
def test_a_title_is_normalised_and_never_empty(given_title: str, title: str) -> None:
    assert page("Words.", given_title).title == title


def test_facts_are_kept() -> None:
    document = read_plain(
        "Words.", document_id="d-1", url="https://example.org/a", kind="clinic", speaker="authority",
        aliases=("SLE", "lupus"),
    )  # fmt: skip
    assert (document.id, document.kind, document.speaker) == ("d-1", "clinic", "authority")
    assert (document.source.url, document.aliases) == ("https://example.org/a", ("SLE", "lupus"))
    assert page("Words.").source.url is None


def test_a_wrong_id_is_refused() -> None:
    with pytest.raises(ValidationError, match="id"):
        read_plain("Words.", document_id="No Slug")
