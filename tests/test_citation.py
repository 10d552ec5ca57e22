"""A citation is an exact slice of the stored document, or it is refused."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from assistant.citation import Citation, Evidence, cite, evidence_of, mismatch
from content.schema import Document, Source, Span, Study

# Letters that are several code points or several UTF-16 units, and marks that URLs or HTML use.
HOSTILE = st.text(
    st.sampled_from("abβ🧬👩\u200d🔬é\u0301 \n10⁶‐-,.&#:~%\"'<>“”你\u00a0")
    | st.characters(exclude_categories=["Cs"]),
    min_size=1,
    max_size=60,
)


def page(text: str, *, url: str | None = None, **facts: Any) -> Document:
    whole: dict[str, Any] = {
        "id": "a-page", "title": "A page", "kind": "clinic", "speaker": "clinic_page", "text": text,
        "source": Source(url=url), "blocks": (Span(start=0, end=len(text)),),
    }  # fmt: skip
    return Document.model_validate(whole | facts)


@st.composite
def quotes(draw: st.DrawFn) -> tuple[Document, Span]:
    text = draw(HOSTILE) * draw(st.integers(1, 9))
    start = draw(st.integers(0, len(text) - 1))
    return page(text), Span(start=start, end=draw(st.integers(start + 1, len(text))))


TEXT = "Of 16 patients — βeta 🧬 — none died. Two left."
PAGE = page(TEXT)
GOOD = cite(1, PAGE, "a-page#p1", Span(start=3, end=36))
STORED = {"documents": {"a-page": PAGE}}


@settings(deadline=None)
@given(quotes())
def test_the_words_are_the_slice_whatever_they_hold(quote: tuple[Document, Span]) -> None:
    document, span = quote
    found = cite(1, document, "a-page#p1", span)

    assert (found.start_char_index, found.end_char_index) == (span.start, span.end)
    assert found.cited_text == document.text[span.start : span.end] == found.selector.exact
    assert found.document_sha256 == document.sha256
    assert mismatch(found, document) is None
    again = Citation.model_validate_json(found.model_dump_json(), context={"documents": {"a-page": document}})
    assert again == found


@settings(deadline=None)
@given(quotes())
def test_prefix_and_suffix_are_what_stands_around(quote: tuple[Document, Span]) -> None:
    document, span = quote
    selector = cite(1, document, "a-page#p1", span).selector

    assert document.text[: span.start].endswith(selector.prefix)
    assert document.text[span.end :].startswith(selector.suffix)
    assert len(selector.prefix) == min(32, span.start)
    assert len(selector.suffix) == min(32, len(document.text) - span.end)


@settings(deadline=None)
@given(quotes(), st.integers(-5, 5).filter(bool))
def test_a_shifted_quote_holds_only_where_the_same_words_stand(
    quote: tuple[Document, Span], shift: int
) -> None:
    document, span = quote
    start, end = span.start + shift, span.end + shift
    assume(start >= 0)
    moved = cite(1, document, "a-page#p1", span).model_copy(
        update={"start_char_index": start, "end_char_index": end}
    )

    same = document.text[start:end] == document.text[span.start : span.end]
    assert (mismatch(moved, document) is None) == same


SHIFTED: dict[str, Any] = {"start_char_index": 4, "end_char_index": 37}
REWORDED = GOOD.cited_text.replace("none", "some")
WORSE = {
    "a shifted offset": (SHIFTED, "the words differ from the document at these offsets"),
    "a changed word": (
        {"cited_text": REWORDED, "selector": {"exact": REWORDED, "prefix": "", "suffix": ""}},
        "the words differ from the document at these offsets",
    ),
    "another document's hash": (
        {"document_sha256": "0" * 64},
        "has changed since it was quoted",
    ),
    "a document nobody stored": ({"document_id": "b-page"}, "document 'b-page' is not stored"),
}
WRONG_ALONE = {
    "longer than its words": ({"end_char_index": 37}, "cited_text is not as long as its offsets say"),
    "shorter than its words": ({"start_char_index": 4}, "cited_text is not as long as its offsets say"),
    "another exact text": (
        {"selector": {"exact": "none died", "prefix": "", "suffix": ""}},
        "selector.exact differs from cited_text",
    ),
    "no words": ({"cited_text": "", "end_char_index": 3}, "cited_text"),
    "number nought": ({"number": 0}, "number"),
    "before the beginning": ({"start_char_index": -1, "end_char_index": 32}, "start_char_index"),
    "counted in bytes": ({"offset_unit": "utf8_byte"}, "offset_unit"),
}


@pytest.mark.parametrize(("change", "why"), WORSE.values(), ids=WORSE)
def test_with_the_documents_at_hand_what_they_do_not_hold_is_refused(
    change: dict[str, Any], why: str
) -> None:
    stored = GOOD.model_dump(mode="json") | change

    with pytest.raises(ValidationError, match=why):
        Citation.model_validate(stored, context=STORED)
    alone = Citation.model_validate(stored)
    assert why in (mismatch(alone, STORED["documents"].get(alone.document_id)) or "")


@pytest.mark.parametrize(("change", "why"), WRONG_ALONE.values(), ids=WRONG_ALONE)
def test_what_contradicts_itself_is_refused_without_any_document(change: dict[str, Any], why: str) -> None:
    with pytest.raises(ValidationError, match=why):
        Citation.model_validate(GOOD.model_dump(mode="json") | change)


def test_a_document_changed_in_memory_no_longer_holds_its_quotes() -> None:
    changed = PAGE.model_copy(update={"text": TEXT.replace("Two left", "Six left")})
    assert changed.sha256 == PAGE.sha256  # the stale hash that must not be believed

    assert "has changed" in (mismatch(GOOD, changed) or "")


STUDY = Study(
    design="single-arm trial", participants=16, comparison_group=False, randomised=False,
    follow_up="median 8 months", registered="NCT00000000",
)  # fmt: skip


def test_the_evidence_is_what_the_front_matter_says() -> None:
    source = Source(doi="10.1000/x", published=date(2010, 8, 3), publisher="Journal", authors=("A.",))
    document = page("Text.", kind="trial", speaker="published_abstract", source=source, study=STUDY)

    assert evidence_of(document) == Evidence(
        speaker="published_abstract", design="single-arm trial", participants=16, comparison_group=False,
        randomised=False, follow_up="median 8 months", year=2010, doi="10.1000/x",
    )  # fmt: skip
    assert evidence_of(PAGE) == Evidence(speaker="clinic_page")
