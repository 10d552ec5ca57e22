"""A manifest is believed whole, sealed, of this version, or not at all."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from small import SmallIndex

from content.schema import Reviewed
from index.errors import IndexDamaged, IndexOutOfDate
from index.evidence import EvidenceFacts
from index.generations import current
from index.manifest import BUILDER_ID, Manifest, StoredFile, read_manifest, verify_files


@pytest.fixture
def folder(small_index: SmallIndex) -> Path:
    return current(small_index.root)[0]


def rewritten(folder: Path, **change: object) -> Manifest:
    """Change fields of a stored manifest and seal it again."""
    manifest = read_manifest(folder).model_copy(update=change)
    (folder / "MANIFEST.json").write_bytes(manifest.as_bytes())
    return manifest


def test_it_says_what_was_indexed(folder: Path, small_index: SmallIndex) -> None:
    manifest = read_manifest(folder)

    assert manifest.generation == folder.name == "g-000001"
    assert manifest.parent is None
    assert manifest.content_fingerprint == small_index.library.fingerprint
    assert manifest.embedder == small_index.embedder.facts
    assert manifest.counts == {"documents": 4, "passages": 6, "sentences": 10, "questions": 13}
    assert (datetime.now(UTC) - manifest.created_at).total_seconds() < 60


def test_it_names_every_source_with_its_review(folder: Path, small_index: SmallIndex) -> None:
    trial = read_manifest(folder).sources[-1]
    text = small_index.library.document("trial-lupus").text

    assert [source.id for source in read_manifest(folder).sources] == [
        "clinic-doctor", "therapy-knee", "therapy-stroke", "trial-lupus",
    ]  # fmt: skip
    assert trial.sha256 == hashlib.sha256(text.encode()).hexdigest()
    reviewed = Reviewed(by="Staff", on=date(2026, 1, 2), review_by=date(2027, 1, 2))
    assert (trial.reviewed_by, trial.reviewed_on, trial.review_by) == tuple(dict(reviewed).values())


def test_it_names_every_file_with_length_and_hash(folder: Path) -> None:
    stored = read_manifest(folder).files
    found = {str(path.relative_to(folder)): path for path in folder.rglob("*") if path.is_file()}

    assert set(found) == set(stored) | {"MANIFEST.json", "LOCK"}
    for name, file in stored.items():
        raw = found[name].read_bytes()
        assert file == StoredFile(bytes=len(raw), sha256=hashlib.sha256(raw).hexdigest())


def test_the_id_depends_on_content_not_on_the_build(folder: Path) -> None:
    manifest = read_manifest(folder)
    file = StoredFile(bytes=1, sha256="f" * 64)

    def renamed(**change: object) -> str:
        return manifest.model_copy(update=change).index_id

    same = renamed(generation="g-000009", parent="g-000008", created_at=datetime(2020, 1, 1, tzinfo=UTC))
    assert same == manifest.index_id
    others = [
        renamed(content_fingerprint="0" * 64),
        renamed(builder="another"),
        renamed(files=manifest.files | {"passages.npy": file}),
        renamed(files=manifest.files | {"more": file}),
    ]
    assert len({manifest.index_id, *others}) == 5


def test_the_id_by_hand(folder: Path) -> None:
    manifest = read_manifest(folder)
    hashes = {name: file.sha256 for name, file in manifest.files.items()}
    for facts, reader in ((None, ""), (EvidenceFacts(weights_sha256="e" * 64, max_tokens=256), "e" * 64)):
        text = json.dumps([BUILDER_ID, manifest.content_fingerprint, hashes, reader], sort_keys=True)
        expected = "ix-" + hashlib.sha256(text.encode()).hexdigest()[:16]

        assert manifest.model_copy(update={"evidence": facts}).index_id == expected


def test_the_id_depends_on_the_reader_not_on_its_export(folder: Path) -> None:
    manifest = read_manifest(folder)
    facts = EvidenceFacts(weights_sha256="e" * 64, max_tokens=256)
    again = facts.model_copy(update={"graph_sha256": "a" * 64, "tokenizer_sha256": "b" * 64})
    other = facts.model_copy(update={"weights_sha256": "f" * 64})
    given = (None, facts, again, other)
    none, first, exported_again, others = (
        manifest.model_copy(update={"evidence": one}).index_id for one in given
    )

    assert none == manifest.index_id
    assert first == exported_again
    assert len({none, first, others}) == 3


def test_no_changed_byte_of_a_manifest_is_believed(folder: Path) -> None:
    # Without CURRENT only its own seal vouches for a manifest.
    path = folder / "MANIFEST.json"
    raw = path.read_bytes()
    for place in range(0, len(raw), 7):
        flipped = raw[place] ^ (1 << place % 8)
        path.write_bytes(raw[:place] + bytes([flipped]) + raw[place + 1 :])
        with pytest.raises((IndexDamaged, IndexOutOfDate), match="faq build"):
            read_manifest(folder)


GARBAGE = [b"", b"{", b"[]", b"null", b"7", b"\xff", b"[" * 100_000, b'{"format_version": 1}']


@pytest.mark.parametrize("raw", GARBAGE, ids=range(len(GARBAGE)))
def test_what_is_no_manifest_is_damage(tmp_path: Path, raw: bytes) -> None:
    (tmp_path / "MANIFEST.json").write_bytes(raw)

    with pytest.raises(IndexDamaged, match="faq build --force"):
        read_manifest(tmp_path)


def test_a_missing_manifest_is_damage(tmp_path: Path) -> None:
    with pytest.raises(IndexDamaged, match="no readable manifest"):
        read_manifest(tmp_path)


def test_another_manifest_than_expected_is_damage(folder: Path) -> None:
    sha256 = hashlib.sha256((folder / "MANIFEST.json").read_bytes()).hexdigest()

    assert read_manifest(folder, expected_sha256=sha256).generation == "g-000001"
    rewritten(folder, parent="g-000000")
    with pytest.raises(IndexDamaged, match="sha256 differs from CURRENT"):
        read_manifest(folder, expected_sha256=sha256)


def test_another_version_names_the_command(folder: Path) -> None:
    rewritten(folder, format_version=2)
    with pytest.raises(IndexOutOfDate, match=r"format version is 2, .* uses 1\. Run: faq build --force"):
        read_manifest(folder)


def test_another_builder_names_the_command(folder: Path) -> None:
    rewritten(folder, builder="sentences-0")
    with pytest.raises(IndexOutOfDate, match=r"builder is sentences-0, .*Run: faq build --force"):
        read_manifest(folder)


def test_a_field_too_many_is_damage(folder: Path) -> None:
    path = folder / "MANIFEST.json"
    path.write_text(json.dumps(json.loads(path.read_bytes()) | {"luck": 1}), "utf-8")

    with pytest.raises(IndexDamaged, match="luck"):
        read_manifest(folder)


@pytest.mark.parametrize("name", ["../CURRENT", "/etc/hostname", "a/../../CURRENT"])
def test_a_file_outside_the_folder_is_refused(folder: Path, name: str) -> None:
    manifest = rewritten(folder, files={name: StoredFile(bytes=1, sha256="0" * 64)})

    with pytest.raises(IndexDamaged, match="names a file outside its folder"):
        verify_files(folder, manifest)


@pytest.mark.parametrize("name", ["missing", "lexical", "n" * 300], ids=["missing", "folder", "unreadable"])
def test_a_file_that_cannot_be_read_is_damage(folder: Path, name: str) -> None:
    manifest = rewritten(folder, files={name: StoredFile(bytes=1, sha256="0" * 64)})

    with pytest.raises(IndexDamaged, match="cannot be read"):
        verify_files(folder, manifest)
