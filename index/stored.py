"""The files of one generation, and the way back from them."""

from __future__ import annotations

import fcntl
from collections.abc import Iterable
from pathlib import Path
from typing import TypeVar

import numpy as np
from pydantic import TypeAdapter, ValidationError

from content.errors import FaqError
from content.questions import LabelledQuestion
from content.schema import Document, Fact, Passage
from content.synonyms import Synonyms
from index.data import IndexData
from index.embedder import FloatMatrix
from index.errors import IndexDamaged
from index.generations import current, verified
from index.lexical import LexicalStore
from index.manifest import Manifest, read_manifest, verify_files
from index.pointer import readable_pointer
from index.regular import must_be_regular
from index.search import Searcher
from index.vectors import load_vectors, save_vectors

AnyFact = TypeVar("AnyFact", bound=Fact)
_DOCUMENTS = "documents.jsonl"
# How parts of an index are written, wherever they are kept.
ANSWERS = TypeAdapter(tuple[tuple[int, ...], ...])
EQUIVALENTS = TypeAdapter(dict[str, tuple[str, ...]])
SYNONYMS: TypeAdapter[Synonyms] = TypeAdapter(Synonyms)


def write_data(folder: Path, data: IndexData) -> None:
    """Write every file of a generation except its manifest; no pickle anywhere."""
    rows: tuple[tuple[str, Iterable[Fact]], ...] = (
        (_DOCUMENTS, data.documents),
        ("passages.jsonl", data.passages),
        ("questions.jsonl", data.questions),
    )
    for name, facts in rows:
        (folder / name).write_text("".join(f"{f.model_dump_json()}\n" for f in facts), "utf-8")
    save_vectors(folder / "passages.npy", np.asarray(data.passage_vectors))
    save_vectors(folder / "sentences.npy", np.asarray(data.sentence_vectors))
    save_vectors(folder / "questions.npy", np.asarray(data.question_vectors))
    save_vectors(folder / "documents.npy", np.asarray(data.document_vectors))
    (folder / "equivalents.json").write_text(EQUIVALENTS.dump_json(dict(data.equivalents)).decode(), "utf-8")
    if data.synonyms:
        (folder / "synonyms.json").write_text(SYNONYMS.dump_json(data.synonyms).decode(), "utf-8")
    (folder / "answers.json").write_text(ANSWERS.dump_json(data.answers).decode("ascii"), "ascii")
    if not isinstance(data.lexical, LexicalStore):
        raise TypeError("only an index held in memory is written to a folder")
    data.lexical.save(folder / "lexical")
    if data.calibration is not None:
        (folder / "calibration.json").write_text(data.calibration, "utf-8")


def open_index(root: Path) -> tuple[IndexData, Manifest, bool]:
    """Load the index in use after verifying every byte; the flag says it is a fallback.

    Raises IndexNotFound, IndexDamaged, IndexOutOfDate; nothing is repaired silently.
    """
    while True:
        before = readable_pointer(root)
        try:
            folder, manifest, degraded = current(root)
            found = _locked(folder, manifest), manifest, degraded
        except FaqError:
            if readable_pointer(root) == before:
                raise
        else:
            if not degraded or readable_pointer(root) == before:
                return found
        # Several builds ended meanwhile and the last of them removed what was being read: there is a newer.


def open_generation(root: Path, name: str) -> tuple[IndexData, Manifest]:
    """Load one generation, in use or not, to look at what it said; also one that was revoked.

    Raises IndexDamaged, IndexOutOfDate. Nobody is answered from it.
    """
    manifest = verified(root / name, even_revoked=True)
    return _locked(root / name, manifest), manifest


def read_words(root: Path, name: str) -> tuple[Manifest, tuple[Document, ...]]:
    """Read the manifest and the documents of one generation, nothing else, every byte verified.

    Also of one that was revoked, or built by another version of the program: words stay provable.
    Raises IndexDamaged, IndexOutOfDate.
    """
    folder = root / name
    manifest = read_manifest(folder, any_builder=True)
    stored = {path: file for path, file in manifest.files.items() if path == _DOCUMENTS}
    verify_files(folder, manifest.model_copy(update={"files": stored}))
    documents = _read(Document, folder / _DOCUMENTS)
    _check_words(folder, documents, (), manifest)
    return manifest, documents


