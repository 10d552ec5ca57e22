"""What can be wrong between a person and the assistant."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from content.errors import FaqError
from content.finding import Finding


class BadQuestion(FaqError):
    """The question cannot be asked as it is."""

    exit_code = 64

    def __init__(self, reason: str) -> None:
        super().__init__(f'{reason}. Ask in one or two sentences: faq ask "QUESTION"')


class EmptyQuestion(BadQuestion):
    """Nothing was asked."""

    def __init__(self) -> None:
        super().__init__("the question is empty")


class NoSuchDocument(FaqError):
    """The index in use holds no document of this id."""

    exit_code = 66

    def __init__(self, document_id: str) -> None:
        super().__init__(f"{document_id}: no document has this id. List them: faq documents")


class FeedbackUnavailable(FaqError):
    """Feedback cannot be stored or read; answering goes on without it."""

    exit_code = 74

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"{path}: {reason}. Move the file away to begin a new one, then run: faq serve")


class QuestionsUnavailable(FaqError):
    """What was asked cannot be stored or read; answering goes on without it."""

    exit_code = 74

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"{path}: {reason}. Move the file away to begin a new one, then run: faq questions")


class CannotExport(FaqError):
    """A file named for an export cannot be written."""

    exit_code = 73

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"{path}: {reason}. Name another: faq questions --export FILE.csv")


class StillThere(FaqError):
    """Deleted words were found in a file all the same."""

    exit_code = 74

    def __init__(self, path: Path, count: int) -> None:
        super().__init__(
            f"{path}: {count} deleted values are still in the file's bytes. "
            "Stop the server, then run: faq questions --delete-all --yes"
        )


class McpNotInstalled(FaqError):
    """Agents are to be served, but the package for it is missing."""

    exit_code = 78

    def __init__(self) -> None:
        super().__init__("FAQ_MCP: the mcp package is missing. Install it: pip install '.[mcp]'")


class QuoteMismatch(FaqError):
    """A quote is not what its document says; it is withheld."""

    exit_code = 65

    def __init__(self, document_id: str, reason: str) -> None:
        super().__init__(f"{document_id}: {reason}. The quote is withheld. Run: faq verify FILE")


class BadSettings(FaqError):
    """A setting is unknown or has a value it cannot have."""

    exit_code = 78

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f"{name}: {reason}. See the settings in README, then run: faq status")


class BrokenTable(FaqError):
    """The wording or the safety rules cannot be used; without them nothing may be said."""

    exit_code = 78

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"{path}: {reason}. Mend the file, then run: faq check")


class PortInUse(FaqError):
    """Another program listens where the chat or the staff's side should."""

    exit_code = 69

    def __init__(self, host: str, port: int, option: str = "--port") -> None:
        super().__init__(f"{host}:{port} is in use. Choose another: faq serve {option} {port + 1}")


class TooFewQuestions(FaqError):
    """There are not enough labelled questions to fit a calibration."""

    exit_code = 65

    def __init__(self, quotes: int, refusals: int, needed: int, needed_in_all: int = 0) -> None:
        in_all = f", {needed_in_all} in all for the promised risk," if needed_in_all > 2 * needed else ""
        super().__init__(
            f"{quotes} questions with a quote and {refusals} without a passage; at least {needed} of "
            f"each{in_all} are needed. Add labelled questions, then run: faq calibrate QUESTIONS"
        )


class CannotRead(FaqError):
    """A file named on the command line cannot be used."""

    exit_code = 66

    def __init__(self, path: Path, reason: str, command: str) -> None:
        super().__init__(f"{path}: {reason}. Name a readable file: {command}")


class CannotSave(FaqError):
    """A page named on the command line cannot be written; what was brought in stays."""

    exit_code = 73

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"{path}: cannot be written ({reason}). Name another: faq add FILE --html PAGE.html")


class BrokenRun(FaqError):
    """A stored run, its judgements or the rows of an earlier report have a line that cannot be used."""

    exit_code = 65

    def __init__(self, path: Path, line: int, reason: str, shape: str) -> None:
        place = f"{path}" + (f", line {line}" if line else "")
        super().__init__(f"{place}: {reason}. {shape}; mend it, then run: faq eval --help")


class CheckFailed(FaqError):
    """Something must be mended before anyone is answered from the content folder."""

    exit_code = 65

    def __init__(self, errors: Sequence[Finding]) -> None:
        self.errors = tuple(errors)
        told = "; ".join(f"{one.document_id}, {one.field}: {one.message}" for one in self.errors[:2])
        rest = f" (and {len(self.errors) - 2} more)" if len(self.errors) > 2 else ""
        super().__init__(f"not published: {told}{rest}. See all: faq check")


class ContentRevoked(FaqError):
    """Exactly this content was published once and taken back by a person."""

    exit_code = 65

    def __init__(self, folder: Path, by: str, reason: str) -> None:
        super().__init__(
            f"{folder}: this content was revoked by {by}: {reason}. Change the content, or publish it all "
            "the same: faq build --force"
        )
