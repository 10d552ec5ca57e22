"""Files that nobody expected, and files made to harm: each is refused or passed over, none is believed."""

from __future__ import annotations

import hashlib
import json
import os
import pickle
import resource
import shutil
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from drill.figures import Figures
from drill.verdict import Found, Version, opened, versions
from fakes import OTHER, WordEmbedder

from content.errors import FaqError
from index.embedder import FloatMatrix
from index.errors import IndexDamaged, IndexOutOfDate
from index.graph import file_sha256
from index.manifest import Manifest, StoredFile, read_manifest
from index.pointer import Pointer, swap_pointer
from index.search import Searcher
from index.stored import check_canaries, open_index
from index.vectors import load_vectors


@pytest.fixture
def known(memory: Path) -> tuple[Version, ...]:
    return versions(memory / "words", "old", "new")


@pytest.fixture
def root(memory: Path, known: tuple[Version, ...]) -> Path:
    for version in known:
        version.publish(memory / "index")
    return memory / "index"


STRANGE: dict[str, Callable[[Path], object]] = {
    "a file": lambda path: path.write_bytes(b"x"),
    "an empty file": lambda path: path.write_bytes(b""),
    "a folder": lambda path: path.mkdir(),
    "a full folder": lambda path: (path / "inner").mkdir(parents=True),
    "a pipe": lambda path: os.mkfifo(path),
    "a link to nothing": lambda path: path.symlink_to("nowhere"),
    "a link to itself": lambda path: path.symlink_to(path.name),
    "a link to a device": lambda path: path.symlink_to("/dev/zero"),
    "a huge file": lambda path: huge(path),
}
NEW_NAMES = (
    ".build.lock", ".DS_Store", "lost+found", "tmp-99", "tmp-del-g-000009", "g-000009", "g-999999999", "g-12",
    "CURRENT.tmp", "ｇ-000003", "g-٠٠٠٠٠٣", "ü\u0301\u202e", "a" * 255, "\udcff",
)  # fmt: skip


def cleared(path: Path) -> None:
    if path.is_symlink() or not path.is_dir():
        path.unlink(missing_ok=True)
    else:
        for inner in path.iterdir():
            cleared(inner)
        path.rmdir()


@pytest.mark.parametrize("strange", STRANGE)
def test_strange_files_beside_an_index(
    strange: str, root: Path, known: tuple[Version, ...], memory: Path, figures: Figures
) -> None:
    template = root
    for number, name in enumerate(NEW_NAMES):
        root = shutil.copytree(template, memory / str(number))
        place = root / name
        cleared(place)
        STRANGE[strange](place)
        assert opened(root, known) == Found("new", degraded=False), name
        try:
            known[0].publish(root, force=True)
            assert opened(root, known) == Found("old", degraded=False), name
        except FaqError as error:
            # No number is left, or nothing can be locked: that is said, and the old index serves.
            assert name in (".build.lock", "g-999999999"), (name, error)
            assert opened(root, known) == Found("new", degraded=False), name
        cleared(place)
        known[1].publish(root, force=True)
        assert opened(root, known) == Found("new", degraded=False), name
        shutil.rmtree(root)
    figures.add(f"R15 {strange} beside the index", names=len(NEW_NAMES), believed=0)


@pytest.mark.parametrize("strange", STRANGE)
def test_strange_files_in_the_place_of_ours(
    strange: str, root: Path, known: tuple[Version, ...], memory: Path, figures: Figures
) -> None:
    folder = root / "g-000002"
    names = [path.relative_to(folder) for path in folder.rglob("*") if path.is_file()]
    for name in names:
        (folder / name).rename(memory / "aside")
        STRANGE[strange](folder / name)
        found = opened(root, known)
        # LOCK has no words: any regular file will do.
        fine = name.name == "LOCK" and (folder / name).is_file() and not (folder / name).is_symlink()
        assert found == (Found("new", degraded=False) if fine else Found("old", degraded=True)), name
        cleared(folder / name)
        (memory / "aside").rename(folder / name)
    (root / "CURRENT").rename(memory / "aside")
    STRANGE[strange](root / "CURRENT")
    assert opened(root, known) == Found("new", degraded=True)
    figures.add(f"R15 {strange} in the place of ours", files=len(names) + 1, believed=0)


def forged(root: Path, change: Callable[[Path], object], **fields: Any) -> None:
    """Change files of the newest generation, and seal and name it again as if nothing had happened."""
    folder = root / "g-000002"
    manifest = read_manifest(folder)
    change(folder)
    files = {
        name: StoredFile(bytes=(folder / name).stat().st_size, sha256=file_sha256(folder / name))
        for name in manifest.files
    }
    raw = manifest.model_copy(update={"files": files} | fields).as_bytes()
    (folder / "MANIFEST.json").write_bytes(raw)
    swap_pointer(root, Pointer(folder.name, hashlib.sha256(raw).hexdigest()))


class Backwards(WordEmbedder):
    """Says it is the word counter, but its axes stand in another order."""

    def embed(self, texts: Sequence[str], *, progress: bool = False) -> FloatMatrix:
        return super().embed(texts)[:, ::-1]


