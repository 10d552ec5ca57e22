"""An assistant a person can compute: a question is answered when a sentence's cosine to it is .5 or more."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from fakes import WordEmbedder
from small import QUESTIONS, SmallIndex

from assistant.answer import Assistant
from assistant.confidence import SIGNALS, Calibration
from assistant.settings import Settings
from content.aliases import equivalents
from content.library import Library
from content.passages import split
from content.questions import LabelledQuestion
from content.readers.markdown import canonical_text
from content.schema import Document
from index.data import IndexData
from index.embedder import Embedder
from index.evidence import EvidenceModel
from index.features import FEATURES
from index.lexical import LexicalStore
from index.reader import ReaderWeights
from index.search import Searcher
from index.stored import open_index

# A sentence's score is 10 · cosine − 5, and the probability is the logistic function of the best one's.
COSINE = Calibration(
    source="written by hand",
    questions=0,
    questions_sha256="",
    reader=ReaderWeights(weights=dict.fromkeys(FEATURES, 0.0) | {"sentence_cosine": 10.0, "bias": -5.0}),
    signals=dict.fromkeys(SIGNALS, 0.0) | {"sentence_cosine": 10.0, "bias": -5.0},
    threshold=0.5,
)


def ask_small(index: SmallIndex, calibration: Calibration = COSINE, **chosen: object) -> Assistant:
    """Return an assistant over the index of the small library; `chosen` are settings."""
    data, _, _ = open_index(index.root)
    return Assistant(Searcher(data, index.embedder), calibration, Settings.model_validate(chosen))


def small_assistant(
    *, body: str, heading: str = "Results", title: str = "A study", calibration: Calibration = COSINE
) -> Assistant:
    """Return an assistant over one clinic page, in memory."""
    document = page(f"# {heading}\n\n{body}", title=title)
    return Assistant(searcher_of(document), calibration, Settings())


def searcher_of(*documents: Document, evidence: EvidenceModel | None = None) -> Searcher:
    """Return a searcher over documents held in memory, embedded by their words."""
    embedder = WordEmbedder()
    return Searcher(held_in_memory(Library(documents=documents), embedder), embedder, evidence)


def page(body: str, **facts: Any) -> Document:
    """Return a clinic page with a Markdown body, or another kind of document by `facts`."""
    text, blocks, headings = canonical_text(body)
    usual = {"id": "a-page", "title": "A page", "kind": "clinic", "speaker": "clinic_page", "source": {}}
    return Document.model_validate({**usual, "text": text, "blocks": blocks, "headings": headings, **facts})


def held_in_memory(library: Library, embedder: Embedder) -> IndexData:
    """Return everything an index of the library holds, without writing it."""
    none = np.zeros((0, embedder.facts.dimension), dtype=np.float32)
    bare = IndexData(
        documents=library.documents, passages=tuple(p for d in library.documents for p in split(d)),
        questions=library.questions, embedder=embedder.facts, passage_vectors=none, sentence_vectors=none,
        question_vectors=none, document_vectors=none, lexical=LexicalStore.from_texts([]),
        equivalents=equivalents(library.documents, synonyms=library.synonyms), synonyms=library.synonyms,
    )  # fmt: skip
    passages, sentences, questions, documents = bare.embedded_texts()
    return replace(
        bare, passage_vectors=embedder.embed(passages), sentence_vectors=embedder.embed(sentences),
        question_vectors=embedder.embed(questions), document_vectors=embedder.embed(documents),
        lexical=LexicalStore.from_texts(passages),
    )  # fmt: skip


def covered(text: str, words: str, **more: object) -> LabelledQuestion:
    """Return a labelled question that a quote with these words answers."""
    facts = {"id": text, "question": text, "expect": "quote", "accept_any": [words], **more}
    return LabelledQuestion.model_validate(facts)


def uncovered(text: str) -> LabelledQuestion:
    """Return a labelled question that no passage covers."""
    return LabelledQuestion(id=text, question=text, expect="no_passage")


# Enough labelled questions to calibrate on.
COVERED = (
    *(covered(text, words) for _, text, _, words in QUESTIONS if words),
    covered("How many lupus patients had cells?", "treated 16 patients"),
    covered("Deaths in the study?", "no deaths"),
    covered("For how many months were people followed?", "followed for 8 months"),
)
UNCOVERED = tuple(
    uncovered(f"{text}?")
    for text in (
        "What does it cost", "Is there a cure", "Cost of cells", "Cost of a doctor", "People and cost",
        "Cure and results", "Results", "Is parking free", "Is there food", "Who plays music", "Any dogs",
    )
)  # fmt: skip
