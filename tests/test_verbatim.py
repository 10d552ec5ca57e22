"""Promise 1: everything a visitor reads is an exact slice of a stored document or a known wording."""

from __future__ import annotations

import html
import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from asking import small_assistant
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistant.answer import Assistant
from assistant.cards import as_html
from assistant.confidence import load_calibration
from assistant.errors import BadQuestion
from assistant.level_facts import fact_parts, facts
from assistant.opened_index import open_searcher
from assistant.render import as_json, as_text
from assistant.schema import Answer
from assistant.settings import Settings
from content.schema import Document
from index.remembered import RememberedEvidence
from index.search import Searcher

# Words that look like markup, formulas, commands or other people's offsets.
AWKWARD = st.sampled_from(
    [
        "<b>",
        "</p>",
        "&amp;",
        "`x`",
        "**",
        "__",
        "$$",
        "10⁶",
        "β",
        "👩‍🔬",
        "a\u0301",
        "p < 0.05",
        "<mg/day>",
        "|",
        "#",
    ]
)
WORDS = st.lists(
    st.one_of(AWKWARD, st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=9)),
    min_size=1,
    max_size=12,
).map(" ".join)


class Shown(HTMLParser):
    """The text nodes a browser would show, and the class of the element each stands in."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.texts: list[tuple[str, str]] = []
        self._open: list[str] = []
        self._quotes = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        # Each quote's own number keeps neighbours apart, whose text would otherwise run together.
        self._quotes += tag == "blockquote"
        name = f"blockquote {self._quotes}" if tag == "blockquote" else tag
        self._open.append(f"{name} {dict(attrs).get('class') or ''}".strip())

    def handle_endtag(self, tag: str) -> None:
        self._open.pop()

    def handle_data(self, data: str) -> None:
        place = self._open[-1]
        if self.texts and self.texts[-1][0] == place and place.startswith("blockquote"):
            self.texts[-1] = (place, self.texts[-1][1] + data)
        else:
            self.texts.append((place, data))


def allowed_around(faq: Assistant, answer: Answer) -> set[str]:
    """Everything but quotes that may be shown: wordings, titles and study facts."""
    about = {" · ".join(facts(c.evidence, faq.wording)) for c in answer.citations}
    # In HTML what a person entered is an element of its own, in the language of its document.
    entered = {
        part.words
        for c in answer.citations
        for fact in fact_parts(c.evidence, faq.wording)
        for part in fact
        if part.entered
    }
    about |= entered | {part for text in about for part in split_at(text, entered)}
    titles = {c.document_title for c in answer.citations} | {t.title for t in answer.closest}
    return set(faq.wording.all_texts()) | about | titles | said_of_hints(faq, answer)


def split_at(text: str, words: set[str]) -> list[str]:
    """Return what is left of a text between some words."""
    longest = sorted(words, key=lambda one: (-len(one), one))
    return re.split("|".join(map(re.escape, longest)), text) if longest else [text]


def said_of_hints(faq: Assistant, answer: Answer) -> set[str]:
    """Return the sentences under quotes and, as HTML shows them, their parts."""
    sentence = faq.wording.text("stands_for")
    terms = {(hint.short, hint.long) for hint in answer.hints}
    approved = {pair for document in faq.documents.values() for pair in document.abbreviations.items()}
    assert terms <= approved
    parts = {part for part in re.split(r"\{short\}|\{long\}", sentence) if part} if terms else set()
    whole = {sentence.replace("{short}", short).replace("{long}", long) for short, long in terms}
    return parts | whole | {term for pair in terms for term in pair}


def slices(faq: Assistant, answer: Answer) -> list[str]:
    return [
        faq.documents[c.document_id].text[c.start_char_index : c.end_char_index] for c in answer.citations
    ]


def beside_quotes(faq: Assistant, answer: Answer) -> set[str]:
    """Return the document's own words that touch a quote: up to its passage's end on either side."""
    found = set()
    for one in answer.citations:
        text, passage = faq.documents[one.document_id].text, faq.passages[one.passage_id]
        before = [s.start for s in passage.sentences if s.end <= one.start_char_index]
        after = [s.end for s in passage.sentences if s.start >= one.end_char_index]
        found |= {text[start : one.start_char_index] for start in before[-1:]}
        found |= {text[one.end_char_index : end] for end in after[:1]}
    return found


def reference(answer: Answer) -> str:
    """Return what feedback names, which no visitor sees: the receipt and the quoted passages."""
    quoted = dict.fromkeys(c.passage_id for c in answer.citations if c.caveat_of is None)
    return " ".join([answer.receipt, *quoted])


def check_answer(faq: Assistant, answer: Answer) -> None:
    """Hold JSON, HTML and text against the stored documents."""
    exact = slices(faq, answer)
    assert [c.cited_text for c in answer.citations] == exact
    assert [c["cited_text"] for c in json.loads(as_json(answer))["citations"]] == exact
    around = allowed_around(faq, answer)
    shown = Shown()
    shown.feed(as_html(answer, faq.wording, faq.documents, faq.passages))
    beside = beside_quotes(faq, answer)
    allowed = {"span faq-near": beside, "span faq-ref": {reference(answer)}}
    for place, text in shown.texts:
        may_be_shown = exact if place.startswith("blockquote") else allowed.get(place, around)
        assert text in may_be_shown, (place, text)
    rest = as_text(answer, faq.wording, faq.documents)
    for words in sorted(exact, key=len, reverse=True):
        rest = rest.replace(f"“{words}”", "")
    for known in sorted(around, key=len, reverse=True):
        rest = rest.replace(known, "")
    assert re.sub(r"https?://\S+|[\s—·•]", "", rest) == ""


@pytest.fixture(scope="session")
def built_in(built_in_home: Path) -> Assistant:
    """Return the assistant of the built-in content; it knows what the build read, and reads the rest."""
    settings = Settings(home=built_in_home)
    searcher = open_searcher(settings)
    assert searcher.evidence is not None
    evidence = RememberedEvidence(searcher.evidence, built_in_home / "readings.json")
    calibration = load_calibration(searcher.data.calibration, searcher.data.index_id)
    return Assistant(Searcher(searcher.data, searcher.embedder, evidence), calibration, settings)


@pytest.mark.model
def test_every_labelled_question_of_the_built_in_content(built_in: Assistant) -> None:
    statuses = set()
    for question in built_in.searcher.data.questions:
        answer = built_in.answer(question.question)
        check_answer(built_in, answer)
        statuses.add(answer.status)
    assert statuses == {"answered", "no_answer", "redirected"}


@pytest.mark.model
@given(question=WORDS)
@settings(max_examples=60, deadline=None)
def test_hostile_questions(built_in: Assistant, question: str) -> None:
    try:
        answer = built_in.answer(question)
    except BadQuestion:
        return
    check_answer(built_in, answer)


@given(sentences=st.lists(WORDS, min_size=1, max_size=6), heading=WORDS, title=WORDS)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_hostile_documents(sentences: list[str], heading: str, title: str) -> None:
    body = " ".join(f"Lupus patients {words}." for words in sentences)
    faq = small_assistant(body=body, heading=heading, title=title)
    answer = faq.answer("What happened to the lupus patients?")
    check_answer(faq, answer)
    assert answer.status == "answered"


def test_a_changed_document_is_caught_by_every_renderer() -> None:
    faq = small_assistant(
        body="Lupus patients improved. Nobody was harmed.", heading="Results", title="A study"
    )
    answer = faq.answer("What happened to the lupus patients?")
    document = next(iter(faq.documents.values()))
    changed = Document(**{**document.model_dump(), "text": document.text.replace("improved", "recovered")})
    documents = {document.id: changed}
    withheld = faq.wording.text("withheld")
    for shown in (
        as_html(answer, faq.wording, documents, faq.passages),
        as_text(answer, faq.wording, documents),
    ):
        assert "improved" not in shown
        assert "recovered" not in shown
        assert withheld in html.unescape(shown)