def test_another_model_than_the_vectors_are_of(root: Path, figures: Figures) -> None:
    wrong: dict[str, WordEmbedder] = {"name": WordEmbedder(name="others")}
    for field, value in {"dimension": 8, "precision": "other", "weights_sha256": "1" * 64}.items():
        wrong[field] = WordEmbedder()
        wrong[field].facts = wrong[field].facts.model_copy(update={field: value})
    data, manifest, _ = open_index(root)
    for field, embedder in wrong.items():
        with pytest.raises(IndexOutOfDate, match="faq build"):
            Searcher(data, embedder)
            raise AssertionError(field)
    with pytest.raises(IndexDamaged, match="another passage"):
        check_canaries(Searcher(data, Backwards()), manifest)
    forged(root, lambda folder: None, builder="split-0")
    with pytest.raises(IndexOutOfDate, match="the builder"):
        read_manifest(root / "g-000002")
    figures.add("R16 wrong models and builders", tried=len(wrong) + 2, refused=len(wrong) + 2)


def written(name: str, write: Callable[[Path], object], folder: Path) -> None:
    write(folder / name)


def npy(rows: Any, **options: Any) -> Callable[[Path], object]:
    def write(path: Path) -> None:
        with path.open("wb") as file:
            np.save(file, rows, **options)

    return write


def header(text: str, payload: bytes = b"", *, version: bytes = b"\x01\x00") -> Callable[[Path], object]:
    raw = text.encode("latin-1")
    return lambda path: path.write_bytes(
        b"\x93NUMPY" + version + len(raw).to_bytes(2, "little") + raw + payload
    )


def huge(path: Path) -> None:
    """A terabyte of nothing, which takes no room."""
    path.touch()
    os.truncate(path, 10**12)


def zipped(path: Path) -> None:
    with path.open("wb") as file:
        np.savez(file, rows=ROWS)


class Code:
    """Runs when it is unpickled."""

    def __reduce__(self) -> tuple[Callable[..., object], tuple[object, ...]]:
        return os.mkdir, ("/tmp/unpickled-by-the-drill",)


ROWS = np.eye(4, OTHER + 1, dtype=np.float32)  # the documents' vectors: four of unit length
HOSTILE: dict[str, Callable[[Path], object]] = {
    "pickle": lambda path: path.write_bytes(pickle.dumps(Code())),
    "object array": npy(np.array([Code()] * 4, dtype=object), allow_pickle=True),
    "float64": npy(ROWS.astype(np.float64)),
    "float16": npy(ROWS.astype(np.float16)),
    "big-endian": npy(ROWS.astype(">f4")),
    "Fortran order": npy(np.asfortranarray(ROWS)),
    "transposed": npy(np.ascontiguousarray(ROWS.T)),
    "three dimensions": npy(ROWS[None]),
    "one row more": npy(np.vstack([ROWS, ROWS[:1]])),
    "none": npy(ROWS[:0]),
    "not a number": npy(np.where(ROWS == 1, np.nan, ROWS).astype(np.float32)),
    "infinite": npy(np.where(ROWS == 1, np.inf, ROWS).astype(np.float32)),
    "denormal": npy((ROWS * np.float32(1e-40)).astype(np.float32)),
    "twice as long": npy(ROWS * np.float32(2)),
    "zero": npy(ROWS * np.float32(0)),
    "terabytes": header("{'descr': '<f4', 'fortran_order': False, 'shape': (4000000000, 1000), }\n"),
    "terabytes of objects": header("{'descr': '|O', 'fortran_order': False, 'shape': (10**12,), }\n"),
    "negative shape": header("{'descr': '<f4', 'fortran_order': False, 'shape': (-1, 16), }\n", bytes(256)),
    "long header": header(f"{{'descr': '<f4'{' ' * 60_000}}}\n"),
    "code in the header": header("__import__('os').mkdir('/tmp/unpickled-by-the-drill')\n"),
    "deep header": header("(" * 30_000),
    "another version": header("{}\n", version=b"\x09\x09"),
    "nothing": lambda path: path.write_bytes(b""),
    "a zip": lambda path: zipped(path),
}
ARRAYS = ("documents.npy", *(f"lexical/{name}.csc.index.npy" for name in ("data", "indices", "indptr")))


@pytest.mark.parametrize("name", ARRAYS)
def test_hostile_arrays(
    name: str, root: Path, known: tuple[Version, ...], figures: Figures, recwarn: pytest.WarningsRecorder
) -> None:
    raw = (root / "g-000002" / name).read_bytes()
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for what, write in HOSTILE.items():
        forged(root, partial(written, name, write))
        with pytest.raises(FaqError, match="faq build"):
            open_index(root)
            raise AssertionError(what)
        (root / "g-000002" / name).write_bytes(raw)
    forged(root, lambda folder: None)
    assert opened(root, known) == Found("new", degraded=False)
    assert not Path("/tmp/unpickled-by-the-drill").exists()
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - most
    figures.add(f"R17/R18 hostile {name}", tried=len(HOSTILE), believed=0, memory_grown=f"{grown // 1024} MB")
    assert grown < 200 * 1024


def test_the_array_the_drill_begins_from_is_fine(memory: Path) -> None:
    npy(ROWS)(memory / "fine.npy")
    assert load_vectors(memory / "fine.npy", count=4, dimension=OTHER + 1).tobytes() == ROWS.tobytes()


def test_a_manifest_of_another_format_is_refused(root: Path, figures: Figures) -> None:
    folder = root / "g-000002"
    tried: tuple[object, ...] = (0, 2, 10**30, -1, 1.5, True, "1", None, [], {})
    raw = (folder / "MANIFEST.json").read_bytes()
    for version in tried:
        fields = json.loads(raw) | {"format_version": version}
        (folder / "MANIFEST.json").write_text(json.dumps(fields), "utf-8")
        with pytest.raises((IndexOutOfDate, IndexDamaged), match="faq build"):
            read_manifest(folder)
    figures.add("R23 other format versions", tried=len(tried), believed=0)
    assert Manifest.model_fields["format_version"].default == 1
