"""Facts are frozen, hold no surprises, and a quote is a slice."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from content.schema import Document, Heading, Passage, Reviewed, Source, Span, Study

WHOLE: dict[str, Any] = {
    "id": "a-trial",
    "title": "A trial",
    "kind": "trial",
    "speaker": "published_abstract",
    "source": {"doi": "10.1002/art.27548"},
    "text": "β 10⁶ 😀 end",
    "blocks": [{"start": 0, "end": 11}],
}


def document(**changes: object) -> Document:
    return Document.model_validate(WHOLE | changes)


def test_offsets_count_code_points() -> None:
    """😀 is one code point, though four bytes and two UTF-16 units; so "end" stands at 8."""
    words = document()
    assert words.slice(Span(start=0, end=1)) == "β"
    assert words.slice(Span(start=6, end=7)) == "😀"
    assert words.slice(Span(start=8, end=11)) == "end"


@settings(deadline=None)
@given(st.text(min_size=1), st.data())
def test_a_slice_is_the_text_between_its_ends(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    words = document(text=text)
    assert text[:start] + words.slice(Span(start=start, end=end)) + text[end:] == text


def test_a_slice_past_the_end_is_refused() -> None:
    with pytest.raises(ValueError, match="a-trial: span ends at 12, text at 11"):
        document().slice(Span(start=0, end=12))


@pytest.mark.parametrize(("start", "end"), [(0, 0), (3, 3), (4, 3), (-1, 2), (-2, -1)])
def test_a_span_holds_something(start: int, end: int) -> None:
    with pytest.raises(ValidationError):
        Span(start=start, end=end)


def test_hash_is_sha256_of_the_utf8_text() -> None:
    """The value for "abc" is the example of FIPS 180-2, for "β" that of the bytes ce b2."""
    abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert document(text="abc").sha256 == abc
    assert document(text="β").sha256 == "2245c1c8daf7694bc2b2fe9f156c39f4bac6c788dc32e42bccb74554af2b5d86"


def test_reading_the_hash_leaves_a_document_equal_to_itself() -> None:
    read, unread = document(), document()
    assert read.sha256
    assert read == unread
    assert read.model_dump_json() == unread.model_dump_json()


@pytest.mark.parametrize(
    ("model", "values"),
    [
        (Span, {"start": 0, "end": 1}),
        (Source, {"publisher": "Clinic"}),
        (Reviewed, {"by": "A person", "on": date(2026, 1, 1), "review_by": date(2027, 1, 1)}),
        (Study, {"design": "single-arm", "participants": 16, "comparison_group": False, "randomised": False}),
        (Heading, {"span": {"start": 0, "end": 1}, "level": 1}),
        (Document, WHOLE),
        (
            Passage,
            {"id": "a#p1", "document_id": "aa", "span": WHOLE["blocks"][0], "sentences": WHOLE["blocks"]},
        ),
    ],
)
def test_facts_are_frozen_and_hold_no_surprises(model: type[BaseModel], values: dict[str, Any]) -> None:
    fact = model.model_validate(values)
    with pytest.raises(ValidationError, match="frozen"):
        setattr(fact, next(iter(values)), None)
    with pytest.raises(ValidationError, match="Extra inputs"):
        model.model_validate(values | {"surprise": 1})


@pytest.mark.parametrize(
    "changes",
    [
        {"id": "A-trial"},
        {"id": "a"},
        {"id": "-a"},
        {"id": "a trial"},
        {"id": "a#p1"},
        {"id": "a" * 81},
        {"title": ""},
        {"kind": "leaflet"},
        {"speaker": "somebody"},
        {"text": ""},
        {"source": None},
        {"source": {"url": "javascript:alert(1)"}},
        {"source": {"url": "https://a.b/\n"}},
        {"source": {"url": "https://a.b/<script>"}},
        {"source": {"url": "https://a.b/' onclick='"}},
        {"source": {"doi": "https://doi.org/10.1002/art.27548"}},
        {"source": {"doi": "11.1002/art"}},
        {"source": {"doi": "10.1002/art 27548"}},
        {"headings": [{"span": {"start": 0, "end": 1}, "level": 7}]},
        {"headings": [{"span": {"start": 0, "end": 1}, "level": 0}]},
        {"study": {"design": "d", "participants": 0, "comparison_group": False, "randomised": False}},
        {"study": {"design": "d", "participants": 16, "comparison_group": False}},
    ],
)
def test_values_that_would_mislead_are_refused(changes: dict[str, object]) -> None:
    document()
    with pytest.raises(ValidationError):
        document(**changes)


@pytest.mark.parametrize("kind", ["trial", "therapy", "clinic"])
@pytest.mark.parametrize("speaker", ["published_abstract", "clinic_page", "authority"])
def test_every_kind_may_be_said_by_every_speaker(kind: str, speaker: str) -> None:
    page = document(kind=kind, speaker=speaker, title="T")
    assert (page.kind, page.speaker, page.title) == (kind, speaker, "T")


def test_a_passage_without_sentences_is_refused() -> None:
    with pytest.raises(ValidationError, match="at least 1"):
        Passage(id="a#p1", document_id="aa", span=Span(start=0, end=1), sentences=())
