"""What an index will hold before anything is embedded: documents, passages, questions and names."""

from __future__ import annotations

import numpy as np

from content.aliases import equivalents
from content.library import Library
from content.passages import split
from index.data import IndexData
from index.embedder import EmbedderFacts
from index.lexical import LexicalStore


def unembedded(library: Library, facts: EmbedderFacts, *, titles: bool, mined: bool) -> IndexData:
    """Return the data of a library without vectors, float32 (0, d), and without terms.

    Its `embedded_texts` are what a build embeds.
    """
    empty = np.zeros((0, facts.dimension), dtype=np.float32)
    return IndexData(
        documents=library.documents,
        passages=tuple(passage for document in library.documents for passage in split(document)),
        questions=library.questions, embedder=facts, passage_vectors=empty, sentence_vectors=empty,
        question_vectors=empty, document_vectors=empty, lexical=LexicalStore.from_texts([]),
        equivalents=equivalents(library.documents, synonyms=library.synonyms, mined=mined),
        synonyms=library.synonyms, titles=titles,
    )  # fmt: skip
