"""What is damaged or withdrawn is never served; the newest whole generation is."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from small import SmallIndex, rebuild, tree

from content.errors import FaqError
from index.errors import IndexDamaged, IndexNotFound, IndexOutOfDate
from index.generations import current, generation_names
from index.manifest import read_manifest
from index.pointer import Pointer, read_pointer, swap_pointer


def test_current_names_the_newest_build(small_index: SmallIndex) -> None:
    rebuild(small_index)
    folder, manifest, degraded = current(small_index.root)

    assert (folder, degraded) == (small_index.root / "g-000002", False)
    assert manifest == read_manifest(folder)
    assert manifest.parent == "g-000001"
    assert read_pointer(small_index.root).generation == "g-000002"


def test_without_an_index_the_command_is_named(tmp_path: Path) -> None:
    for root in (tmp_path, tmp_path / "nowhere"):
        with pytest.raises(IndexNotFound, match=r"no index here\. Run: faq build"):
            current(root)


def damaged(raw: bytes) -> list[bytes | None]:
    """Return versions of a file: deleted, cut short, longer, and with single bits flipped."""
    places = sorted({*range(0, len(raw), 97), *range(0, min(len(raw), 160), 9)})
    flipped = [raw[:p] + bytes([raw[p] ^ (1 << p % 8)]) + raw[p + 1 :] for p in places]
    cut = [raw[:length] for length in {0, 1, len(raw) // 2, len(raw) - 1} if length < len(raw)]
    return [None, *cut, raw + b"\0", *flipped, bytes(len(raw))]


def test_any_damage_to_any_file_is_noticed(small_index: SmallIndex) -> None:
    folder = current(small_index.root)[0]
    for name, raw in tree(folder).items():
        if raw is None or name == "LOCK":
            continue
        for version in damaged(raw):
            (folder / name).unlink() if version is None else (folder / name).write_bytes(version)
            with pytest.raises(FaqError, match="faq build"):
                current(small_index.root)
            (folder / name).write_bytes(raw)
    assert not current(small_index.root)[2]


def test_any_damage_to_current_is_noticed(small_index: SmallIndex) -> None:
    path = small_index.root / "CURRENT"
    raw = path.read_bytes()
    for place in range(len(raw)):
        path.write_bytes(raw[:place] + bytes([raw[place] ^ 1]) + raw[place + 1 :])
        assert current(small_index.root)[2], place
    for version in (b"", raw[:-1], raw + b"\n", raw * 1000):
        path.write_bytes(version)
        assert current(small_index.root)[2]
    path.unlink()
    assert current(small_index.root)[2]


def test_files_of_another_generation_are_noticed(small_index: SmallIndex) -> None:
    rebuild(small_index)
    first, second = (small_index.root / name for name in ("g-000001", "g-000002"))
    (second / "MANIFEST.json").write_bytes((first / "MANIFEST.json").read_bytes())

    assert current(small_index.root)[0::2] == (first, True)


def test_the_newest_that_verifies_takes_over(small_index: SmallIndex) -> None:
    rebuild(small_index, 2)
    for name, expected in (("g-000003", "g-000002"), ("g-000002", "g-000001")):
        (small_index.root / name / "passages.npy").write_bytes(b"")
        assert current(small_index.root)[0::2] == (small_index.root / expected, True)
    (small_index.root / "g-000001" / "passages.npy").unlink()
    with pytest.raises(IndexDamaged, match="g-000003"):
        current(small_index.root)


def test_a_revoked_generation_is_never_chosen(small_index: SmallIndex) -> None:
    rebuild(small_index, 2)
    (small_index.root / "g-000003" / "REVOKED").write_text("wrong dose")
    (small_index.root / "g-000002" / "REVOKED").touch()

    assert current(small_index.root)[0::2] == (small_index.root / "g-000001", True)
    (small_index.root / "CURRENT").unlink()
    assert current(small_index.root)[0].name == "g-000001"
    (small_index.root / "g-000001" / "REVOKED").touch()
    with pytest.raises(FaqError):
        current(small_index.root)


def test_a_renamed_folder_is_no_generation(small_index: SmallIndex) -> None:
    (small_index.root / "g-000001").rename(small_index.root / "g-000004")

    with pytest.raises(IndexDamaged, match="no readable manifest"):
        current(small_index.root)


def test_a_link_is_no_generation(small_index: SmallIndex, tmp_path: Path) -> None:
    # What a link leads to can change without any rename here.
    elsewhere = (small_index.root / "g-000001").rename(tmp_path / "elsewhere")
    (small_index.root / "g-000001").symlink_to(elsewhere)

    with pytest.raises(IndexDamaged, match="a generation is a folder, not a link"):
        current(small_index.root)


def test_another_format_version_names_the_command(small_index: SmallIndex) -> None:
    folder = current(small_index.root)[0]
    raw = read_manifest(folder).model_copy(update={"format_version": 2}).as_bytes()
    (folder / "MANIFEST.json").write_bytes(raw)
    swap_pointer(small_index.root, Pointer(folder.name, hashlib.sha256(raw).hexdigest()))

    with pytest.raises(IndexOutOfDate, match=r"format version is 2, .*Run: faq build --force"):
        current(small_index.root)


def test_unknown_files_are_ignored(small_index: SmallIndex) -> None:
    root, folder = small_index.root, small_index.root / "g-000001"
    for stray in (root / ".DS_Store", root / "g-12", root / "g-000001.bak", folder / ".DS_Store"):
        stray.write_bytes(b"stray")
    for stray in (root / "lost+found", root / "g-abcdef", folder / "lexical" / "more"):
        stray.mkdir()

    assert generation_names(root) == ["g-000001"]
    assert current(root)[0::2] == (folder, False)


def test_a_file_in_the_place_of_a_generation_is_passed_over(small_index: SmallIndex) -> None:
    (small_index.root / "g-000009").write_bytes(b"no folder")
    (small_index.root / "CURRENT").unlink()

    assert current(small_index.root)[0::2] == (small_index.root / "g-000001", True)


def test_newest_is_by_number_not_by_letters(small_index: SmallIndex) -> None:
    for name in ("g-999999", "g-1000000"):
        (small_index.root / name).mkdir()
    assert generation_names(small_index.root) == ["g-1000000", "g-999999", "g-000001"]

    rebuild(small_index)
    assert current(small_index.root)[0].name == "g-1000001"
