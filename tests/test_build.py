"""A build embeds what is new and nothing else, and names its content."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from fakes import WordEmbedder, WordEvidence
from small import SmallIndex, edited

from content.library import load_library
from index.build import build_index, recalibrate
from index.errors import IndexOutOfDate
from index.generations import current, generation_names
from index.search import Searcher
from index.stored import open_index

# 6 passages, 10 sentences, 13 questions and the openings of 4 documents; one document is one passage
# without a heading, so that its opening is its passage.
TEXTS = 32


def test_everything_is_embedded_once(small_library: Path, tmp_path: Path) -> None:
    embedder = WordEmbedder()
    report = build_index(load_library(small_library), embedder, tmp_path / "index")

    assert (report.built, report.embedded, report.reused) == (True, TEXTS, 0)
    assert len(embedder.asked) == len(set(embedder.asked)) == TEXTS
    assert report.manifest == current(tmp_path / "index")[1]


def test_unchanged_content_builds_nothing(small_index: SmallIndex) -> None:
    embedder = WordEmbedder()
    report = build_index(small_index.library, embedder, small_index.root)

    assert (report.built, report.embedded, report.reused) == (False, 0, 0)
    assert embedder.asked == []
    assert generation_names(small_index.root) == ["g-000001"]
    assert report.manifest == current(small_index.root)[1]


def test_passages_without_titles_are_embedded_and_searched_by_their_words_alone(
    small_index: SmallIndex,
) -> None:
    embedder = WordEmbedder()
    bare = build_index(small_index.library, embedder, small_index.root, titles=False)

    # Sentences, questions and openings are known from before.
    assert bare.built and not bare.manifest.titles
    assert all("Lupus study. " not in text for text in embedder.asked)
    data, _, _ = open_index(small_index.root)
    assert data.embedded_texts()[0] == [data.by_id[p.document_id].slice(p.span) for p in data.passages]
    # A word that only the title holds no longer finds the passage.
    words = data.embedded_texts()[0][1]
    assert "study" not in words and data.lexical.scores("study").of([1]) == [0]
    assert build_index(small_index.library, embedder, small_index.root, titles=False).built is False
    titled = build_index(small_index.library, embedder, small_index.root)
    assert titled.built and titled.manifest.index_id != bare.manifest.index_id


def test_a_changed_sentence_embeds_only_its_own_texts(small_index: SmallIndex, small_library: Path) -> None:
    library = edited(small_library, "There were no deaths.", "There were two deaths.")
    embedder = WordEmbedder()
    report = build_index(library, embedder, small_index.root)

    assert embedder.asked == [
        "Lupus study. The patients were followed for 8 months. There were two deaths.",
        "There were two deaths.",
        "Lupus study. Lupus study\n\nA lupus study treated 16 patients with cells. The study had no "
        "comparison group.\n\nThe patients were followed for 8 months. There were two deaths.",
    ]
    assert (report.built, report.embedded, report.reused) == (True, 3, TEXTS - 3)


def test_reused_vectors_are_those_of_a_build_from_nothing(
    small_index: SmallIndex, small_library: Path, tmp_path: Path
) -> None:
    library = edited(small_library, "Knee pain is common.", "Knee pain is rare. It heals.")
    reused = build_index(library, WordEmbedder(), small_index.root)
    anew = build_index(library, WordEmbedder(), tmp_path / "new")

    assert reused.reused > 0 == anew.reused
    assert reused.manifest.files == anew.manifest.files
    assert reused.manifest.index_id == anew.manifest.index_id


def test_a_removed_document_vanishes(small_index: SmallIndex, small_library: Path) -> None:
    (small_library / "therapies" / "knee.md").unlink()
    embedder = WordEmbedder()
    build_index(load_library(small_library), embedder, small_index.root)
    assert embedder.asked == []

    data = open_index(small_index.root)[0]
    hits = Searcher(data, embedder).search("Does it help a bad knee?", 99)
    assert {hit.passage.document_id for hit in hits} == set(data.by_id)
    assert set(data.by_id) == {"clinic-doctor", "therapy-stroke", "trial-lupus"}
    files = current(small_index.root)[0].rglob("*.jsonl")
    assert not any(b"therapy-knee" in path.read_bytes() for path in files)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("founded the clinic", "Founded the clinic"),
        ("title: Stroke", "title: A stroke"),
        ("participants: 16", "participants: 17"),
        ("Is there a cure?", "Is there any cure?"),
        ('"no_passage"}', '"emergency"}'),
    ],
)
def test_any_change_of_content_is_another_index(
    small_index: SmallIndex, small_library: Path, old: str, new: str
) -> None:
    before = current(small_index.root)[1]
    report = build_index(edited(small_library, old, new), WordEmbedder(), small_index.root)

    assert report.built
    assert report.manifest.index_id != before.index_id


PROGRAM = """
import sys; from pathlib import Path; from fakes import WordEmbedder
from content.library import load_library; from index.build import build_index
print(build_index(load_library(Path(sys.argv[1])), WordEmbedder(), Path(sys.argv[2])).manifest.index_id)
"""


def test_the_same_content_is_the_same_index_everywhere(
    small_index: SmallIndex, small_library: Path, tmp_path: Path
) -> None:
    ids = {current(small_index.root)[1].index_id}
    for seed in ("1", "2"):
        environment = os.environ | {"PYTHONHASHSEED": seed, "PYTHONPATH": ":".join(sys.path)}
        command = [sys.executable, "-c", PROGRAM, str(small_library), str(tmp_path / seed)]
        ids.add(
            subprocess.run(
                command, env=environment, capture_output=True, text=True, check=True
            ).stdout.strip()
        )

    assert len(ids) == 1


@pytest.mark.parametrize("case", ["force", "another embedder", "damage", "lost pointer"])
def test_when_nothing_can_be_reused_everything_is_embedded(small_index: SmallIndex, case: str) -> None:
    embedder = WordEmbedder(name="other words" if case == "another embedder" else "words")
    if case == "damage":
        (small_index.root / "g-000001" / "sentences.npy").write_bytes(b"")
    if case == "lost pointer":
        (small_index.root / "CURRENT").unlink()
    report = build_index(small_index.library, embedder, small_index.root, force=case == "force")

    assert (report.built, report.embedded, report.reused) == (True, TEXTS, 0)
    assert len(embedder.asked) == TEXTS
    assert open_index(small_index.root)[0].embedder == embedder.facts


def test_another_reader_is_another_index(small_index: SmallIndex) -> None:
    given = (small_index.library, small_index.embedder, small_index.root)
    ids = [current(small_index.root)[1].index_id]
    for weights in ("1", "2"):
        evidence = WordEvidence(weights_sha256=weights * 64)
        report = build_index(*given, evidence=evidence)
        ids.append(report.manifest.index_id)

        # Vectors do not depend on the reader.
        assert (report.built, report.embedded, report.reused) == (True, 0, TEXTS)
        assert report.manifest.evidence == evidence.facts
        assert not build_index(*given, evidence=evidence).built
    assert build_index(*given).manifest.index_id == ids[0]
    assert len(set(ids)) == 3


def test_the_same_reader_exported_again_builds_nothing(small_index: SmallIndex) -> None:
    given = (small_index.library, small_index.embedder, small_index.root)
    build_index(*given, evidence=WordEvidence())
    again = WordEvidence()
    again.facts = again.facts.model_copy(update={"graph_sha256": "a" * 64, "tokenizer_sha256": "b" * 64})

    assert not build_index(*given, evidence=again).built


def test_a_calibration_sees_the_reader_it_is_fitted_for(small_library: Path, tmp_path: Path) -> None:
    evidence = WordEvidence()
    seen: list[object] = []

    def calibrate(searcher: Searcher) -> None:
        seen.append(searcher.evidence)

    library = load_library(small_library)
    build_index(library, WordEmbedder(), tmp_path / "index", evidence=evidence, calibrate=calibrate)
    assert seen == [evidence]


def test_recalibrating_keeps_the_reader(small_index: SmallIndex) -> None:
    evidence = WordEvidence()
    build_index(small_index.library, small_index.embedder, small_index.root, evidence=evidence)
    searcher = Searcher(open_index(small_index.root)[0], small_index.embedder, evidence)

    assert recalibrate(small_index.library, searcher, small_index.root, "{}").evidence == evidence.facts


def test_a_calibration_is_fitted_on_the_finished_index_and_read_back(
    small_library: Path, tmp_path: Path
) -> None:
    library, embedder, root = load_library(small_library), WordEmbedder(), tmp_path / "index"

    def calibrate(searcher: Searcher) -> str:
        return json.dumps({"first": searcher.search("Lupus cells?")[0].passage.id})

    manifest = build_index(library, embedder, root, calibrate=calibrate).manifest
    stored = '{"first": "trial-lupus#p1"}'
    assert open_index(root)[0].calibration == stored
    assert manifest.calibration_sha256 == hashlib.sha256(stored.encode()).hexdigest()


def test_unchanged_content_is_not_calibrated_again_unless_settings_change(small_index: SmallIndex) -> None:
    fitted: list[Searcher] = []

    def calibrate(searcher: Searcher) -> str:
        fitted.append(searcher)
        return "{}"

    given = (small_index.library, small_index.embedder, small_index.root)
    assert not build_index(*given, calibrate=calibrate).built
    assert build_index(*given, calibrate=calibrate, settings_id="s2").built
    assert not build_index(*given, calibrate=calibrate, settings_id="s2").built
    assert len(fitted) == 1


def test_recalibrating_embeds_nothing_and_keeps_the_rest(small_index: SmallIndex) -> None:
    data, before, _ = open_index(small_index.root)
    embedder = WordEmbedder()
    manifest = recalibrate(small_index.library, Searcher(data, embedder), small_index.root, '{"a": 1}')

    assert embedder.asked == []
    assert open_index(small_index.root)[0].calibration == '{"a": 1}'
    assert manifest.index_id != before.index_id
    assert manifest.canaries == before.canaries
    new_files = dict(manifest.files)
    del new_files["calibration.json"]
    assert new_files == before.files
    assert not build_index(small_index.library, embedder, small_index.root).built


def test_recalibrating_never_hides_changed_content(small_index: SmallIndex, small_library: Path) -> None:
    searcher = Searcher(open_index(small_index.root)[0], small_index.embedder)
    library = edited(small_library, "There were no deaths.", "There were two deaths.")

    with pytest.raises(IndexOutOfDate, match=r"content fingerprint.*faq build"):
        recalibrate(library, searcher, small_index.root, "{}")
    assert build_index(library, small_index.embedder, small_index.root).built


def test_synonyms_are_built_in_searched_and_kept_when_recalibrated(
    small_index: SmallIndex, small_library: Path
) -> None:
    (small_library / "synonyms.toml").write_text('same = [["knee pain", "gonalgia"]]', "utf-8")
    library = load_library(small_library)
    embedder = WordEmbedder()
    report = build_index(library, embedder, small_index.root)

    assert (report.built, report.embedded) == (True, 0)
    data, _, _ = open_index(small_index.root)
    assert data.synonyms == library.synonyms == (("knee pain", "gonalgia"),)
    assert Searcher(data, embedder).expanded("Is gonalgia common?") == "Is gonalgia common? (knee pain)"
    recalibrate(library, Searcher(data, embedder), small_index.root, "{}")
    assert open_index(small_index.root)[0].synonyms == library.synonyms


def test_without_mined_names_only_approved_ones_are_searched(small_library: Path, tmp_path: Path) -> None:
    path = small_library / "trials" / "lupus.md"
    words = path.read_text("utf-8")
    path.write_text(f"{words}\nSystemic lupus erythematosus (SLE) was meant.\n", "utf-8")
    build_index(load_library(small_library), WordEmbedder(), tmp_path / "index", mined=False, settings_id="a")
    assert "sle" not in open_index(tmp_path / "index")[0].equivalents

    approved = words.replace("---\n", "---\nabbreviations: {SLE: systemic lupus erythematosus}\n", 1)
    path.write_text(approved, "utf-8")
    build_index(load_library(small_library), WordEmbedder(), tmp_path / "index", mined=False, settings_id="a")
    assert open_index(tmp_path / "index")[0].equivalents["sle"] == ("systemic lupus erythematosus",)
