"""Exports: from each form every quote is found again in its document, and flat texts hold the exact words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import pytest
from asking import small_assistant
from hypothesis import given, settings
from hypothesis import strategies as st
from small import QUESTIONS

from assistant.answer import Assistant
from assistant.citation import cite
from assistant.exports import cited_documents
from assistant.safety import safety_rules
from assistant.schema import Answer, CaveatBlock, QuoteBlock, WordingBlock
from assistant.settings import Settings
from assistant.wording import load_wording
from content.library import load_library
from content.schema import Document, Span

WORDING = load_wording(safety_rules().regions["US"])


class Place(NamedTuple):
    """What a reader needs to find a quote again."""

    document: str
    start: int
    end: int
    words: str


def places(answer: Answer) -> list[Place]:
    return [
        Place(c.document_id, c.start_char_index, c.end_char_index, c.cited_text) for c in answer.citations
    ]


def from_anthropic(blocks: list[dict[str, Any]], documents: tuple[str, ...]) -> list[Place]:
    """Read the citations back, after checking that a cited block says its words and no others."""
    found = []
    for block in blocks:
        assert block["type"] == "text"
        for location in block["citations"] or ():
            assert location["type"] == "char_location"
            assert location["cited_text"] == block["text"]
            start, end = location["start_char_index"], location["end_char_index"]
            found.append(Place(documents[location["document_index"]], start, end, location["cited_text"]))
    return found


def from_openai(message: Mapping[str, Any]) -> list[Place]:
    (content,) = message["content"]
    assert (message["type"], message["role"], content["type"]) == ("message", "assistant", "output_text")
    found = []
    for note in content["annotations"]:
        assert note["type"] in ("url_citation", "file_citation")
        assert note["title" if note["type"] == "url_citation" else "filename"]
        words = content["text"][note["start_index"] : note["end_index"]]
        source = note["source"]
        found.append(
            Place(source["document_id"], source["start_char_index"], source["end_char_index"], words)
        )
    return found


def from_w3c(annotations: list[dict[str, Any]]) -> list[Place]:
    found = []
    for annotation in annotations:
        assert (annotation["@context"], annotation["type"]) == (
            "http://www.w3.org/ns/anno.jsonld",
            "Annotation",
        )
        source = annotation["target"]["source"]
        quote, position = annotation["target"]["selector"]
        assert (quote["type"], position["type"]) == ("TextQuoteSelector", "TextPositionSelector")
        found.append(Place(source["dc:identifier"], position["start"], position["end"], quote["exact"]))
    return found


def check(answer: Answer, documents: Mapping[str, Document]) -> None:
    """Check that every form gives every place back, in the order it is read, and says nothing else."""
    order = [b.citation for b in answer.blocks if not isinstance(b, WordingBlock)]
    read = [places(answer)[number - 1] for number in order]
    blocks, message = answer.to_anthropic(WORDING), answer.to_openai(WORDING)

    assert from_anthropic(blocks, cited_documents(answer)) == read
    assert from_openai(message) == read
    assert from_w3c(answer.to_w3c()) == places(answer)
    for place in read:
        assert documents[place.document].text[place.start : place.end] == place.words
    said = {block["text"] for block in blocks if block["citations"] is None}
    assert said <= WORDING.all_texts() | {topic.title for topic in answer.closest}
    assert message["content"][0]["text"] == "\n\n".join(block["text"] for block in blocks)


def test_every_staff_question_comes_back_from_every_form(small_settings: Settings) -> None:
    faq = Assistant.open(small_settings)
    quoted = 0
    for _, question, _, _ in QUESTIONS:
        answer = faq.answer(question)
        check(answer, faq.documents)
        quoted += len(answer.citations)
    assert quoted >= 9


@settings(max_examples=60, deadline=None)
@given(
    before=st.text(max_size=20), words=st.text(min_size=1, max_size=40), after=st.text(max_size=20),
    url=st.sampled_from([None, "https://clinic.example/page"]),
)  # fmt: skip
def test_hostile_words_come_back_exactly(before: str, words: str, after: str, url: str | None) -> None:
    text = f"{before}{words}{after}x"
    document = Document(
        id="a-page", title="A “page” & <more>", kind="clinic", speaker="clinic_page", text=text,
        source={"url": url}, blocks=(Span(start=0, end=len(text)),),
    )  # fmt: skip
    span = Span(start=len(before), end=len(before) + len(words))
    last = Span(start=len(text) - 1, end=len(text))
    citations = (
        cite(1, document, "a-page#p1", span),
        cite(2, document, "a-page#p1", last, caveat_of=1),
    )
    answer = Answer(
        question="?", status="answered", citations=citations, index_id="ix-1", receipt="r-1",
        blocks=(WordingBlock(id="quotes_intro"), QuoteBlock(citation=1), CaveatBlock(citation=2)),
    )  # fmt: skip

    check(answer, {document.id: document})


def test_positions_count_code_points_by_hand() -> None:
    answer = small_assistant(body="👩‍🔬 Cells may help the knee. It is new.").answer("Do cells help a knee?")
    # "Results" and a blank line; then the sentence, which begins with a woman, a joiner and a microscope.
    start, length = 7 + 2, 3 + 1 + len("Cells may help the knee.")
    intro = len(WORDING.text("quotes_intro")) + 2

    (quote,) = answer.to_w3c()
    (note,) = answer.to_openai(WORDING)["content"][0]["annotations"]

    assert quote["target"]["selector"][1] == {
        "type": "TextPositionSelector",
        "start": start,
        "end": start + length,
    }
    assert (note["start_index"], note["end_index"]) == (intro, intro + length)


def test_a_caveat_is_announced_and_a_refusal_names_its_topics(small_settings: Settings) -> None:
    faq = Assistant.open(small_settings)
    answer = faq.answer("Does it help a bad knee?")
    said = [block["text"] for block in answer.to_anthropic(WORDING)]

    assert said[said.index("The study had no comparison group.") - 1] == WORDING.text("caveat_label")
    assert cited_documents(answer) == ("therapy-knee", "trial-lupus")
    assert [note["motivation"] for note in answer.to_w3c()] == ["highlighting", "assessing"]
    refused = faq.answer("What does it cost?")
    assert refused.to_w3c() == []
    assert {topic.title for topic in refused.closest} <= {b["text"] for b in refused.to_anthropic(WORDING)}


def test_an_emergency_is_its_text_alone(small_settings: Settings) -> None:
    answer = Assistant.open(small_settings).answer("I cannot breathe")

    (block,) = answer.to_anthropic(WORDING)
    assert block == {"type": "text", "text": WORDING.text("emergency"), "citations": None}
    assert answer.to_openai(WORDING)["content"][0]["annotations"] == []


@pytest.mark.parametrize("document", load_library().documents, ids=lambda document: document.id)
def test_whole_built_in_documents_come_back(document: Document) -> None:
    citations = tuple(
        cite(number, document, f"{document.id}#p1", span) for number, span in enumerate(document.blocks, 1)
    )
    answer = Answer(
        question="?", status="answered", citations=citations, index_id="ix-1", receipt="r-1",
        blocks=tuple(QuoteBlock(citation=c.number) for c in citations),
    )  # fmt: skip

    check(answer, {document.id: document})
