"""The built-in documents are the clinic's page, every word once and nothing else."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from content.library import Library, caveats_of, load_library
from content.normalize import fold, normalize
from content.passages import document_sentences, split
from content.schema import Study
from content.sentences import sentence_spans, trim

PAGE = Path(__file__).parent / "samples" / "clinic-page.txt"
TRIAL = "trial-uc-msc-lupus-2010"


@pytest.fixture(scope="module")
def library() -> Library:
    return load_library()


def lines_of(text: str) -> list[str]:
    return [line.strip() for line in normalize(text).split("\n") if line.strip()]


def sentences_of(line: str) -> list[str]:
    trimmed = [trim(line, span) for span in sentence_spans(line)]
    return [line[span.start : span.end] for span in trimmed if span]


def page_lines() -> list[str]:
    return lines_of(PAGE.read_text("utf-8"))


def said(library: Library) -> Counter[str]:
    """Count every heading and every quotable sentence of the library."""
    found: Counter[str] = Counter()
    for document in library.documents:
        found.update(document.slice(heading.span) for heading in document.headings)
        found.update(document.slice(span) for span in document_sentences(document))
    return found


def test_every_line_of_the_page_is_there_once_and_nothing_else(library: Library) -> None:
    """Character for character: the lines of all documents are the lines of the page."""
    held = [line for document in library.documents for line in document.text.split("\n") if line]
    assert Counter(held) == Counter(page_lines())
    assert set(Counter(held).values()) == {1}
    assert len(held) == 22


def test_every_sentence_of_the_page_can_be_quoted_once_or_is_a_heading(library: Library) -> None:
    page = Counter(sentence for line in page_lines() for sentence in sentences_of(line))
    assert said(library) == page
    assert set(page.values()) == {1}


def test_the_page_speaks_of_what_a_visitor_may_ask(library: Library) -> None:
    """Sentences copied by hand from the page, with its own hyphens and dashes."""
    for sentence in (
        "First published: 03 August 2010",
        "The median followup time after MSCT was 8.25 months (range 3–28 months).",
        "Significant reduction in disease activity was achieved in all patients, and there has been no "
        "recurrence to date and no treatment‐related deaths.",
        "Authors:  , Dandan Wang, et al.",
        "Dr. Clark H. Hansen Dr. Clark H. Hansen is a licensed Naturopathic Medical Doctor (N.M.D.) who has "
        "been in private practice in Scottsdale, Arizona, since 1986.",
        "It is estimated that at least 27 million people are affected by arthritis in the US, with an "
        "estimated total annual cost of $89.1 billion dollars.",
    ):
        assert said(library)[sentence] == 1, sentence


def test_every_document_says_who_speaks_from_where_and_when_it_was_reviewed(library: Library) -> None:
    for document in library.documents:
        expected = "published_abstract" if document.kind == "trial" else "clinic_page"
        assert document.speaker == expected
        assert document.source.publisher or (document.source.doi and document.source.authors)
        assert document.source.accessed
        assert document.reviewed
        assert document.reviewed.by
        assert document.source.accessed <= document.reviewed.on < document.reviewed.review_by
        assert bool(document.study) == (document.kind == "trial")


def test_titles_are_words_of_the_page(library: Library) -> None:
    page = "\n".join(page_lines())
    for document in library.documents:
        assert document.title in page
        assert document.kind == document.id.split("-")[0]


def test_the_study_facts_are_those_of_the_text(library: Library) -> None:
    trial = library.document(TRIAL)
    assert trial.study == Study(
        design="single-arm trial",
        participants=16,
        comparison_group=False,
        randomised=False,
        follow_up="median 8.25 months (range 3–28 months)",
    )
    assert trial.source.doi == "10.1002/art.27548"
    assert trial.source.url == "https://doi.org/10.1002/art.27548"
    assert trial.source.published
    assert f"First published: {trial.source.published:%d %B %Y}" == "First published: 03 August 2010"
    for words in ("single-arm trial that involved 16 SLE patients", "was 8.25 months (range 3–28 months)"):
        assert fold(words) in fold(trial.text)
    assert trial.source.authors == ("Dandan Wang", "et al.")


def test_every_caveat_is_a_sentence_of_the_library(library: Library) -> None:
    found = {document.id: caveats_of(document, library.documents) for document in library.documents}
    assert {name: len(caveats) for name, caveats in found.items() if caveats} == {
        TRIAL: 2,
        "therapy-lupus": 2,
        "therapy-rheumatoid-arthritis": 1,
    }
    assert {caveat.document_id for caveats in found.values() for caveat in caveats} == {TRIAL}


def test_outcomes_of_the_trial_never_stand_without_its_size_and_its_doubt(library: Library) -> None:
    trial = library.document(TRIAL)
    for document in (trial, library.document("therapy-lupus")):
        words = " ".join(trial.slice(caveat.span) for caveat in caveats_of(document, library.documents))
        assert "single‐arm trial that involved 16 SLE patients" in words
        assert "a foundation for conducting a randomized controlled trial" in words


def test_every_labelled_question_can_be_answered_by_one_sentence(library: Library) -> None:
    sentences = [d.slice(span) for d in library.documents for span in document_sentences(d)]
    quotable = [question for question in library.questions if question.expect == "quote"]
    assert len(quotable) > 200
    for question in quotable:
        assert any(question.accepts(sentence) for sentence in sentences), question.id


def test_every_accepted_answer_is_in_the_library_and_marks_few_sentences(library: Library) -> None:
    """An answer that fits a tenth of all sentences would make any quote look right."""
    folded = [fold(d.slice(span)) for d in library.documents for span in document_sentences(d)]
    for question in library.questions:
        for accepted in question.accept_any:
            hits = sum(fold(accepted) in sentence for sentence in folded)
            assert 1 <= hits <= len(folded) // 10, (question.id, accepted)


def test_every_passage_of_the_library_has_an_id_of_its_own(library: Library) -> None:
    passages = [passage for document in library.documents for passage in split(document)]
    assert len({passage.id for passage in passages}) == len(passages) == 13
