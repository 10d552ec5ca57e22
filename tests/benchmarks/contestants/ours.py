"""Quoted FAQ itself: its index, its search, its search with the reader, and its whole answer."""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path

import faiss
from turns import Texts, take_turns

from assistant.answer import Assistant
from assistant.confidence import CAUTIOUS
from assistant.settings import read_settings
from content.library import Library
from content.readers.plain import read_plain
from index.build import build_index
from index.documents import ranked_documents
from index.embedder import open_embedder
from index.evidence import GraphEvidence, open_evidence
from index.search import Searcher
from index.stored import open_index


class Ours:
    """Everything as `faq build` and `faq ask` do it, without labelled questions to calibrate on."""

    def __init__(self, _: Path) -> None:
        self._settings = read_settings()
        self._embedder = open_embedder(self._settings.embedder, self._settings.models)
        self._evidence = open_evidence(self._settings.models)
        self._names: dict[str, str] = {}

    def threads(self, count: int) -> None:
        faiss.omp_set_num_threads(count)

    def build(self, texts: Texts) -> None:
        """Build on the disk and open from there."""
        root = Path(tempfile.mkdtemp(prefix="ours-"))
        try:
            documents = tuple(
                read_plain(text, document_id=f"d-{number}", title=title)
                for number, (_, title, text) in enumerate(texts)
            )
            self._names = {found.id: row[0] for found, row in zip(documents, texts, strict=True)}
            library = Library(documents=documents, questions=())
            build_index(library, self._embedder, root, evidence=self._evidence)
            data, _, _ = open_index(root)
        finally:
            shutil.rmtree(root)
        # Retrieval alone and retrieval with the reader: the same index, one searcher each.
        self._plain = Searcher(data, self._embedder)
        self._read = Searcher(data, self._embedder, self._evidence)
        self._faq = Assistant(self._read, CAUTIOUS, self._settings)

    def search(self, question: str) -> list[str]:
        self._plain.encode.cache_clear()
        return self._ranked(self._plain, question)

    def search_and_read(self, question: str) -> list[str]:
        self._forget()
        return self._ranked(self._read, question)

    def answer(self, question: str) -> list[str]:
        """Return the documents of a verified answer's quotes, none for a refusal."""
        self._forget()
        found = self._faq.answer(question[: self._settings.max_question_chars])
        return [self._names[citation.document_id] for citation in found.citations]

    def _ranked(self, searcher: Searcher, question: str) -> list[str]:
        return [self._names[key] for key, _ in ranked_documents(searcher, question)]

    def _forget(self) -> None:
        # Asked for the first time in every round.
        self._read.encode.cache_clear()
        if isinstance(self._evidence, GraphEvidence):
            self._evidence.read_one.cache_clear()


if __name__ == "__main__":
    sys.path.pop(0)
    take_turns(Ours)
