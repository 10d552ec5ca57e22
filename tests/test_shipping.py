"""An index in a store answers as the one in memory does, and is shipped whole or not at all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import numpy as np
import pytest
from asking import ask_small
from memory_engine import MemoryEngine
from small import QUESTIONS, SmallIndex

from assistant.answer import Assistant
from assistant.hints import holds
from assistant.schema import Hint
from content.schema import Document
from index.data import IndexData
from index.engines.errors import EngineBusy, GenerationDamaged, NotPublished
from index.engines.fetched import StoredDocuments
from index.engines.protocol import Batch, Blob, GenerationFacts
from index.engines.shared_data import SharedData
from index.engines.shipping import open_shared, ship, shipped
from index.errors import IndexDamaged
from index.manifest import Manifest
from index.search import Searcher
from index.stored import open_index


@pytest.fixture
def held(small_index: SmallIndex) -> tuple[IndexData, Manifest]:
    data, manifest, _ = open_index(small_index.root)
    return data, manifest


@pytest.fixture
def engine(held: tuple[IndexData, Manifest]) -> MemoryEngine:
    engine = MemoryEngine()
    assert ship(engine, *held) == "g-000001"
    return engine


def test_everything_looks_as_it_did_in_memory(engine: MemoryEngine, held: tuple[IndexData, Manifest]) -> None:
    data, manifest = held
    shared, again = open_shared(engine)

    assert again == manifest
    assert (shared.shared, data.shared) == (True, False)
    for name in ("documents", "passages", "sentences", "questions", "answers"):
        assert list(getattr(shared, name)) == list(getattr(data, name)), name
    for name in ("passage_vectors", "sentence_vectors", "question_vectors", "document_vectors"):
        whole = np.asarray(getattr(data, name))
        assert np.array_equal(getattr(shared, name)[list(range(len(whole)))], whole), name
        assert np.array_equal(getattr(shared, name)[0], whole[0]), name
        assert len(getattr(shared, name)) == len(whole)
    for name in ("first_sentence", "document_of"):
        assert getattr(shared, name).tolist() == getattr(data, name).tolist(), name
    for name in ("equivalents", "synonyms", "index_id", "calibration", "titles", "embedder", "document_row"):
        assert getattr(shared, name) == getattr(data, name), name
    assert dict(shared.by_id) == dict(data.by_id)
    assert dict(shared.passage_named) == dict(data.passage_named)
    assert shared.embedded_texts() == data.embedded_texts()
    for unknown in ("trial-lupus#p0", "trial-lupus#p99", "trial-lupus", "nobody#p1", "trial-lupus#p01", ""):
        assert unknown not in shared.passage_named
    assert "nobody" not in shared.by_id
    for front, document in zip(shared.front, data.documents, strict=True):
        assert front.model_dump() == document.model_dump(exclude={"text", "blocks", "headings"})


def test_searches_find_the_same_with_the_same_scores(
    engine: MemoryEngine, held: tuple[IndexData, Manifest], small_index: SmallIndex
) -> None:
    shared = Searcher(open_shared(engine)[0], small_index.embedder)
    local = Searcher(held[0], small_index.embedder)

    for _, question, _, _ in QUESTIONS:
        assert shared.search(question) == local.search(question)
        assert shared.hits_in(question, "trial-lupus") == local.hits_in(question, "trial-lupus")
        assert shared.match_keys(question) == local.match_keys(question)
    for term in ("lupus", "studi", "zebra"):
        assert shared.data.lexical.frequency(term) == held[0].lexical.frequency(term)


def test_answers_are_the_same_byte_for_byte(engine: MemoryEngine, small_index: SmallIndex) -> None:
    local = ask_small(small_index)
    searcher = Searcher(open_shared(engine)[0], small_index.embedder)
    shared = Assistant(searcher, local.calibration, local.settings)

    answered = 0
    for _, question, _, _ in QUESTIONS:
        answer = shared.answer(question)
        answered += answer.status == "answered"
        assert answer.model_dump_json() == local.answer(question).model_dump_json()
    assert answered > 3


def test_only_what_is_looked_at_is_fetched(
    engine: MemoryEngine, small_index: SmallIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    data, _ = open_shared(engine)
    fetched: list[str] = []
    original = data.generation.blobs

    def noted(keys: Iterable[str]) -> Mapping[str, Blob]:
        fetched.extend(key for key in keys if key.startswith("document/"))
        return original(list(keys))

    monkeypatch.setattr(data.generation, "blobs", noted)
    Searcher(data, small_index.embedder).search("Where is the clinic?", 1)

    assert fetched == ["document/clinic-doctor"]


def test_what_is_in_use_is_not_shipped_again(engine: MemoryEngine, held: tuple[IndexData, Manifest]) -> None:
    assert ship(engine, *held) is None
    assert shipped(engine) == held[1].index_id
    engine.revoke("g-000001", b"a wrong number")
    assert shipped(engine) is None


def test_a_writer_that_fails_leaves_what_was_there(
    engine: MemoryEngine, held: tuple[IndexData, Manifest], monkeypatch: pytest.MonkeyPatch
) -> None:
    data, manifest = held
    newer = manifest.model_copy(update={"content_fingerprint": "other"})
    write = engine.write

    def torn(facts: GenerationFacts, batches: Iterable[Batch], blobs: Iterable[tuple[str, bytes]]) -> int:
        def some() -> Iterator[tuple[str, bytes]]:
            yield next(iter(blobs))
            raise OSError("the cable")

        return write(facts, batches, some())

    monkeypatch.setattr(engine, "write", torn)
    with pytest.raises(OSError, match="the cable"):
        ship(engine, data, newer)
    assert shipped(engine) == manifest.index_id
    with engine.building(), pytest.raises(EngineBusy):
        ship(engine, data, newer)


@pytest.mark.parametrize("key", ["file/front", "file/answers", "file/document-rows", "file/manifest"])
def test_a_part_that_is_gone_or_garbage_refuses(engine: MemoryEngine, key: str) -> None:
    kept = engine.generations["g-000001"].kept
    whole = kept.pop(key)
    with pytest.raises(GenerationDamaged):
        open_shared(engine)
    kept[key] = whole[:-3]
    with pytest.raises((GenerationDamaged, IndexDamaged)):
        open_shared(engine)


def test_another_document_under_its_name_is_never_shown(engine: MemoryEngine) -> None:
    data, _ = open_shared(engine)
    kept = engine.generations["g-000001"].kept
    document = Document.model_validate_json(kept["document/trial-lupus"])
    forged = document.model_copy(update={"text": document.text.replace("no deaths", "ten deaths")})
    kept["document/trial-lupus"] = forged.model_dump_json().encode()

    with pytest.raises(GenerationDamaged, match="is not the one the manifest names"):
        _ = data.by_id["trial-lupus"]


def test_an_empty_store_says_what_to_run() -> None:
    with pytest.raises(NotPublished, match="faq build"):
        open_shared(MemoryEngine())
    assert isinstance(SharedData.shared, property)


def test_a_hint_is_checked_without_fetching_any_text(
    engine: MemoryEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    documents = open_shared(engine)[0].by_id
    monkeypatch.setattr(StoredDocuments, "of", lambda documents, ids: pytest.fail("text was fetched"))

    assert not holds(Hint(short="SLE", long="lupus", citation=1), documents)
