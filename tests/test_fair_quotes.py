"""Beside what is quoted stands the better evidence and the other side, first what carries further."""

from __future__ import annotations

import pytest
from asking import page
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.fair_quotes import FairQuotes
from assistant.quotes import WITHIN, Quote, choose_quotes
from content.disagreements import opposed_ids
from content.levels import is_study, place_of
from content.library import Caveat, caveats_of
from content.passages import split
from content.schema import Document, Study
from index.reader import SentenceScore
from index.search import Hit

SINGLE = Study(design="single-arm trial", participants=16, comparison_group=False, randomised=False)
RANDOMISED = Study(design="randomised trial", participants=18, comparison_group=True, randomised=True)
LUPUS, COPD, ANY = "Does it help lupus?", "Does it help COPD?", "Does it work?"


def trial(name: str, study: Study, topic: str, **facts: object) -> Document:
    said = name.capitalize()
    body = f"{said} treated people. {said} reports a finding.\n\n{said} adds a remark."
    given_facts = {"kind": "trial", "speaker": "published_abstract", "study": study, "aliases": (topic,)}
    return page(body, id=name, title=name, caveats=(f"{said} treated people.",), **given_facts, **facts)


def clinic(name: str, topic: str, **facts: object) -> Document:
    said = name.capitalize()
    body = f"{said} offers hope. {said} says more. {said} goes on."
    return page(body, **{"id": name, "title": name, "kind": "therapy", "aliases": (topic,), **facts})


OLD = trial("old-trial", SINGLE, "lupus", contradicts=("new-trial: New-trial adds a remark.",))
NEW = trial("new-trial", RANDOMISED, "lupus", contradicts=("old-trial: Old-trial reports a finding.",))
LONE = trial("lone-trial", SINGLE, "lupus")
KNEE = trial("knee-trial", RANDOMISED, "knee")
PAGE, LUNGS, PLAIN = (
    clinic("lupus-page", "lupus"),
    clinic("lung-page", "copd"),
    clinic("plain-page", "massage"),
)


def sentence(document: Document, number: int, score: float) -> SentenceScore:
    places = [(row, p, s) for row, p in enumerate(split(document)) for s in p.sentences]
    row, passage, span = places[number]
    hit = Hit(passage=passage, row=row, rank=1, dense=0, lexical=0, staff_question=0, fused=0)
    return SentenceScore(hit, span, score)


class Library:
    """Some documents, and what is quoted when the reader scores their sentences so."""

    def __init__(self, *documents: Document) -> None:
        self.by_id = {d.id: d for d in documents}
        caveats = {d.id: caveats_of(d, documents) for d in documents}
        self.fair = FairQuotes(documents, {d.id: d for d in documents}, caveats)
        self.caveats = caveats

    def score(self, place: Caveat) -> SentenceScore:
        document = self.by_id[place.document_id]
        spans = [span for passage in split(document) for span in passage.sentences]
        return sentence(document, spans.index(place.span), -9.0)

    def quotes(self, scores: list[SentenceScore], asked: str | None, limit: int = 3) -> list[Quote]:
        scores = sorted(scores, key=lambda one: -one.score)
        chosen = choose_quotes(scores, self.by_id, limit=limit)
        found = self.fair.completed(chosen, scores, asked, self.score)
        kept = [(q.best.passage.document_id, q.span.start) for q in found]
        for quote in chosen:
            name = quote.best.passage.document_id
            assert any(
                name == q.best.passage.document_id and q.span.start <= quote.span.start < q.span.end
                for q in found
            ), kept
        return found

    def said(self, scores: list[SentenceScore], asked: str | None, limit: int = 3) -> list[str]:
        found = self.quotes(scores, asked, limit)
        return [self.by_id[q.best.passage.document_id].slice(q.span) for q in found]

    def beside(self, scores: list[SentenceScore], asked: str | None, *, withheld: str = "") -> list[str]:
        """Return the words that stand beside the quotes and that no document asked for itself."""
        found = self.fair.caveats(self.quotes(scores, asked), asked, {withheld})
        return [
            self.by_id[c.document_id].slice(c.span)
            for name, caveats in found.items()
            for c in caveats
            if c not in self.caveats[name]
        ]


