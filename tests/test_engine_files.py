"""Generations in files: the contract with every kind of codes, and damage that is noticed on opening."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import numpy as np
import pytest
from engine_contract import (
    COUNT,
    EMBEDDER,
    EngineContract,
    batches_of,
    blobs_of,
    facts_of,
    publish,
    questions_of,
    vectors_of,
)
from memory_engine import MemoryEngine
from memory_folder import folder_in_memory

from index.engines import proof
from index.engines.codes import Codec, recipe_for
from index.engines.errors import GenerationDamaged, WriteRefused
from index.engines.files import FilesEngine
from index.engines.nearest import nearest
from index.engines.opening import open_engine
from index.engines.protocol import Where

CODECS: tuple[Codec, ...] = get_args(Codec)
# Every law for the two that the ladder takes; the others stand in what differs, and in the long run.
LADDER: tuple[Codec, ...] = ("flat", "ivf-pq")
OTHERS = [pytest.param(codec, marks=pytest.mark.drill) for codec in CODECS if codec not in LADDER]


@pytest.fixture
def folder() -> Iterator[Path]:
    """Return a folder in memory, where a sync costs nothing; the disk's own when there is none."""
    with folder_in_memory() as made:
        yield made


@pytest.mark.parametrize("codec", [*LADDER, *OTHERS])
class TestFiles(EngineContract):
    @pytest.fixture
    def writer(self, folder: Path, codec: Codec) -> FilesEngine:
        return FilesEngine(folder / "store", codec)

    @pytest.fixture
    def reader(self, writer: FilesEngine, folder: Path) -> FilesEngine:
        return FilesEngine(folder / "store")


@pytest.mark.parametrize("codec", CODECS)
def test_every_kind_of_codes_finds_what_is_near_and_all_that_a_filter_lets_through(
    folder: Path, codec: Codec, monkeypatch: pytest.MonkeyPatch
) -> None:
    vectors, engine = vectors_of(COUNT), FilesEngine(folder, codec)
    publish(engine, vectors)
    generation = engine.open()
    found = wanted = 0
    for question in questions_of(vectors):
        best = set(np.argsort(-(vectors @ question), kind="stable")[:10].tolist())
        found += len(best & {row for row, _ in nearest(generation, question, 10)})
        wanted += 10
    assert found / wanted >= 0.97

    # A filter that lets much through goes to the codes.
    monkeypatch.setattr("index.engines.mapped._FEW", 100)
    where = Where(kind=("trial", "clinic"))
    rows = np.array(generation.rows_where(where))
    assert len(rows) > 1_000
    found = 0
    for question in questions_of(vectors):
        best = set(rows[np.argsort(-(vectors[rows] @ question), kind="stable")[:10]].tolist())
        found += len(best & {row for row, _ in nearest(generation, question, 10, where)})
    assert found / wanted >= 0.97


@pytest.mark.parametrize("codec", CODECS)
def test_fewer_than_there_are_is_never_given(folder: Path, codec: Codec) -> None:
    vectors, engine = vectors_of(COUNT), FilesEngine(folder, codec)
    publish(engine, vectors)
    generation = engine.open()

    assert sorted(generation.candidates(vectors[0], COUNT).rows.tolist()) == list(range(COUNT))
    assert sorted(generation.candidates(vectors[0], COUNT * 2).rows.tolist()) == list(range(COUNT))
    clinic = Where(kind=("clinic",))
    assert sorted(generation.candidates(vectors[0], COUNT, clinic).rows) == generation.rows_where(clinic)


def test_passages_of_a_document_need_not_stand_together(folder: Path) -> None:
    vectors, engine = vectors_of(60), FilesEngine(folder)
    names = ["a", "b", "a"] * 20
    batches = [
        batch._replace(document_ids=names[batch.first_row :][: len(batch.ids)])
        for batch in batches_of(vectors)
    ]
    with engine.building() as name:
        engine.write(facts_of(name, 60), batches, [("twice", b"1"), ("twice", b"2")])
        engine.publish(name)

    generation = engine.open()
    assert generation.rows_where(Where(document_id=("b",))) == list(range(1, 60, 3))
    assert generation.rows_where(Where(document_id=("a", "b"))) == list(range(60))
    assert [record.document_id for record in generation.get([0, 1, 2, 3])] == ["a", "b", "a", "a"]
    assert generation.blobs(["twice"]) == {"twice": b"2"}, "the last one counts, as in a dict"


