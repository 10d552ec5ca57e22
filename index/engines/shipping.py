"""An index to a store and back: what is written of it, and how it is opened again.

The store keeps a record for each passage (its facts, the vectors of its sentences) and blobs for all else:
each document, the vector of its opening, the BM25 column of each term, and the files of a generation.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from pydantic import TypeAdapter, ValidationError

from content.questions import LabelledQuestion
from content.schema import FrontMatter
from index.data import IndexData
from index.embedder import EmbedderFacts
from index.engines.by_row import (
    OpeningVectors,
    SentenceVectors,
    StoredDocumentList,
    StoredPassages,
    StoredVectors,
)
from index.engines.errors import GenerationDamaged
from index.engines.fetched import (
    StoredColumns,
    StoredDocuments,
    StoredPassage,
    column_blob,
    passage_body,
)
from index.engines.protocol import Batch, Engine, Generation, GenerationFacts
from index.engines.shared_data import SharedData
from index.lexical import LexicalStore
from index.manifest import Manifest, manifest_of
from index.stored import ANSWERS, EQUIVALENTS, SYNONYMS

_BATCH = 1_000
_MANIFEST = "file/manifest"
_FRONT = TypeAdapter(tuple[FrontMatter, ...])
_QUESTIONS = TypeAdapter(tuple[LabelledQuestion, ...])
_WORDS = {"text", "blocks", "headings"}


def embedder_name(facts: EmbedderFacts) -> str:
    """Name what must be equal for two vectors to be comparable."""
    return f"{facts.name} {facts.precision} {facts.dimension} {facts.max_tokens} {facts.weights_sha256}"


def ship(engine: Engine, data: IndexData, manifest: Manifest) -> str | None:
    """Publish an index in a store, unless it is the one in use there; return the name it got.

    Law: whoever asks the store meanwhile is answered from the index before, whole; a writer who is killed
    has changed nothing. Raises EngineBusy, WriteRefused, EngineUnreachable.
    """
    if shipped(engine) == manifest.index_id:
        return None
    with engine.building() as name:
        facts = GenerationFacts(
            name=name, embedder=embedder_name(data.embedder), dimension=data.embedder.dimension,
            count=len(data.passages),
        )  # fmt: skip
        engine.write(facts, _batches(data), _blobs(data, manifest))
        engine.publish(name)
    return name


def shipped(engine: Engine) -> str | None:
    """Return the id of the index in use in a store, None before the first or once it was revoked."""
    name = engine.published()
    if name is None or name in engine.revocations():
        return None
    return index_id_of(engine, name)


def index_id_of(engine: Engine, name: str) -> str:
    """Return the id of the index a generation of a store holds."""
    return manifest_in(engine, name).index_id


def manifest_in(engine: Engine, name: str) -> Manifest:
    """Return the manifest of a generation of a store, whatever version of the program built it.

    Its name there is the one it goes by, not the one it had where it was built. Raises GenerationDamaged, …
    """
    generation = engine.open(name=name)
    try:
        manifest = _manifest(generation, any_builder=True)
    finally:
        generation.close()
    return manifest.model_copy(update={"generation": name})


def open_shared(engine: Engine, name: str | None = None) -> tuple[SharedData, Manifest]:
    """Open the index in use in a store, or one by name. Raises NotPublished, GenerationDamaged, …"""
    generation = engine.open(name=name)
    manifest = _manifest(generation)
    if generation.facts.embedder != embedder_name(manifest.embedder):
        raise GenerationDamaged(engine.where, "its vectors are not those its manifest names")
    return _data(generation, manifest), manifest


def _batches(data: IndexData) -> Iterator[Batch]:
    vectors = np.split(np.asarray(data.sentence_vectors), data.first_sentence[1:])
    for begin in range(0, len(data.passages), _BATCH):
        rows = range(begin, min(begin + _BATCH, len(data.passages)))
        passages = [data.passages[row] for row in rows]
        documents = [data.by_id[passage.document_id] for passage in passages]
        yield Batch(
            first_row=begin,
            ids=[passage.id for passage in passages],
            document_ids=[document.id for document in documents],
            kinds=[document.kind for document in documents],
            speakers=[document.speaker for document in documents],
            vectors=np.asarray(data.passage_vectors[begin : rows.stop]),
            bodies=[
                passage_body(StoredPassage(passage, vectors[row]))
                for row, passage in zip(rows, passages, strict=True)
            ],
        )


def _blobs(data: IndexData, manifest: Manifest) -> Iterator[tuple[str, bytes]]:
    if not isinstance(data.lexical, LexicalStore):
        raise TypeError("only an index held in memory is written to a store")
    # First, where numbers of four bytes begin at multiples of four: files are looked at where they stand.
    for term, column in data.lexical.columns():
        yield f"term/{term}", column_blob(column)
    yield _MANIFEST, manifest.as_bytes()
    yield "file/front", _front_of(data.documents)
    yield "file/questions", _QUESTIONS.dump_json(data.questions)
    yield "file/question-vectors", np.asarray(data.question_vectors, dtype="<f4").tobytes()
    yield "file/answers", ANSWERS.dump_json(data.answers)
    yield "file/equivalents", EQUIVALENTS.dump_json(dict(data.equivalents))
    yield "file/synonyms", SYNONYMS.dump_json(data.synonyms)
    yield "file/document-rows", data.document_of.astype("<i4").tobytes()
    counts = [len(passage.sentences) for passage in data.passages]
    yield "file/sentence-counts", np.array(counts, dtype="<u2").tobytes()
    if data.calibration is not None:
        yield "file/calibration", data.calibration.encode("utf-8")
    for row, document in enumerate(data.documents):
        yield f"document/{document.id}", document.model_dump_json().encode("utf-8")
        yield f"opening/{document.id}", np.asarray(data.document_vectors[row], dtype="<f4").tobytes()


def _front_of(documents: Sequence[FrontMatter]) -> bytes:
    front = (FrontMatter(**document.model_dump(exclude=_WORDS)) for document in documents)
    return _FRONT.dump_json(tuple(front))


def _manifest(generation: Generation, *, any_builder: bool = False) -> Manifest:
    raw = generation.blobs([_MANIFEST]).get(_MANIFEST)
    if raw is None:
        raise GenerationDamaged(generation.facts.name, "has no manifest")
    return manifest_of(bytes(raw), generation.facts.name, any_builder=any_builder)


def _data(generation: Generation, manifest: Manifest) -> SharedData:
    names = "front questions question-vectors answers equivalents synonyms document-rows sentence-counts"
    keys = [f"file/{name}" for name in (*names.split(), "calibration")]
    facts = generation.facts
    blobs = {key: bytes(raw) for key, raw in generation.blobs(keys).items()}
    try:
        front = _FRONT.validate_json(blobs["file/front"])
        documents = StoredDocuments(generation, front, {s.id: s.sha256 for s in manifest.sources})
        counts = np.frombuffer(blobs["file/sentence-counts"], "<u2").astype(np.int64)
        passages = StoredPassages(generation, counts)
        questions = _QUESTIONS.validate_json(blobs["file/questions"])
        vectors = np.frombuffer(blobs["file/question-vectors"], "<f4").reshape(-1, facts.dimension)
        calibration = blobs.get("file/calibration")
        data = SharedData(
            documents=StoredDocumentList(documents), passages=passages, questions=questions,
            embedder=manifest.embedder, passage_vectors=StoredVectors(generation),
            sentence_vectors=SentenceVectors(generation, passages), question_vectors=vectors,
            document_vectors=OpeningVectors(generation, front), lexical=StoredColumns(generation),
            equivalents=EQUIVALENTS.validate_json(blobs["file/equivalents"]),
            synonyms=SYNONYMS.validate_json(blobs["file/synonyms"]),
            stored_answers=ANSWERS.validate_json(blobs["file/answers"]), titles=manifest.titles,
            calibration=calibration.decode("utf-8") if calibration is not None else None,
            index_id=manifest.index_id, content_fingerprint=manifest.content_fingerprint,
            generation=generation, stored=passages, stored_documents=documents,
            document_rows=np.frombuffer(blobs["file/document-rows"], "<i4").astype(np.int32),
        )  # fmt: skip
    except (KeyError, ValueError, ValidationError) as error:
        raise GenerationDamaged(facts.name, "a part of it is not there or cannot be read") from error
    if not len(counts) == len(data.document_rows) == facts.count == manifest.counts["passages"]:
        raise GenerationDamaged(facts.name, "its parts are not of one generation")
    return data