def test_on_a_benefit_question_the_study_comes_before_the_likelier_page_of_the_clinic() -> None:
    library = Library(LONE, PAGE)
    scores = [sentence(PAGE, 0, 2.0), sentence(LONE, 1, 1.0)]

    assert library.said(scores, ANY) == ["Lone-trial reports a finding.", "Lupus-page offers hope."]
    assert library.said(scores, None) == ["Lupus-page offers hope.", "Lone-trial reports a finding."]


def test_of_two_studies_the_better_one_comes_first() -> None:
    library = Library(LONE, trial("better-trial", RANDOMISED, "lupus"))
    scores = [sentence(LONE, 1, 2.0), sentence(library.by_id["better-trial"], 1, 1.0)]

    assert library.said(scores, LUPUS)[0] == "Better-trial reports a finding."


def test_a_study_that_answers_is_brought_in_where_pages_fill_all_places() -> None:
    library = Library(LONE, PAGE, PLAIN, LUNGS)
    pages = [sentence(d, 0, 3.0 - n / 10) for n, d in enumerate((PAGE, PLAIN, LUNGS))]

    near, far = (sentence(LONE, 1, 3.0 - WITHIN + gap) for gap in (0.0, -0.01))
    assert library.said([*pages, near], ANY)[0] == "Lone-trial reports a finding."
    assert len(library.said([*pages, near], ANY)) == 4
    assert "Lone-trial reports a finding." not in library.said([*pages, far], ANY)
    assert library.said([*pages, near], ANY, limit=1) == [
        "Lone-trial reports a finding.", "Lupus-page offers hope.",
    ]  # fmt: skip


def test_a_study_of_another_condition_than_asked_stays_behind_the_page_that_is_about_it() -> None:
    library = Library(LONE, LUNGS, PLAIN)
    scores = [sentence(LUNGS, 0, 2.0), sentence(LONE, 1, 1.5)]

    assert library.said(scores, COPD) == ["Lung-page offers hope.", "Lone-trial reports a finding."]
    assert library.said(scores, ANY)[0] == "Lone-trial reports a finding."
    # Likelier than the page it is what answers, whatever it is called.
    likelier = [sentence(LUNGS, 0, 2.0), sentence(LONE, 1, 2.5)]
    assert library.said(likelier, COPD)[0] == "Lone-trial reports a finding."


def test_where_the_page_alone_answers_the_study_of_its_condition_stands_beside_it() -> None:
    library = Library(LONE, PAGE, LUNGS, KNEE)
    scores = [sentence(PAGE, 0, 2.0), sentence(LONE, 1, -2.0)]

    assert library.beside(scores, LUPUS) == ["Lone-trial treated people."]
    assert library.beside(scores, None) == []
    assert library.beside(scores, LUPUS, withheld="lone-trial") == []
    assert library.beside([sentence(LUNGS, 0, 2.0)], COPD) == []
    assert library.beside([sentence(LONE, 1, 2.0), sentence(PAGE, 0, 1.0)], LUPUS) == []


def test_a_condition_that_only_the_question_names_counts_as_well() -> None:
    library = Library(LONE, PLAIN, LUNGS)
    assert library.beside([sentence(PLAIN, 0, 2.0)], LUPUS) == ["Lone-trial treated people."]
    assert library.beside([sentence(PLAIN, 0, 2.0)], ANY) == []


def test_a_page_that_names_the_study_itself_needs_no_other_word_of_it() -> None:
    named = clinic("lupus-page", "lupus", caveats=("lone-trial: Lone-trial adds a remark.",))
    library = Library(LONE, named, LUNGS)
    assert library.beside([sentence(named, 0, 2.0)], LUPUS) == []