def _locked(folder: Path, manifest: Manifest) -> IndexData:
    try:
        must_be_regular(folder / "LOCK")
        with (folder / "LOCK").open("r") as lock:
            # Shared: as many readers as like, and no builder removes the folder meanwhile.
            fcntl.flock(lock, fcntl.LOCK_SH)
            return _load(folder, manifest)
    except OSError as error:
        raise IndexDamaged(folder, f"cannot be read ({error.strerror})") from error


def check_canaries(searcher: Searcher, manifest: Manifest) -> None:
    """Ask the stored canary questions; another first passage means vectors and model differ."""
    for canary in manifest.canaries:
        found = searcher.search(canary.question, 1)
        if not found or found[0].passage.id != canary.passage_id:
            place = Path(manifest.generation)
            raise IndexDamaged(place, f"finds another passage than {canary.passage_id} for its canary")


def _load(folder: Path, manifest: Manifest) -> IndexData:
    documents = _read(Document, folder / _DOCUMENTS)
    passages = _read(Passage, folder / "passages.jsonl")
    questions = _read(LabelledQuestion, folder / "questions.jsonl")
    _check_words(folder, documents, passages, manifest)

    def vectors(name: str, count: int) -> FloatMatrix:
        return load_vectors(folder / name, count=count, dimension=manifest.embedder.dimension)

    sentence_count = sum(len(passage.sentences) for passage in passages)
    calibration = folder / "calibration.json"
    known = calibration.name in manifest.files
    return IndexData(
        documents=documents,
        passages=passages,
        questions=questions,
        embedder=manifest.embedder,
        passage_vectors=vectors("passages.npy", len(passages)),
        sentence_vectors=vectors("sentences.npy", sentence_count),
        question_vectors=vectors("questions.npy", len(questions)),
        document_vectors=vectors("documents.npy", len(documents)),
        equivalents=_read_equivalents(folder / "equivalents.json"),
        synonyms=_read_synonyms(folder / "synonyms.json") if "synonyms.json" in manifest.files else (),
        lexical=LexicalStore.load(folder / "lexical", count=len(passages)),
        stored_answers=_read_answers(folder / "answers.json", len(questions), sentence_count),
        titles=manifest.titles,
        calibration=calibration.read_text("utf-8") if known else None,
        index_id=manifest.index_id,
        content_fingerprint=manifest.content_fingerprint,
    )


def _check_words(
    folder: Path, documents: tuple[Document, ...], passages: tuple[Passage, ...], manifest: Manifest
) -> None:
    """Refuse passages outside their documents and documents other than the manifest's."""
    lengths = {document.id: len(document.text) for document in documents}
    if {d.id: d.sha256 for d in documents} != {s.id: s.sha256 for s in manifest.sources}:
        raise IndexDamaged(folder / _DOCUMENTS, "documents differ from the manifest")
    for passage in passages:
        inside = all(passage.span.start <= s.start < s.end <= passage.span.end for s in passage.sentences)
        if not inside or passage.span.end > lengths.get(passage.document_id, -1):
            raise IndexDamaged(folder / "passages.jsonl", f"{passage.id} lies outside its document")


def _read(kind: type[AnyFact], path: Path) -> tuple[AnyFact, ...]:
    try:
        lines = path.read_text("utf-8").split("\n")
        return tuple(kind.model_validate_json(line) for line in lines if line)
    except (OSError, UnicodeDecodeError, ValidationError) as error:
        raise IndexDamaged(path, "holds a line that cannot be read") from error


def _read_equivalents(path: Path) -> dict[str, tuple[str, ...]]:
    try:
        return EQUIVALENTS.validate_json(path.read_bytes())
    except (OSError, ValidationError) as error:
        raise IndexDamaged(path, "does not hold names of terms") from error


def _read_synonyms(path: Path) -> Synonyms:
    try:
        return SYNONYMS.validate_json(path.read_bytes())
    except (OSError, ValidationError) as error:
        raise IndexDamaged(path, "does not hold groups of terms") from error


def _read_answers(path: Path, questions: int, sentences: int) -> tuple[tuple[int, ...], ...]:
    try:
        answers = ANSWERS.validate_json(path.read_bytes())
    except (OSError, ValidationError) as error:
        raise IndexDamaged(path, "does not hold rows of sentences") from error
    if len(answers) != questions or any(not 0 <= row < sentences for rows in answers for row in rows):
        raise IndexDamaged(path, "names questions or sentences that are not stored")
    return answers
