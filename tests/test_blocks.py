"""The blocks of an answer: quotes, each with its caveats below it, and nothing without a source."""

from __future__ import annotations

import pytest
from asking import page
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from assistant.blocks import quoted
from assistant.citation import Scores, mismatch
from assistant.quotes import Quote
from assistant.schema import Answer, Block, CaveatBlock, QuoteBlock, WordingBlock
from content.library import Caveat
from content.passages import split
from content.schema import Document, Study
from index.reader import SentenceScore
from index.search import Hit

STUDY = Study(design="trial", participants=16, comparison_group=False, randomised=False)
INTRO, OUTRO, NO_STUDY = (WordingBlock(id=name) for name in ("quotes_intro", "not_advice", "no_study"))


def named(name: str, kind: str, study: Study | None = None) -> Document:
    body = "NAME begins. NAME goes on. NAME ends.\n\nNAME adds. NAME stops.".replace("NAME", name.title())
    return page(body, id=name, title=name.title(), kind=kind, study=study)


TRIAL, STUDIED = named("trial", "trial", STUDY), named("studied", "therapy", STUDY)
THERAPY, CLINIC = named("therapy", "therapy"), named("clinic", "clinic")
DOCUMENTS = {document.id: document for document in (TRIAL, THERAPY, CLINIC, STUDIED)}
# Every whole sentence of every document as (document, passage, place in it).
PLACES = [
    (document.id, row, place)
    for document in DOCUMENTS.values()
    for row, passage in enumerate(split(document))
    for place in range(len(passage.sentences))
]


def quote(name: str, row: int = 0, place: int = 0) -> Quote:
    passage = split(DOCUMENTS[name])[row]
    hit = Hit(passage=passage, row=row, rank=1, dense=0.1234567, lexical=2, staff_question=0, fused=1 / 61)
    return Quote(SentenceScore(hit, passage.sentences[place], -1.23456789), passage.sentences[place])


def caveat(name: str, row: int = 0, place: int = 0) -> Caveat:
    passage = split(DOCUMENTS[name])[row]
    return Caveat(document_id=name, passage_id=passage.id, span=passage.sentences[place])


def shown(quotes: list[Quote], caveats: dict[str, list[Caveat]]) -> tuple[list[Block], list[str]]:
    blocks, citations = quoted(quotes, DOCUMENTS, caveats)
    return blocks, [citation.cited_text for citation in citations]


def test_a_quote_stands_between_the_introduction_and_the_reminder() -> None:
    assert shown([quote("trial")], {}) == ([INTRO, QuoteBlock(citation=1), OUTRO], ["Trial begins."])


def test_caveats_follow_their_quote_and_are_numbered_after_all_quotes() -> None:
    caveats = {"trial": [caveat("trial", 1, 0), caveat("clinic")], "clinic": [caveat("clinic", 1, 1)]}

    assert shown([quote("trial", 0, 2), quote("clinic", 0, 1)], caveats) == (
        [INTRO, QuoteBlock(citation=1), CaveatBlock(citation=3), CaveatBlock(citation=4),
         QuoteBlock(citation=2), CaveatBlock(citation=5), OUTRO],
        ["Trial ends.", "Clinic goes on.", "Trial adds.", "Clinic begins.", "Clinic stops."],
    )  # fmt: skip


def test_a_caveat_says_which_quote_it_belongs_to() -> None:
    _, citations = quoted([quote("clinic"), quote("trial")], DOCUMENTS, {"trial": [caveat("clinic", 1)]})

    assert [(c.document_id, c.passage_id, c.caveat_of) for c in citations] == [
        ("clinic", "clinic#p1", None),
        ("trial", "trial#p1", None),
        ("clinic", "clinic#p2", 2),
    ]
    # Nothing scored a caveat; a quote has the scores of its best sentence, rounded.
    assert citations[2].scores == Scores()
    assert citations[0].scores == Scores(dense=0.123457, lexical=2, fused=0.016393, reader=-1.234568)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_therapy_without_a_study_is_followed_by_saying_so(name: str) -> None:
    blocks, _ = shown([quote(name)], {name: [caveat("trial", 1)]})

    assert blocks[1:3] == [QuoteBlock(citation=1), CaveatBlock(citation=2)]
    assert blocks[3:] == [*([NO_STUDY] if name == "therapy" else []), OUTRO]


def test_each_therapy_quote_names_its_lack_of_a_study() -> None:
    blocks, _ = shown([quote("therapy"), quote("trial"), quote("therapy", 1)], {})

    one, two, three = (QuoteBlock(citation=n) for n in (1, 2, 3))
    assert blocks == [INTRO, one, NO_STUDY, two, three, NO_STUDY, OUTRO]


def test_a_span_outside_its_document_is_never_cited() -> None:
    shorter = TRIAL.model_copy(update={"text": TRIAL.text[:5]})

    with pytest.raises(ValueError, match="span ends at 13, text at 5"):
        quoted([quote("trial")], {"trial": shorter}, {})


def test_words_changed_in_memory_are_never_cited() -> None:
    changed = TRIAL.model_copy(update={"text": TRIAL.text.replace("begins", "starts")})
    assert changed.sha256 == TRIAL.sha256

    with pytest.raises(ValidationError, match="the document has changed"):
        quoted([quote("trial")], {"trial": changed}, {})


names = st.sampled_from(sorted(DOCUMENTS))
places = st.lists(st.sampled_from(PLACES), min_size=1, max_size=3, unique=True)


@settings(deadline=None, max_examples=200)
@given(places, st.dictionaries(names, st.lists(st.sampled_from(PLACES), max_size=3)))
def test_every_caveat_of_a_quoted_document_is_quoted_or_below_a_quote(
    said: list[tuple[str, int, int]], needed: dict[str, list[tuple[str, int, int]]]
) -> None:
    caveats = {name: [caveat(*place) for place in found] for name, found in needed.items()}
    blocks, citations = quoted([quote(*place) for place in said], DOCUMENTS, caveats)

    held = {(c.document_id, c.start_char_index, c.end_char_index) for c in citations}
    for name, _, _ in said:
        for one in caveats.get(name, []):
            assert (one.document_id, one.span.start, one.span.end) in held
    assert len(held) == len(citations)
    assert not [c for c in citations if mismatch(c, DOCUMENTS[c.document_id])]
    # The schema accepts it: numbered from 1, each shown once, caveats tied to quotes.
    names = {"question": "q", "status": "answered", "index_id": "i", "receipt": "r"}
    Answer.model_validate({**names, "blocks": blocks, "citations": citations})
    above = 0
    for block in blocks:
        above = block.citation if isinstance(block, QuoteBlock) else above
        assert not isinstance(block, CaveatBlock) or citations[block.citation - 1].caveat_of == above
