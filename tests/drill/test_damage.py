"""Damage of any kind to any file is noticed before a word is answered from it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from drill.figures import Figures, sized
from drill.verdict import Found, Version, opened, versions
from small import tree

from content.errors import FaqError
from index.errors import IndexDamaged
from index.generations import current, verified


@pytest.fixture
def known(memory: Path) -> tuple[Version, ...]:
    return versions(memory / "words", "old", "new")


@pytest.fixture
def root(memory: Path, known: tuple[Version, ...]) -> Path:
    """Return an index of the old words and then the new ones."""
    for version in known:
        version.publish(memory / "index")
    return memory / "index"


def stored(folder: Path) -> dict[str, bytes]:
    """Return the files of a generation whose bytes matter: LOCK has none."""
    return {name: raw for name, raw in tree(folder).items() if raw is not None and name != "LOCK"}


def flips(name: str, raw: bytes, every: int, bits: int) -> Iterator[bytes]:
    """Yield a file with single bits flipped: in every so many bytes, of a header in more."""
    often = 16 if name == "MANIFEST.json" else every
    places = range(len(raw)) if every == 1 else {*range(0, len(raw), often), *range(0, 128, 4)}
    for place in sorted(p for p in places if p < len(raw)):
        for bit in range(bits):
            yield raw[:place] + bytes([raw[place] ^ 1 << (place + bit) % 8]) + raw[place + 1 :]


def cuts(raw: bytes) -> Iterator[bytes]:
    """Yield a file cut short, made longer, and filled with zeros."""
    yield from (raw[:length] for length in {0, 1, len(raw) // 2, len(raw) - 1} if length < len(raw))
    yield from (raw + b"\0", raw + b"\n", raw * 2, bytes(len(raw)))


def noticed(folder: Path) -> bool:
    """Tell whether a generation is refused as damaged."""
    try:
        verified(folder)
    except IndexDamaged:
        return True
    except FaqError as error:
        # A manifest may say it is of another version, and is refused for that.
        return "format version" in str(error)
    return False


@sized(every=(64, 1), bits=(1, 3))
def test_every_flip_and_every_cut_is_noticed(
    every: int, bits: int, root: Path, known: tuple[Version, ...], figures: Figures
) -> None:
    folder = root / "g-000002"
    tried = missed = served = 0
    for name, raw in stored(folder).items():
        for number, version in enumerate((*cuts(raw), *flips(name, raw, every, bits))):
            if version == raw:
                continue
            (folder / name).write_bytes(version)
            tried += 1
            missed += not noticed(folder)
            if number % 50 == 0:
                # What is answered from is the generation before.
                served += opened(root, known) != Found("old", degraded=True)
        (folder / name).write_bytes(raw)
    figures.add("R6/R7 flips and cuts of 15 files", tried=tried, not_noticed=missed, served=served)
    assert (missed, served) == (0, 0)
    assert opened(root, known) == Found("new", degraded=False)
    assert tried > (20_000 if every == 1 else 500)


def test_every_flip_of_current_is_noticed(root: Path, known: tuple[Version, ...], figures: Figures) -> None:
    path, tried = root / "CURRENT", 0
    raw = path.read_bytes()
    for version in (*cuts(raw), *flips("CURRENT", raw, 1, 8)):
        path.write_bytes(version)
        assert current(root)[2]
        tried += 1
    path.unlink()
    assert opened(root, known) == Found("new", degraded=True)
    figures.add("R6/R8 flips and cuts of CURRENT", tried=tried, not_noticed=0)


def test_files_that_are_not_this_generation_s_are_noticed(
    root: Path, known: tuple[Version, ...], figures: Figures
) -> None:
    old, new = (stored(root / name) for name in ("g-000001", "g-000002"))
    swaps = [(a, new[b]) for a in new for b in new if new[a] != new[b]]
    swaps += [(name, old[name]) for name in new if old[name] != new[name]]
    for name, raw in swaps:
        (root / "g-000002" / name).write_bytes(raw)
        assert noticed(root / "g-000002"), name
        (root / "g-000002" / name).write_bytes(new[name])
    assert opened(root, known) == Found("new", degraded=False)
    figures.add("R7 files in each other's place", tried=len(swaps), not_noticed=0)
    assert len(swaps) > 150


def test_every_file_that_is_gone_is_noticed(root: Path, known: tuple[Version, ...], figures: Figures) -> None:
    folder = root / "g-000002"
    files = [*stored(folder), "LOCK"]
    for name in files:
        raw = (folder / name).read_bytes()
        (folder / name).unlink()
        assert opened(root, known) == Found("old", degraded=True)
        (folder / name).write_bytes(raw)
    figures.add("R8 files that are gone", tried=len(files), not_noticed=0)
