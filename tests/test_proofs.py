"""A quote is proved by what was published, newest first, and by nothing that only looks like it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from small import SmallIndex, edited, rebuild

from assistant.archive import archive_documents, archived
from assistant.citation import Citation, cite
from assistant.proofs import Proof, Proofs
from content.schema import Document, Span
from index.build import build_index
from index.errors import IndexNotFound
from index.pointer import CURRENT

KNEE = "Knee pain is common."


def quoted(document: Document, words: str = KNEE) -> Citation:
    start = document.text.index(words)
    return cite(1, document, f"{document.id}#p1", Span(start=start, end=start + len(words)))


@pytest.fixture
def knee(small_index: SmallIndex) -> Document:
    return next(document for document in small_index.library.documents if document.id == "therapy-knee")


def proof(index: SmallIndex, citation: Citation) -> Proof:
    return Proofs.open(index.root.parent, index.root).of_citation(citation)


def test_the_index_in_use_proves_first_and_then_what_is_older(
    small_index: SmallIndex, small_library: Path, knee: Document
) -> None:
    cited, home = quoted(knee), small_index.root.parent
    assert proof(small_index, cited) == Proof(by="the index in use")

    build_index(edited(small_library, KNEE, "Knee pain is rare."), small_index.embedder, small_index.root)
    assert proof(small_index, cited) == Proof(by="g-000001", older=True)

    archive_documents(home, [])
    shutil.rmtree(small_index.root / "g-000001")
    assert proof(small_index, cited) == Proof(by="the archive", older=True)

    shutil.rmtree(home / "archive")
    gone = proof(small_index, cited)
    assert gone.by is None
    assert gone.problem == (
        "therapy-knee: the document has changed since it was quoted, and its text of then, "
        f"{knee.sha256[:12]}…, is not kept"
    )


def test_the_archive_proves_when_no_index_can_be_read(small_index: SmallIndex, knee: Document) -> None:
    home = small_index.root.parent
    archive_documents(home, [])
    (small_index.root / "g-000001" / "documents.jsonl").write_bytes(b"")
    assert proof(small_index, quoted(knee)) == Proof(by="the archive", older=True)

    shutil.rmtree(small_index.root)
    assert proof(small_index, quoted(knee)) == Proof(by="the archive", older=True)

    shutil.rmtree(home / "archive")
    with pytest.raises(IndexNotFound):
        proof(small_index, quoted(knee))


def test_what_answers_although_it_is_not_named_is_in_use(small_index: SmallIndex, knee: Document) -> None:
    rebuild(small_index)
    (small_index.root / CURRENT).write_bytes(b"")

    assert proof(small_index, quoted(knee)) == Proof(by="the index in use")


def test_a_text_proves_nothing_of_another_document(small_index: SmallIndex, knee: Document) -> None:
    twin = knee.model_copy(update={"id": "b-page"})
    archive_documents(small_index.root.parent, [twin.model_copy(update={"text": f"{knee.text} More."})])

    assert proof(small_index, quoted(twin)).problem == "b-page: this text was published as therapy-knee"


def test_facts_of_then_belong_to_the_words_of_then(small_index: SmallIndex, knee: Document) -> None:
    titled = knee.model_copy(update={"title": "Painful knees"})
    assert proof(small_index, quoted(titled)).problem == (
        "therapy-knee: not as published, beside the quote: the title"
    )

    archive_documents(small_index.root.parent, [titled])
    assert titled in archived(small_index.root.parent).documents(knee.sha256)
    assert proof(small_index, quoted(titled)) == Proof(by="the archive", older=True)


def test_a_part_of_the_address_points_at_the_words(knee: Document) -> None:
    url = "https://clinic.example/knee#top"
    known = knee.model_copy(update={"source": knee.source.model_copy(update={"url": url})})
    cited = quoted(known)
    proofs = Proofs.of({known.id: known})

    assert cited.url == f"{url}:~:text=Knee%20pain%20is%20common."
    assert proofs.of_citation(cited) == Proof(by="the documents")
    elsewhere = cited.model_copy(update={"url": "https://evil.example/#:~:text=Knee"})
    assert proofs.of_citation(elsewhere).problem is not None
    assert proofs.of_citation(cited.model_copy(update={"url": None})).problem is not None