def test_the_better_study_stands_beside_the_weaker_one_that_is_quoted() -> None:
    better = trial("better-trial", RANDOMISED, "lupus")
    library = Library(LONE, better, LUNGS, KNEE)
    assert library.beside([sentence(LONE, 1, 2.0)], LUPUS) == ["Better-trial treated people."]
    assert library.beside([sentence(better, 1, 2.0)], LUPUS) == []


@pytest.mark.parametrize("asked", [LUPUS, None])
@pytest.mark.parametrize("document", [OLD, NEW], ids=lambda document: document.id)
def test_whichever_side_is_quoted_both_are_shown_the_better_evidence_first(
    document: Document, asked: str | None
) -> None:
    library = Library(OLD, NEW, PAGE, LUNGS)
    said = library.said([sentence(document, 0, 2.0)], asked)

    joined = " ".join(said)
    assert "New-trial adds a remark." in joined
    assert "Old-trial reports a finding." in joined
    assert said[0].startswith("New-trial")
    assert said.index(next(s for s in said if s.startswith("Old-trial"))) == sum(
        s.startswith("New-trial") for s in said
    )


def test_the_two_sides_stand_together_where_the_first_of_them_stood() -> None:
    library = Library(OLD, NEW, PAGE, LUNGS)
    scores = [sentence(PAGE, 0, 2.0), sentence(OLD, 1, 1.5), sentence(LUNGS, 0, 1.0)]

    assert library.said(scores, None) == [
        "Lupus-page offers hope.", "New-trial adds a remark.", "Old-trial reports a finding.",
        "Lung-page offers hope.",
    ]  # fmt: skip


def test_what_contradicts_what_contradicts_is_shown_as_well() -> None:
    first = trial("first-trial", SINGLE, "lupus", contradicts=("middle-trial: Middle-trial adds a remark.",))
    last = trial("last-trial", SINGLE, "lupus", contradicts=("middle-trial: Middle-trial adds a remark.",))
    both = ("first-trial: First-trial adds a remark.", "last-trial: Last-trial adds a remark.")
    middle = trial("middle-trial", SINGLE, "lupus", contradicts=both)

    said = Library(first, middle, last, PAGE).said([sentence(first, 0, 2.0)], None)
    assert {words.partition(" ")[0] for words in said} == {"First-trial", "Middle-trial", "Last-trial"}


DOCUMENTS = (OLD, NEW, LONE, KNEE, PAGE, LUNGS, PLAIN)
LIBRARY = Library(*DOCUMENTS)
scored = st.lists(
    st.tuples(st.sampled_from(DOCUMENTS), st.integers(0, 2), st.floats(-3, 3)), min_size=1, max_size=12
)


@settings(deadline=None, max_examples=300)
@given(scored, st.sampled_from([LUPUS, COPD, ANY, None]), st.integers(1, 3))
def test_the_laws_hold_whatever_is_read(
    drawn: list[tuple[Document, int, float]], asked: str | None, limit: int
) -> None:
    best = {(d.id, n): (d, n, score) for d, n, score in drawn}
    found = LIBRARY.quotes([sentence(*one) for one in best.values()], asked, limit)
    order = [LIBRARY.by_id[quote.best.passage.document_id] for quote in found]

    spans = [(d.id, q.span.start) for d, q in zip(order, found, strict=True)]
    assert len(set(spans)) == len(spans)
    for number, document in enumerate(order):
        for other in opposed_ids(document):
            places = [n for n, d in enumerate(order) if d.id == other]
            assert places, "one side alone"
            assert all(
                order[n].id in (document.id, other) for n in range(min(number, *places), max(number, *places))
            )
            later = place_of(LIBRARY.by_id[other]) < place_of(document)
            assert (min(places) < number) == later
    if asked == ANY:
        # Of what contradicts each other the first decides where both stand.
        firsts = [place_of(d) for d in order if d.id != "old-trial"]
        assert firsts == sorted(firsts)
        first_page = next((n for n, d in enumerate(order) if not is_study(d)), len(order))
        assert all(not is_study(d) for d in order[first_page:])