def test_a_flipped_byte_in_any_file_is_noticed(folder: Path) -> None:
    engine = FilesEngine(folder, "ivf-pq")
    name = publish(engine, vectors_of(COUNT))
    engine.open().close()
    paths = [path for path in sorted((folder / name).iterdir()) if path.name not in (proof.SEEN, "LOCK")]
    assert len(paths) == 20, "all but what remembers, and the lock"

    for path in [folder / "CURRENT", *paths]:
        raw = path.read_bytes()
        if not raw:
            continue
        for place in (0, len(raw) // 2, len(raw) - 1):
            path.write_bytes(raw[:place] + bytes([raw[place] ^ 1]) + raw[place + 1 :])
            with pytest.raises(GenerationDamaged):
                engine.open()
        for spoilt in (raw[:-1], raw + b"\0", b""):
            path.write_bytes(spoilt)
            with pytest.raises(GenerationDamaged):
                engine.open()
        path.unlink()
        path.write_bytes(raw)
    assert engine.open(EMBEDDER).count() == COUNT


def test_what_was_verified_once_is_not_read_again_until_it_changes(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = FilesEngine(folder)
    name = publish(engine, vectors_of(60))
    read: list[str] = []
    whole = proof._sha256_of_settled

    def noted(path: Path) -> str:
        read.append(path.name)
        return whole(path)

    monkeypatch.setattr(proof, "_sha256_of_settled", noted)

    FilesEngine(folder).open()
    assert read == [], "the gate had read them before publication"
    os.utime(folder / name / proof.VECTORS)
    engine.open()
    assert read == [proof.VECTORS]
    for rubbish in (b"", b"[]", b'{"vectors.f32": 7}', b"[" * 100_000):
        read.clear()
        (folder / name / proof.SEEN).write_bytes(rubbish)
        engine.open()
        assert len(read) == 18, "what remembers nothing costs time, no more"


def test_a_manifest_that_leaves_a_file_out_is_refused(folder: Path) -> None:
    name = publish(FilesEngine(folder, "sq8"), vectors_of(60))
    path = folder / name / proof.MANIFEST
    told = proof.FolderFacts.model_validate_json(path.read_bytes())
    fewer = {name: stored for name, stored in told.files.items() if name != proof.CODES}
    path.write_bytes(told.model_copy(update={"files": fewer}).as_bytes())

    with pytest.raises(GenerationDamaged, match="does not name the files"):
        FilesEngine(folder).open(name=name)
    with pytest.raises(WriteRefused):
        FilesEngine(folder).publish(name)


def test_codes_of_other_vectors_are_refused(folder: Path) -> None:
    engine = FilesEngine(folder, "sq8")
    first, second = publish(engine, vectors_of(60)), publish(engine, vectors_of(120))
    told = proof.FolderFacts.model_validate_json((folder / first / proof.MANIFEST).read_bytes())
    other = proof.FolderFacts.model_validate_json((folder / second / proof.MANIFEST).read_bytes())
    shutil.copy(folder / second / proof.CODES, folder / first / proof.CODES)
    files = told.files | {proof.CODES: other.files[proof.CODES]}
    (folder / first / proof.MANIFEST).write_bytes(told.model_copy(update={"files": files}).as_bytes())

    with pytest.raises(GenerationDamaged, match="holds codes of 120 vectors, not 60"):
        engine.open(name=first)


def test_who_reads_goes_on_when_the_generation_is_dropped(folder: Path) -> None:
    engine = FilesEngine(folder, "ivf-pq")
    vectors = vectors_of(COUNT)
    first = publish(engine, vectors)
    generation = engine.open()
    publish(engine, vectors_of(60))
    engine.drop(first)

    oracle = MemoryEngine()
    publish(oracle, vectors)
    assert engine.names() == ["g-000002"]
    assert generation.get([7]) == oracle.open().get([7])
    assert nearest(generation, vectors[3], 5) == nearest(oracle.open(), vectors[3], 5)


def test_a_number_is_not_given_again_and_a_reason_outlives_what_was_dropped(folder: Path) -> None:
    engine = FilesEngine(folder)
    first, second = publish(engine, vectors_of(60)), publish(engine, vectors_of(60))
    engine.publish(first)
    engine.revoke(second, b"wrong dose")
    engine.drop(second)
    with engine.building() as name:
        assert name == "g-000003"
        engine.write(facts_of(name, 60), batches_of(vectors_of(60)), blobs_of())
    engine.drop("g-000003")

    with engine.building() as name:
        assert name == "g-000004"
    assert engine.revocations() == {second: b"wrong dose"}
    for bad in ("../x", "revoked", ""):
        with pytest.raises(WriteRefused):
            engine.revoke(bad, b"")
        engine.drop(bad)
        assert (folder / "revoked").is_dir()


def test_a_folder_has_an_address(folder: Path) -> None:
    name = publish(FilesEngine(folder / "of staff"), vectors_of(60))

    assert open_engine(f"file://{folder}/of%20staff").published() == name


def test_the_ladder_scans_few_and_has_lists_for_many() -> None:
    assert recipe_for(0, "hnsw").codec == "flat"
    assert recipe_for(100_000).codec == "flat"
    million, ten = recipe_for(1_000_000), recipe_for(10_000_000)
    assert (million.codec, ten.codec) == ("ivf-pq", "ivf-pq")
    assert 0 < million.probes < million.lists
