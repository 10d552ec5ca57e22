"""verbatim-rag: its index in Milvus Lite, with dense vectors alone.

That is all it finds by without a network: its BM25 needs a Milvus server, its sparse vectors SPLADE, which no
package brings. Its extractors need a language model or a model of their own, so that none of them runs here.
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import Any

from turns import Texts, take_turns


class DenseIndex:
    """VerbatimIndex over LocalMilvusStore with SentenceTransformersProvider, texts cut at headings."""

    def __init__(self, model: Path) -> None:
        import torch
        from verbatim_rag.embedding_providers import SentenceTransformersProvider
        from verbatim_rag.index import VerbatimIndex
        from verbatim_rag.schema import DocumentSchema
        from verbatim_rag.vector_stores import LocalMilvusStore

        self._torch = torch
        self._parts: Any = (VerbatimIndex, LocalMilvusStore, DocumentSchema)
        self._dense = SentenceTransformersProvider(str(model))
        self._folder: Path | None = None
        self._found: Any = None

    def threads(self, count: int) -> None:
        self._torch.set_num_threads(count)

    def build(self, texts: Texts) -> None:
        whole, store_kind, document = self._parts
        if self._folder:
            self._found.vector_store.client.close()
            shutil.rmtree(self._folder)
        self._folder = Path(tempfile.mkdtemp(prefix="verbatim-"))
        store = store_kind(db_path=str(self._folder / "milvus.db"), enable_sparse=False)
        self._found = whole(store, dense_provider=self._dense)
        # Under this name it keeps what a passage belongs to; under all others it loses it or embeds it.
        self._found.add_documents_bulk(
            [
                document(id=key, title=title or None, content=text, metadata={"userId": key})
                for key, title, text in texts
            ]
        )

    def search(self, question: str) -> list[str]:
        # Two passages of one document count once, so a few more are asked for than are wanted.
        found = self._found.query(question, k=15)
        return list(dict.fromkeys(one.metadata["userId"] for one in found))[:10]


if __name__ == "__main__":
    take_turns(DenseIndex)
