"""Every answer about benefit: facts and caveats beside each quote, no page of the clinic before a study."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from pathlib import Path

import pytest
from asking import COSINE, held_in_memory
from fakes import WordEmbedder
from shown import Shown

from assistant.answer import Assistant
from assistant.benefit import asks_benefit
from assistant.cards import as_html
from assistant.confidence import load_calibration
from assistant.level_facts import facts
from assistant.opened_index import open_searcher
from assistant.proofs import Proofs
from assistant.render import as_text
from assistant.schema import Answer, CaveatBlock, QuoteBlock, WordingBlock
from assistant.settings import Settings
from content.conditions import Conditions
from content.levels import is_study, place_of
from content.library import caveats_of, load_library
from index.evidence import EvidenceFacts, PassageText
from index.features import FEATURES
from index.reader import ReaderWeights
from index.remembered import RememberedEvidence
from index.search import Searcher

QUESTIONS = (
    "Does it work?", "Does it help with {}?", "Is it effective?", "Can {} be cured?",
    "Will people get better?",
    "What are the benefits for {}?", "What were the results?", "What is the success rate in {}?",
    "Did people with {} improve?", "Is there proof that cells heal {}?", "how well does it work for {}",
    "is it worth it", "¿Funciona para {}?", "¿Es eficaz?",
)  # fmt: skip
TOPICS = ("lupus", "COPD", "arthritis")


class Pointing:
    """A reader that is sure of one passage, less so of what is near, and of nothing else."""

    def __init__(self) -> None:
        self.facts = EvidenceFacts(weights_sha256="2" * 64, max_tokens=256)
        self.sure: dict[str, float] = {}

    def sentence_evidence(self, question: str, passages: Sequence[PassageText]) -> list[tuple[float, ...]]:
        """Return the same for all sentences of a passage, earlier ones a little more."""
        return [
            tuple(self.sure.get(passage.sentences[0], -6.0) - n / 100 for n in range(len(passage.sentences)))
            for passage in passages
        ]


def check_fair(faq: Assistant, answer: Answer) -> None:
    """Hold an answer about benefit against the laws, in its blocks and as a visitor sees it."""
    documents = faq.documents
    citations = {c.number: c for c in answer.citations}
    quoted = [documents[c.document_id] for c in answer.citations if c.caveat_of is None]
    held = [(c.document_id, c.start_char_index, c.end_char_index) for c in answer.citations]
    for document in quoted:
        for caveat in caveats_of(document, documents.values()):
            covered = [
                s <= caveat.span.start and caveat.span.end <= e for i, s, e in held if i == caveat.document_id
            ]
            assert any(covered), (answer.question, caveat)
    blocks = [b for b in answer.blocks if not isinstance(b, CaveatBlock)]
    for block, after in itertools.pairwise(blocks):
        if isinstance(block, QuoteBlock) and documents[citations[block.citation].document_id].study is None:
            assert isinstance(after, WordingBlock)
            assert after.id in ("no_study", "no_study_known")
    check_order(faq, answer)
    check_shown(faq, answer)
    assert all(Proofs.of(documents).of_citation(c).problem is None for c in answer.citations)


def check_order(faq: Assistant, answer: Answer) -> None:
    conditions = Conditions(list(faq.documents.values()))
    asked = conditions.named_in(answer.question)
    quoted = [faq.documents[c.document_id] for c in answer.citations if c.caveat_of is None]
    for number, document in enumerate(quoted):
        for later in quoted[number + 1 :]:
            if not is_study(document) and is_study(later):
                assert asked & conditions.of(document.id) and not asked & conditions.of(later.id)
            elif is_study(document) and is_study(later):
                assert place_of(document) <= place_of(later)
    shown = {faq.documents[c.document_id].id for c in answer.citations}
    for study in filter(is_study, faq.documents.values()):
        if any(conditions.of(study.id) & conditions.of(document.id) for document in quoted):
            assert study.id in shown, "the study of the condition is neither quoted nor beside it"


def check_shown(faq: Assistant, answer: Answer) -> None:
    """In every card the facts of its studies stand beside the words, as they do in the text."""
    html = as_html(answer, faq.wording, faq.documents, faq.passages)
    text = as_text(answer, faq.wording, faq.documents)
    figures = Shown(html, "figure").texts
    for citation in answer.citations:
        told = " · ".join(facts(citation.evidence, faq.wording))
        study = faq.documents[citation.document_id].study
        if study is not None and citation.caveat_of is None:
            assert {study.design, f"{study.participants} people"} <= set(told.split(" · "))
            assert any(citation.cited_text in figure and told in figure for figure in figures)
            assert told in text
    cards = html.split('<div class="faq-card">')[1:]
    caveats = [c for c in answer.citations if c.caveat_of is not None]
    for caveat in caveats:
        above = answer.citations[(caveat.caveat_of or 0) - 1]
        both = [
            c for c in cards if {above.cited_text, caveat.cited_text} <= set(Shown(c, "blockquote").texts)
        ]
        assert both, "a caveat stands in another card than its quote"
    assert not re.search(r"\b(?:level|grade) [1-5abcd]\b", html, re.IGNORECASE)


def test_each_passage_of_the_built_in_content_however_benefit_is_asked_about() -> None:
    reader = Pointing()
    weights = ReaderWeights(weights=dict.fromkeys(FEATURES, 0.0) | {"evidence": 1.0})
    signals = dict.fromkeys(COSINE.signals, 0.0) | {"sentence_evidence": 1.0}
    calibration = COSINE.model_copy(update={"reader": weights, "signals": signals})
    data = held_in_memory(load_library(), WordEmbedder())
    faq = Assistant(Searcher(data, WordEmbedder(), reader), calibration, Settings(passages_read=100))
    first = {p.id: faq.documents[p.document_id].slice(p.sentences[0]) for p in data.passages}
    study = next(p.id for p in data.passages if is_study(faq.documents[p.document_id]))
    seen = set()

    for passage in data.passages:
        for near in (None, study):
            # Not so sure that it stops reading before it has seen the passage.
            reader.sure = {first[near]: -1.0} if near else {}
            reader.sure[first[passage.id]] = 0.1
            for number, question in enumerate(QUESTIONS):
                asked = question.format(TOPICS[number % len(TOPICS)])
                answer = faq.answer(asked)
                assert answer.status == "answered"
                assert passage.id in {c.passage_id for c in answer.citations}
                check_fair(faq, answer)
                seen.add(answer.citations[0].document_id)
    assert len(QUESTIONS) >= 12
    assert all(asks_benefit(question.format("lupus")) for question in QUESTIONS)
    assert len(seen) == len(faq.documents)


@pytest.mark.model
def test_the_real_reader_s_answers_about_benefit_are_fair(built_in_home: Path, tmp_path: Path) -> None:
    settings = Settings(home=built_in_home)
    searcher = open_searcher(settings)
    assert searcher.evidence is not None
    evidence = RememberedEvidence(searcher.evidence, built_in_home / "readings.json")
    calibration = load_calibration(searcher.data.calibration, searcher.data.index_id)
    # Without a threshold everything is answered that otherwise would be refused as unsure.
    everything = calibration.model_copy(update={"threshold": 0.0, "certificate": None})
    faq = Assistant(Searcher(searcher.data, searcher.embedder, evidence), everything, settings)

    statuses = set()
    for question in QUESTIONS:
        for topic in TOPICS[:2] if "{}" in question else TOPICS[:1]:
            answer = faq.answer(question.format(topic))
            statuses.add(answer.status)
            if answer.status == "answered":
                check_fair(faq, answer)
                assert faq.answer(question.format(topic)) == answer
    assert "answered" in statuses
