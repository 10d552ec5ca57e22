"""Haystack: BM25 and embeddings in its document store in memory, joined by reciprocal ranks."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from turns import Texts, take_turns, with_titles


class Hybrid:
    """A pipeline as its tutorial on hybrid retrieval builds it, without the ranking model."""

    def __init__(self, model: Path) -> None:
        import torch
        from haystack import Document, Pipeline
        from haystack.components.joiners import DocumentJoiner
        from haystack.components.retrievers.in_memory import InMemoryBM25Retriever, InMemoryEmbeddingRetriever
        from haystack.document_stores.in_memory import InMemoryDocumentStore
        from haystack.utils import ComponentDevice
        from haystack_integrations.components.embedders.sentence_transformers import (
            SentenceTransformersDocumentEmbedder,
            SentenceTransformersTextEmbedder,
        )

        self._torch, self._document, self._pipeline = torch, Document, Pipeline
        device = ComponentDevice.from_str("cpu")
        self._of_documents = SentenceTransformersDocumentEmbedder(
            model=str(model), device=device, progress_bar=False
        )
        self._of_question = SentenceTransformersTextEmbedder(
            model=str(model), device=device, progress_bar=False
        )
        self._of_documents.warm_up()
        self._of_question.warm_up()
        self._parts: Any = (
            InMemoryDocumentStore, InMemoryBM25Retriever, InMemoryEmbeddingRetriever, DocumentJoiner
        )  # fmt: skip
        self._found: Any = None

    def threads(self, count: int) -> None:
        self._torch.set_num_threads(count)

    def build(self, texts: Texts) -> None:
        store_kind, by_words, by_vector, joiner = self._parts
        store = store_kind(embedding_similarity_function="cosine")
        documents = [self._document(content=words, meta={"id": key}) for key, words in with_titles(texts)]
        store.write_documents(self._of_documents.run(documents)["documents"])
        pipeline = self._pipeline()
        if self._found is not None:
            self._found.remove_component("question")
        pipeline.add_component("question", self._of_question)
        pipeline.add_component("vectors", by_vector(store, top_k=10))
        pipeline.add_component("words", by_words(store, top_k=10))
        pipeline.add_component("joined", joiner(join_mode="reciprocal_rank_fusion", top_k=10))
        pipeline.connect("question", "vectors")
        pipeline.connect("words", "joined")
        pipeline.connect("vectors", "joined")
        self._found = pipeline

    def search(self, question: str) -> list[str]:
        found = self._found.run({"question": {"text": question}, "words": {"query": question}})
        return [document.meta["id"] for document in found["joined"]["documents"]]


if __name__ == "__main__":
    take_turns(Hybrid)
