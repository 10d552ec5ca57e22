"""Staff see and decide abbreviations on the command line; the built-in documents stay as they are."""

from __future__ import annotations

import json
from pathlib import Path

from shell import Shell

from assistant.settings import Settings
from content.library import BUILT_IN, load_library


def explaining(settings: Settings) -> Path:
    """Give the lupus trial of the small library an abbreviation to explain."""
    path = settings.content / "trials" / "lupus.md"
    path.write_text(f"{path.read_text('utf-8')}\nSystemic lupus erythematosus (SLE) was meant.\n", "utf-8")
    return path


def test_pairs_are_listed_with_what_was_decided(shell: Shell, small_settings: Settings) -> None:
    explaining(small_settings)
    listed = shell("aliases")
    assert (listed.code, listed.out) == (
        0, "mined        SLE  Systemic lupus erythematosus  (trial-lupus)\n",
    )  # fmt: skip
    row = json.loads(shell("aliases", "--json").out)
    assert (row["short"], row["status"], row["places"][0]["document_id"]) == ("SLE", "mined", "trial-lupus")


def test_a_decision_is_saved_beside_untouched_words(shell: Shell, small_settings: Settings) -> None:
    path = explaining(small_settings)
    words = load_library(small_settings.content).document("trial-lupus").text
    done = shell("aliases", "--approve", "trial-lupus", "SLE")
    assert done.out.startswith("trial-lupus: 1 approved, 0 rejected, saved in ")
    saved = load_library(small_settings.content).document("trial-lupus")
    assert (saved.abbreviations, saved.text) == ({"SLE": "Systemic lupus erythematosus"}, words)
    shell("aliases", "--reject", "trial-lupus", "SLE")
    assert "rejected_abbreviations:\n" in path.read_text("utf-8")
    assert shell("aliases").out.startswith("rejected     SLE")


def test_a_mistake_is_told_and_saves_nothing(shell: Shell, small_settings: Settings) -> None:
    path = explaining(small_settings)
    before = path.read_bytes()
    assert shell("aliases", "--approve", "trial-lupus", "LN").code == 64
    assert shell("aliases", "--approve", "nowhere", "SLE").code == 66
    assert shell("aliases", "--approve", "trial-lupus").code == 2
    assert shell("aliases", "SLE").code == 2
    assert shell("aliases", "--approve", "trial-lupus", "--reject", "trial-lupus", "SLE").code == 2
    assert path.read_bytes() == before


def test_the_built_in_documents_are_copied_before_they_are_changed(shell: Shell, tmp_path: Path) -> None:
    before = {path: path.read_bytes() for path in BUILT_IN.rglob("*.md")}
    done = shell("aliases", "--reject", "therapy-copd", "COPD")
    assert done.code == 0, done.err
    assert {path: path.read_bytes() for path in BUILT_IN.rglob("*.md")} == before
    assert "rejected     COPD" in shell("aliases").out


def test_every_pair_of_the_built_in_documents_was_looked_at(shell: Shell) -> None:
    decided = {line.split()[0] for line in shell("aliases").out.splitlines()}
    assert decided == {"approved", "rejected"}
