"""What a reader finds in a folder: one whole index, old or new, or an error that says what to do."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from fakes import WordEmbedder
from small import edited, write_library

from content.library import Library
from index.build import BuildReport, build_index
from index.generations import generation_names, verified
from index.search import Searcher
from index.stored import check_canaries, open_index

ASKED = "Were there any deaths?"


class Version(NamedTuple):
    """One state of a site: its words, and the sentence that only it says."""

    name: str
    library: Library
    says: str

    def publish(self, root: Path, *, force: bool = False) -> BuildReport:
        """Make the index in `root` hold these words."""
        return build_index(self.library, WordEmbedder(), root, force=force)


class Found(NamedTuple):
    """Which version answers, and whether it is a fallback."""

    version: str
    degraded: bool


def versions(folder: Path, *names: str, more: int = 0) -> tuple[Version, ...]:
    """Return versions of the small library: "old" says "There were no deaths in the old group."

    `more` paragraphs make it larger.
    """
    found = []
    for name in names:
        write_library(folder / name)
        stroke = folder / name / "therapies" / "stroke.md"
        extra = "".join(f"\nKnees of group {n} were looked at.\n" for n in range(more))
        stroke.write_text(stroke.read_text("utf-8") + extra, "utf-8")
        says = f"There were no deaths in the {name} group."
        found.append(Version(name, edited(folder / name, "There were no deaths.", says), says))
    return tuple(found)


def opened(root: Path, known: tuple[Version, ...]) -> Found:
    """Open the index, ask it, and say which version answered: every word must be that version's."""
    data, manifest, degraded = open_index(root)
    searcher = Searcher(data, WordEmbedder())
    check_canaries(searcher, manifest)
    passage = searcher.search(ASKED, 1)[0].passage
    quoted = data.by_id[passage.document_id].slice(passage.sentences[-1])
    (answering,) = (version for version in known if version.says == quoted)
    assert data.documents == answering.library.documents, "words of two versions"
    assert data.questions == answering.library.questions, "questions of two versions"
    return Found(answering.name, degraded)


def leftovers(root: Path) -> list[str]:
    """Return what a program that ends has to remove."""
    return sorted(path.name for path in root.rglob("*") if "tmp" in path.name)


def husks(root: Path) -> list[str]:
    """Return generations that nobody could be answered from."""
    found = []
    for name in generation_names(root):
        try:
            verified(root / name, even_revoked=True)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is reported
            found.append(f"{name}: {error}")
    return found
