"""LangChain: a BM25 retriever and FAISS, joined by its EnsembleRetriever, half each."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from turns import Texts, take_turns, with_titles


class Ensemble:
    """Its own defaults; ten documents of each retriever."""

    def __init__(self, model: Path) -> None:
        import faiss
        import torch
        from langchain_classic.retrievers import EnsembleRetriever
        from langchain_community.retrievers import BM25Retriever
        from langchain_community.vectorstores import FAISS
        from langchain_core.documents import Document
        from langchain_huggingface import HuggingFaceEmbeddings

        self._torch, self._faiss = torch, faiss
        self._kinds: Any = (EnsembleRetriever, BM25Retriever, FAISS, Document)
        self._embeddings = HuggingFaceEmbeddings(model_name=str(model), model_kwargs={"device": "cpu"})
        self._retriever: Any = None

    def threads(self, count: int) -> None:
        self._torch.set_num_threads(count)
        self._faiss.omp_set_num_threads(count)

    def build(self, texts: Texts) -> None:
        ensemble, bm25, store, document = self._kinds
        documents = [document(page_content=words, metadata={"id": key}) for key, words in with_titles(texts)]
        words = bm25.from_documents(documents)
        words.k = 10
        vectors = store.from_documents(documents, self._embeddings).as_retriever(search_kwargs={"k": 10})
        self._retriever = ensemble(retrievers=[words, vectors], weights=[0.5, 0.5])

    def search(self, question: str) -> list[str]:
        return [found.metadata["id"] for found in self._retriever.invoke(question)][:10]


if __name__ == "__main__":
    take_turns(Ensemble)
